"""The trend: attempts by the bucket of e1, over one span of buckets for all rows (A15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from tundish.funnel.steps.answer import Question
from tundish.funnel.steps.calendar import between, buckets, count_between, labels
from tundish.funnel.steps.members import Members
from tundish.funnel.steps.record import Attempts
from tundish.funnel.steps.search import SKIPPED
from tundish.journal.columns import Ints
from tundish.terms import Rate

MOST_BUCKETS = 10_000
"""More than a year of hours and more than 27 years of days; a longer trend is left out."""


class Bucketed(Protocol):
    """Attempts, or anything else that has a trend bucket each."""

    @property
    def bucket(self) -> Ints:
        """The bucket of each e1, shape (m,)."""
        ...


_NOBODY = Members(np.zeros(0, np.int32), ())


@dataclass(frozen=True)
class TrendFigure:
    """One bucket: whose attempts began in it and came to from_step, and who came to to_step."""

    bucket: str
    entered: Members
    converted: Members

    @property
    def rate(self) -> Rate:
        """Converted of entered."""
        return Rate(len(self.converted), len(self.entered))


@dataclass(frozen=True)
class Span:
    """The buckets that every trend of a report shows, rising, each with nobody in it; `left_out` is
    how many there would be if they are more than MOST_BUCKETS."""

    buckets: Ints
    nobody: tuple[TrendFigure, ...]
    left_out: int = 0


def bucket_span(asked: Question, trends: Sequence[Bucketed]) -> Span:
    """Every bucket of the range; where it is open, from the first and to the last entry of `trends`.

    An end that lies past a stated now, or so far off that the buckets would be too many, is open.
    """
    definition = asked.definition
    zone, interval = definition.timezone, definition.interval
    present = np.unique(np.concatenate([t.bucket for t in trends]))
    first, last = _ends(asked, present)
    if first is None or last is None:
        return Span(np.zeros(0, np.int64), ())
    if (size := count_between(first, last, interval)) > MOST_BUCKETS:
        return Span(np.zeros(0, np.int64), (), size)
    every = np.union1d(between(first, last, zone, interval), present)
    names = labels(every, zone, interval)
    return Span(every, tuple(TrendFigure(name, _NOBODY, _NOBODY) for name in names))


def _ends(asked: Question, present: Ints) -> tuple[int | None, int | None]:
    """(first, last) bucket: those of the range as far as it may be shown, else of the entries."""
    definition = asked.definition
    start, end = _bucket(asked, definition.start), _bucket(asked, definition.end)
    now = _bucket(asked, definition.now)
    if not len(present):
        far = start is None or end is None
        far = far or count_between(start or 0, end or 0, definition.interval) > MOST_BUCKETS
        return (None, None) if far else (start, end)
    if end is not None and now is not None and end > now:
        end = None
    low, high = int(present[0]), int(present[-1])
    lows = [low] if start is None else [min(start, low), low]
    highs = [high] if end is None else [max(end, high), high]
    for one, other in product(lows, highs):
        if count_between(one, other, definition.interval) <= MOST_BUCKETS:
            return one, other
    return low, high


def _bucket(asked: Question, instant: int | None) -> int | None:
    if instant is None:
        return None
    definition = asked.definition
    one = np.asarray([instant], np.int64)
    return int(
        buckets(one, definition.timezone, definition.interval, week_start=definition.week_start)[0]
    )


def trend_of(
    asked: Question, trend: Attempts, ids: Sequence[Any], span: Span
) -> tuple[TrendFigure, ...]:
    """The figures of every bucket of the span; only those that hold someone are made."""
    if not len(span.buckets):
        return ()
    definition = asked.definition
    entered = trend.chain[:, definition.from_step] < SKIPPED
    converted = entered & (trend.chain[:, definition.to_step] < SKIPPED)
    order = np.argsort(trend.bucket, kind="stable")
    held, begins = np.unique(trend.bucket[order], return_index=True)
    ends = np.append(begins[1:], len(order))
    rows = list(span.nobody)
    places = np.searchsorted(span.buckets, held)
    for place, low, high in zip(places.tolist(), begins.tolist(), ends[: len(held)].tolist(),
                                strict=True):  # fmt: skip
        some = order[low:high]
        rows[place] = TrendFigure(
            rows[place].bucket,
            Members(trend.unit[some[entered[some]]], ids),
            Members(trend.unit[some[converted[some]]], ids),
        )
    return tuple(rows)
