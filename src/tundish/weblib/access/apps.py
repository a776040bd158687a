"""The Django app of users and teams."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users, teams, roles."""

    name = "tundish.weblib.access"
    label = "access"
