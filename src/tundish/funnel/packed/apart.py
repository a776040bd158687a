"""The few units that only the general search can judge: their events, and its answer on them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.membership import ranges
from tundish.funnel.packed.attempts import Began
from tundish.funnel.packed.events import (
    LAST_MICROS,
    TIME_BITS,
    UNIT_BITS,
    UNITS,
    PackedEvents,
    PackedRun,
)
from tundish.funnel.packed.streams import Keys, bounds, next_places
from tundish.funnel.steps.answer import Answer, Question, answer, question
from tundish.funnel.steps.breakdown import split
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.matching import Selection, masks
from tundish.funnel.steps.report import estimated_attempts
from tundish.funnel.steps.search import SKIPPED
from tundish.funnel.steps.spans import spans
from tundish.funnel.units import owned
from tundish.journal.columns import Bools, Coded, Codes, EventColumns, Ints

_EVERY_VALUE = 2**31
_Part = tuple[str | None, PackedRun, Ints, Ints]
"""A kind, a run, rows of it, and for each row the place of its unit."""


@dataclass(frozen=True)
class Apart:
    """The general answer on some units: of the m attempts `unit` codes into `ids`, `depth` how many
    steps they fill, `open` whether they can go on, `label` the breakdown's text. `entered` and
    `converted` are the trend's pairs."""

    asked: Question
    found: Answer
    ids: tuple[Any, ...]
    unit: Codes
    depth: Ints
    open: Bools
    label: tuple[str | None, ...]
    entered: Began
    converted: Began
    estimated: int

    def times(self, one: int, other: int, units: Bools | None) -> Ints:
        """Microseconds from step to step of the attempts (of the marked units) that have both."""
        found = self.found if units is None else self.found.of(units)
        return spans(self.asked, found, one, other).micros


def apart(columns: EventColumns, definition: StepDefinition, *, now: int) -> Apart:
    """The general answer on events whose units stand in `unit`."""
    definition = replace(definition, unit=None, now=now)
    ours = owned(columns, None)
    asked = question(ours, definition, latest=now)
    steps, barred = masks(ours, definition, None)
    chosen = Selection(np.arange(len(ours.rows)), ours.unit.codes, steps, barred)
    found = answer(asked, chosen)
    attempts, trend = found.attempts, found.trend
    entered = trend.chain[:, definition.from_step] < SKIPPED
    converted = entered & (trend.chain[:, definition.to_step] < SKIPPED)
    return Apart(
        asked, found, ours.unit.values, attempts.unit, (attempts.chain < SKIPPED).sum(axis=1),
        attempts.is_open, _labels(asked, found, chosen),
        Began(trend.unit[entered], trend.bucket[entered]),
        Began(trend.unit[converted], trend.bucket[converted]),
        estimated_attempts(asked, found),
    )  # fmt: skip


def _labels(asked: Question, found: Answer, chosen: Selection) -> tuple[str | None, ...]:
    breakdown = asked.definition.breakdown
    if breakdown is None:
        return (None,) * len(found.attempts.unit)
    every = replace(asked.definition, breakdown=replace(breakdown, limit=_EVERY_VALUE))
    parts = split(replace(asked, definition=every), found, chosen, None)
    labels = parts.label[found.attempts.unit].tolist()
    return tuple(parts.values[c] if c >= 0 else None for c in labels)


def columns_of(
    packed: PackedEvents, ordinals: Ints, kinds: frozenset[str | None] | None
) -> EventColumns:
    """All events of some units (m,), rising, as columns; only of `kinds` where they are given."""
    names = [k for k in packed.kinds if kinds is None or k in kinds]
    parts = [
        (name, run, *_events_of(run, ordinals, packed.buckets))
        for name in names
        for run in packed.kinds[name]
    ]
    codes = {n: i for i, n in enumerate(n for n in names if n is not None)}
    sizes = [len(rows) for _, _, rows, _ in parts]
    event = np.repeat([-1 if n is None else codes[n] for n, _, _, _ in parts], sizes)
    return EventColumns(
        time=_joined(r.keys[rows] & LAST_MICROS for _, r, rows, _ in parts) + packed.base,
        event=Coded(event.astype(np.int32), tuple(codes)),
        units={
            "unit": Coded(
                _joined(owner for *_, owner in parts).astype(np.int32),
                tuple(packed.ids[u] for u in ordinals.tolist()),
            )
        },
        properties=_properties(packed, parts),
        estimated=_flags([(r.estimated, rows) for _, r, rows, _ in parts]),
        day_only=_flags([(r.day_only, rows) for _, r, rows, _ in parts]),
    )


def _events_of(run: PackedRun, ordinals: Ints, buckets: int) -> tuple[Ints, Ints]:
    """(rows of the run, for each the place of its unit among `ordinals`)."""
    keys = Keys(run.keys, bounds(run.starts, 0, buckets))
    bucket, key = ordinals >> UNIT_BITS, (ordinals & (UNITS - 1)) << TIME_BITS
    low = next_places(keys, bucket, key)
    high = next_places(keys, bucket, key | LAST_MICROS, behind=True)
    return ranges(low, high), np.repeat(np.arange(len(ordinals)), high - low)


def _properties(packed: PackedEvents, parts: list[_Part]) -> dict[str, Coded]:
    columns = {}
    for name, values in packed.dictionaries.items():
        codes = []
        for _, run, rows, _ in parts:
            column = run.properties.get(name)
            codes.append(np.full(len(rows), -1) if column is None else column[rows])
        columns[name] = Coded(_joined(codes).astype(np.int32), tuple(values))
    return columns


def _flags(parts: list[tuple[Bools | None, Ints]]) -> Bools | None:
    if all(flags is None for flags, _ in parts):
        return None
    found = [np.zeros(len(r), np.bool_) if f is None else f[r] for f, r in parts]
    return np.asarray(np.concatenate(found), np.bool_)


def _joined(parts: Iterable[NDArray[Any]]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])
