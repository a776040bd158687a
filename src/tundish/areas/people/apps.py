"""The Django app of people, companies and deals."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, companies, deals."""

    name = "tundish.areas.people"
    label = "people"
