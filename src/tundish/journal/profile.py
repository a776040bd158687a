"""What events say about persons, companies and deals: pure, so that a rebuild gives the same rows."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from tundish.journal.event import Event
from tundish.journal.gathered import ABOUT, CONSENTS, GATHERED, gather
from tundish.journal.names import BY_HAND, RECORD_KEEPING
from tundish.terms import InputError, Money

Key = tuple[str, str]
"""(person, company or deal; id)."""

FIELDS = {
    "person": (
        "name", "email", "phone", "title", "company", "owner", "country", "channel", "source",
        "campaign", "product",
    ),
    "company": ("name", "phone", "owner", "country", "channel", "source", "campaign"),
    "deal": (
        "name", "company", "person", "owner", "country", "channel", "source", "campaign",
        "product", "stage_hint", "value", "currency",
    ),
}  # fmt: skip
"""The fields of a row; everything else that is told lands in its `properties`."""
FIRST_TOUCH = ("channel", "source", "campaign")
HELD = {
    "person": ("name", "email", "phone", "company"),
    "company": ("name",),
    "deal": ("name", "company", "person", "product", "value", "currency"),
}
"""What an inlet may fill in but not change once an import or one of us has said it."""
WEAK = "_weak"
"""In a row: the fields of HELD that only an inlet has told."""
OURS = frozenset({"owner", "do_not_contact", "do_not_track", GATHERED})
"""What an inlet never says."""
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
    where there are no others; neither where we only wrote something down), `properties`, and under
    GATHERED what its sets gain and lose (gathered.py). The last non-empty value wins; for channel, source
    and campaign the first. `value` is in minor units of `currency`. A deal's company and person, and
    a person's company, are the last ones named. Bots make no profile.

    Whoever reads a page's source has its write key. So an inlet never says who owns something, and
    of HELD it fills blanks only; a row names under WEAK those that nobody else has told.
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
        if not row.get(WEAK, True):
            del row[WEAK]
    return rows


def is_open(event: Event) -> bool:
    """Whether anybody may have sent it: through an inlet, by none of us, in no import."""
    return event.inlet is not None and event.actor is None and event.batch is None


def _in_time(event: Event) -> tuple[datetime, int, str]:
    # Events of one instant apply as a deal goes: created, engaged, then won or lost.
    return event.occurred_at, _HINT_ORDER.get(event.name, -1), event.id


def _subjects(event: Event) -> Iterable[Key]:
    for kind in FIELDS:
        if ident := getattr(event, kind):
            yield kind, ident


def _seen(row: dict[str, Any], event: Event) -> None:
    at = event.occurred_at
    if event.name in RECORD_KEEPING and event.inlet == BY_HAND:
        return  # our own book-keeping is no activity of the prospect's
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
    if event.name in ABOUT or event.name in CONSENTS:
        gather(row, kind, event=event, is_open=is_open(event))
    if event.name in ABOUT:
        if event.name == "group_joined" and kind == "person" and event.deal is None:
            _hold(row, "person", {"company": event.company}, event=event)
    elif kind == "person":
        _tell_person(row, event)
    elif kind == "deal":
        _tell_deal(row, event)
    else:
        _tell_company(row, event)
    if event.name == "field_changed":
        _change(row, kind, event=event)


def _tell_person(row: dict[str, Any], event: Event) -> None:
    _hold(row, "person", {"company": event.company}, event=event)
    if event.deal is None or event.personal:
        names = event.personal
        full = " ".join(p for k in ("first_name", "last_name") if (p := names.get(k)))
        said = {"name": names.get("name") or full} | {k: names.get(k) for k in ("email", "phone")}
        _hold(row, "person", said, event=event)
    if event.name == "person_identified":
        _take(row, "person", told=event.properties, event=event)


def _tell_deal(row: dict[str, Any], event: Event) -> None:
    _hold(row, "deal", {"company": event.company, "person": event.person}, event=event)
    if hint := STAGE_HINTS.get(event.name):
        row["stage_hint"] = hint
    if event.value is not None:
        _hold(row, "deal", _amount(event.value), event=event)
    if event.name.startswith("deal_"):
        own = {k: v for k, v in event.properties.items() if not k.startswith(_COMPANY_PREFIX)}
        _take(row, "deal", told=own, event=event)


def _tell_company(row: dict[str, Any], event: Event) -> None:
    told = {
        key.removeprefix(_COMPANY_PREFIX): value
        for key, value in event.properties.items()
        if key.startswith(_COMPANY_PREFIX)
    }
    if event.name in ("company_joined", "company_created", "company_identified"):
        told = {**event.properties, **told}
    if event.name == "company_identified" and event.person is None and not is_open(event):
        # A firm's own number and address look like a person's and are kept apart like one's.
        told |= {key: said for key in ("phone", "address") if (said := event.personal.get(key))}
    _take(row, "company", told=told, event=event)


def _take(row: dict[str, Any], kind: str, *, told: Mapping[str, Any], event: Event) -> None:
    for key, value in told.items():
        name = _ALIASES.get(key, key)
        if key in _NOT_TOLD or (name in OURS and is_open(event)):
            continue
        if name in FIELDS[kind] and name not in (*FIRST_TOUCH, "value", "currency", "stage_hint"):
            _hold(row, kind, {name: _plain(value)}, event=event)
        elif value not in (None, ""):
            row["properties"][key] = value


def _change(row: dict[str, Any], kind: str, *, event: Event) -> None:
    """A change of a field by hand, import or API; an empty new value clears the field."""
    # An event that names several units speaks of the most particular one.
    if kind != ("deal" if event.deal else "person" if event.person else "company"):
        return
    name, new = str(event.properties.get("field", "")), event.properties.get("new")
    if is_open(event) and name in OURS:
        return
    new = event.personal.get("new", event.personal.get(name, new))
    if name in ("value", "currency"):
        _change_amount(row, new)
    elif name in FIELDS[kind]:
        row[name] = _plain(new)
        row.get(WEAK, set()).discard(name)
    elif name:
        row["properties"][name] = new


def _change_amount(row: dict[str, Any], new: Any) -> None:
    """An amount is changed as it is written: `1250.5 EUR`; empty clears it, anything else is not one."""
    if new in ("", None):
        row |= {"value": None, "currency": None}
        return
    amount, _, currency = str(new).partition(" ")
    if re.fullmatch("[A-Z]{3}", currency):
        with suppress(InputError):
            row |= _amount(Money.from_major(amount, currency))
            row.get(WEAK, set()).difference_update(("value", "currency"))


def _amount(value: Money) -> dict[str, Any]:
    return {"value": value.minor_units, "currency": value.currency}


def _plain(value: Any) -> str | None:
    """A told value as the text of a field; None for what is none."""
    return None if value in (None, "") or isinstance(value, dict | list) else str(value)


def _hold(row: dict[str, Any], kind: str, told: Mapping[str, Any], *, event: Event) -> None:
    """Set fields; those of HELD an inlet may only fill in."""
    for name, value in told.items():
        if value in (None, ""):
            continue
        weak = row.get(WEAK, ())
        if name in HELD[kind]:
            if is_open(event):
                if row.get(name) is not None and name not in weak:
                    continue
                row.setdefault(WEAK, set()).add(name)
            elif weak:
                row[WEAK].discard(name)
        row[name] = value
