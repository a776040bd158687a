"""From events to the table that the search reads: who, when, and which steps each event matches."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.conditions import Condition, all_hold
from tundish.funnel.steps.calendar import offsets
from tundish.funnel.steps.definition import Match, Step, StepDefinition
from tundish.funnel.units import Owned
from tundish.journal.columns import Bools, Coded, Codes, EventColumns, Ints

Masks = NDArray[np.uint64]


@dataclass(frozen=True)
class Table:
    """The n relevant events, ordered by unit, time, then name and properties as text.

    `unit` (n,) codes the counted unit, `time` (n,) microseconds, `mask` (n,) has bit s set where
    the event matches step s, `barred` (n,) bit x where it matches exclusion x, `hold` (n,) codes
    the held properties (-1: one of them is missing; all 0 where nothing is held), `row` (n,) is the
    place in the owned events. In strict order every event of a unit is relevant.
    """

    unit: Codes
    time: Ints
    mask: Masks
    barred: Masks
    hold: Codes
    row: Ints

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: NDArray[Any]) -> "Table":
        """The table at `rows`, which must keep the order."""
        return Table(**{k: v[rows] for k, v in vars(self).items()})


def masks(owned: Owned, definition: StepDefinition, unit_properties: Any) -> tuple[Masks, Masks]:
    """(steps, exclusions): a bit per step and per exclusion that each owned event matches, (n,)."""
    n = len(owned.rows)
    steps, barred = np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    everywhere = all_hold(definition.where, n, owned.property)
    for i, step in enumerate(definition.steps):
        held = _step(step, owned, unit_properties, everywhere)
        steps |= held.astype(np.uint64) << np.uint64(i)
    for i, exclusion in enumerate(definition.exclusions):
        held = _match(exclusion.match, owned, unit_properties)
        barred |= held.astype(np.uint64) << np.uint64(i)
    return steps, barred


@dataclass(frozen=True)
class Selection:
    """m events to search among: `row` (m,) in the owned events, the unit that each is counted for
    (m,), and the steps and exclusions it matches (m,). An event may stand in it for several units.
    """

    row: Ints
    unit: Codes
    steps: Masks
    barred: Masks

    def take(self, rows: NDArray[Any]) -> "Selection":
        """The selection at `rows`."""
        return Selection(**{k: v[rows] for k, v in vars(self).items()})


def table(owned: Owned, definition: StepDefinition, chosen: Selection) -> Table:
    """The relevant events of a selection, in their order; arrival order leaves no trace."""
    keep = np.ones(len(chosen.row), np.bool_)
    if definition.order != "strict":
        keep &= (chosen.steps | chosen.barred) != 0
    if definition.range_limits == "attempt" and definition.end is not None:
        keep &= range_time(owned, chosen.row, definition) <= definition.end
    rows = np.flatnonzero(keep)
    time = owned.columns.time[chosen.row]
    by_time = rows[np.argsort(time[rows], kind="stable")]
    rows = by_time[np.argsort(chosen.unit[by_time], kind="stable")]
    rows = _settle_ties(owned, rows, chosen, time)
    chosen = chosen.take(rows)
    return Table(
        chosen.unit, time[rows], chosen.steps, chosen.barred,
        _held(owned, definition.hold_constant, chosen.row), chosen.row,
    )  # fmt: skip


def range_time(owned: Owned, rows: Ints, definition: StepDefinition) -> Ints:
    """The instants that the date range is compared with: a bare date begins at local midnight."""
    time, bare = owned.columns.time[rows], owned.columns.day_only
    if bare is None or definition.timezone.key == "UTC":
        return time
    return np.where(bare[rows], time - offsets(time, definition.timezone), time)


def tuples_of(columns: list[Coded], n: int) -> tuple[Codes, tuple[tuple[Any, ...], ...]]:
    """(codes (n,), tuples) of several columns together; None is missing."""
    code = np.zeros(n, np.int64)
    tuples: list[tuple[Any, ...]] = [()]
    for column in columns:
        values = [None, *column.values]
        pair = code * len(values) + column.codes + 1
        unique, inverse = np.unique(pair, return_inverse=True)
        tuples = [(*tuples[u // len(values)], values[u % len(values)]) for u in unique.tolist()]
        code = inverse.astype(np.int64)
    return code.astype(np.int32), tuple(tuples)


def _held(owned: Owned, names: tuple[str, ...], rows: Ints) -> Codes:
    if not names:
        return np.zeros(len(rows), np.int32)
    codes, tuples = tuples_of([owned.property(name) for name in names], len(owned.rows))
    missing = np.asarray([None in t for t in tuples], np.bool_)
    return np.where(missing[codes], -1, codes)[rows].astype(np.int32)


def _step(step: Step, owned: Owned, unit_properties: Any, everywhere: Bools) -> Bools:
    held = _match(step.match, owned, unit_properties) & everywhere
    named = _named(step.match, owned.columns)
    if step.any_of:
        held &= np.any([_match(m, owned, unit_properties) for m in step.any_of], axis=0)
        named &= np.any([_named(m, owned.columns) for m in step.any_of], axis=0)
    if step.occurrence == "any":
        return held
    held &= _is_first(owned, named if step.occurrence == "first_ever" else held)
    return held


def _match(match: Match, owned: Owned, unit_properties: Any) -> Bools:
    n = len(owned.rows)
    held = _named(match, owned.columns) & all_hold(match.where, n, owned.property)
    for condition in match.where_not:
        held &= ~condition.mask(owned.property(condition.property))
    held &= all_hold(match.unit_where, n, lambda name: owned.unit_property(name, unit_properties))
    return held


def _named(match: Match, columns: EventColumns) -> Bools:
    if match.event is None:
        return np.ones(len(columns), np.bool_)
    return Condition("event", "equals", match.event).mask(columns.event)


def _is_first(owned: Owned, candidates: Bools) -> Bools:
    """Events at the instant of their unit's first candidate; tied ones may each stand first."""
    first = np.full(len(owned.unit.values) + 1, np.iinfo(np.int64).max, np.int64)
    rows = np.flatnonzero(candidates)
    np.minimum.at(first, owned.unit.codes[rows], owned.columns.time[rows])
    return np.asarray(candidates & (owned.columns.time == first[owned.unit.codes]), np.bool_)


def _settle_ties(owned: Owned, rows: Ints, chosen: Selection, times: Ints) -> Ints:
    """Tied events by name, then properties as text, then the other ids of the row (rule 6)."""
    unit, time = chosen.unit[rows], times[rows]
    same = (unit[1:] == unit[:-1]) & (time[1:] == time[:-1])
    if not same.any():
        return rows
    rows = rows.copy()
    edges = np.diff(np.concatenate([[False], same, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        tied = rows[start:end].tolist()
        rows[start:end] = sorted(tied, key=lambda r: _text_key(owned, int(chosen.row[r])))
    return rows


def _text_key(owned: Owned, row: int) -> tuple[str, str, str, list[bool]]:
    columns = owned.columns
    properties = {k: v for k, c in columns.properties.items() if (v := c.at(row)) is not None}
    ids = {k: v for k, c in columns.units.items() if (v := c.at(row)) is not None}
    flags = [bool(f[row]) for f in (columns.estimated, columns.day_only) if f is not None]
    return str(columns.event.at(row)), json_text(properties), json_text(ids), flags


_TEXT = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)


def json_text(values: dict[str, Any]) -> str:
    """Properties as the text by which tied events of one name are put in order (A6)."""
    return _TEXT.encode(values)
