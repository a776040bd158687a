"""Seeded faults: each of these changes of the kernel's source must be seen by the reference."""

import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random
from types import FunctionType, ModuleType
from typing import Any

import pytest

from . import cases
from .reference import reference

HOME = "tundish.funnel.steps"

MUTATIONS = [
    ("fast", "lanes.time[there] - lanes.time[e1] <= rules.window",
     "lanes.time[there] - lanes.time[e1] < rules.window"),
    ("fast", "after = np.where(alone, every + 1, tie_start)", "after = every + 1"),
    ("fast", "several &= tied", "several &= ~tied"),
    ("search", "self._only(later, 1 << step)", "self._only(later, 1 << following)"),
    ("search", "barring - self.start <= self.rules.window",
     "barring - self.start < self.rules.window"),
    ("barring", 'side="right"', 'side="left"'),
    ("entries", "full = (result.score >= rules.full)", "full = (result.score > rules.full)"),
    ("record", "_narrow(order, key, -start)", "_narrow(order, key, start)"),
    ("record", "still_open(latest[key[chosen]]", "still_open(start[chosen]"),
    ("matching", 'named if step.occurrence == "first_ever" else held', "held"),
    ("totals", "tries[at].start <= full.done", "tries[at].start < full.done"),
    ("totals", "if start >= free:", "if start > free:"),
    ("breakdown", "np.where(label[rows] == value[code], spread.steps, spread.steps & ~bit)",
     "spread.steps"),
    ("calendar", "_MONDAY = -3", "_MONDAY = -4"),
]  # fmt: skip

Case = tuple[list[dict[str, Any]], dict[str, Any]]


def drawn(random: Random) -> Case:
    """One small journal and one definition, every option now and then."""
    pick, some = random.choice, random.random
    size, order = random.randint(1, 3), pick(["ordered", "ordered", "strict", "unordered"])
    units = "ab" if some() < 0.3 else "a"
    events = [
        cases.event(pick(units), pick("xyz"), random.randint(0, 5), v=pick([None, "p", "q"]))
        for _ in range(random.randint(2, 6))
    ]
    steps: list[dict[str, Any]] = [{"event": pick(["x", "y", "x", None])} for _ in range(size)]
    for step in steps:
        if some() < 0.2:
            step |= {"occurrence": pick(["first_ever", "first_matching"]), "where": {"v": "p"}}
    definition: dict[str, Any] = {"steps": steps, "order": order}
    if some() < 0.7:
        definition["window"] = random.randint(0, 4)
    if size > 1 and some() < 0.5:
        definition["exclusions"] = [{"event": pick("xyz"), "from_step": 0, "to_step": 1}]
    if some() < 0.25:
        definition["counting"] = "totals"
    if some() < 0.3:
        attribution = pick(["first_touch", "last_touch", "all_events", "step"])
        definition["breakdown"] = {"property": "v", "attribution": attribution}
    if some() < 0.3:
        definition["interval"] = pick(["week", "month", "hour"])
    return events, definition


def drawn_strict(random: Random) -> Case:
    """Three steps that must be adjacent, with repeats of each."""
    names = sorted(random.choices("xyyz", k=6))
    events = [cases.event("a", name, t) for t, name in enumerate(names)]
    return events, {"steps": [{"event": n} for n in "xyz"], "order": "strict"}


def drawn_totals(random: Random) -> Case:
    """Attempts that an exclusion ends at the instant at which the next may begin."""
    events = [cases.event("a", random.choice("xxyz"), random.randint(0, 3)) for _ in range(5)]
    return events, {"steps": [{"event": "x"}, {"event": "y"}], "exclusions": [{"event": "z"}],
                    "counting": "totals"}  # fmt: skip


@pytest.fixture(scope="module")
def expected() -> list[tuple[Case, dict[str, Any]]]:
    random = Random(20_261_122)
    chosen = [drawn(random) for _ in range(260)]
    chosen += [draw(random) for draw in (drawn_strict, drawn_totals) for _ in range(40)]
    return [(case, reference(*case)) for case in chosen]


def seen(expected: list[tuple[Case, dict[str, Any]]]) -> bool:
    """Whether the kernel as it stands differs from the reference in any case."""
    for case, answer in expected:
        try:
            if cases.difference(cases.kernel(*case), answer):
                return True
        except (AssertionError, IndexError, ValueError):
            return True
    return False


def mutant(name: str, old: str, new: str) -> ModuleType:
    """The module with one text replaced, which must occur exactly once."""
    spec = find_spec(f"{HOME}.{name}")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text("utf-8")
    assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times in {name}"
    module = ModuleType(f"{HOME}.{name}_mutant")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(source.replace(old, new), f"{name} with a fault", "exec"), module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module


def test_the_kernel_without_a_fault_agrees(expected: list[tuple[Case, dict[str, Any]]]) -> None:
    assert not seen(expected)


@pytest.mark.parametrize(("name", "old", "new"), MUTATIONS, ids=[m[2] for m in MUTATIONS])
def test_a_seeded_fault_is_seen(
    name: str, old: str, new: str, expected: list[tuple[Case, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    faulty, home = mutant(name, old, new), f"{HOME}.{name}"
    others = [m for key, m in sys.modules.items() if key.startswith(HOME) and key != home]
    for word, thing in vars(sys.modules[home]).items():
        if isinstance(thing, FunctionType) and thing.__module__ == home:
            for module in others:
                if vars(module).get(word) is thing:
                    monkeypatch.setattr(module, word, getattr(faulty, word))
    assert seen(expected)
