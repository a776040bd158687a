"""The events that a definition asks about, grouped by unit and instant: what the fold walks over."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.matching import Program, leaf_masks, verdicts
from tundish.funnel.units import Owned
from tundish.journal.columns import Bools, Coded, Codes, EventColumns, Ints

STAGE_MOVED = "stage_moved"
_WORD = 62  # leaves that fit into one signed 64-bit word beside the bit of moves by hand


@dataclass(frozen=True)
class Instants:
    """m matched events in the order of unit, time; g instants; u units.

    `units` (u) are the unit ids in the order of their text, `unit_start` (u + 1) bounds each
    unit's instants, `start` (g + 1) each instant's events. `time` and `bits` are the instants';
    `row_bits`, `hand` (the stage of a move by hand, else -1), `estimated`, `day_only` the events';
    `rows` points back into the columns. Plain lists, because the walk reads single values.
    """

    columns: EventColumns
    units: list[Any]
    unit_start: list[int]
    start: list[int]
    time: list[int]
    bits: list[int]
    row_bits: list[int]
    hand: list[int]
    estimated: list[bool]
    day_only: list[bool]
    rows: Ints
    verdicts: dict[int, list[bool]]


def instants_of(
    owned: Owned, definition: StageDefinition, *, program: Program, as_of: int
) -> Instants:
    """The matched events up to `as_of` (microseconds), independent of storage order."""
    columns = owned.columns
    hand = moves(columns, definition)
    hand_bit = len(program.leaves)
    bits = np.zeros(len(columns), np.int64 if hand_bit < _WORD else object)
    for leaf, mask in enumerate([*leaf_masks(program, columns), hand >= 0]):
        bits[mask] |= 1 << leaf
    rows = np.flatnonzero((bits != 0) & (columns.time <= as_of))
    ids, unit = by_text(owned.unit.take(rows))
    rows, unit = _ordered(columns, rows, unit, program)
    time = columns.time[rows]
    new_unit = _changes(unit)
    starts = np.flatnonzero(new_unit | _changes(time))
    ends = np.append(starts, len(rows))
    grouped = np.bitwise_or.reduceat(bits[rows], starts) if len(rows) else bits[:0]
    first = np.flatnonzero(new_unit)
    return Instants(
        columns=columns,
        units=[ids[code] for code in unit[first].tolist()],
        unit_start=np.append(np.searchsorted(starts, first), len(starts)).tolist(),
        start=ends.tolist(),
        time=time[starts].tolist(),
        bits=grouped.tolist(),
        row_bits=bits[rows].tolist(),
        hand=hand[rows].tolist(),
        estimated=_flags(columns.estimated, rows),
        day_only=_flags(columns.day_only, rows),
        rows=rows,
        verdicts={leaf: mask[rows].tolist() for leaf, mask in verdicts(program, columns).items()},
    )


def moves(columns: EventColumns, definition: StageDefinition) -> Codes:
    """The stage that an event sets by hand, -1 where it sets none of this definition's."""
    places = {_plain(name): i for i, name in enumerate(definition.names)}
    stage = columns.property("stage")
    of_value = [places.get(_plain(value), -1) for value in stage.values]
    said = np.asarray([*of_value, -1], np.int32)[stage.codes]
    named = columns.property("definition")
    ours = (named.codes < 0) | named.where(lambda name: _plain(name) == _plain(definition.name))
    moved = columns.event.where(STAGE_MOVED.__eq__)
    return np.where(moved & ours, said, -1).astype(np.int32)


def _plain(name: object) -> str:
    # a rep's tool may write "Buy" or "consumer-decision-journey" for our own spelling
    return str(name).strip().casefold().replace("-", "_").replace(" ", "_")


def by_text(unit: Coded) -> tuple[list[Any], Codes]:
    """The ids in the order of their text, and each row's place among them."""
    order = sorted(
        range(len(unit.values)), key=lambda i: (str(unit.values[i]), str(type(unit.values[i])))
    )
    place = np.full(len(order) + 1, -1, np.int32)  # the last: of a missing value
    place[order] = np.arange(len(order), dtype=np.int32)
    return [unit.values[i] for i in order], place[unit.codes]


def _ordered(
    columns: EventColumns, rows: Ints, unit: Codes, program: Program
) -> tuple[Ints, Codes]:
    """By unit, time; changes of a field at one instant by the new value's text, the last counts."""
    keys: list[NDArray[Any]] = [columns.time[rows], unit]
    if program.asked:
        _, new = by_text(columns.property("new").take(rows))
        keys.insert(0, new)
    order = np.lexsort(keys)
    return rows[order], unit[order]


def _changes(column: NDArray[Any]) -> Bools:
    changed = np.ones(len(column), np.bool_)
    changed[1:] = column[1:] != column[:-1]
    return changed


def _flags(flags: Bools | None, rows: Ints) -> list[bool]:
    return [False] * len(rows) if flags is None else flags[rows].tolist()
