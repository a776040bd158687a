"""One time to microseconds, whatever it came as."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from tundish.terms import InputError, parse_instant, to_micros

TIME_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
"""Microseconds of one unit, by what `time_unit` may say."""


FIRST = to_micros(datetime.min.replace(tzinfo=UTC))
LAST = to_micros(datetime.max.replace(tzinfo=UTC))
"""The first and the last instant that there is a date for, microseconds UTC."""


def micros_per_unit(time_unit: str | None) -> int | None:
    """Microseconds of one `time_unit`; None where none is given; raises InputError."""
    if time_unit is not None and time_unit not in TIME_UNITS:
        raise InputError(
            f"{time_unit!r} is not a unit of time; there are s, ms and us.",
            "time_unit_unknown",
            'Give time_unit="s", "ms" or "us".',
        )
    return None if time_unit is None else TIME_UNITS[time_unit]


def time_of(value: Any, *, per_unit: int | None, place: str) -> tuple[int, bool]:
    """(microseconds UTC, whether only the day is known) of one time; raises InputError with place."""
    try:
        micros, day = _time_of(value, per_unit)
    except InputError as wrong:
        wrong.place = place
        raise
    if not FIRST <= micros <= LAST:
        raise out_of_range(value, place=place)
    return micros, day


def out_of_range(value: object, *, place: str) -> InputError:
    """The refusal of a time that has no date."""
    return InputError(
        f"The time {value} lies outside the years 1 to 9999.",
        "time_out_of_range",
        "Look whether time_unit is right.",
        place=place,
    )


def _time_of(value: Any, per_unit: int | None) -> tuple[int, bool]:
    if value is None or value != value or value == "":
        raise InputError("An event has no time.", "time_missing", "Every event needs a time.")
    if isinstance(value, datetime):
        return to_micros(value), False
    if isinstance(value, date):
        return to_micros(datetime.combine(value, time(), UTC)), True
    if isinstance(value, str):
        if per_unit is None or not _is_number(value):
            return parse_instant(value)
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        number = getattr(value, "item", None)
        if isinstance(value, bool) or number is None:
            raise InputError(
                f"{value!r} is not a time.",
                "time_unreadable",
                "Give an aware datetime, ISO 8601 text, or a number with time_unit.",
            )
        return _time_of(number(), per_unit)
    if per_unit is None:
        raise unit_missing(value)
    if isinstance(value, float) and abs(value) > 1e19:
        return 2**63, False
    return (value * per_unit if isinstance(value, int) else round(value * per_unit)), False


def unit_missing(value: object) -> InputError:
    """The refusal of a number whose unit nobody said."""
    return InputError(
        f"The time {value} is a number without a unit.",
        "time_unit_missing",
        'Say time_unit="s", "ms" or "us".',
    )


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False
