"""The Django app of the definition page."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """The definition page."""

    name = "tundish.areas.board"
    label = "board"
