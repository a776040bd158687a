"""What a step funnel asks of packed events: which questions can be answered, and as which streams.

A *stream* is what may fill one step: runs, each with the tests that its events must pass. A test
is a table by property code, so a condition is asked once per distinct value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tundish.funnel.conditions import Condition
from tundish.funnel.packed.events import LAST_MICROS, PackedEvents, PackedRun
from tundish.funnel.steps.definition import Match, Step, StepDefinition
from tundish.journal.columns import Bools, Coded


@dataclass(frozen=True)
class Test:
    """`table[code]` says whether an event passes; the last place is that of -1, the missing."""

    property: str
    table: Bools


@dataclass(frozen=True)
class Source:
    """A run of a kind (as text), and what its events must pass: every one of `tests`, and all tests
    of one of `any_of` (which is empty where nothing is asked there)."""

    kind: str
    run: PackedRun
    tests: tuple[Test, ...] = ()
    any_of: tuple[tuple[Test, ...], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether every event passes."""
        return not self.tests and not self.any_of

    def passing(self, low: int, high: int) -> Bools:
        """Which of the events from `low` to `high` pass, shape (high - low,)."""
        held = self._all(self.tests, low, high)
        if self.any_of:
            held &= np.any([self._all(tests, low, high) for tests in self.any_of], axis=0)
        return held

    def _all(self, tests: tuple[Test, ...], low: int, high: int) -> Bools:
        held: Bools | None = None
        for test in tests:
            codes = self.run.properties.get(test.property)
            if codes is None:
                one = np.full(high - low, test.table[-1], np.bool_)
            else:
                one = test.table[codes[low:high]]
            held = one if held is None else held & one
        return np.ones(high - low, np.bool_) if held is None else held


@dataclass(frozen=True)
class Stream:
    """What may fill a step. With `first` only each unit's first event counts: the first that
    passes, or with `named` the first of all that carry the name, which must pass too."""

    sources: tuple[Source, ...]
    kinds: frozenset[str | None]
    first: bool = False
    named: bool = False

    @property
    def whole(self) -> PackedRun | None:
        """The one run whose events all fill the step, as they lie; None where there is more to do."""
        if self.first or len(self.sources) != 1 or not self.sources[0].plain:
            return None
        return self.sources[0].run


@dataclass(frozen=True)
class Plan:
    """K streams. `apart[k]` says whether step k+1 must come strictly after step k, because one
    event may fill both; `overlaps` whether any two steps share events. Times in microseconds
    since the base: attempts begin from `low` to `high`, nothing is read after `last`."""

    streams: tuple[Stream, ...]
    apart: tuple[bool, ...]
    overlaps: bool
    window: int
    low: int
    high: int
    last: int
    first_only: bool


def can_answer(definition: StepDefinition, packed: PackedEvents) -> bool:
    """Whether the packed kernels answer this question exactly; if not, the general one must.

    They answer steps in order or strictly adjacent, with filters on events, windows and ranges,
    and a breakdown by the first touch of one property of events.
    """
    simple = (
        definition.order in ("ordered", "strict")
        and not definition.exclusions
        and definition.counting == "uniques"
        and not definition.hold_constant
        and definition.value is None
    )
    if not simple or not all(_simple_step(step) for step in definition.steps):
        return False
    breakdown = definition.breakdown
    if breakdown is not None and (
        breakdown.scope != "event"
        or breakdown.attribution != "first_touch"
        or len(breakdown.properties) != 1
        or not _known(breakdown.properties[0], packed)
        or any(step.occurrence != "any" for step in definition.steps)
    ):
        return False
    if not all(_known(name, packed) for name in _filtered(definition)):
        return False
    if definition.order == "strict" and not _may_be_strict(definition):
        return False
    ranged = definition.start is not None or definition.end is not None
    # a bare date begins at local midnight, which the keys do not know
    return not (ranged and definition.timezone.key != "UTC" and _has_bare_dates(definition, packed))


def _has_bare_dates(definition: StepDefinition, packed: PackedEvents) -> bool:
    names = {step.match.event for step in definition.steps}
    kinds = packed.kinds if None in names else [n for n in names if n in packed.kinds]
    return any(run.day_only is not None for kind in kinds for run in packed.kinds[kind])


def plan(definition: StepDefinition, packed: PackedEvents) -> Plan:
    """The streams of a question that can be answered."""
    streams = tuple(_stream(step, definition, packed) for step in definition.steps)
    pairs = [
        (i, k) for k in range(len(streams)) for i in range(k)
        if streams[i].kinds & streams[k].kinds
    ]  # fmt: skip
    last = LAST_MICROS
    low = 0 if definition.start is None else definition.start - packed.base
    high = last if definition.end is None else definition.end - packed.base
    if definition.range_limits == "attempt":
        last = min(last, high)
    return Plan(
        streams,
        tuple((k, k + 1) in pairs for k in range(len(streams) - 1)),
        bool(pairs),
        LAST_MICROS if definition.window is None else min(definition.window, LAST_MICROS),
        max(0, low), min(high, LAST_MICROS), last, definition.entry == "first",
    )  # fmt: skip


def _simple_step(step: Step) -> bool:
    matches = (step.match, *step.any_of)
    return (
        not step.optional
        and not step.min_gap
        and step.max_gap is None
        and not any(m.unit_where for m in matches)
    )


def _may_be_strict(definition: StepDefinition) -> bool:
    """Strict order is answered where each step has a name of its own."""
    names = [s.match.event for s in definition.steps]
    return (
        None not in names
        and len(set(names)) == len(names)
        and definition.entry == "best"
        and definition.range_limits == "entry"
    )


def _filtered(definition: StepDefinition) -> set[str]:
    said = [*definition.where]
    for step in definition.steps:
        for match in (step.match, *step.any_of):
            said += [*match.where, *match.where_not]
    return {condition.property for condition in said}


def _known(name: str, packed: PackedEvents) -> bool:
    return name in packed.dictionaries


def _stream(step: Step, definition: StepDefinition, packed: PackedEvents) -> Stream:
    sources = []
    kinds = []
    named = step.match.event
    for kind in packed.kinds if named is None else [named] if named in packed.kinds else []:
        others = [m for m in step.any_of if _names(m, kind)]
        if step.any_of and not others:
            continue
        tests = _tests(step.match, packed) + tuple(_test(c, packed) for c in definition.where)
        any_of = tuple(_tests(m, packed) for m in others)
        if not all(any_of):
            any_of = ()  # one of them asks nothing of its events
        kinds.append(kind)
        runs = packed.kinds[kind]
        sources += [Source(str(kind), run, tests, any_of) for run in runs if len(run)]
    return Stream(
        tuple(sources), frozenset(kinds), step.occurrence != "any", step.occurrence == "first_ever"
    )


def _names(match: Match, kind: str | None) -> bool:
    return match.event is None or match.event == kind


def _tests(match: Match, packed: PackedEvents) -> tuple[Test, ...]:
    wanted = [_test(c, packed) for c in match.where]
    return (*wanted, *(_test(c, packed, holds=False) for c in match.where_not))


def _test(condition: Condition, packed: PackedEvents, *, holds: bool = True) -> Test:
    values = packed.dictionaries[condition.property]
    table = condition.mask(_every_code(len(values), values))
    return Test(condition.property, table if holds else ~table)


def _every_code(size: int, values: Sequence[Any]) -> Coded:
    """A column that has each value once, and last a missing one."""
    return Coded(_codes(size), tuple(values))


@lru_cache(maxsize=64)
def _codes(size: int) -> Any:
    codes = np.arange(size + 1, dtype=np.int32)
    codes[-1] = -1
    return codes
