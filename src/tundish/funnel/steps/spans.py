"""Times between two steps of the recorded attempts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tundish.funnel.steps.answer import Answer, Question
from tundish.funnel.steps.calendar import offsets
from tundish.funnel.steps.search import SKIPPED
from tundish.journal.columns import Ints
from tundish.terms import DAY, Quantiles


@dataclass(frozen=True)
class Spans:
    """n times in microseconds, in no order."""

    micros: Ints

    def quantiles(self) -> Quantiles:
        """Mean, median, 10th and 90th percentile in seconds; linear interpolation."""
        n = len(self.micros)
        if not n:
            return Quantiles(0, None, None, None, None)
        low, median, high = _quantiles(self.micros, (0.1, 0.5, 0.9))
        return Quantiles(n, _sum(self.micros) / 1_000_000 / n, median, low, high)


def _quantiles(micros: Ints, shares: Sequence[float]) -> list[float]:
    """In seconds, to the last bit what np.quantile gives; its preparations cost more than this."""
    last = len(micros) - 1
    lows = [int(share * last) for share in shares]
    highs = [min(low + 1, last) for low in lows]
    some = np.partition(micros, sorted({*lows, *highs}))
    found = []
    for share, low, high in zip(shares, lows, highs, strict=True):
        one, other = int(some[low]) / 1e6, int(some[high]) / 1e6
        far = share * last - low
        found.append(one + (other - one) * far if far < 0.5 else other - (other - one) * (1 - far))
    return found


def spans(asked: Question, found: Answer, one: int, other: int) -> Spans:
    """The times from step `one` to step `other` of the attempts that matched both."""
    chain = found.attempts.chain
    return spans_between(asked, found, chain[:, one], chain[:, other])


def spans_between(asked: Question, found: Answer, start: Ints, end: Ints) -> Spans:
    """The times from the events at `start` (m,) to those at `end` (m,), places in the table or
    SKIPPED, of the m attempts that have both.

    Estimated times are left out; where a bare date is one of the two, the time is the whole number
    of calendar days between them, in the funnel's time zone.
    """
    columns = asked.owned.columns
    both = (start < SKIPPED) & (end < SKIPPED)
    rows, to_rows = found.table.row[start[both]], found.table.row[end[both]]
    if columns.estimated is not None:
        sure = ~(columns.estimated[rows] | columns.estimated[to_rows])
        rows, to_rows = rows[sure], to_rows[sure]
    micros = columns.time[to_rows] - columns.time[rows]
    if columns.day_only is not None:
        bare = columns.day_only[rows] | columns.day_only[to_rows]
        days = _days(asked, to_rows) - _days(asked, rows)
        micros = np.where(bare, days * DAY, micros)
    return Spans(np.asarray(micros, np.int64))


def _days(asked: Question, rows: Ints) -> Ints:
    columns = asked.owned.columns
    time = columns.time[rows]
    shift = offsets(time, asked.definition.timezone)
    if columns.day_only is not None:
        shift = np.where(columns.day_only[rows], 0, shift)
    return np.asarray((time + shift) // DAY, np.int64)


def _sum(micros: Ints) -> int:
    """Exact: a million spans of half a year would overflow 64 bits."""
    low = np.int64(2**32 - 1)
    return (int((micros >> 32).sum()) << 32) + int((micros & low).sum())
