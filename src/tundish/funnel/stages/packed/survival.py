"""Medians of stays and quantiles of times from whole numbers of microseconds, for millions of them.

They say exactly what `times.stay_of` and `Quantiles.of` say of the same numbers as seconds; those
sort Python values or work out every band, which is too slow here.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.stages.packed.native import compiled
from tundish.funnel.stages.times import Stay
from tundish.journal.columns import Ints
from tundish.terms import SECOND, Quantiles

_Z95 = 1.959963984540054
_HALF = 0.5 + 1e-9
_BLOCK = 1 << 14
_COMPENSATED = sys.version_info >= (3, 12)
Floats = NDArray[np.float64]


def stay_of(stays: Ints) -> Stay:
    """The Kaplan-Meier median of n stays with its interval, from numbers `microseconds << 1 | ended`.

    Sorts `stays` in place.
    """
    stays.sort()
    times = np.empty(len(stays), np.int64)
    curve, greenwood = np.empty(len(stays)), np.empty(len(stays))
    n, median = product_limit(stays, times, curve, greenwood)
    if n == 0:
        return Stay(len(stays), None, None, None)
    times, curve, greenwood = times[:n], curve[:n], greenwood[:n]
    ends = [None if median < 0 else median]
    ends += [_crossing(curve, greenwood, lower=lower) for lower in (True, False)]
    found = [None if i is None else float(times[i] / SECOND) for i in ends]
    return Stay(len(stays), *found)


@compiled
def product_limit(stays: Ints, times: Ints, curve: Floats, greenwood: Floats) -> tuple[int, int]:
    """The curve and Greenwood's sum at each distinct time; gives how many there are (0 where no stay
    has ended) and the place of the first that is at or below one half, -1 where none is."""
    n, place, median = len(stays), 0, -1
    at, low, total, ended_any = 1.0, 0, 0.0, 0
    while low < n:
        time, high, ended = stays[low] >> 1, low, 0
        while high < n and stays[high] >> 1 == time:
            ended += stays[high] & 1
            high += 1
        at_risk = n - low
        at = at * (1.0 - ended / at_risk)
        # the last may be a division by nothing, as in numpy
        total = total + ended / (at_risk * (at_risk - ended))
        times[place], curve[place], greenwood[place] = time, at, total
        if median < 0 and at <= _HALF:
            median = place
        ended_any += ended
        place += 1
        low = high
    return (place if ended_any else 0), median


def _crossing(curve: Floats, greenwood: Floats, *, lower: bool) -> int | None:
    """The first place at which a band is at or below one half.

    The lower band is so only where `spread >= log(log 2 / -log curve)`. Both sides grow along the
    curve in ways that bound them over a stretch by its ends, so most stretches need no look.
    """
    first = 0 if lower else int(np.searchsorted(-curve, -_HALF, side="left"))
    for low in range(first - first % _BLOCK, len(curve), _BLOCK):
        some = slice(low, low + _BLOCK)
        if lower and _surely_above(curve[some], greenwood[some]):
            continue
        found = np.flatnonzero(_band(curve[some], greenwood[some], lower=lower) <= _HALF)
        if len(found):
            return low + int(found[0])
    return None


def _surely_above(curve: Floats, greenwood: Floats) -> bool:
    """Whether the lower band stays above one half over a whole stretch."""
    ends = curve[[0, -1]]
    if ends[1] <= 0.55 or ends[0] >= 1:
        return False
    loss = -np.log(ends)
    # x log(log 2 / x) is concave: over a stretch it is least at an end
    least = float((loss * np.log(np.log(2) / loss)).min())
    return bool(_Z95 * np.sqrt(greenwood[-1]) < least * (1 - 1e-6))


def _band(curve: Floats, greenwood: Floats, *, lower: bool) -> Floats:
    """The end of the log-log interval, as times.py says it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = _Z95 * np.sqrt(greenwood) / np.abs(np.log(curve))
        band = curve ** np.exp(spread if lower else -spread)
    return np.where((curve == 1) | (curve == 0), curve, band)


def quantiles_of(micros: Ints) -> Quantiles:
    """The quantiles in seconds. Sorts `micros` in place."""
    if not len(micros):
        return Quantiles.of([])
    micros.sort()
    seconds = micros / SECOND
    at = [_interpolated(micros, q) for q in (0.5, 0.1, 0.9)]
    return Quantiles(len(micros), summed(seconds, _COMPENSATED) / len(micros), *at)


def median_of(micros: Ints) -> float | None:
    """Their median in seconds. Sorts `micros` in place."""
    micros.sort()
    return _interpolated(micros, 0.5) if len(micros) else None


def _interpolated(ordered: Ints, q: float) -> float:
    place = (len(ordered) - 1) * q
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    a, b = float(ordered[low] / SECOND), float(ordered[high] / SECOND)
    return a + (b - a) * (place - low)


@compiled
def summed(numbers: Floats, compensated: bool) -> float:
    """The sum as Python's `sum` makes it: one after the other, since 3.12 with what each step lost
    (Neumaier 1974)."""
    total, lost = 0.0, 0.0
    for number in numbers:
        step = total + number
        if compensated:
            if abs(total) >= abs(number):
                lost += (total - step) + number
            else:
                lost += (number - step) + total
        total = step
    return total + lost
