"""An event as a row of the journal, and back."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tundish.journal.event import NOTHING, Event
from tundish.journal.personal import split_personal
from tundish.terms import InputError, Money, from_micros, to_micros
from tundish.terms.values import is_currency

COLUMNS = (
    "position, id, name, occurred, day_only, estimated, recorded, person, company, deal, session,"
    " channel, source, campaign, value_minor, currency, properties, personal_key, inlet, batch,"
    " actor, bot"
)
PERSONAL_KEY = 17
"""The place of `personal_key` in a row."""
_LARGEST = 2**63

# These name ids, which stand in the journal's columns as well and must stay equal to them, even
# where one looks like a phone number.
_ABOUT_IDS = ("person_merged", "merge_suggested", "persons_differ", "events_voided")

# Texts of properties in which nothing personal was found. The same few come again and again, and
# the search costs more than the rest of an append.
_CLEAN: set[str] = set()
_REMEMBERED = 20_000


def row_of(
    event: Event, *, position: int, now: int, key: Callable[[], str]
) -> tuple[tuple[Any, ...], dict[str, str]]:
    """(row, personal values) of `event`; `now` stands in for a missing recorded time.

    `key` makes an opaque key, asked only where there are personal values. Raises InputError.
    """
    properties, found = _clean(event)
    personal = {kind: str(said) for kind, said in (found | dict(event.personal)).items()}
    value = event.value
    if value is not None and not -_LARGEST <= value.minor_units < _LARGEST:
        raise unstorable(event.id, "its value does not fit into 64 bits")
    if value is not None and not is_currency(value.currency):
        raise unstorable(event.id, "its currency is not three capital letters")
    row = (
        position,
        event.id,
        event.name,
        to_micros(event.occurred_at),
        int(event.precision == "day"),
        int(event.estimated),
        now if event.recorded_at is None else to_micros(event.recorded_at),
        event.person,
        event.company,
        event.deal,
        event.session,
        event.channel,
        event.source,
        event.campaign,
        None if value is None else value.minor_units,
        None if value is None else value.currency,
        properties,
        key() if personal else None,
        event.inlet,
        event.batch,
        event.actor,
        int(event.bot),
    )
    _check_text(event, personal.values())
    return row, personal


def event_of(row: Sequence[Any], personal: Mapping[str, str]) -> Event:
    """The event in a row of COLUMNS; `personal` are its values, where they still exist."""
    return Event(
        id=row[1],
        name=row[2],
        occurred_at=from_micros(row[3]),
        precision="day" if row[4] else "instant",
        estimated=bool(row[5]),
        recorded_at=from_micros(row[6]),
        person=row[7],
        company=row[8],
        deal=row[9],
        session=row[10],
        channel=row[11],
        source=row[12],
        campaign=row[13],
        value=None if row[14] is None else Money(row[14], row[15]),
        properties=json.loads(row[16]) if row[16] else NOTHING,
        personal=personal,
        inlet=row[18],
        batch=row[19],
        actor=row[20],
        bot=bool(row[21]),
    )


def json_text(value: Any) -> str:
    """JSON that every engine reads: no NaN, no infinity; times as ISO text."""
    try:
        return _STRICT.encode(value)
    except ValueError:
        return _STRICT.encode(_finite(value))


def unstorable(event_id: str, why: str) -> InputError:
    """The refusal of an event that no database can hold."""
    return InputError(
        f"The event {event_id!r} cannot be kept: {why}.",
        "event_unstorable",
        "Correct the event and send it again; nothing of this batch was written.",
    )


def _clean(event: Event) -> tuple[str | None, dict[str, str]]:
    """(properties as JSON without anything personal, what was personal in them)."""
    if not event.properties:
        return None, {}
    text = json_text(event.properties)
    if not text.isascii():
        _check_encodes(event.id, text)
    if event.name in _ABOUT_IDS:
        return text, {}
    if text in _CLEAN:
        return text, {}
    kept, personal = split_personal(json.loads(text))
    clean = json_text(kept) if kept else None
    if clean == text and not personal:
        if len(_CLEAN) >= _REMEMBERED:
            _CLEAN.clear()
        _CLEAN.add(text)
    return clean, personal


def _check_text(event: Event, personal: Iterable[str]) -> None:
    e = event
    cells = (
        e.id, e.name, e.person, e.company, e.deal, e.session, e.channel, e.source, e.campaign,
        e.inlet, e.batch, e.actor, e.value.currency if e.value else None, *personal,
    )  # fmt: skip
    text = "".join(filter(None, cells))
    if "\x00" in text:
        raise unstorable(event.id, "it holds the character zero")
    if not text.isascii():
        _check_encodes(event.id, text)


def _check_encodes(event_id: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise unstorable(event_id, "it holds half a character") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


_STRICT = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":")
)
