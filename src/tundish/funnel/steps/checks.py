"""The small readers of a definition's parts: each gives a value or raises with its place."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NoReturn, overload
from zoneinfo import ZoneInfo

from tundish.terms import DefinitionError, InputError, parse_instant, to_micros
from tundish.terms.times import end_of_day, local_midnight

LAST_INSTANT = to_micros(datetime.max.replace(tzinfo=UTC))
"""The end of the year 9999, microseconds UTC."""


def fail(message: str, code: str, hint: str, *, place: str) -> NoReturn:
    """Raise the DefinitionError of one place."""
    raise DefinitionError(message, code, hint, place=place)


def known_keys(said: object, allowed: tuple[str, ...], *, place: str) -> Mapping[str, Any]:
    """The mapping itself, if all its keys are allowed ones."""
    if not isinstance(said, Mapping):
        fail(f"Here a mapping is expected, not {said!r}.", "mapping_expected",
             f"Its keys are {', '.join(allowed)}.", place=place)  # fmt: skip
    for key in said:
        if key not in allowed:
            fail(f"{key!r} is not known here; there are {', '.join(allowed)}.", "key_unknown",
                 "Correct the name or leave it out.",
                 place=f"{place}.{key}" if place else str(key))  # fmt: skip
    return said


def listed(said: object, *, place: str) -> list[Any]:
    """A list; None is the empty one."""
    if said is None:
        return []
    if not isinstance(said, list | tuple):
        fail(f"Here a list is expected, not {said!r}.", "list_expected",
             "Write [first, second].", place=place)  # fmt: skip
    return list(said)


def name_list(said: object, *, place: str) -> tuple[str, ...]:
    """Names of properties; one alone may stand without its list."""
    if isinstance(said, str):
        return (text(said, place=place),)
    return tuple(text(s, place=f"{place}[{i}]") for i, s in enumerate(listed(said, place=place)))


def text(said: object, *, place: str) -> str:
    """A text that is not empty."""
    if not isinstance(said, str) or not said:
        fail(f"Here a name is expected, not {said!r}.", "name_expected",
             "Write a text.", place=place)  # fmt: skip
    return said


def optional_text(said: Mapping[str, Any], key: str, *, place: str) -> str | None:
    """A text, or None where the key is missing or null."""
    value = said.get(key)
    return None if value is None else text(value, place=_at(place, key))


def flag(said: Mapping[str, Any], key: str, *, place: str) -> bool:
    """True or False; missing is False."""
    value = said.get(key, False)
    if not isinstance(value, bool):
        fail(f"{key} is true or false, not {value!r}.", "flag_expected",
             "Write true or false.", place=_at(place, key))  # fmt: skip
    return value


def choice(
    said: Mapping[str, Any], key: str, allowed: tuple[str, ...], *, default: str = "",
    place: str = "",
) -> str:  # fmt: skip
    """One of the allowed words; the first (or `default`) where it is missing or null."""
    value = said.get(key)
    if value is None:
        return default or allowed[0]
    if value not in allowed:
        fail(f"{value!r} is not known as {key}; there are {', '.join(allowed)}.",
             "choice_unknown", "Choose one of these.", place=_at(place, key))  # fmt: skip
    return str(value)


@overload
def whole(said: Mapping[str, Any], key: str, *, default: int, least: int, most: int,
          place: str = "") -> int: ...  # fmt: skip
@overload
def whole(said: Mapping[str, Any], key: str, *, default: None, least: int, most: int,
          place: str = "") -> int | None: ...  # fmt: skip
def whole(
    said: Mapping[str, Any], key: str, *, default: int | None, least: int, most: int,
    place: str = "",
) -> int | None:  # fmt: skip
    """A whole number from `least` to `most`."""
    value = said.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        fail(f"{key} is a whole number from {least} to {most}, not {value!r}.",
             "number_out_of_range", "Places of steps count from 0.",
             place=_at(place, key))  # fmt: skip
    return value


def zone(said: object, *, place: str) -> ZoneInfo:
    """A time zone by its IANA name; None is UTC."""
    if said is None:
        return ZoneInfo("UTC")
    if isinstance(said, ZoneInfo):
        return said
    try:
        return ZoneInfo(text(said, place=place))
    except (KeyError, ValueError, OSError):
        fail(f"{said!r} is not a time zone.", "timezone_unknown",
             "Write an IANA name such as UTC, Europe/Berlin or Asia/Riyadh.",
             place=place)  # fmt: skip


def moment(said: object, where: ZoneInfo, *, place: str, ends: bool) -> int | None:
    """Microseconds of a date or an instant; a date ends at the end of that day if it `ends`, and
    the last one that there is, 9999-12-31, at LAST_INSTANT.

    A date lies in the funnel's time zone, and so does an instant without a zone of its own.
    """
    if said is None:
        return None
    try:
        if isinstance(said, str):
            bare = parse_instant(said)[1]
            said = (
                date.fromisoformat(said.strip()) if bare else datetime.fromisoformat(said.strip())
            )
        if isinstance(said, datetime):
            return to_micros(said if said.tzinfo else said.replace(tzinfo=where))
        if isinstance(said, date):
            if ends and said == date.max:
                return LAST_INSTANT
            return end_of_day(said, where) if ends else local_midnight(said, where)
    except (InputError, OverflowError, ValueError):
        pass
    fail(f"{said!r} is not a date or a time.", "time_unreadable",
         "Write it as 2026-06-30 or 2026-06-30T14:05:00+02:00.", place=place)  # fmt: skip


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
