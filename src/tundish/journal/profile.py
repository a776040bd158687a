"""What events say about persons, companies and deals: pure, so that a rebuild gives the same rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tundish.journal.event import Event

Key = tuple[str, str]
"""(person, company or deal; id)."""

FIELDS = {
    "person": (
        "name", "email", "phone", "title", "company", "owner", "country", "channel", "source",
        "campaign", "product",
    ),
    "company": ("name", "owner", "country", "channel", "source", "campaign"),
    "deal": (
        "name", "company", "person", "owner", "country", "channel", "source", "campaign",
        "product", "stage_hint", "value", "currency",
    ),
}  # fmt: skip
"""The fields of a row; everything else that is told lands in its `properties`."""
FIRST_TOUCH = ("channel", "source", "campaign")
STAGE_HINTS = {
    "deal_created": "prospecting",
    "deal_engaged": "engaging",
    "deal_won": "won",
    "deal_lost": "lost",
}
"""The furthest that a deal has come, by event; a later event of the same deal wins."""

_ABOUT = {"person_identified": "person", "company_joined": "company"}
_ALIASES = {
    "job_title": "title", "jobtitle": "title", "deal_name": "name", "company_name": "name",
    "plan": "plan", "account_owner": "owner",
}  # fmt: skip
_COMPANY_PREFIX = "company_"
_NOT_TOLD = frozenset(
    """fields original_name old new other kept stage reason path status query landing referrer
    bot_reason definition expected_close""".split()
)
_HINT_ORDER = {name: rank for rank, name in enumerate(STAGE_HINTS)}


def profile_changes(events: Iterable[Event]) -> dict[Key, dict[str, Any]]:
    """`{(kind, id): row}` of the units that the events speak of, whatever the events' order.

    A row has the told FIELDS, `first_seen` and `last_seen` (aware datetimes; estimated times only
    where there are no others) and `properties`. The last non-empty value wins; for channel, source
    and campaign the first. `value` is in minor units of `currency`. A deal's company and person, and
    a person's company, are the last ones named. Bots make no profile.
    """
    rows: dict[Key, dict[str, Any]] = {}
    for event in sorted(events, key=_in_time):
        if event.bot or event.name in ("events_voided", "person_merged"):
            continue
        for kind, ident in _subjects(event):
            row = rows.setdefault((kind, ident), {"properties": {}})
            _seen(row, event)
            _tell(row, kind, event=event)
    for row in rows.values():
        row.pop("_estimated", None)
    return rows


def _in_time(event: Event) -> tuple[datetime, int, str]:
    # Events of one instant apply as a deal goes: created, engaged, then won or lost.
    return event.occurred_at, _HINT_ORDER.get(event.name, -1), event.id


def _subjects(event: Event) -> Iterable[Key]:
    for kind in FIELDS:
        if ident := getattr(event, kind):
            yield kind, ident


def _seen(row: dict[str, Any], event: Event) -> None:
    at = event.occurred_at
    only_estimates = row.get("_estimated", True)
    if event.estimated and not only_estimates:
        return
    if "first_seen" not in row or (only_estimates and not event.estimated):
        row["first_seen"] = row["last_seen"] = at
    row["first_seen"], row["last_seen"] = min(row["first_seen"], at), max(row["last_seen"], at)
    row["_estimated"] = event.estimated and only_estimates


def _tell(row: dict[str, Any], kind: str, *, event: Event) -> None:
    for name in FIRST_TOUCH:
        if (touched := getattr(event, name)) and name not in row:
            row[name] = touched
    if kind == "person":
        _tell_person(row, event)
    elif kind == "deal":
        _tell_deal(row, event)
    else:
        _tell_company(row, event)
    if event.name == "field_changed":
        _change(row, kind, event=event)


def _tell_person(row: dict[str, Any], event: Event) -> None:
    _set(row, "company", value=event.company)
    if event.deal is None or event.personal:
        names = event.personal
        full = " ".join(p for k in ("first_name", "last_name") if (p := names.get(k)))
        _set(row, "name", value=names.get("name") or full)
        _set(row, "email", value=names.get("email"))
        _set(row, "phone", value=names.get("phone"))
    if event.name == "person_identified":
        _take(row, "person", told=event.properties)


def _tell_deal(row: dict[str, Any], event: Event) -> None:
    _set(row, "company", value=event.company)
    _set(row, "person", value=event.person)
    if hint := STAGE_HINTS.get(event.name):
        row["stage_hint"] = hint
    if event.value is not None:
        row["value"], row["currency"] = event.value.minor_units, event.value.currency
    if event.name.startswith("deal_"):
        own = {k: v for k, v in event.properties.items() if not k.startswith(_COMPANY_PREFIX)}
        _take(row, "deal", told=own)


def _tell_company(row: dict[str, Any], event: Event) -> None:
    told = {
        key.removeprefix(_COMPANY_PREFIX): value
        for key, value in event.properties.items()
        if key.startswith(_COMPANY_PREFIX)
    }
    if event.name == "company_joined":
        told = {**event.properties, **told}
    _take(row, "company", told=told)


def _take(row: dict[str, Any], kind: str, *, told: Mapping[str, Any]) -> None:
    for key, value in told.items():
        if key in _NOT_TOLD:
            continue
        name = _ALIASES.get(key, key)
        if name in FIELDS[kind] and name not in (*FIRST_TOUCH, "value", "currency", "stage_hint"):
            _set(row, name, value=None if isinstance(value, dict | list) else str(value))
        elif value not in (None, ""):
            row["properties"][key] = value


def _change(row: dict[str, Any], kind: str, *, event: Event) -> None:
    """A change of a field by hand, import or API; an empty new value clears the field."""
    # An event that names several units speaks of the most particular one.
    if kind != ("deal" if event.deal else "person" if event.person else "company"):
        return
    name, new = str(event.properties.get("field", "")), event.properties.get("new")
    if name in event.personal:
        new = event.personal[name]
    if name in FIELDS[kind]:
        row[name] = new if new not in ("", None) else None
    elif name:
        row["properties"][name] = new


def _set(row: dict[str, Any], name: str, *, value: str | None) -> None:
    if value:
        row[name] = value
