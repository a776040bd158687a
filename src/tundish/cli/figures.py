"""Numbers as a terminal shows them. A rate never without its counts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tundish.terms import NO_CURRENCY

FEW = 20
"""Under so many units a percentage misleads, so the counts come first."""

_SPANS = ((86400 * 2, 86400, "days"), (3600 * 2, 3600, "hours"), (120, 60, "minutes"))


def count(number: int) -> str:
    """8800 as 8,800."""
    return f"{number:,}"


def rate(said: Mapping[str, Any] | None, *, places: int = 1) -> str:
    """`{part, whole, low, high}` with its interval; nothing where there is no rate."""
    if said is None or not said["whole"]:
        return ""
    part, whole = said["part"], said["whole"]
    share = f"{100 * part / whole:.{places}f} %"
    spread = f"{100 * said['low']:.{places}f}-{100 * said['high']:.{places}f}"
    if whole < FEW:
        return f"{count(part)} of {count(whole)} ({share}, {spread})"
    return f"{share} ({spread}), {count(part)} of {count(whole)}"


def span(seconds: float | None) -> str:
    """A length of time in the largest unit that keeps two of them."""
    if seconds is None:
        return ""
    for least, unit, name in _SPANS:
        if abs(seconds) >= least:
            return f"{seconds / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{seconds:.0f} s"


def money(said: Mapping[str, Any] | None) -> str:
    """The sum of a value, with its currency."""
    if not said or not said.get("n"):
        return ""
    total = said["sum"]
    shown = f"{total:,.2f}".removesuffix(".00")
    currency = said.get("currency")
    return shown if currency in (None, NO_CURRENCY) else f"{shown} {currency}"


def instant(micros: int | None, *, day_only: bool = False) -> str:
    """A time as ISO 8601 in UTC, to the second, or the bare day."""
    if micros is None:
        return ""
    moment = datetime.fromtimestamp(micros / 1_000_000, UTC)
    return moment.strftime("%Y-%m-%d") if day_only else moment.strftime("%Y-%m-%d %H:%M:%S UTC")
