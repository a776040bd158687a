"""Synthetic journals from a seed, as columns: many kinds of events, skewed activity."""

import numpy as np

from tundish.journal.columns import Coded, EventColumns
from tundish.terms import DAY

START = 1_700_000_000_000_000


def synthetic(
    events: int, *, units: int, kinds: int = 50, days: int = 180, seed: int = 7
) -> EventColumns:
    """`events` rows of `units` units; kinds by Zipf, activity skewed, one property of 100 values."""
    chance = np.random.default_rng(seed)
    weights = 1 / np.arange(1, kinds + 1)
    kind = chance.choice(kinds, events, p=weights / weights.sum()).astype(np.int32)
    unit = (units * chance.random(events) ** 2).astype(np.int32)
    time = START + chance.integers(0, days * DAY, events)
    plan = chance.integers(-1, 100, events).astype(np.int32)
    return EventColumns(
        time=time,
        event=Coded(kind, tuple(f"kind_{k}" for k in range(kinds))),
        units={"unit": Coded(unit, tuple(f"u{u}" for u in range(units)))},
        properties={"plan": Coded(plan, tuple(f"p{p}" for p in range(100)))},
        ids=Coded(np.arange(events, dtype=np.int32), tuple(map(str, range(events)))),
    )
