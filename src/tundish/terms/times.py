"""Time as integer microseconds since 1970, UTC, and spans of it."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from tundish.terms.errors import DefinitionError, InputError

MICROSECOND = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)
_LARGEST = 2**63 - 1
_UNITS = {"ms": 1_000, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware `instant`; exact, no float on the way."""
    if instant.tzinfo is None:
        raise InputError(
            f"The time {instant.isoformat()} has no time zone.",
            "time_without_zone",
            "Give an aware datetime, for example with +00:00 or Z at its end.",
        )
    return (instant - _EPOCH) // _STEP


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime at `micros` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=int(micros))


def parse_instant(text: str) -> tuple[int, bool]:
    """(microseconds, whether it is a bare day) of an ISO 8601 text; a text without zone is UTC."""
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return to_micros(datetime.combine(date.fromisoformat(text), time(), UTC)), True
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InputError(
            f"“{text}” is not a date or a time.",
            "time_unreadable",
            "Write it as 2026-06-30 or 2026-06-30T14:05:00+02:00.",
        ) from None
    return to_micros(instant if instant.tzinfo else instant.replace(tzinfo=UTC)), False


def parse_span(value: object, *, place: str = "") -> int | None:
    """Microseconds of a span: `"14d"`, `"1h30m"`, a number of seconds, a timedelta; None stays None.

    A span beyond 64-bit microseconds means no limit and gives None. Raises DefinitionError.
    """
    if value is None:
        return None
    if isinstance(value, timedelta):
        micros = value // _STEP
    elif isinstance(value, bool):
        micros = -1
    elif isinstance(value, int):
        micros = value * SECOND
    elif isinstance(value, float):
        micros = round(value * SECOND) if abs(value) < 1e30 else (_LARGEST + 1 if value > 0 else -1)
    else:
        micros = _span_text(str(value).strip())
    if micros < 0:
        raise DefinitionError(
            f"{value!r} is not a span of time.",
            "span_unreadable",
            "Write a number with a unit (ms, s, m, h, d, w), as in 14d or 1h30m, or seconds.",
            place=place,
        )
    return micros if micros <= _LARGEST else None


def _span_text(text: str) -> int:
    parts = _SPAN.findall(text.replace(" ", ""))
    if parts and "".join(n + u for n, u in parts) == text.replace(" ", ""):
        return sum(
            int(n) * _UNITS[u] if n.isdigit() else round(float(n) * _UNITS[u]) for n, u in parts
        )
    return int(text) * SECOND if text.isdigit() else -1


def local_midnight(day: date, zone: tzinfo | ZoneInfo) -> int:
    """Microseconds of the first instant of `day` in `zone`."""
    return to_micros(datetime.combine(day, time(), zone))


def end_of_day(day: date, zone: tzinfo | ZoneInfo) -> int:
    """Microseconds of the last instant of `day` in `zone` (days of 23 and 25 hours included)."""
    return local_midnight(day + timedelta(days=1), zone) - 1
