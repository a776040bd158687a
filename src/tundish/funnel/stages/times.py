"""Times of visits: stays with those still there (B8), and how long passes took to close."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.stages.chosen import Chosen, pass_starts
from tundish.funnel.stages.visits import LOST, NEVER, Visits
from tundish.journal.columns import Bools, Ints
from tundish.terms import DAY, SECOND, Quantiles

_Z95 = 1.959963984540054
_ROUNDING = 1e-9
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stay:
    """The Kaplan-Meier median of n stays in seconds with its 95 % interval; None: not known yet."""

    n: int
    median: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, int | float | None]:
        """`{n, median, low, high}`."""
        return {"n": self.n, "median": self.median, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Closing:
    """Seconds from the pass's start to its close, of passes won and of passes lost."""

    won: Quantiles
    lost: Quantiles
    left_out: int

    def to_dict(self) -> dict[str, dict[str, int | float | None]]:
        """`{won, lost}`."""
        return {"won": self.won.to_dict(), "lost": self.lost.to_dict()}


def timed(visits: Visits) -> Bools:
    """The visits whose stay has no estimated end, shape (n,)."""
    return ~visits.imputed & ~visits.estimated & ~visits.left_estimated


def time_in_stage(chosen: Chosen, stage: int) -> Stay:
    """How long visits stay in a stage; those still there count as longer than until `as_of`."""
    rows = chosen.at(stage) & timed(chosen.visits)
    visits = chosen.visits.take(rows)
    ended = visits.left != NEVER
    until = np.where(ended, visits.left, chosen.as_of)
    return stay_of(elapsed(visits.entered, until, by_day=visits.day_only), ended)


def stay_of(seconds: Floats, ended: Bools) -> Stay:
    """Median survival of n durations, censored where not `ended`.

    Kaplan and Meier 1958. The interval inverts the pointwise log-log transformed Greenwood
    interval (Brookmeyer and Crowley 1982; Kalbfleisch and Prentice 1980): its ends are where the
    lower and the upper band first fall to one half. The median is the first time at which the
    curve is at or below one half.
    """
    order = np.argsort(seconds, kind="stable")
    seconds, ended = seconds[order], ended[order]
    times, first = np.unique(seconds, return_index=True)
    if not ended.any():
        return Stay(len(seconds), None, None, None)
    at_risk = len(seconds) - first
    deaths = np.add.reduceat(ended.astype(np.int64), first)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.cumprod(1 - deaths / at_risk)
        greenwood = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        spread = _Z95 * np.sqrt(greenwood) / np.abs(np.log(curve))
        lower, upper = curve ** np.exp(spread), curve ** np.exp(-spread)
    # before the first end the curve is 1, once all have left it is 0: there the bands are the curve
    plain = (curve == 1) | (curve == 0)
    lower, upper = np.where(plain, curve, lower), np.where(plain, curve, upper)
    return Stay(
        len(seconds), _falls_to_half(times, curve),
        _falls_to_half(times, lower), _falls_to_half(times, upper),
    )  # fmt: skip


def closing_times(chosen: Chosen) -> Closing:
    """Counted passes that closed: won at the purchase, lost by a loss rule before one.

    A pass starts with its first dated visit. Where the start or the close is not dated, or the
    close is all that is dated, the pass is left out and counted in `left_out`.
    """
    visits, purchase = chosen.visits, chosen.definition.purchase
    start = pass_starts(visits, pass_of=chosen.pass_of, first_row=chosen.first_row)
    first = _first_rows(chosen, ~visits.imputed)
    close_row = _first_rows(chosen, bought(chosen) & (visits.stage == purchase))
    won = close_row >= 0
    lost_row = _first_rows(chosen, ~visits.imputed & (visits.outcome == LOST))
    row = np.where(won, close_row, lost_row)
    closed = chosen.passes & (row >= 0)
    close = np.where(won, visits.entered[row], visits.left[row]) if len(row) else row
    undated = np.where(won, visits.estimated[row], visits.left_estimated[row]).astype(np.bool_)
    unknown = undated | visits.estimated[start] | (won & (start == row) & (first != row))
    by_day = visits.day_only[start] | visits.day_only[row]
    seconds = elapsed(visits.entered[start], close, by_day=by_day)
    return Closing(
        Quantiles.of(seconds[closed & won & ~unknown].tolist()),
        Quantiles.of(seconds[closed & ~won & ~unknown].tolist()),
        int((closed & unknown).sum()),
    )


def bought(chosen: Chosen) -> Bools:
    """Rows that stand for a purchase: visits of the purchase stage, and passes that skipped it
    although the purchase was made (the skipped stage then names its event), shape (n,)."""
    visits = chosen.visits
    made = ~visits.imputed | (visits.cause.codes >= 0)
    return np.asarray(made & (visits.stage == chosen.definition.purchase), np.bool_)


def elapsed(start: Ints, end: Ints, *, by_day: Bools) -> Floats:
    """Seconds from start to end; whole calendar days (UTC) where only the days are known."""
    days = (end // DAY - start // DAY) * DAY
    micros = np.where(by_day, days, end - start)
    return np.asarray(micros / SECOND, np.float64)


def _first_rows(chosen: Chosen, mask: Bools) -> Ints:
    """The first row of each pass within `mask`, -1 where there is none; shape (p,)."""
    found = np.full(len(chosen.first_row), -1, np.int64)
    rows = np.flatnonzero(mask)
    passes, first = np.unique(chosen.pass_of[rows], return_index=True)
    found[passes] = rows[first]
    return found


def _falls_to_half(times: Floats, curve: NDArray[Any]) -> float | None:
    low = np.flatnonzero(curve <= 0.5 + _ROUNDING)
    return float(times[low[0]]) if len(low) else None
