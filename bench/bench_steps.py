"""Step search over a million events beside sorting the same events by unit and time."""

import numpy as np

from bench.logs import synthetic
from bench.pairs import paired
from tundish.funnel.steps import parse_steps, step_report

STEPS = ["kind_3", "kind_5", "kind_8", "kind_2"]


def run() -> bool:
    """Print the ratios; there is no absolute limit here."""
    columns = synthetic(1_000_000, units=100_000)
    codes = columns.units["unit"].codes

    def yardstick() -> None:
        np.lexsort((columns.time, codes))

    for name, more in {
        "ordered, 14 days": {"window": "14d"},
        "ordered, no window": {},
        "strict, 14 days": {"window": "14d", "order": "strict"},
        "unordered, 14 days": {"window": "14d", "order": "unordered"},
        "breakdown of 100 values": {"window": "14d", "breakdown": {"property": "plan"}},
    }.items():
        definition = parse_steps({"steps": [{"event": step} for step in STEPS], **more})
        paired(
            f"steps: 1 M events, 4 steps, {name}",
            lambda d=definition: step_report(columns, d).to_dict(),
            yardstick,
            rounds=3,
        )
    return True
