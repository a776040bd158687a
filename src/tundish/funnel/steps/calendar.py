"""Local hours, days, weeks and months of instants (A15); exact where clocks change."""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from tundish.journal.columns import Bools, Ints
from tundish.terms import DAY, HOUR, SECOND, from_micros

_MONDAY = -3
"""Day number (0 is 1970-01-01) of a Monday."""
_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = (date.min - _EPOCH).days, (date.max - _EPOCH).days
_MONTHS = (1 - 1970) * 12, (9999 - 1970) * 12 + 11
"""The first and the last day and month that there is a date for; seen from another zone, an instant
at either edge lies beyond."""
_NEVER = np.iinfo(np.int64).max


def offsets(times: Ints, zone: ZoneInfo) -> Ints:
    """The zone's offset from UTC at each instant, microseconds, shape (n,)."""
    if not len(times) or zone.key == "UTC":
        return np.zeros(len(times), np.int64)
    day = np.clip(times // DAY, _FIRST, _LAST)
    low = int(day.min())
    there = np.zeros(int(day.max()) - low + 1, np.bool_)
    there[day - low] = True
    known = np.flatnonzero(there) + low
    place = (np.cumsum(there) - 1)[day - low]
    of_day = np.asarray([_of_day(d, zone) for d in known.tolist()], np.int64)
    before, changes, after = of_day.T
    return np.asarray(np.where(times >= changes[place], after[place], before[place]), np.int64)


def buckets(
    times: Ints, zone: ZoneInfo, interval: str, *, week_start: int, day_only: Bools | None = None
) -> Ints:
    """The number of each instant's local bucket: microseconds UTC of the hour's start, else days or
    months since 1970; a bare date is its own day in every zone. Shape (n,)."""
    shift = offsets(times, zone)
    if day_only is not None:
        shift = np.where(day_only, 0, shift)
    local = times + shift
    if interval == "hour":
        hour = local // HOUR * HOUR
        start = hour - shift
        # where clocks change by less than an hour, the hour began at another offset
        own = offsets(start, zone)
        if day_only is not None:
            own = np.where(day_only, 0, own)
        return np.asarray(np.where(own == shift, start, hour - own), np.int64)
    days = local // DAY
    if interval == "day":
        return np.asarray(days, np.int64)
    if interval == "week":
        first = _MONDAY + week_start
        return np.asarray((days - first) // 7 * 7 + first, np.int64)
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def count_between(first: int, last: int, interval: str) -> int:
    """How many buckets there are from `first` to `last`, both included (hours: nearly)."""
    return (last - first) // {"hour": HOUR, "week": 7}.get(interval, 1) + 1


def between(first: int, last: int, zone: ZoneInfo, interval: str) -> Ints:
    """All buckets from `first` to `last`, both included."""
    if interval != "hour":
        return np.arange(first, last + 1, 7 if interval == "week" else 1, dtype=np.int64)
    quarters = np.arange(first, last + 1, HOUR // 4, dtype=np.int64)
    hours = np.unique(buckets(quarters, zone, "hour", week_start=0))
    return hours[(hours >= first) & (hours <= last)]


def labels(some: Ints, zone: ZoneInfo, interval: str) -> list[str]:
    """Each bucket as an ISO date, or for an hour an ISO date-time with its offset."""
    if interval == "hour":
        shifts = offsets(some, zone)
        return [_hour(b, s) for b, s in zip(some.tolist(), shifts.tolist(), strict=True)]
    if interval == "month":
        months = np.clip(some, *_MONTHS).tolist()
        return [f"{1970 + m // 12:04d}-{m % 12 + 1:02d}-01" for m in months]
    days = np.clip(some, _FIRST, _LAST)
    return [(_EPOCH + timedelta(days=d)).isoformat() for d in days.tolist()]


def _hour(bucket: int, shift: int) -> str:
    local = min(max(bucket + shift, _FIRST * DAY), (_LAST + 1) * DAY - HOUR)
    where = timezone(timedelta(microseconds=shift))
    return from_micros(local).replace(tzinfo=where).isoformat()


@lru_cache(maxsize=100_000)
def _of_day(day: int, zone: ZoneInfo) -> tuple[int, int, int]:
    """(offset, the instant it changes, offset from then on) of one day of UTC."""
    low, high = day * DAY, (day + 1) * DAY
    first, last = _offset(low, zone), _offset(high, zone)
    if first == last:
        return first, _NEVER, last
    while high - low > SECOND:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == first else (low, middle)
    return first, high // SECOND * SECOND, last


def _offset(micros: int, zone: ZoneInfo) -> int:
    # a day from either end of the calendar, so that the local time is one too
    inside = min(max(micros, (_FIRST + 1) * DAY), _LAST * DAY)
    local: datetime = from_micros(inside // SECOND * SECOND).astimezone(zone)
    shift = local.utcoffset()
    return 0 if shift is None else shift // timedelta(microseconds=1)
