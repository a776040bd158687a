"""Local hours, days, weeks and months of instants (A15); exact where clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np

from tundish.journal.columns import Bools, Ints
from tundish.terms import DAY, HOUR, SECOND, from_micros

_MONDAY = -3
"""Day number (0 is 1970-01-01) of a Monday."""


def offsets(times: Ints, zone: ZoneInfo) -> Ints:
    """The zone's offset from UTC at each instant, microseconds, shape (n,)."""
    if not len(times):
        return np.zeros(0, np.int64)
    changes = _changes(int(times.min()), int(times.max()), zone)
    at = np.searchsorted(np.asarray([c for c, _ in changes]), times, side="right") - 1
    return np.asarray([o for _, o in changes], np.int64)[at]


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
        return np.asarray(local // HOUR * HOUR - shift, np.int64)
    days = local // DAY
    if interval == "day":
        return np.asarray(days, np.int64)
    if interval == "week":
        first = _MONDAY + week_start
        return np.asarray((days - first) // 7 * 7 + first, np.int64)
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def between(first: int, last: int, zone: ZoneInfo, interval: str) -> list[int]:
    """All buckets from `first` to `last`, both included."""
    if interval in ("day", "month"):
        return list(range(first, last + 1))
    if interval == "week":
        return list(range(first, last + 1, 7))
    quarters = np.arange(first, last + 1, HOUR // 4, dtype=np.int64)
    hours = np.unique(buckets(quarters, zone, "hour", week_start=0))
    return [h for h in hours.tolist() if first <= h <= last]


def label(bucket: int, zone: ZoneInfo, interval: str) -> str:
    """An ISO date, or for an hour an ISO date-time with its offset."""
    if interval == "hour":
        shift = int(offsets(np.asarray([bucket], np.int64), zone)[0])
        where = timezone(timedelta(microseconds=shift))
        return from_micros(bucket).astimezone(where).isoformat()
    if interval == "month":
        return f"{1970 + bucket // 12:04d}-{bucket % 12 + 1:02d}-01"
    return (date(1970, 1, 1) + timedelta(days=bucket)).isoformat()


def _changes(low: int, high: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """(instant, offset from then on): probed day by day, each change found by halving."""
    if zone.key == "UTC":
        return [(low, 0)]
    found = [(low, _offset(low, zone))]
    at = low
    while at < high:
        step = min(at + DAY, high)
        if _offset(step, zone) != found[-1][1]:
            before, after = at, step
            while after - before > SECOND:
                middle = (before + after) // 2
                same = _offset(middle, zone) == found[-1][1]
                before, after = (middle, after) if same else (before, middle)
            after = after // SECOND * SECOND
            found.append((after, _offset(after, zone)))
        at = step
    return found


def _offset(micros: int, zone: ZoneInfo) -> int:
    shift = datetime.fromtimestamp(micros // SECOND, UTC).astimezone(zone).utcoffset()
    return 0 if shift is None else shift // timedelta(microseconds=1)
