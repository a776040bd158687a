"""The last door before the journal: no id and no label of an event names a person."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import ANONYMOUS, BY_MAIL, HIDDEN, hidden_id, person_ref
from tundish.journal.redaction import redact_text

_IDS = ("id", "company", "deal", "session")
_LABELS = ("name", "channel", "source", "campaign")
# What every address, and every number with a plus, has; most ids have none of it.
_SUSPECT = re.compile(r"@|\uff20|%40|%2540|\+ ?\d|\d\.\d+\.\d+\.\d|:[^\s]*:", re.I)


def hidden(event: Event, *, secret: Callable[[], bytes]) -> Event:
    """`event` with keyed hashes for ids that hold an e-mail address, phone number or IP address,
    and its name and labels redacted; the event itself where there is nothing of the kind.

    `secret` keys the hashes and is asked only where one is made. The sender's inlet gives the same
    references, so that a person stays one person however its events came.
    """
    e = event
    ids = "\n".join(filter(None, (e.id, e.person, e.company, e.deal, e.session)))
    changes: dict[str, Any] = {
        field: clean
        for field in _LABELS
        if (said := getattr(event, field)) and (clean := _label(said)) != said
    }
    if _SUSPECT.search(ids):
        key = secret()
        said_ids = {field: said for field in _IDS if (said := getattr(event, field))}
        changes |= {field: hidden_id(said, secret=key) for field, said in said_ids.items()}
        changes["person"] = _reference(e.person, secret=secret)
    if e.name in ("person_merged", "merge_suggested", "persons_differ"):
        told = {key: _reference(said, secret=secret) for key, said in e.properties.items()}
        changes |= {"properties": told} if told != e.properties else {}
    return replace(event, **changes) if changes else event


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    return redact_text(text)


def _reference(person: Any, *, secret: Callable[[], bytes]) -> Any:
    """A person's reference; those that were made of a hash stay."""
    if not isinstance(person, str) or person.startswith((BY_MAIL, HIDDEN)):
        return person
    if _SUSPECT.search(person) is None:
        return person
    if person.startswith(ANONYMOUS):
        return person_ref(anonymous_id=person.removeprefix(ANONYMOUS), secret=secret())
    return person_ref(person, secret=secret())
