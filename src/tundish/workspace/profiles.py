"""What the events say of people, companies and deals: rows for lists, segments and breakdowns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import followed
from tundish.stores import journal, profiles
from tundish.stores.dialect import Connection
from tundish.terms import Money, to_micros

REWRITING = frozenset({"events_voided", "person_merged"})
"""Events that change what earlier events mean: what was made of those is made again."""

_BOUGHT = {"order_paid": 1, "deal_won": 1, "subscription_renewed": 1, "order_refunded": -1}
_FIRST_TOUCH = ("channel", "source", "campaign")
_COMPANYS = "company_"
"""Properties with this beginning describe the event's company, whoever else it is about."""
_RENAMED = {"stage": "stage_hint"}
_OF_EVENTS = frozenset({"old", "new", "reason", "value"})

Unit = tuple[str, str]
Rows = dict[Unit, dict[str, Any]]


def advance(connection: Connection, batch: Sequence[tuple[int, Event]], *, after: int) -> None:
    """Bring the profiles of the units in `batch` (position, event; in commit order) up to date."""
    events = [event for _, event in batch]
    final = followed(journal.merges(connection))
    if not any(event.name in REWRITING for event in events):
        _apply(connection, events, final=final, known=_known(connection, events, final=final))
        return
    touched = journal.touched(connection, after, batch[-1][0])
    units = {(kind, unit) for kind in profiles.KINDS for unit in touched[kind]}
    for kind in profiles.KINDS:
        profiles.forget(connection, kind, sorted(touched[kind]))
    again = _history(connection, touched, upto=batch[-1][0])
    _apply(connection, again, final=final, known={}, only=units)


def described(event: Event, kind: str) -> Iterator[tuple[str, Any]]:
    """(field, value) that an event says of its person, company or deal; None clears the field."""
    if event.name == "field_changed":
        if kind == _subject(event):
            name = str(event.properties.get("field"))
            if name not in _OF_EVENTS:
                yield _RENAMED.get(name, name), event.properties.get("new")
            yield from _personal(event)
        return
    for name, value in event.properties.items():
        if value is None:
            continue
        if name.startswith(_COMPANYS):
            if kind == "company":
                yield name.removeprefix(_COMPANYS), value
        elif kind == _subject(event) and _lasting(event, kind, name):
            yield _RENAMED.get(name, name), value
    if kind == _subject(event):
        yield from _personal(event)
    if kind == "deal":
        if event.person is not None:
            yield "person", event.person
        if event.value is not None:
            yield "value", event.value
    if kind != "company" and event.company is not None:
        yield "company", event.company


def _apply(
    connection: Connection,
    events: Iterable[Event],
    *,
    final: Mapping[str, str],
    known: Rows,
    only: set[Unit] | None = None,
) -> None:
    changes: Rows = {}
    for event in events:
        for unit in _owners(event, final):
            if only is None or unit in only:
                row = known.setdefault(unit, {})
                _say(event, unit[0], row=row, changed=changes.setdefault(unit, {}), final=final)
    profiles.apply(connection, changes)


def _say(
    event: Event,
    kind: str,
    *,
    row: dict[str, Any],
    changed: dict[str, Any],
    final: Mapping[str, str],
) -> None:
    """Take what one event says into `row` (all that is known) and `changed` (what to save)."""
    said = dict(described(event, kind))
    if "person" in said:
        said["person"] = final.get(said["person"], said["person"])
    if kind != "deal" and event.value is not None and event.name in _BOUGHT:
        said |= _bought(event.value, row, sign=_BOUGHT[event.name])
    micros = to_micros(event.occurred_at)
    for name in _FIRST_TOUCH:
        value = getattr(event, name)
        if value is not None and (name not in row or micros < row.get("first_seen", micros)):
            said.setdefault(name, value)
    if not event.estimated:
        changed["first_seen"] = min(changed.get("first_seen", micros), micros)
        changed["last_seen"] = max(changed.get("last_seen", micros), micros)
        row["first_seen"] = min(row.get("first_seen", micros), micros)
    row.update(said)
    changed.update(said)


def _bought(value: Money, row: Mapping[str, Any], *, sign: int) -> dict[str, Any]:
    """What a buyer has paid so far, in the currency of the first payment."""
    if row.get("currency", value.currency) != value.currency:
        return {}
    return {
        "value": int(row.get("value", 0)) + sign * value.minor_units,
        "currency": value.currency,
    }


def _owners(event: Event, final: Mapping[str, str]) -> Iterator[Unit]:
    if event.bot or event.name in REWRITING:
        return
    if event.person is not None:
        yield "person", final.get(event.person, event.person)
    if event.company is not None:
        yield "company", event.company
    if event.deal is not None:
        yield "deal", event.deal


def _subject(event: Event) -> str:
    """The kind of unit that an event's properties describe: the nearest one."""
    if event.deal is not None:
        return "deal"
    return "company" if event.person is None else "person"


def _lasting(event: Event, kind: str, name: str) -> bool:
    """A page's path describes the page; a trait, a deal's field and a known column last."""
    if kind == "person" and event.name != "person_identified":
        return name in ("owner", "country", "product")
    return name not in _OF_EVENTS


def _personal(event: Event) -> Iterator[tuple[str, str]]:
    personal = dict(event.personal)
    first, last = personal.pop("first_name", ""), personal.pop("last_name", "")
    if (first or last) and "name" not in personal:
        personal["name"] = f"{first} {last}".strip()
    for name in ("name", "email", "phone", "title"):
        if personal.get(name):
            yield name, personal[name]


def _known(connection: Connection, events: Iterable[Event], *, final: Mapping[str, str]) -> Rows:
    units = {unit for event in events for unit in _owners(event, final)}
    found: Rows = {}
    for kind in profiles.KINDS:
        ids = [unit for of, unit in units if of == kind]
        if ids:
            rows = profiles.rows(connection, kind, ids=ids)
            found |= {(kind, unit): row for unit, row in rows.items()}
    return found


def _history(connection: Connection, touched: Mapping[str, set[str]], *, upto: int) -> list[Event]:
    """The events that count of these units up to a position, in commit order."""
    ids: set[str] = set()
    for kind in profiles.KINDS:
        if touched[kind]:
            columns = journal.columns(connection, unit_kind=kind, ids=touched[kind])
            ids |= set(columns.ids.values if columns.ids is not None else ())
    found = journal.live(connection, sorted(ids))
    return [event for place, event in sorted(found.values(), key=lambda p: p[0]) if place <= upto]
