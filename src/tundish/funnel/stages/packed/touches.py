"""Each unit's first or last value of a property among the events that a definition asks for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import TIME_BITS, UNITS
from tundish.funnel.stages.packed.native import compiled
from tundish.funnel.stages.packed.walking import Question
from tundish.journal.columns import Ints

_TIME_MASK = (1 << TIME_BITS) - 1


def touches(question: Question, name: str, *, last: bool) -> NDArray[np.int64]:
    """The code of each unit's first (or last) non-empty value up to `as_of`, -1 for none; (units,).

    Of tied events the value counts whose text comes first, as in `touch_values`.
    """
    packed = question.packed
    values = packed.dictionaries.get(name, ())
    order = sorted(range(len(values)), key=lambda i: str(values[i]))
    rank = np.zeros(len(values) + 1, np.int64)
    rank[order] = np.arange(len(values))
    # an empty value is none
    rank[[i for i, value in enumerate(values) if isinstance(value, str) and value == ""]] = -1
    rank[-1] = -1
    best = np.full(packed.units, -1, np.int64)
    when = np.zeros(packed.units, np.int64)
    leaves = question.flat.program.leaves
    for run in question.runs:
        codes = run.run.properties.get(name)
        if codes is None:
            continue
        asked = np.zeros(len(run.run), np.bool_)
        if run.bits:
            asked[:] = True
        else:
            for test in leaves:
                asked |= question.tables.mask(test, run, 0, len(run.run))
        buckets = np.repeat(np.arange(len(run.run.starts) - 1), np.diff(run.run.starts))
        keep(
            run.run.keys, buckets, np.asarray(codes), asked, rank, best, when, question.as_of, last
        )
    found = np.full(packed.units, -1, np.int64)
    some = best >= 0
    found[some] = np.asarray(order, np.int64)[best[some]]
    return found


@compiled
def keep(
    keys: Ints, buckets: Ints, codes: Any, asked: Any, rank: Ints, best: Ints, when: Ints,
    until: int, last: bool,
) -> None:  # fmt: skip
    """Keep each unit's best rank so far and its time."""
    for row in range(len(keys)):
        time = keys[row] & _TIME_MASK
        placed = rank[codes[row]]
        if placed < 0 or not asked[row] or time > until:
            continue
        unit = buckets[row] * UNITS + (keys[row] >> TIME_BITS)
        if best[unit] >= 0:
            if time != when[unit]:
                if (time < when[unit]) == last:
                    continue
            elif best[unit] <= placed:
                continue
        best[unit], when[unit] = placed, time
