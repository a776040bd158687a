"""The pages area: landing pages and their forms."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Django's name for this area."""

    name = "tundish.areas.pages"
    label = "pages"
