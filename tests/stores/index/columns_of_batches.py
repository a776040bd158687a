"""Batches of events from a seed, as columns, for the tests that feed an index without a journal."""

from collections import Counter
from dataclasses import replace

import numpy as np

from tundish.journal.columns import Coded, EventColumns
from tundish.stores.index import Change, Rows

BASE = 1_700_000_000_000_000
PLANS = ("pro", 1, True, 1.0, "ünï\n")


def batch(number, *, size=40, units=30, numbers=False):
    """The change number `number`: events of units that come again and again, some of them new."""
    draw = np.random.default_rng(number)
    unit = draw.integers(0, units + number, size)
    code = draw.integers(-1, len(PLANS), size).astype(np.int32)
    columns = EventColumns(
        BASE + draw.integers(0, 10**12, size),
        Coded(draw.integers(0, 3, size).astype(np.int32), ("a", "b", "c")),
        {}, {"plan": Coded(code, PLANS)},
        estimated=draw.random(size) < 0.1 if number % 2 else None,
    )  # fmt: skip
    ids = unit if numbers else Coded(unit.astype(np.int32), tuple(f"u{i}" for i in range(10**4)))
    position = np.arange(number * size, (number + 1) * size) + 1
    return Change((number + 1) * size, Rows(columns, ids, position), events=size)


def rows_in(changes):
    """The rows of some changes, as `packed_rows.rows_of` tells them."""
    found = Counter()
    for change in changes:
        columns = change.rows.columns
        units = change.rows.unit
        ids = units.to_list() if isinstance(units, Coded) else units.tolist()
        plans = columns.property("plan").to_list()
        for row, unit in enumerate(ids):
            plan = plans[row]
            said = () if plan is None else (("plan", type(plan).__name__, plan),)
            estimated = columns.estimated is not None and bool(columns.estimated[row])
            found[
                unit, columns.event.at(row), int(columns.time[row]), int(change.rows.position[row]),
                said, estimated, False,
            ] += 1  # fmt: skip
    return found


def step_of(number):
    """Step `number` of the writer that is killed: cursors count steps, some units start afresh."""
    change = batch(number, size=25, units=10)
    changed = {f"u{(number * 7 + i) % 20}" for i in range(number % 3)}
    return replace(change, cursor=number + 1, changed=changed)


class Steps:
    """What an index should hold after some changes, as plain rows: a changed unit loses its past."""

    def __init__(self, changes=()):
        self.changes = list(changes)

    def rows(self):
        found = Counter()
        for change in self.changes:
            gone = set(change.changed)
            found = Counter({row: n for row, n in found.items() if row[0] not in gone})
            found += rows_in([change])
        return found
