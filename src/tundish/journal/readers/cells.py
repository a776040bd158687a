"""The text of one cell to a time or a number, in the habits of the file it comes from."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from tundish.journal.table_times import TIME_UNITS
from tundish.terms import InputError, to_micros

_YEAR_2000, _YEAR_2100 = 946_684_800_000_000, 4_102_444_800_000_000
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_NUMBERS = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:,?[ T]+(.+))?")
_NAMED = re.compile(
    r"(?:(\d{1,2})[ .-]+([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? (\d{1,2}))[, -]+(\d{4})(?:,?[ T]+(.+))?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?\s*([AaPp])?\.?[Mm]?\.?")


def when(
    text: str, *, date_order: str, zone: tzinfo = UTC, time_unit: str | None = None
) -> tuple[int, bool]:
    """(microseconds UTC, whether only the day is known) of a cell.

    Reads ISO 8601, days and months in figures (`date_order` is day or month: which stands first)
    with a 24 or 12 hour clock, months by English names, and numbers in `time_unit`. A time without
    zone is in `zone`; a bare day is that day's midnight UTC. Raises InputError (`time_unreadable`).
    """
    text = text.strip().translate(_DIGITS)
    if time_unit and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return round(Decimal(text) * TIME_UNITS[time_unit]), False
    try:
        return _when(text, date_order == "month", zone=zone)
    except (ValueError, OverflowError):
        raise InputError(
            f"“{text}” is not a date or a time.",
            "time_unreadable",
            "Write it as 2026-06-30 or 2026-06-30T14:05:00+02:00, or say the order of day and month.",
        ) from None


def date_order_of(cells: Iterable[str]) -> str | None:
    """day or month, whichever the cells prove to stand first; None where they prove nothing."""
    day = month = 0
    for cell in cells:
        found = _NUMBERS.fullmatch(cell.strip().translate(_DIGITS))
        if found and len(found[1]) <= 2:
            day += int(found[1]) > 12
            month += int(found[2]) > 12
    if day == month:
        return None
    return "day" if day > month else "month"


def time_unit_of(times: Iterable[Any]) -> str | None:
    """s, ms or us, where all times are numbers of that unit since 1970 in the years 2000 to 2100.

    No number is plausible in two of them.
    """
    told = [at for at in times if at not in (None, "")]
    numbers = [at for at in told if isinstance(at, int | float) and not isinstance(at, bool)]
    cells = (at.strip().translate(_DIGITS) for at in told if isinstance(at, str))
    numbers += [float(text) for text in cells if re.fullmatch(r"\d{9,17}(\.\d+)?", text)]
    if not told or len(numbers) < len(told):
        return None
    least, most = min(numbers) * 1_000_000, max(numbers) * 1_000_000
    for unit, micros in TIME_UNITS.items():
        per_second = 1_000_000 // micros
        if _YEAR_2000 * per_second <= least and most <= _YEAR_2100 * per_second:
            return unit
    return None


def number(text: str, *, decimal: str) -> str:
    """An amount's cell as plain digits with a point, without currency and thousands marks.

    `decimal` is the decimal mark, "." or ",". Raises InputError (`amount_unreadable`).
    """
    plain = text.strip().translate(_DIGITS).replace("٫", ".").replace("٬", "")
    negative = plain.startswith("(") and plain.endswith(")")
    plain = re.sub(r"[^\d.,\-+eE]|(?<!\d)[eE]|[eE](?![\d+-])", "", plain)
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    plain = plain.rstrip(".") if plain.endswith(".") else plain
    try:
        if not Decimal(plain).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise InputError(
            f"“{text}” is not an amount.",
            "amount_unreadable",
            "Write it with digits, as in 1250.50.",
        ) from None
    return f"-{plain}" if negative else plain


def decimal_of(cells: Iterable[str]) -> str:
    """The decimal mark that the cells of amounts use, "." or ","; "." where they do not show it."""
    comma = point = 0
    for cell in cells:
        marks = re.sub(r"[^.,]", "", cell)
        if "." in marks and "," in marks:
            comma, point = comma + (marks[-1] == ","), point + (marks[-1] == ".")
        elif len(marks) == 1 and not re.search(r"\d[.,]\d{3}(?!\d)", cell):
            comma, point = comma + (marks == ","), point + (marks == ".")
        elif len(marks) > 1:
            # 1.234.567 has thousands points, so its decimal mark is the comma.
            comma, point = comma + (marks[0] == "."), point + (marks[0] == ",")
    return "," if comma > point else "."


def _when(text: str, month_first: bool, *, zone: tzinfo) -> tuple[int, bool]:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _micros(date.fromisoformat(text), None, zone=zone)
    if found := _NUMBERS.fullmatch(text):
        return _micros(_figures(found, month_first), found[4], zone=zone)
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get((found[2] or found[3])[:3].casefold(), 0)
        return _micros(date(int(found[5]), month, int(found[1] or found[4])), found[6], zone=zone)
    if not re.match(r"\d{4}-?\d\d-?\d\d[T ]", text):
        raise ValueError(text)
    return _aware(datetime.fromisoformat(text), zone)


def _figures(found: re.Match[str], month_first: bool) -> date:
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) == 4:
        return date(first, second, third)
    year = third + 2000 if len(found[3]) == 2 else third
    return date(year, first, second) if month_first else date(year, second, first)


def _micros(day: date, clock: str | None, *, zone: tzinfo) -> tuple[int, bool]:
    if not clock:
        return to_micros(datetime.combine(day, time(), UTC)), True
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return _aware(datetime.fromisoformat(f"{day.isoformat()}T{_iso_clock(clock)}"), zone)
    hour = int(found[1])
    if found[5]:
        if not 1 <= hour <= 12:
            raise ValueError(clock)
        hour = hour % 12 + (12 if found[5] in "Pp" else 0)
    fraction = int((found[4] or "").ljust(6, "0"))
    local = datetime.combine(day, time(hour, int(found[2]), int(found[3] or 0), fraction), zone)
    return to_micros(local), False


def _iso_clock(clock: str) -> str:
    """`6:49:18 +00:00` or `06:49:18Z` as ISO writes it."""
    clock = re.sub(r"\s*(UTC|GMT)$", "Z", clock.strip())
    return re.sub(r"^(\d):", r"0\1:", clock).replace(" ", "")


def _aware(instant: datetime, zone: tzinfo) -> tuple[int, bool]:
    return to_micros(instant if instant.tzinfo else instant.replace(tzinfo=zone)), False
