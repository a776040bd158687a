"""The capture area: events from outside, by request and by file."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """Django's name for this area."""

    name = "tundish.areas.capture"
    label = "capture"
