"""The derived rows of people, companies and deals, as stores/profiles.py keeps them. Never written here."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tundish.terms import Money, from_micros


class Record(models.Model):
    """What the three kinds share; times in microseconds UTC, `value` in minor units of `currency`."""

    kind: ClassVar[str]

    id = models.TextField(primary_key=True)
    name = models.TextField(null=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    title = models.TextField(null=True)
    company = models.TextField(null=True)
    owner = models.TextField(null=True)
    country = models.TextField(null=True)
    channel = models.TextField(null=True)
    source = models.TextField(null=True)
    campaign = models.TextField(null=True)
    product = models.TextField(null=True)
    value = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)
    first_seen = models.BigIntegerField(null=True)
    last_seen = models.BigIntegerField(null=True)
    properties = models.TextField(null=True)
    search = models.TextField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name, else the mail address, else what the id allows to say."""
        return self.name or self.email or _id_in_words(self.id)

    @property
    def initials(self) -> str:
        """One or two letters for the round mark."""
        words = [word for word in self.shown_name.split() if word[:1].isalpha()]
        # Kept apart: two Arabic letters would join into a word of their own.
        return "\u200c".join(word[0] for word in words[:2]).upper() or "·"

    @property
    def money(self) -> Money | None:
        """The value with its currency."""
        if self.value is None or not self.currency:
            return None
        return Money(self.value, self.currency)

    @property
    def first_seen_at(self) -> datetime | None:
        """When the first event occurred."""
        return None if self.first_seen is None else from_micros(self.first_seen)

    @property
    def more(self) -> dict[str, Any]:
        """Further properties."""
        return json.loads(self.properties) if self.properties else {}

    @property
    def shown_more(self) -> list[tuple[str, str]]:
        """Further properties that are plain values, as (name, value)."""
        return [
            (key, str(value))
            for key, value in self.more.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        ][:12]


class Person(Record):
    """Someone we may sell to."""

    kind = "person"

    class Meta:
        managed = False
        db_table = "person"


class Company(Record):
    """An organisation we may sell to."""

    kind = "company"

    class Meta:
        managed = False
        db_table = "company"


class Deal(Record):
    """A purchase that is talked about."""

    kind = "deal"
    person = models.TextField(null=True)
    stage_hint = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "deal"


MODELS: dict[str, type[Record]] = {"person": Person, "company": Company, "deal": Deal}


def _id_in_words(record_id: str) -> str:
    if record_id.startswith("anon:"):
        return str(_("Visitor %(id)s")) % {"id": record_id[5:13]}
    if record_id.startswith("mail:"):
        return str(_("Mail contact %(id)s")) % {"id": record_id[5:13]}
    return record_id
