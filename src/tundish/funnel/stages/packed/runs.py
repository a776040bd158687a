"""The runs of packed events that a definition asks about, as the compiled gathering reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.conditions import Condition
from tundish.funnel.packed.events import PackedEvents, PackedRun
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.instants import STAGE_MOVED, by_text, moves
from tundish.funnel.stages.matching import Program
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.rules import FIELD_CHANGED, Either, Every, Happened, Test
from tundish.journal.columns import Bools, Coded, EventColumns, Ints

CURRENCY = "currency"


@dataclass(frozen=True)
class Run:
    """One run, and what its events match: `bits` all of them, `varies` where it hangs on
    properties as well; `buys` where its events can be a purchase."""

    run: PackedRun
    kind: str | None
    bits: int
    varies: bool
    buys: bool


@dataclass
class Block:
    """The runs for some buckets in a row: `lists` (K, LIST) as places.py lays them, `edges`
    (K, buckets + 1) where the buckets begin in them. `held` keeps alive what addresses point to."""

    lists: NDArray[np.int64]
    edges: Ints
    held: list[Any] = field(default_factory=list)


def runs_of(packed: PackedEvents, definition: StageDefinition, program: Program) -> list[Run]:
    """All runs with an event that may match."""
    hand_bit = 1 << len(program.leaves)
    purchase = program.stages[definition.purchase].mask
    found = []
    for kind, runs in packed.kinds.items():
        answers = [_matches(test, kind) for test in program.leaves]
        bits = sum(1 << leaf for leaf, said in enumerate(answers) if said)
        may = bits | sum(1 << leaf for leaf, said in enumerate(answers) if said is None)
        if kind == STAGE_MOVED:
            may |= hand_bit
        if not may:
            continue
        varies = may != bits
        buys = bool(may & purchase)
        found += [Run(run, kind, bits, varies, buys) for run in runs if len(run)]
    return found


def properties_asked(definition: StageDefinition, program: Program) -> set[str]:
    """The names of all properties that the fold reads."""
    found = {definition.value_property, CURRENCY, "stage", "definition"}
    if program.asked:
        found.add("new")
    waiting: list[Test] = list(program.leaves)
    while waiting:
        test = waiting.pop()
        if isinstance(test, Happened):
            found |= {condition.property for condition in test.where}
        else:
            waiting += test.of
    return found


class Tables:
    """What a question asks of properties, by their codes: each distinct value is asked once."""

    def __init__(self, packed: PackedEvents, definition: StageDefinition, program: Program) -> None:
        self.definition, self.program = definition, program
        asked = properties_asked(definition, program)
        known = packed.dictionaries
        self.values = {name: tuple(known[name]) for name in asked if name in known}
        self._tables: dict[int, Bools] = {}
        self.rank = np.zeros(1, np.int32)
        if program.asked:
            new = self.values.get("new", ())
            self.rank = np.asarray(by_text(_every_code(new))[1], np.int32)

    def mask(self, test: Test, run: Run, low: int, high: int) -> Bools:
        """The events of a part of a run that satisfy a question."""
        if isinstance(test, Happened):
            if test.event is not None and test.event != run.kind:
                return np.zeros(high - low, np.bool_)
            held = np.ones(high - low, np.bool_)
            for condition in test.where:
                held &= self.passed(condition, run, low, high)
            return held
        masks = [self.mask(each, run, low, high) for each in test.of]
        joined = np.logical_and.reduce if isinstance(test, Every) else np.logical_or.reduce
        return np.asarray(joined(masks), np.bool_)

    def passed(
        self, condition: Condition, run: Run, low: int, high: int, *, name: str | None = None
    ) -> Bools:
        """The events of a part of a run whose property (`name` in place of the condition's) passes."""
        named = condition.property if name is None else name
        table = self._tables.get(id(condition))
        if table is None:
            table = condition.mask(_every_code(self.values.get(named, ())))
            self._tables[id(condition)] = table
        codes = self.codes(named, run, low, high)
        return np.full(high - low, table[-1], np.bool_) if codes is None else table[codes]

    def codes(self, name: str, run: Run, low: int, high: int) -> Any:
        """The codes of a part of a run, None where none of its events has the property."""
        codes = run.run.properties.get(name) if name in self.values else None
        return None if codes is None else codes[low:high]

    def column(self, name: str, run: Run, low: int, high: int) -> Coded:
        """The property of a part of a run."""
        codes = self.codes(name, run, low, high)
        return Coded.missing(high - low) if codes is None else Coded(codes, self.values[name])


def block_of(runs: Sequence[Run], tables: Tables, *, first: int, end: int) -> Block:
    """The runs for the buckets from `first` to before `end`."""
    block = Block(
        np.zeros((len(runs), at.LIST), np.int64), np.zeros((len(runs), end - first + 1), np.int64)
    )
    for i, run in enumerate(runs):
        known = len(run.run.starts) - 1
        block.edges[i] = run.run.starts[np.minimum(np.arange(first, end + 1), known)]
        line = block.lists[i]
        line[at.L_KEYS] = _address(run.run.keys, block)
        line[at.L_BITS] = run.bits
        low, high = int(block.edges[i, 0]), int(block.edges[i, -1])
        if run.varies and low < high:
            _varied(line, run, tables, low, high, block)
        if run.run.estimated is not None:
            line[at.L_ESTIMATED] = _address(run.run.estimated, block)
        if run.run.day_only is not None:
            line[at.L_DAY] = _address(run.run.day_only, block)
        if run.buys:
            _amounts(line, run, tables.definition, block)
        needed = (at.L_SOME_BITS, at.L_ESTIMATED, at.L_DAY, at.L_AMOUNT)
        line[at.L_NEEDS_ROW] = int(any(line[place] for place in needed))
    return block


def _varied(line: Ints, run: Run, tables: Tables, low: int, high: int, block: Block) -> None:
    """What each event of a part of a run matches by its properties, addressed by its place in the
    whole run."""
    program = tables.program
    bits = np.zeros(high - low, np.int64)
    for leaf, test in enumerate(program.leaves):
        if _matches(test, run.kind) is not False:
            bits[tables.mask(test, run, low, high)] |= 1 << leaf
    if run.kind == STAGE_MOVED:
        moved = EventColumns(
            np.zeros(high - low, np.int64),
            Coded(np.zeros(high - low, np.int32), (STAGE_MOVED,)),
            {},
            {name: tables.column(name, run, low, high) for name in ("stage", "definition")},
        )
        by_hand = moves(moved, tables.definition)
        bits[by_hand >= 0] |= 1 << len(program.leaves)
        line[at.L_HAND] = _address(by_hand, block, low)
    if run.kind == FIELD_CHANGED and program.asked:
        codes = tables.codes("new", run, low, high)
        rank = np.full(high - low, -1, np.int32) if codes is None else tables.rank[codes]
        line[at.L_RANK] = _address(rank, block, low)
        verdicts = np.zeros(high - low, np.int64)
        for leaf, rule in program.asked.items():
            passed = tables.passed(rule.condition, run, low, high, name="new")
            verdicts[passed] |= 1 << leaf
        line[at.L_VERDICT] = _address(verdicts, block, low)
    line[at.L_SOME_BITS] = _address(bits, block, low)


def _amounts(line: Ints, run: Run, definition: StageDefinition, block: Block) -> None:
    for name, place, width in (
        (definition.value_property, at.L_AMOUNT, at.L_AMOUNT_WIDTH),
        (CURRENCY, at.L_CURRENCY, at.L_CURRENCY_WIDTH),
    ):
        codes = run.run.properties.get(name)
        if codes is not None:
            line[place] = _address(codes, block)
            line[width] = codes.dtype.itemsize


def _address(column: NDArray[Any], block: Block, low: int = 0) -> int:
    """Where a column lies; with `low` where its place -low would."""
    kept = np.ascontiguousarray(column)
    block.held.append(kept)
    return int(kept.ctypes.data) - low * kept.dtype.itemsize


def _matches(test: Test, kind: str | None) -> bool | None:
    """Whether the events of a kind satisfy a question; None where it hangs on their properties."""
    if isinstance(test, Happened):
        if test.event is not None and test.event != kind:
            return False
        return None if test.where else True
    said = [_matches(each, kind) for each in test.of]
    if isinstance(test, Every):
        return False if False in said else (None if None in said else True)
    assert isinstance(test, Either)
    return True if True in said else (None if None in said else False)


def _every_code(values: tuple[Any, ...]) -> Coded:
    """A column that has each value once, and last a missing one."""
    codes = np.arange(len(values) + 1, dtype=np.int32)
    codes[-1] = -1
    return Coded(codes, values)
