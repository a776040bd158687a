"""Rules made ready for the fold: single-event tests as bits, and rules that read what was seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from tundish.funnel.conditions import Condition, all_hold
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.rules import (
    FIELD_CHANGED,
    AllOf,
    AnyOf,
    Either,
    Every,
    FieldIs,
    Happened,
    Rule,
    Seen,
    Silent,
    Test,
)
from tundish.funnel.stages.visits import NEVER
from tundish.journal.columns import Bools, Coded, EventColumns

BEGINNING = NEVER
"""A floor below all times: what lies above it is seen."""


@dataclass(slots=True)
class Memory:
    """What one unit did so far, per leaf, in the order of time; `began` is the open pass's start.

    `last` holds the latest time of each leaf, `times` all times of the leaves that are counted,
    `verdict` the latest answer of the leaves that ask for a field. `seen` has the bits of the
    leaves seen after the open pass's floor, `ever` of all that were seen.
    """

    last: list[int]
    times: dict[int, list[int]]
    verdict: dict[int, bool]
    began: int | None = None
    seen: int = 0
    ever: int = 0


@dataclass(frozen=True, slots=True)
class Once:
    """The leaf was seen."""

    leaf: int
    ever: bool
    mask: int

    waits: ClassVar[bool] = False

    def holds(self, memory: Memory, _t: int, floor: int) -> bool:
        return memory.last[self.leaf] > (BEGINNING if self.ever else floor)

    def turns(self, _memory: Memory, _floor: int) -> Iterator[int]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Count:
    """The leaf was seen n times, the oldest at most `within` ago."""

    leaf: int
    n: int
    within: int | None
    ever: bool
    mask: int

    waits: ClassVar[bool] = False

    def holds(self, memory: Memory, t: int, floor: int) -> bool:
        times = memory.times[self.leaf]
        if len(times) < self.n or times[-self.n] <= (BEGINNING if self.ever else floor):
            return False
        return self.within is None or t - times[-self.n] <= self.within

    def turns(self, memory: Memory, _floor: int) -> Iterator[int]:
        times = memory.times[self.leaf]
        if self.within is not None and len(times) >= self.n:
            yield times[-self.n] + self.within + 1


@dataclass(frozen=True, slots=True)
class Field:
    """The latest value of a field passed; `missing` is the answer where it never changed."""

    leaf: int
    ever: bool
    missing: bool
    mask: int

    waits: ClassVar[bool] = False

    def holds(self, memory: Memory, _t: int, floor: int) -> bool:
        if memory.last[self.leaf] > (BEGINNING if self.ever else floor):
            return memory.verdict[self.leaf]
        return self.missing

    def turns(self, _memory: Memory, _floor: int) -> Iterator[int]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Silence:
    """The leaf was not seen for `span`, since its last time seen, or since the pass began."""

    leaf: int
    span: int
    ever: bool
    mask: int = 0

    waits: ClassVar[bool] = True

    def since(self, memory: Memory, floor: int) -> int | None:
        last = memory.last[self.leaf]
        return last if last > (BEGINNING if self.ever else floor) else memory.began

    def holds(self, memory: Memory, t: int, floor: int) -> bool:
        since = self.since(memory, floor)
        return since is not None and t - since >= self.span

    def turns(self, memory: Memory, floor: int) -> Iterator[int]:
        since = self.since(memory, floor)
        if since is not None:
            yield since + self.span


@dataclass(frozen=True, slots=True)
class Joined:
    """All, or any, of several rules."""

    of: tuple["Node", ...]
    every: bool
    mask: int
    waits: bool

    def holds(self, memory: Memory, t: int, floor: int) -> bool:
        if self.every:
            return all(node.holds(memory, t, floor) for node in self.of)
        return any(node.holds(memory, t, floor) for node in self.of)

    def turns(self, memory: Memory, floor: int) -> Iterator[int]:
        for node in self.of:
            yield from node.turns(memory, floor)


Node = Once | Count | Field | Silence | Joined
"""A rule made ready. `mask` has the bits of the leaves whose events can make it hold; `waits` says
whether time alone can, and `turns` gives the instants at which time alone may change its answer."""


@dataclass(slots=True)
class Program:
    """A definition made ready: its stages' and losses' rules over numbered leaves (bits)."""

    stages: list[Node] = field(default_factory=list)
    losses: list[Node] = field(default_factory=list)
    leaves: list[Test] = field(default_factory=list)
    asked: dict[int, FieldIs] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)
    awaited: set[int] = field(default_factory=set)


def program_of(definition: StageDefinition) -> Program:
    """The definition's rules as a program."""
    program = Program()
    program.stages = [_node(stage.enter, program) for stage in definition.stages]
    program.losses = [_node(loss.when, program) for loss in definition.loss]
    return program


def leaf_masks(program: Program, columns: EventColumns) -> list[Bools]:
    """Per leaf the mask of the n rows that match it."""
    return [test_mask(test, columns) for test in program.leaves]


def verdicts(program: Program, columns: EventColumns) -> dict[int, Bools]:
    """Per leaf that asks for a field: whether the row's new value passes, shape (n,)."""
    new = columns.property("new")
    return {leaf: rule.condition.mask(new) for leaf, rule in program.asked.items()}


def test_mask(test: Test, columns: EventColumns) -> Bools:
    """The rows that satisfy a question about a single event, shape (n,)."""
    if isinstance(test, Happened):
        held = all_hold(test.where, len(columns), columns.property)
        return held if test.event is None else held & columns.event.where(test.event.__eq__)
    masks = [test_mask(each, columns) for each in test.of]
    joined = np.logical_and.reduce if isinstance(test, Every) else np.logical_or.reduce
    return np.asarray(joined(masks), np.bool_)


def _node(rule: Rule, program: Program) -> Node:
    if isinstance(rule, Seen):
        leaf = _leaf(rule.what, program)
        if rule.at_least == 1 and rule.within is None:
            return Once(leaf, rule.ever, 1 << leaf)
        program.counted.add(leaf)
        return Count(leaf, rule.at_least, rule.within, rule.ever, 1 << leaf)
    if isinstance(rule, FieldIs):
        # Each asked field has a leaf of its own: the verdict hangs on the condition.
        program.leaves.append(Happened(FIELD_CHANGED, _of_field(rule)))
        leaf = len(program.leaves) - 1
        program.asked[leaf] = rule
        missing = bool(rule.condition.mask(Coded.missing(1))[0])
        return Field(leaf, rule.ever, missing, 1 << leaf)
    if isinstance(rule, Silent):
        leaf = _leaf(rule.what, program)
        program.awaited.add(leaf)
        return Silence(leaf, rule.span, rule.ever)
    if isinstance(rule, AnyOf):
        merged = _merged(rule)
        if merged is not None:
            return _node(merged, program)
    nodes = tuple(_node(each, program) for each in rule.of)
    mask = 0
    for node in nodes:
        mask |= node.mask
    return Joined(nodes, isinstance(rule, AllOf), mask, any(node.waits for node in nodes))


def _merged(rule: AnyOf) -> Seen | None:
    """Any of several plain events is one leaf: the common case, and the fast one."""
    plain = [r for r in rule.of if isinstance(r, Seen) and r.at_least == 1 and r.within is None]
    if len(plain) == len(rule.of) and len({r.ever for r in plain}) == 1:
        return Seen(Either(tuple(r.what for r in plain)), ever=plain[0].ever)
    return None


def _leaf(test: Test, program: Program) -> int:
    for i, known in enumerate(program.leaves):
        if i not in program.asked and known == test and repr(known) == repr(test):
            return i
    program.leaves.append(test)
    return len(program.leaves) - 1


def _of_field(rule: FieldIs) -> tuple[Condition, ...]:
    return (Condition("field", "equals", rule.condition.property),)
