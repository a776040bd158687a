"""Which units satisfy a filter now: the same answer for lists, segments of the funnel, automation."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from tundish.funnel.conditions import all_hold
from tundish.funnel.filters import Done, Group, parse_filter
from tundish.stores import filtering
from tundish.stores.dialect import execute, is_sqlite
from tundish.stores.filtering import Ground
from tundish.terms.times import local_midnight
from tundish.workspace import segments

if TYPE_CHECKING:
    from datetime import date

    from tundish.journal.columns import Coded, EventColumns
    from tundish.workspace.workspace import Workspace

_TYPES = {
    "number": "number", "money": "money", "date": "day", "yes_no": "flag", "several_of": "several",
}  # fmt: skip
_KEPT = 32
_done: "OrderedDict[tuple[Any, ...], frozenset[str]]" = OrderedDict()
_lock = Lock()


def is_filter(segment: Mapping[str, Any] | None) -> bool:
    """Whether a segment is written as a filter, and not as properties with their values."""
    if not segment or len(segment) != 1:
        return False
    how, parts = next(iter(segment.items()))
    return how in ("all", "any") and isinstance(parts, list | tuple) and all(
        isinstance(part, Mapping) for part in parts
    )  # fmt: skip


def members(
    workspace: "Workspace",
    kind: str,
    *,
    segment: Mapping[str, Any] | None,
    known: Mapping[str, Mapping[str, Any]] | None,
) -> set[str] | None:
    """The units of a segment, written as a filter or as properties of `known`; None: all units."""
    if is_filter(segment):
        return matching(workspace, kind, filter_=parse_filter(segment))
    return segments.members(known, segment=segment)


def of_view(workspace: "Workspace", kind: str, body: Mapping[str, Any]) -> set[str] | None:
    """The units that a saved view finds, whoever may see them; None: all units."""
    filter_, text = parse_filter(body.get("filter")), str(body.get("q") or "")
    return matching(workspace, kind, filter_=filter_, text=text) if filter_ or text else None


def matching(workspace: "Workspace", kind: str, *, filter_: Group, text: str = "") -> set[str]:
    """The ids of all records of a kind that satisfy a filter now, and whose name, addresses or id
    hold every word of a text."""
    sql, values = filtering.condition_of(filter_, ground(workspace, kind, filter_=filter_))
    within = "instr" if is_sqlite(workspace.connection) else "strpos"
    for word in text.casefold().split():
        sql, values = f"({sql}) AND {within}({kind}.search, ?) > 0", [*values, word]
    rows = execute(workspace.connection, f"SELECT {kind}.id FROM {kind} WHERE {sql}", values)
    return {row[0] for row in rows.fetchall()}


def ground(workspace: "Workspace", kind: str, *, filter_: Group) -> Ground:
    """All that the filter needs to become SQL: time, own fields, the funnel, who did what."""
    from tundish.stores.fields import fields_of

    asked = [part for part in filter_.each() if isinstance(part, Done)]
    active = workspace.active
    counted = active is not None and active.unit == kind
    now = workspace.now()
    zone = workspace.firm.time_zone
    own = fields_of(workspace.connection, kind, archived=True)
    today = filtering.today(now, zone)
    return Ground(
        connection=workspace.connection,
        kind=kind,
        now=now,
        zone=zone,
        types={
            field.name: _TYPES[field.kind]
            for field in own
            if field.kind in _TYPES and field.name != "value"
        },
        definition=active.id if active is not None and counted else 0,
        stages=tuple(str(stage["name"]) for stage in active.body["stages"])
        if active is not None and counted
        else (),
        done={one: _units_that_did(workspace, kind, one, today=today) for one in asked},
    )


def _units_that_did(
    workspace: "Workspace", kind: str, done: Done, *, today: "date"
) -> frozenset[str]:
    """The units with at least so many such events in time, whatever `done.fewer` says."""
    from datetime import timedelta

    since = None
    if done.days is not None:
        first = today - timedelta(days=min(done.days, today.toordinal()) - 1)
        since = local_midnight(first, ZoneInfo(workspace.firm.time_zone or "UTC"))
    place = workspace.position
    said = repr((done.event, done.where, done.times))
    key = (str(workspace.folder), place, kind, said, since)
    with _lock:
        if key in _done:
            _done.move_to_end(key)
            return _done[key]
    columns = workspace.events(names=[done.event], since=since)
    columns = columns.take(all_hold(done.where, len(columns), columns.property))
    found = _often(_units(workspace, kind, columns), done.times)
    with _lock:
        _done[key] = found
        while len(_done) > _KEPT:
            _done.popitem(last=False)
    return found


def _often(units: "list[Coded]", times: int) -> frozenset[str]:
    from collections import Counter

    counts: Counter[str] = Counter()
    for column in units:
        n = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
        for value, count in zip(column.values, n.tolist(), strict=True):
            counts[value] += count
    return frozenset(unit for unit, count in counts.items() if count >= times)


def _units(workspace: "Workspace", kind: str, columns: "EventColumns") -> "list[Coded]":
    """The units of each event: it names them; of a company also what its present people did."""
    from tundish.journal.columns import Coded

    own = columns.units[kind]
    if kind != "company":
        return [own]
    person = columns.units["person"]
    employer = dict(
        execute(
            workspace.connection, "SELECT id, company FROM person WHERE company IS NOT NULL"
        ).fetchall()
    )
    of_person = np.asarray([employer.get(one) for one in person.values] + [None], dtype=object)
    people = of_person[person.codes]
    people[own.codes >= 0] = None
    return [own, Coded.of(people.tolist())]
