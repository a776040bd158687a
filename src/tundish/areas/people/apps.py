"""The Django app of people, companies and deals."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class PeopleConfig(AppConfig):
    """People, companies, deals."""

    name = "tundish.areas.people"
    label = "people"

    def ready(self) -> None:
        """Lists ask Django's connection what the stores' own can answer."""
        connection_created.connect(_add_functions, dispatch_uid="tundish_functions")


def _add_functions(connection: Any, **_: Any) -> None:
    if connection.vendor == "sqlite":
        from tundish.stores.connect import add_functions

        add_functions(connection.connection)
