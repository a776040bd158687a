"""Wrong kernels: each is the source with one text replaced, and each is told from the right one."""

import importlib
import importlib.util
import sys
from types import ModuleType

import pytest

from . import reference
from .cases import by_unit, columns, definition, event, plain, spelled

PACKAGE = "tundish.funnel.stages"
LOSS = [{"reason": "gone", "when": {"event": "quit"}}]
COUNT = {"at_least": 2, "of": {"event": "try"}, "within": 3}
SILENT = {"silent_for": 3, "of": {"event": "use"}}

# module, the right text, the wrong text
MUTANTS = {
    "a pass sees the instant that closed the one before": (
        "passes",
        "self.stage, self.floor, self.memory.began = NOWHERE, t, None\n"
        "            self.after_hand, self.memory.seen = False, 0",
        "self.stage, self.floor, self.memory.began = NOWHERE, t - 1, None\n"
        "            self.after_hand, self.memory.seen = False, bits",
    ),
    "the nearest stage is entered": (
        "passes", "return max(held.bit_length() - 1, self.stage)",
        "return min(max(held.bit_length() - 1, self.stage), self.stage + 1)",
    ),
    "lost beats won on a bare day": (
        "passes", "if self.bought_at == t and self.only_day(g, node.mask):",
        "if self.bought_at == t and not self.only_day(g, node.mask):",
    ),
    "every purchase begins a pass": (
        "passes", "if self.bought_at is not None and self.purchased(t, bits):",
        "if self.purchased(t, bits):",
    ),
    "the loop edge needs no new event": (
        "passes", "anew = max(self.floor, self.visits[-1].entered)", "anew = self.floor",
    ),
    "the window excludes its end": (
        "matching", "return self.within is None or t - times[-self.n] <= self.within",
        "return self.within is None or t - times[-self.n] < self.within",
    ),
    "several events of an instant count once": (
        "passes", "memory.times[leaf].extend([t] * len(rows))", "memory.times[leaf].append(t)",
    ),
    "ever is forgotten": (
        "answers", "key >> (node.leaf + self.width * node.ever) & 1", "key >> node.leaf & 1",
    ),
    "a silence waits for an event": (
        "passes", "self.wait(before=until + 1)", "self.wait(before=self.now)",
    ),
    "skipped stages leave no trace": (
        "passes", "for skipped in range(stage):", "for skipped in range(stage - 1):",
    ),
    "a move by hand only leads on": (
        "passes", "elif hand not in (NOWHERE, self.stage):", "elif hand > self.stage:",
    ),
    "a purchase of a skipped stage is dated at the skip": (
        "passes", "visit.cause, visit.entered, visit.left = cause, t, t", "visit.cause = cause",
    ),
    "a move by hand leads back in the instant that opens a pass": (
        "passes", "if opened and hand < self.stage:", "if opened and hand < 0:",
    ),
    "a move by hand is never confirmed": (
        "passes", "if visit.by_hand and visit.entered < t:", "if visit.by_hand and t < 0:",
    ),
    "a repeated event tells nothing new after a move by hand": (
        "passes", "news = bits  # what", "news = news  # what",
    ),
    "events after as_of are seen": (
        "instants", "np.flatnonzero((bits != 0) & (columns.time <= as_of))",
        "np.flatnonzero(bits != 0)",
    ),
}  # fmt: skip

LOOP = {"from": "happy", "to": "keen"}
CASES = (
    ([event("ask", 1), event("quit", 2), event("try", 2), event("use", 5), event("try", 6)],
     definition("ask", "try", "order", "use", loss=LOSS)),
    ([event("ask", 1), event("order", 2, day=True), event("quit", 2, day=True)],
     definition("ask", "try", "order", loss=LOSS)),
    ([event("ask", 1), event("order", 2), event("order", 4)], definition("ask", "try", "order")),
    ([event("try", 1), event("order", 2), event("use", 3), event("other", 4)],
     definition("ask", "try", "order", "use", loop=LOOP)),
    ([event("try", 1), event("order", 2), event("use", 2), event("ask", 3), event("try", 7)],
     definition("ask", {"any": [{"event": "try"}, {"at_least": 1, "of": {"event": "ask"}}]},
                "order", "use", loop=LOOP)),
    ([event("ask", 1), event("quit", 2), event("ask", 3), event("use", 9)],
     definition("ask", "try", "order", loss=LOSS)),
    ([event("try", 0), event("ask", 0), event("try", 3)], definition("ask", COUNT, "order")),
    ([event("ask", 0), event("try", 1), event("try", 1)], definition("ask", COUNT, "order")),
    ([event("try", 0), event("quit", 1), event("ask", 2)],
     definition("ask", {"event": "try", "ever": True}, "order", loss=LOSS)),
    ([event("ask", 0)], definition("ask", "try", "order", loss=[{"reason": "s", "when": SILENT}])),
    ([event("try", 1), event("stage_moved", 2, stage="aware")], definition("ask", "try", "order")),
    ([event("ask", 1), event("try", 30)], definition("ask", "try", "order")),
    ([event("ask", 1), event("use", 2), event("order", 11)],
     definition("ask", "try", "order", "use")),
    ([event("order", 5), event("stage_moved", 5, stage="keen")], definition("ask", "try", "order")),
    ([event("ask", 1), event("stage_moved", 2, stage="keen"), event("try", 3)],
     definition("ask", "try", "order")),
    ([event("try", 1), event("stage_moved", 2, stage="aware"), event("try", 3)],
     definition("ask", "try", "order")),
    ([event("try", 1), event("try", 2), event("order", 3), event("use", 4), event("try", 6)],
     definition("ask", {"at_least": 2, "of": {"event": "try"}}, "order", "use", loop=LOOP)),
    ([event("ask", 1), event("quit", 2), event("order", 2), event("ask", 2), event("other", 4)],
     definition("ask", "try", {"all": [{"event": "order"}, {"event": "ask"}]}, loss=LOSS)),
)  # fmt: skip


@pytest.mark.parametrize("name", [None, *MUTANTS])
def test_only_the_right_kernel_says_what_the_slow_reference_says(name):
    kernel = right() if name is None else mutant(*MUTANTS[name])
    wrong = [i for i, case in enumerate(CASES) if not agrees(kernel, *case)]
    assert bool(wrong) == (name is not None)


def agrees(kernel, events, wanted):
    try:
        parsed = kernel.parse_stages(spelled(wanted))
        found = plain(kernel.fold(columns(events), parsed, as_of=20).visits)
    except Exception:
        return False
    return all(
        found.get(unit, []) == reference.journey(mine, wanted, 20)
        for unit, mine in by_unit(events).items()
    )


def right():
    return importlib.import_module(PACKAGE)


def mutant(module, text, wrong):
    """The package with one module's source changed; the right one is put back."""
    spec = importlib.util.find_spec(f"{PACKAGE}.{module}")
    source = spec.loader.get_source(spec.name)
    assert source.count(text) == 1, f"the text to replace stands {source.count(text)} times"
    kept = {name: known for name, known in sys.modules.items() if name.startswith(PACKAGE)}
    for name in kept:
        del sys.modules[name]
    try:
        parent = sys.modules[PACKAGE] = ModuleType(PACKAGE)
        parent.__path__ = list(kept[PACKAGE].__path__)
        made = ModuleType(spec.name)
        made.__package__ = PACKAGE
        sys.modules[spec.name] = made
        exec(compile(source.replace(text, wrong), spec.origin, "exec"), vars(made))
        parent.fold = importlib.import_module(f"{PACKAGE}.fold").fold
        parent.parse_stages = importlib.import_module(f"{PACKAGE}.parsing").parse_stages
        return parent
    finally:
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]
        sys.modules.update(kept)
        sys.modules["tundish.funnel"].stages = kept[PACKAGE]
