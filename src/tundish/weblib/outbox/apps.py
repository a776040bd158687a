"""The Django app of the mails that go out."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The mail server, and the mails that wait for it."""

    name = "tundish.weblib.outbox"
    label = "outbox"
