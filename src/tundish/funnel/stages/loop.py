"""The loyalty loop: who buys again, and how long it takes (B5)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tundish.funnel.stages.chosen import Chosen
from tundish.funnel.stages.times import bought, elapsed
from tundish.terms import Quantiles, Rate


@dataclass(frozen=True)
class LoopCount:
    """Buyers old enough to be judged, those of them who bought again in time, and the median
    seconds from one purchase to the next."""

    buyers: tuple[Any, ...]
    returned: tuple[Any, ...]
    median_seconds: float | None

    @property
    def rate(self) -> Rate:
        """Buyers with a further purchase within `loop.within` of buyers at least that old."""
        return Rate(len(self.returned), len(self.buyers))

    def to_dict(self) -> dict[str, Any]:
        """`{rate, median_seconds}`."""
        return {"rate": self.rate.to_dict(), "median_seconds": self.median_seconds}


def loop_count(chosen: Chosen) -> LoopCount:
    """The loop of the units with a purchase in a counted pass.

    A buyer's age runs from the first purchase counted to `as_of`; further purchases count whether
    or not their pass lies in the period. Estimated purchases are left out. Without `within` every
    buyer is old enough.
    """
    visits = chosen.visits
    rows = np.flatnonzero(bought(chosen) & ~visits.estimated)
    _, first = np.unique(chosen.pass_of[rows], return_index=True)
    rows = rows[first]
    counted = chosen.counted[rows]
    times, days = visits.entered[rows], visits.day_only[rows]
    units = visits.unit.codes[rows]
    within = chosen.definition.loop.within if chosen.definition.loop else None
    buyers, returned, gaps = [], [], []
    for begin, end in pairwise([*np.flatnonzero(_changes(units)).tolist(), len(rows)]):
        mine = np.flatnonzero(counted[begin:end])
        if not len(mine):
            continue
        start = begin + int(mine[0])
        gaps.extend(
            elapsed(
                times[start : end - 1],
                times[start + 1 : end],
                by_day=days[start : end - 1] | days[start + 1 : end],
            ).tolist()
        )
        if within is not None and chosen.as_of - times[start] < within:
            continue
        buyer = visits.unit.values[units[start]]
        buyers.append(buyer)
        if end - start > 1 and (within is None or times[start + 1] - times[start] <= within):
            returned.append(buyer)
    return LoopCount(tuple(buyers), tuple(returned), Quantiles.of(gaps).median)


def _changes(codes: Any) -> Any:
    changed = np.ones(len(codes), np.bool_)
    changed[1:] = codes[1:] != codes[:-1]
    return changed
