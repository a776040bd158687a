"""What the tests compare: packed events as plain rows, whatever ordinals and parts they lie in."""

from collections import Counter
from typing import Any

import numpy as np

from tundish.funnel.packed.events import LAST_MICROS, TIME_BITS, UNIT_BITS, PackedEvents


def rows_of(packed: PackedEvents) -> Counter[tuple[Any, ...]]:
    """(unit's id, kind, microseconds, position, properties, flags) of every event that counts."""
    found: Counter[tuple[Any, ...]] = Counter()
    for kind, runs in packed.kinds.items():
        for run in runs:
            assert run.starts[0] == 0
            assert run.starts[-1] == len(run)
            assert len(run.starts) - 1 <= packed.buckets
            bucket = np.repeat(np.arange(len(run.starts) - 1), np.diff(run.starts))
            for low, high in zip(run.starts[:-1], run.starts[1:], strict=True):
                assert (np.diff(run.keys[low:high]) >= 0).all()
            ordinals = bucket << UNIT_BITS | run.keys >> TIME_BITS
            for row, ordinal in enumerate(ordinals.tolist()):
                if packed.masked is not None and packed.masked[ordinal]:
                    continue
                said = {
                    name: packed.dictionaries[name][codes[row]]
                    for name, codes in run.properties.items()
                    if codes[row] >= 0
                }
                flags = [bool(f is not None and f[row]) for f in (run.estimated, run.day_only)]
                found[
                    packed.ids[ordinal], kind, int(run.keys[row] & LAST_MICROS) + packed.base,
                    None if run.position is None else int(run.position[row]),
                    tuple(sorted((n, type(v).__name__, v) for n, v in said.items())), *flags,
                ] += 1  # fmt: skip
    return found
