"""The packed fold: every unit walked, by several threads, each over buckets of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import UNITS, PackedEvents
from tundish.funnel.packed.threads import cut_ranges, on_ranges
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.packed.amounts import Amounts, amounts_of
from tundish.funnel.stages.packed.gather import SLOTS, count, scatter, walk_units
from tundish.funnel.stages.packed.program import Flat, flat_of
from tundish.funnel.stages.packed.runs import Block, Run, Tables, block_of, runs_of
from tundish.journal.columns import Bools, Ints

_ITEMS = 1 << 17
"""So many events are brought together at once: they fit the cache."""
_ROWS = 1 << 16
_EVENTS_OF_A_RANGE = 1 << 22
"""About so many events are prepared at once."""


S = TypeVar("S", bound="Sink")


class Sink(Protocol):
    """What takes the rows of whole units, in one thread."""

    def take(self, rows: Ints, n: int) -> None: ...


@dataclass(frozen=True)
class Question:
    """A definition made ready for packed events. `skipped` (units,) are not walked; `as_of` counts
    from the packed base."""

    packed: PackedEvents
    definition: StageDefinition
    flat: Flat
    amounts: Amounts
    runs: list[Run]
    tables: Tables
    skipped: Bools
    as_of: int


def question_of(
    packed: PackedEvents, definition: StageDefinition, *, as_of: int, skipped: Bools
) -> Question:
    """Everything that does not hang on the units. Raises TooLargeError."""
    amounts = amounts_of(packed, definition)
    flat = flat_of(
        definition,
        currency=amounts.own,
        currencies=len(amounts.currencies),
        amounts=amounts.minor.shape[1],
    )
    runs = runs_of(packed, definition, flat.program)
    tables = Tables(packed, definition, flat.program)
    return Question(packed, definition, flat, amounts, runs, tables, skipped, as_of - packed.base)


def walk_all(question: Question, sink: Callable[[], S], *, threads: int) -> tuple[list[S], Bools]:
    """Walk every unit into sinks, one a thread; gives them, and the units (by ordinal) that are
    hard: what befalls them hangs on ids that are not packed, so they went into no sink."""
    hard = np.zeros(len(question.skipped), np.bool_)
    idle = [(_Worker(question, hard), sink()) for _ in range(threads)]
    sinks = [mine for _, mine in idle]

    def work(first: int, end: int) -> None:
        worker, mine = idle.pop()
        worker.walk(first, end, into=mine)
        idle.append((worker, mine))

    if question.runs and question.as_of >= 0:
        weight = _weight(question)
        rounds = max(4, -(-int(weight.sum()) // (_EVENTS_OF_A_RANGE * threads)))
        on_ranges(work, cut_ranges(weight, rounds * threads), threads=threads)
    return sinks, hard


def _weight(question: Question) -> Ints:
    """How many events each bucket has, of those that may match."""
    weight = np.zeros(question.packed.buckets, np.int64)
    for run in question.runs:
        counts = np.diff(run.run.starts)
        weight[: len(counts)] += counts
    return weight


class _Worker:
    """The room that one thread works in."""

    def __init__(self, question: Question, hard: Bools) -> None:
        self.question, self.hard = question, hard
        self.state = np.zeros(at.S_RING + question.flat.ring + 1, np.int64)
        self.state[at.S_KNOWN : at.S_RING] = -1  # no answer is known yet
        self.starts = np.zeros(UNITS + 1, np.int64)
        self.ends = np.zeros(UNITS + 1, np.int64)
        self.slots = np.zeros(SLOTS + 2, np.int64)
        # the longest time that a matched key can hold decides how wide a stretch is
        span = question.packed.latest - question.packed.base
        self.shift = max(0, int(span).bit_length() - SLOTS.bit_length() + 1)
        self.spans = np.zeros((len(question.runs), 2), np.int64)
        self.rows = np.zeros((_ROWS, at.ROW), np.int64)
        self._room(_ITEMS)

    def _room(self, items: int) -> None:
        self.items = np.empty(items, np.int64)
        self.spare = np.empty(items, np.int64)
        self.owner = np.empty(items, np.int16)
        self.instant: NDArray[np.int64] = np.empty((items, at.INSTANT), np.int64)

    def walk(self, first: int, end: int, *, into: Sink) -> None:
        """All units of the buckets from `first` to before `end`."""
        question = self.question
        block = block_of(question.runs, question.tables, first=first, end=end)
        for place, bucket in enumerate(range(first, end)):
            edges = np.ascontiguousarray(block.edges[:, place : place + 2])
            units = min(UNITS, question.packed.units - bucket * UNITS)
            events = int((edges[:, 1] - edges[:, 0]).sum())
            pieces = max(1, -(-events // (_ITEMS // 2)))
            size = max(1, -(-units // pieces))
            for low in range(0, units, size):
                self._units(block, edges, bucket * UNITS, low, min(size, units - low), into)

    def _units(
        self, block: Block, edges: Ints, base: int, low: int, units: int, into: Sink
    ) -> None:
        question = self.question
        last = min(question.as_of, (1 << 49) - 1)
        lists, spans, starts = block.lists, self.spans, self.starts
        needed = count(lists, edges, spans, starts, self.slots, low, units, self.shift)
        if needed > len(self.items):
            self._room(needed * 2)
        scatter(
            lists, spans, starts, self.ends, self.slots, self.items, self.spare, self.owner,
            low, units, self.shift, last,
        )  # fmt: skip
        done = 0
        while done < units:
            reached = walk_units(
                question.flat.p, self.state, self.instant, self.rows, block.lists,
                question.amounts.minor, edges, self.spans, self.starts, self.ends, self.items,
                self.spare, question.skipped, self.hard, base, low, done, units, question.as_of,
            )  # fmt: skip
            if reached < units and reached == done:
                self.rows = np.zeros((2 * len(self.rows), at.ROW), np.int64)
            else:
                into.take(self.rows, int(self.state[at.S_N]))
            done = reached
