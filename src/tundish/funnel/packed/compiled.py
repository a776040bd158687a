"""The kernels compiled by numba; their loops are in compiled_loops.py.

Only these two modules import numba (a third of a second).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tundish.funnel.packed.attempts import Depth, fill_between
from tundish.funnel.packed.compiled_loops import (
    join_runs,
    mark,
    scatter,
    sift,
    tally_units,
    touch_run,
    walk,
)
from tundish.funnel.packed.events import LAST_MICROS, UNIT_BITS
from tundish.funnel.packed.levels import Level
from tundish.funnel.packed.plan import Plan
from tundish.funnel.packed.streams import Keys
from tundish.funnel.packed.touch import Said, Touched
from tundish.journal.columns import Bools, Codes, Ints


def fits(window: int, span: int) -> bool:
    """Whether a key and the window after it fit 63 bits, so that both compare as one number.

    `span` is the greatest time of a key. A longer window is as good as the span.
    """
    return span + min(window, span) < LAST_MICROS


def reached(plan: Plan, keys: Sequence[Keys], skip: Bools | None, *, span: int) -> Ints:
    """As in levels.py."""
    counts, _ = _run(plan, keys, skip, span=span, record=False)
    return counts


def levels(plan: Plan, keys: Sequence[Keys], skip: Bools | None, *, span: int) -> list[Level]:
    """As in levels.py."""
    counts, rows = _run(plan, keys, skip, span=span, record=True)
    return [
        Level(*(column[k, :n] for column in rows)) for k, n in enumerate(counts.tolist())
    ]  # fmt: skip


def depths(
    plan: Plan, keys: Sequence[Keys], found: Sequence[Level], *, open_from: int
) -> list[Depth]:
    """As in attempts.py."""
    depth = np.zeros((len(keys[0].starts) - 1) << UNIT_BITS, np.uint8)
    for k, level in enumerate(found):
        mark(depth, level.unit, np.uint8(k + 1))
    result = []
    for k, level in enumerate(found):
        most = len(level.unit)
        unit, open_ = np.empty(most, np.int32), np.empty(most, np.bool_)
        at = np.empty((most, k + 1), np.int64)
        n = sift(
            depth, np.uint8(k + 1), level.unit, level.start, level.done, level.latest, open_from,
            unit, at, open_,
        )  # fmt: skip
        one = Depth(unit[:n], at[:n], open_[:n])
        fill_between(one, plan, keys)
        result.append(one)
    return result


def touch(known: Touched, said: Said, kind: int) -> None:
    """As in touch.py."""
    touch_run(
        said.keys.keys.ctypes.data, said.keys.starts, said.codes, said.table,
        known.when, known.label, known.tied, kind,
    )  # fmt: skip


def merged(parts: Sequence[Keys], starts: Ints, keys: Ints) -> None:
    """As in streams.py: always the two shortest first."""
    begins = [part.starts for part in parts]
    sizes = [int(b[-1] - b[0]) for b in begins]
    open_ = list(range(len(parts)))
    pairs = []
    while len(open_) > 1:
        open_.sort(key=lambda node: sizes[node], reverse=True)
        pairs.append((open_.pop(), open_.pop()))
        open_.append(len(sizes))
        sizes.append(sum(sizes[node] for node in pairs[-1]))
    room = int(np.diff(starts).max(initial=0))
    join_runs(
        np.asarray([p.keys.ctypes.data for p in parts], np.int64), np.stack(begins),
        np.asarray(pairs, np.int64), np.empty((len(pairs), room + 1), np.int64), starts, keys,
    )  # fmt: skip


def tally(depths: Sequence[Depth], label: Codes, size: int) -> Ints:
    """As in rows.py."""
    counts = np.zeros(size + 1, np.int64)
    for depth in depths:
        tally_units(depth.unit, label, counts)
    return counts


def parted(depth: Depth, label: Codes, place_of: Codes, rows: int) -> list[Depth]:
    """As in rows.py."""
    most, width = depth.at.shape
    unit, at, still = (
        np.empty(most, np.int32),
        np.empty((most, width), np.int64),
        np.empty(most, np.bool_),
    )
    ends = np.zeros(rows + 1, np.int64)
    scatter(depth.unit, depth.at, depth.open, label, place_of, ends, unit, at, still)
    cuts = ends[:-1].tolist()
    return [
        Depth(unit[low:high], at[low:high], still[low:high])
        for low, high in zip([0, *cuts[:-1]], cuts, strict=True)
    ]


def _run(
    plan: Plan, keys: Sequence[Keys], skip: Bools | None, *, span: int, record: bool
) -> tuple[Ints, list[Any]]:
    starts = np.stack([k.starts for k in keys])
    steps, buckets = len(keys), starts.shape[1] - 1
    room = int(np.diff(starts, axis=1).max(initial=0)) + 8
    most = min(buckets << UNIT_BITS, int((starts[:, -1] - starts[:, 0]).max())) if record else 0
    kinds = (np.int32, np.int64, np.int64, np.int64)
    rows = [np.empty((steps, most), kind) for kind in kinds]
    counts = np.zeros(steps, np.int64)
    walk(
        np.asarray([k.keys.ctypes.data for k in keys], np.int64), starts,
        np.zeros(0, np.bool_) if skip is None else skip,
        np.asarray([*plan.apart, False], np.bool_),
        plan.low, plan.high, plan.low > 0 or plan.high < LAST_MICROS, plan.first_only,
        min(plan.window, span), np.empty((4, room), np.int64), counts, *rows, record,
    )  # fmt: skip
    return counts, rows
