"""The step funnel over packed events: the same report as the general kernel's, many times faster."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tundish.funnel.packed import strict
from tundish.funnel.packed.apart import Apart, apart, columns_of
from tundish.funnel.packed.attempts import Began, Depth, began, trend_buckets
from tundish.funnel.packed.events import UNIT_BITS, PackedEvents
from tundish.funnel.packed.figures import Counted, figures_of
from tundish.funnel.packed.hard import doubts
from tundish.funnel.packed.kernels import Kernel, kernel
from tundish.funnel.packed.plan import Plan, plan
from tundish.funnel.packed.rows import rows_of
from tundish.funnel.packed.streams import Keys, bounds, gather
from tundish.funnel.packed.threads import Range, cut_ranges, on_ranges
from tundish.funnel.packed.touch import Labels, first_touch, labels_of
from tundish.funnel.steps.answer import question
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.report import StepReport
from tundish.funnel.steps.trend import Span, bucket_span
from tundish.funnel.units import owned
from tundish.journal.columns import Bools, Coded, Codes, EventColumns, Ints

_EVENTS_OF_A_RANGE = 1_000_000


@dataclass(frozen=True)
class _Part:
    """What a range of buckets gives. `counts` is how many attempts each label has, `hard` are the
    units that only the general search can judge."""

    depths: list[Depth]
    entered: Began
    converted: Began
    counts: Ints
    hard: Ints


def step_counts(
    packed: PackedEvents, definition: StepDefinition, *, others: EventColumns | None = None,
    compiled: bool = False, threads: int = 2,
) -> tuple[int, ...]:  # fmt: skip
    """How many units reach each step: the report's counts without lists, times and rows."""
    asked = plan(definition, packed)
    by = kernel(packed, asked, compiled=compiled)

    def work(first: int, end: int) -> tuple[Ints, Ints]:
        keys = [
            gather(stream, first, end, merged=by.merged, last=asked.last)
            for stream in asked.streams
        ]
        hard = doubts(asked, first, end).deeper(asked, keys)
        if definition.order == "strict":
            some, hard, _ = _strictly(packed, asked, keys, hard, first, end, repeats=False)
            found = np.asarray([len(level.unit) for level in strict.levels(some, asked)], np.int64)
        else:
            found = by.reached(asked, keys, _skip(packed, hard, first, end))
        return found, _ordinals(hard, first)

    parts = on_ranges(work, _ranges(packed, asked, threads), threads=threads)
    counts = np.zeros(len(asked.streams), np.int64)
    for found, _ in parts:
        counts += found
    hard = np.concatenate([np.zeros(0, np.int64), *(h for _, h in parts)])
    for general in _general(packed, definition, asked, hard, others):
        counts += [int((general.depth > k).sum()) for k in range(len(counts))]
    return tuple(counts.tolist())


def packed_step_report(
    packed: PackedEvents, definition: StepDefinition, *, others: EventColumns | None = None,
    trend: bool = True, compiled: bool = False, threads: int = 2,
) -> StepReport:  # fmt: skip
    """Count the steps of a definition that `can_answer` takes; equal to `step_report`.

    `others` are all events of the units that `packed.masked` leaves out, with their ids as `unit`,
    merges applied. Without `trend` that part is left empty, which saves a third of the time. With
    `compiled` the search runs through numba, which must be installed.
    """
    asked = plan(definition, packed)
    by = kernel(packed, asked, compiled=compiled)
    now = _now(packed, definition, others)
    labels = None
    if definition.breakdown is not None:
        labels = labels_of(definition.breakdown.properties[0], packed.dictionaries)

    label = np.empty(0 if labels is None else packed.buckets << UNIT_BITS, np.int32)

    def work(first: int, end: int) -> _Part:
        return _part(packed, definition, asked, by, labels, label, now, first, end, trend=trend)

    parts = on_ranges(work, _ranges(packed, asked, threads), threads=threads)
    hard = np.concatenate([np.zeros(0, np.int64), *(p.hard for p in parts)])
    general = _general(packed, definition, asked, hard, others)
    ids = Ids(packed.ids, packed.units, general)
    whole = _whole(definition, parts, ids, trend=trend)
    empty = EventColumns(np.zeros(0, np.int64), Coded.missing(0), {})
    span = Span(np.zeros(0, np.int64), ())
    if trend:
        span = bucket_span(
        question(owned(empty, None), definition, latest=now), [whole.entered]
    )  # fmt: skip
    notes = {
        "events_without_unit": packed.without_unit,
        "events_shared_by_units": packed.shared,
        "units_in_several_rows": 0,
        "estimated_times": sum(one.estimated for one in general),
        "amounts_in_other_currencies": 0,
        "trend_buckets_left_out": span.left_out,
    }
    if labels is None:
        return StepReport(figures_of(whole, definition, ids, span), (), notes)
    label = label[: packed.units]
    counts = np.zeros(len(labels.texts) + 1, np.int64)
    for part in parts:
        counts += part.counts
    rows = rows_of(
        whole, partial(figures_of, whole, definition, ids, span), label, labels, counts,
        definition, ids, span, parted=by.parted, threads=threads,
    )  # fmt: skip
    return StepReport(rows[0].figures, rows, notes)


class Ids(Sequence[Any]):
    """The ids of all ordinals, and behind them those of the units that the general search judged."""

    def __init__(self, known: Sequence[Any], units: int, general: Sequence[Apart]) -> None:
        self.known, self.units = known, units
        self.general = general
        self.extra = tuple(i for one in general for i in one.ids)

    def __len__(self) -> int:
        return self.units + len(self.extra)

    def __getitem__(self, place: Any) -> Any:
        return self.known[place] if place < self.units else self.extra[place - self.units]

    def shifts(self) -> list[int]:
        """Where the ids of each general answer begin."""
        sizes = [len(one.ids) for one in self.general]
        return [self.units + sum(sizes[:i]) for i in range(len(sizes))]


def _part(
    packed: PackedEvents, definition: StepDefinition, asked: Plan, by: Kernel, labels: Labels | None,
    label: Codes, now: int, first: int, end: int, *, trend: bool,
) -> _Part:  # fmt: skip
    keys = [
        gather(stream, first, end, merged=by.merged, last=asked.last) for stream in asked.streams
    ]
    hard = doubts(asked, first, end).units()
    label = label[first << UNIT_BITS : end << UNIT_BITS]
    if labels is not None:
        unsure = first_touch(packed, asked, labels, first, end, label, touch=by.touch)
        hard = unsure if hard is None else hard | unsure
    skip: Bools | None
    if definition.order == "strict":
        some, hard, skip = _strictly(packed, asked, keys, hard, first, end, repeats=True)
        found = strict.levels(some, asked)
    else:
        skip = _skip(packed, hard, first, end)
        found = by.levels(asked, keys, skip)
    deep = by.depths(asked, keys, found, open_from=_open_from(packed, definition, now))
    nobody = Began(np.zeros(0, np.int32), np.zeros(0, np.int64))
    entered = converted = nobody
    if not trend:
        pass
    elif definition.order == "strict":
        bucket = trend_buckets(some.micros, definition, base=packed.base)
        steps = (definition.from_step, max(definition.from_step, definition.to_step))
        entered, converted = (strict.reaching(some, asked, bucket, step) for step in steps)
    else:
        entered, converted = began(asked, keys, found, skip, definition, base=packed.base)
    counts = np.zeros(0, np.int64)
    if labels is not None:
        counts = by.tally(deep, label, len(labels.texts))
    shift = np.int32(first << UNIT_BITS)
    return _Part(
        [Depth(d.unit + shift, d.at, d.open) for d in deep],
        Began(entered.unit + shift, entered.bucket),
        Began(converted.unit + shift, converted.bucket),
        counts, _ordinals(hard, first),
    )  # fmt: skip


def _strictly(
    packed: PackedEvents, asked: Plan, keys: Sequence[Keys], hard: Bools | None, first: int,
    end: int, *, repeats: bool,
) -> tuple[strict.Segments, Bools, Bools]:  # fmt: skip
    """(segments of the units that are counted here, hard units, units that are not counted)."""
    some = strict.segments(packed, asked, keys, first, repeats=repeats)
    hard = np.zeros((end - first) << UNIT_BITS, np.bool_) if hard is None else hard.copy()
    hard[some.hard] = True
    skip = _skip(packed, hard, first, end)
    assert skip is not None
    return some.without(skip), hard, skip


def _open_from(packed: PackedEvents, definition: StepDefinition, now: int) -> int:
    """Attempts that begin here or later can still go on (A12), microseconds since the base."""
    if definition.window is not None:
        return now - definition.window - packed.base
    closes = definition.end if definition.range_limits == "attempt" else None
    return 0 if closes is None or now <= closes else 2**62


def _now(packed: PackedEvents, definition: StepDefinition, others: EventColumns | None) -> int:
    if definition.now is not None:
        return definition.now
    latest = packed.latest
    return latest if others is None or not len(others) else max(latest, int(others.time.max()))


def _general(
    packed: PackedEvents, definition: StepDefinition, asked: Plan, hard: Ints,
    others: EventColumns | None,
) -> list[Apart]:  # fmt: skip
    """The general search's answers: on the hard units, and on those that came apart."""
    now = _now(packed, definition, others)
    if packed.masked is not None:
        hard = hard[~packed.masked[hard]]
    found = []
    if len(hard):
        kinds = None
        if definition.order != "strict":
            kinds = frozenset(k for stream in asked.streams for k in stream.kinds)
        found.append(apart(columns_of(packed, hard, kinds), definition, now=now))
    if others is not None and len(others):
        found.append(apart(others, definition, now=now))
    return found


def _whole(definition: StepDefinition, parts: Sequence[_Part], ids: Ids, *, trend: bool) -> Counted:
    size = len(definition.steps)
    general = [(one, None, shift) for one, shift in zip(ids.general, ids.shifts(), strict=True)]
    dated = general if trend else []
    return Counted(
        [[p.depths[k] for p in parts] for k in range(size)],
        general,
        _pairs([p.entered for p in parts], [(one.entered, shift) for one, _, shift in dated]),
        _pairs([p.converted for p in parts], [(one.converted, shift) for one, _, shift in dated]),
    )


def _pairs(parts: Sequence[Began], general: Sequence[tuple[Began, int]]) -> Began:
    shifted = [Began(b.unit + np.int32(shift), b.bucket) for b, shift in general]
    every = [Began(np.zeros(0, np.int32), np.zeros(0, np.int64)), *parts, *shifted]
    return Began(np.concatenate([b.unit for b in every]), np.concatenate([b.bucket for b in every]))


def _ranges(packed: PackedEvents, asked: Plan, threads: int) -> list[Range]:
    weight = np.zeros(packed.buckets, np.int64)
    for run in {id(s.run): s.run for stream in asked.streams for s in stream.sources}.values():
        weight += np.diff(bounds(run.starts, 0, packed.buckets))
    rounds = -(-int(weight.sum()) // (_EVENTS_OF_A_RANGE * threads))
    return cut_ranges(weight, max(1, rounds) * threads)


def _skip(packed: PackedEvents, hard: Bools | None, first: int, end: int) -> Bools | None:
    """The units of a range that are not counted here, (units of the range,)."""
    if packed.masked is None:
        return hard
    masked = packed.masked[first << UNIT_BITS : end << UNIT_BITS]
    skip = np.zeros((end - first) << UNIT_BITS, np.bool_) if hard is None else hard.copy()
    skip[: len(masked)] |= masked
    return skip


def _ordinals(hard: Bools | None, first: int) -> Ints:
    none = np.zeros(0, np.int64)
    return none if hard is None else np.flatnonzero(hard) + (first << UNIT_BITS)
