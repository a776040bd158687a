"""The Django app of the funnel page."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The funnel page."""

    name = "tundish.areas.insight"
    label = "insight"
