"""From the journal to saved visits: the touched units are folded afresh by the one kernel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tundish.funnel.stages import fold, parse_stages
from tundish.funnel.stages.fold import units_of
from tundish.funnel.stages.visits import Fold, Visits
from tundish.journal.columns import Coded, EventColumns, Ints
from tundish.stores import firm, journal, visits
from tundish.workspace.leases import Held, holding

if TYPE_CHECKING:
    from tundish.stores.firm import StoredDefinition
    from tundish.workspace.workspace import Progress, Workspace

ROWS_AT_ONCE = 2_000
_VISITS_AT_ONCE = 600
PAUSE_SECONDS = 0.002
"""Between two write transactions, so that back-to-back writers do not starve each other."""
_BY_ID = ("person", "company", "deal", "session")
_MANY = 25_000  # units from which reading and folding all beats picking theirs out
BUSY_EVENTS = 10_000
BUSY_PAUSE = 60_000_000
"""A unit with more events than that is folded at most once in so many microseconds."""


def cursor_name(definition_id: int) -> str:
    """The cursor that says how far a definition's visits have come."""
    return f"visits:{definition_id}"


def writes(workspace: "Workspace", definition_id: int) -> int:
    """How many times this definition's visits were written: their version, for caches."""
    return firm.cursor(workspace.connection, f"{cursor_name(definition_id)}:writes")


def refold(
    workspace: "Workspace", stored: "StoredDefinition", *, progress: "Progress | None" = None
) -> bool:
    """Bring one definition's visits up to the journal's end and the clock; whether any was due.

    Raises Overtaken where another process does it.
    """
    connection = workspace.connection
    now = workspace.now()
    name = cursor_name(stored.id)
    upto = journal.position(connection)
    if firm.cursor(connection, name) == upto and not visits.due(connection, stored.id, now):
        return False
    with holding(workspace, name) as held:
        upto = journal.position(connection)
        units = _units(workspace, stored, after=held.at, upto=upto, now=now)
        waiting = {} if units is None else _waiting(workspace, stored, units=units, now=now)
        if units is None or units - waiting.keys():
            wanted = None if units is None else units - waiting.keys()
            found = _folded(workspace, stored, units=wanted, now=now)
            _save(held, stored, found=found, waiting=waiting, upto=upto, progress=progress)
        elif held.at != upto or waiting:
            with held.writing(upto=upto):
                visits.postpone(connection, stored.id, waiting)
    return True


def columns_for(workspace: "Workspace", kind: object, units: set[str] | None) -> EventColumns:
    """The events from which these units are folded; all events where units is None."""
    if units is None or kind not in _BY_ID or len(units) > _MANY:
        return workspace.events()
    return journal.columns(workspace.connection, unit_kind=str(kind), ids=units)


def _units(
    workspace: "Workspace", stored: "StoredDefinition", *, after: int, upto: int, now: int
) -> set[str] | None:
    """The units to fold again; None for all of them."""
    kind = stored.body.get("unit", "person")
    if after == 0 or kind not in _BY_ID:
        return None
    due = set(visits.due(workspace.connection, stored.id, now))
    if after == upto:
        return due
    return journal.touched(workspace.connection, after, upto)[str(kind)] | due


def _waiting(
    workspace: "Workspace", stored: "StoredDefinition", *, units: set[str], now: int
) -> dict[str, int]:
    """Of these units the busy ones that were folded just now, each with when it is due again."""
    last = visits.busy(workspace.connection, stored.id, since=now - BUSY_PAUSE)
    return {unit: at + BUSY_PAUSE for unit, at in last.items() if unit in units and at <= now}


@dataclass(frozen=True)
class _Folded:
    """A fold of `units` (None: of all) as of `now`; `busy` are those with very many events."""

    units: set[str] | None
    fold: Fold
    busy: set[str]
    now: int


def _folded(
    workspace: "Workspace", stored: "StoredDefinition", *, units: set[str] | None, now: int
) -> _Folded:
    definition = parse_stages(in_the_firms_zone(workspace, stored.body))
    as_of = now if definition.as_of is None else definition.as_of
    columns = columns_for(workspace, stored.body.get("unit"), units)
    found = fold(columns, definition, as_of=as_of, unit_properties=_known(workspace, stored))
    ahead = definition.as_of is None and bool((columns.time > now).any())
    many = units is not None and len(columns) > BUSY_EVENTS
    if not (ahead or many):
        return _Folded(units, found, set(), now)
    mine = units_of(columns, definition, unit_properties=_known(workspace, stored))
    if ahead:
        coming = mine.columns.time > now
        times = mine.columns.time[coming].tolist()
        for unit, at in zip(mine.unit.take(coming).to_list(), times, strict=True):
            # Dated ahead of the clock: nothing tells of it when its time has come, so it is due.
            found.next_change[unit] = min(at, found.next_change.get(unit, at))
    return _Folded(units, found, _busy(mine.unit) & units if units is not None else set(), now)


def _busy(unit: Coded) -> set[str]:
    """The units with more than BUSY_EVENTS events; `unit` has no missing values."""
    counts = np.bincount(unit.codes, minlength=len(unit.values))
    return {str(unit.values[code]) for code in np.flatnonzero(counts > BUSY_EVENTS).tolist()}


def _known(workspace: "Workspace", stored: "StoredDefinition") -> dict[str, dict[str, Any]] | None:
    """Where a property of the person is the unit, what is known of the people."""
    unit = stored.body.get("unit")
    by_property = isinstance(unit, Mapping) and "unit_property" in unit
    return workspace.unit_properties("person") if by_property else None


def _save(
    held: Held,
    stored: "StoredDefinition",
    *,
    found: _Folded,
    waiting: Mapping[str, int],
    upto: int,
    progress: "Progress | None",
) -> None:
    """Write in small transactions; the cursor moves with the last, so a kill repeats them."""
    connection = held.workspace.connection
    version = f"{cursor_name(stored.id)}:writes"
    units, made = found.units, found.fold
    if units is None:
        known = visits.load(connection, stored.id).unit.values
        units = {*map(str, known), *map(str, made.visits.unit.values), *made.next_change}
    parts = list(_parts(made, units))
    for number, (some, part) in enumerate(parts, start=1):
        last = number == len(parts)
        with held.writing(upto=upto if last else None):
            visits.replace(connection, stored.id, some, part)
            firm.move_cursor(connection, version, firm.cursor(connection, version) + 1)
            if last:
                visits.note_busy(connection, stored.id, found.busy, now=found.now)
                visits.postpone(connection, stored.id, waiting)
        if progress is not None:
            progress(number, len(parts))
        if not last:
            held.rest()


def _parts(found: Fold, units: set[str]) -> Iterator[tuple[Sequence[str], Fold]]:
    """The fold in pieces of whole units, each of about _VISITS_AT_ONCE visits or fewer."""
    rows_of = _rows_by_unit(found.visits)
    some: list[str] = []
    rows: list[Ints] = []
    size = 0
    for unit in sorted(units):
        own = rows_of.get(unit)
        some.append(unit)
        size += 1 if own is None else len(own)
        if own is not None:
            rows.append(own)
        if size >= _VISITS_AT_ONCE:
            yield some, _part(found, some, rows)
            some, rows, size = [], [], 0
    if some or not units:
        yield some, _part(found, some, rows)


def _part(found: Fold, some: Sequence[str], rows: Sequence[Ints]) -> Fold:
    taken = np.concatenate(rows) if rows else np.empty(0, np.int64)
    due = {unit: found.next_change[unit] for unit in some if unit in found.next_change}
    return Fold(found.visits.take(taken), due)


def _rows_by_unit(found: Visits) -> dict[str, Ints]:
    """The rows of each unit, in the fold's order."""
    codes = found.unit.codes
    order = np.argsort(codes, kind="stable")
    edges = np.flatnonzero(np.diff(codes[order])) + 1
    groups = np.split(order, edges) if len(order) else []
    return {str(found.unit.values[codes[group[0]]]): group for group in groups}


def in_the_firms_zone(workspace: "Workspace", body: Mapping[str, Any]) -> dict[str, Any]:
    """A definition that names no time zone means the firm's."""
    zone = workspace.firm.time_zone
    return {"timezone": zone, **body} if zone else dict(body)
