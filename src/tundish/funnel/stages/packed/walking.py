"""The packed fold: every unit walked, by several threads, each over buckets of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import UNITS, PackedEvents
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.packed.amounts import Amounts, amounts_of
from tundish.funnel.stages.packed.gather import scatter, walk_units
from tundish.funnel.stages.packed.program import Flat, flat_of
from tundish.funnel.stages.packed.runs import Block, Run, Tables, block_of, runs_of
from tundish.journal.columns import Bools, Ints

_ITEMS = 1 << 17
"""So many events are brought together at once: they fit the cache."""
_ROWS = 1 << 16
_BLOCK = 1 << 22
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


def walk_all(question: Question, sink: Callable[[], S]) -> tuple[list[S], Bools]:
    """Walk every unit into sinks, one a thread; gives them, and the units (by ordinal) that are
    hard: what befalls them hangs on ids that are not packed, so they went into no sink."""
    blocks = list(_blocks(question))
    hard = np.zeros(len(question.skipped), np.bool_)
    threads = max(1, min(int(numba.config.NUMBA_NUM_THREADS), len(blocks)))
    sinks = [sink() for _ in range(threads)]
    turn = count()

    def work(mine: S) -> None:
        worker = _Worker(question, hard)
        while (k := next(turn)) < len(blocks):
            worker.walk(*blocks[k], into=mine)

    if threads == 1:
        work(sinks[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, sinks))
    return sinks, hard


def _blocks(question: Question) -> Iterator[tuple[int, int]]:
    """Ranges of buckets with about the same number of events, several for each thread."""
    buckets = question.packed.buckets
    if not buckets or not question.runs or question.as_of < 0:
        return
    until = np.zeros(buckets + 1, np.int64)
    for run in question.runs:
        starts = run.run.starts
        until += starts[np.minimum(np.arange(buckets + 1), len(starts) - 1)]
    share = max(1, min(_BLOCK, int(until[-1]) // (4 * int(numba.config.NUMBA_NUM_THREADS))))
    first = 0
    while first < buckets:
        end = int(np.searchsorted(until, until[first] + share, side="left"))
        end = min(max(end, first + 1), buckets)
        yield first, end
        first = end


class _Worker:
    """The room that one thread works in."""

    def __init__(self, question: Question, hard: Bools) -> None:
        self.question, self.hard = question, hard
        self.state = np.zeros(at.S_RING + question.flat.ring + 1, np.int64)
        self.starts = np.zeros(UNITS + 1, np.int64)
        self.ends = np.zeros(UNITS + 1, np.int64)
        self.spans = np.zeros((len(question.runs), 2), np.int64)
        self.rows = np.zeros((_ROWS, at.ROW), np.int64)
        self._room(_ITEMS)

    def _room(self, items: int) -> None:
        self.items = np.empty(items, np.int64)
        self.spare = np.empty(items, np.int64)
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
        placed: tuple[Any, ...] = (block.lists, edges, self.spans, self.starts, self.ends)
        needed = scatter(*placed, self.items, low, units, last)
        if needed > len(self.items):
            self._room(needed * 2)
            scatter(*placed, self.items, low, units, last)
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
