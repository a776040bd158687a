"""The small readings that a stage definition is made of; each refuses with its place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tundish.terms import DefinitionError, InputError, parse_instant, to_micros
from tundish.terms.times import end_of_day, local_midnight


def fail(
    message: str, place: str, *, code: str = "definition_unreadable", hint: str = ""
) -> DefinitionError:
    """The error to raise for a wrong place of a definition."""
    return DefinitionError(
        message, code, hint or "All keys and rules stand in docs/definitions.md.", place=place
    )


def mapping(said: object, *, place: str) -> Mapping[str, Any]:
    """A mapping with text keys."""
    if not isinstance(said, Mapping):
        raise fail(f"{place} is a mapping of keys to values, not {said!r}.", place)
    return said


def known(body: Mapping[str, Any], allowed: Sequence[str], *, place: str) -> None:
    """Refuse a key that has no meaning here."""
    for key in body:
        if key not in allowed:
            raise fail(
                f"{key!r} is not known here; allowed are {', '.join(allowed)}.",
                f"{place}.{key}" if place else str(key),
                code="key_unknown", hint="Correct or remove it.",
            )  # fmt: skip


def text(said: object, *, place: str, filled: bool = False) -> str:
    """A text; with `filled` not an empty one."""
    if not isinstance(said, str) or (filled and not said.strip()):
        raise fail(f"{place} is a text, not {said!r}.", place)
    return said


def texts(said: object, *, place: str) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one."""
    if said is None:
        return ()
    if isinstance(said, str):
        return (said,)
    if not isinstance(said, list | tuple):
        raise fail(f"{place} is a list of texts, not {said!r}.", place)
    return tuple(text(each, place=f"{place}[{i}]", filled=True) for i, each in enumerate(said))


def title(said: object, *, place: str) -> Mapping[str, str]:
    """A text by language, read from a text or a mapping of language codes to texts."""
    if said is None:
        return MappingProxyType({})
    if isinstance(said, str):
        return MappingProxyType({"": said})
    if not isinstance(said, Mapping):
        raise fail(f"{place} is a text, or a mapping such as {{en: …, ar: …}}.", place)
    return MappingProxyType({str(k): text(v, place=f"{place}.{k}") for k, v in said.items()})


def titles(said: object, *, place: str) -> tuple[Mapping[str, str], ...]:
    """A list of titles."""
    if said is None:
        return ()
    if not isinstance(said, list | tuple):
        raise fail(f"{place} is a list, not {said!r}.", place)
    return tuple(title(each, place=f"{place}[{i}]") for i, each in enumerate(said))


def flag(said: object, *, place: str) -> bool:
    """true or false; missing is false."""
    if said is None:
        return False
    if not isinstance(said, bool):
        raise fail(f"{place} is true or false, not {said!r}.", place)
    return said


def share(said: object, *, place: str) -> float | None:
    """A number from 0 to 1."""
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 1:
        raise fail(f"{place} is a number from 0 to 1, not {said!r}.", place)
    return float(said)


def one_of(said: object, allowed: Sequence[str], *, place: str) -> str:
    """One of the allowed words."""
    if not isinstance(said, str) or said not in allowed:
        raise fail(
            f"{place} is one of {', '.join(allowed)}, not {said!r}.", place,
            code="value_unknown", hint="Choose one of these.",
        )  # fmt: skip
    return said


def zone(said: object, *, place: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text(said, place=place, filled=True))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise fail(
            f"{said!r} is not a time zone.", place,
            code="zone_unknown", hint="Write a name such as Asia/Riyadh or UTC.",
        ) from None  # fmt: skip


def instant(said: object, tz: ZoneInfo, *, place: str, ends: bool = False) -> int | None:
    """Microseconds of a date or an instant; a bare date is its first (with `ends` last) instant
    in `tz`, and a time without a zone is in `tz`."""
    if said is None:
        return None
    if isinstance(said, datetime):
        return to_micros(said if said.tzinfo else said.replace(tzinfo=tz))
    if isinstance(said, date):
        return end_of_day(said, tz) if ends else local_midnight(said, tz)
    if isinstance(said, str):
        try:
            bare = len(said.strip()) == 10
            micros, _ = parse_instant(said)
            if bare:
                return instant(date.fromisoformat(said.strip()), tz, place=place, ends=ends)
            local = datetime.fromisoformat(said.strip())
            return micros if local.tzinfo else to_micros(local.replace(tzinfo=tz))
        except (InputError, ValueError):
            pass
    raise fail(
        f"{place} is a date or a time, not {said!r}.", place,
        code="time_unreadable", hint="Write it as 2026-06-30 or 2026-06-30T14:05:00+02:00.",
    )  # fmt: skip
