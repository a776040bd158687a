"""The stage fold over a million events: the general one beside sorting the same events, the
general one beside the compiled one over packed events."""

from functools import partial

import numpy as np

from bench.logs import synthetic
from bench.pairs import paired
from tundish.funnel import catalogue
from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.packed.packing import pack
from tundish.funnel.stages import StageDefinition, parse_stages, stage_report
from tundish.funnel.stages.packed import can_answer, packed_stage_report
from tundish.journal.columns import Coded, EventColumns

DEFINITION = {
    "unit": "unit",
    "stages": [
        {"name": "aware", "enter": {"event": "kind_3"}},
        {
            "name": "interested",
            "enter": {"at_least": 2, "of": {"event": "kind_5"}, "within": "30d"},
        },
        {"name": "evaluating", "enter": {"any": [{"event": "kind_8"}, {"event": "kind_9"}]}},
        {"name": "bought", "enter": {"event": "kind_20"}, "purchase": True},
    ],
    "loss": [{"reason": "silent", "when": {"silent_for": "90d", "of": {"event": "kind_0"}}}],
}
MODELS = ("aida", "consumer_decision_journey")


def run() -> bool:
    """Print the ratios; False where a fast report is not the general one to the last figure."""
    columns = synthetic(1_000_000, units=100_000)
    codes = columns.units["unit"].codes
    definition = parse_stages(DEFINITION)
    paired(
        "stages: fold and report of 1 M events, 100 k units",
        lambda: stage_report(columns, definition).to_dict(),
        lambda: np.lexsort((columns.time, codes)),
        rounds=3,
    )
    held = _compiled("four stages and a loss", columns, definition)
    for model in MODELS:
        wanted = parse_stages(catalogue.model(model) | {"unit": "unit"})
        held &= _compiled(model, _renamed(columns, catalogue.model(model)), wanted)
    return held


def _compiled(name: str, columns: EventColumns, definition: StageDefinition) -> bool:
    packed: PackedEvents = pack(columns, "unit")
    if not can_answer(definition, packed):
        print("stages: the compiled fold needs the extra “fast”", flush=True)
        return True
    fast, general = (
        partial(packed_stage_report, packed, definition),
        partial(stage_report, columns, definition),
    )
    same = bool(fast().to_dict() == general().to_dict())
    paired(
        f"stages, general beside compiled: {name}"[:52],
        lambda: general().to_dict(),
        lambda: fast().to_dict(),
        rounds=3,
    )
    if not same:
        print(f"stages: the compiled report of {name} is ANOTHER", flush=True)
    return same


def _renamed(columns: EventColumns, model: object) -> EventColumns:
    """The same events under the names that a model asks for, the frequent ones first."""
    names = list(dict.fromkeys(_named(model)))
    rest = [f"other_{i}" for i in range(len(columns.event.values) - len(names))]
    event = Coded(columns.event.codes, (*names, *rest))
    return EventColumns(columns.time, event, columns.units, columns.properties, ids=columns.ids)


def _named(said: object) -> list[str]:
    if isinstance(said, dict):
        own = [said["event"]] if isinstance(said.get("event"), str) else []
        return own + [name for value in said.values() for name in _named(value)]
    if isinstance(said, list):
        return [name for value in said for name in _named(value)]
    return []
