"""The filter of a list, a segment or an automation: which units, by what is known and what they did.

    FILTER = {all: [PART, …]} or {any: [PART, …]}; a PART may be one such group of its own.
    PART   = {field, op, value}                       conditions.py's operators, or one of DAYS
           | {at_least: n, of: {event, where}, within: 30d}     has done at least n times
           | {fewer_than: n, of: {event, where}, within: 30d}   has not done n times

Days are whole days of the firm's time zone, today included: the last 30 days begin 29 days ago.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from tundish.funnel.conditions import OPERATORS, Condition, parse_condition, parse_conditions
from tundish.terms import DAY, DefinitionError, parse_span

DAYS = (
    "on", "before", "after", "in_last", "not_in_last", "in_next", "this", "previous",
)  # fmt: skip
"""Operators on days: `2026-06-30`, a span of whole days (30d, 4w), or one of CALENDAR."""
CALENDAR = ("day", "week", "month", "quarter", "year")
MOST_PARTS, LONGEST = 30, 500
_FIRST, _LAST = date(1, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True)
class Done:
    """Whether a unit did something at least `times` times within the last `days` days (None: ever).

    With `fewer` the answer is turned round: it did so fewer times than that, or never.
    """

    event: str
    where: tuple[Condition, ...] = ()
    times: int = 1
    days: int | None = None
    fewer: bool = False


@dataclass(frozen=True)
class Group:
    """Parts of which all or any must hold; an empty group holds for everyone."""

    how: Literal["all", "any"] = "all"
    parts: "tuple[Condition | Done | Group, ...]" = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def each(self) -> "Iterator[Condition | Done]":
        """Every condition, those of inner groups too."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.each()
            else:
                yield part


def parse_filter(said: object, *, place: str = "filter") -> Group:
    """The filter that `said` writes; nothing said is everyone. Raises DefinitionError."""
    if not said:
        return Group()
    found = _group(said, place=place, depth=0)
    if sum(1 for _ in found.each()) > MOST_PARTS:
        raise _wrong(f"A filter has at most {MOST_PARTS} conditions.", place)
    return found


def to_data(part: "Condition | Done | Group") -> dict[str, Any]:
    """As `parse_filter` reads it."""
    if isinstance(part, Group):
        return {part.how: [to_data(inner) for inner in part.parts]}
    if isinstance(part, Condition):
        return {"field": part.property} | part.to_dict()
    of: dict[str, Any] = {"event": part.event}
    if part.where:
        of["where"] = {one.property: one.to_dict() for one in part.where}
    said: dict[str, Any] = {"fewer_than" if part.fewer else "at_least": part.times, "of": of}
    return said | ({} if part.days is None else {"within": f"{part.days}d"})


def days_of(condition: Condition, today: date) -> tuple[date | None, date | None]:
    """The first and the last day, both included, that an operator on days means; None: no end."""
    op, value = condition.op, condition.value
    if op in ("in_last", "not_in_last", "in_next"):
        n = whole_days(value)
        if op == "in_last":
            return _moved(today, 1 - n), today
        if op == "not_in_last":
            return None, _moved(today, -n - 1)
        return today, _moved(today, n - 1)
    if op in ("this", "previous"):
        first = _begin(today, str(value))
        if op == "previous":
            last = first - timedelta(days=1)
            return _begin(last, str(value)), last
        return first, _end(first, str(value))
    if op == "between":
        return _day(value[0]), _day(value[1])
    day = _day(value)
    if op == "on":
        return day, day
    return (None, _moved(day, -1)) if op == "before" else (_moved(day, 1), None)


def whole_days(value: object, *, place: str = "") -> int:
    """The days of a span; raises DefinitionError for one that is no number of whole days."""
    span = parse_span(value, place=place)
    if span is None or span < DAY or span % DAY or span > 100_000 * DAY:
        raise _wrong(f"“{value}” is no number of whole days.", place, "Write 30d or 4w.")
    return span // DAY


def _group(said: object, *, place: str, depth: int) -> Group:
    if isinstance(said, Mapping) and len(said) == 1:
        how, parts = next(iter(said.items()))
        if how in ("all", "any") and isinstance(parts, list | tuple):
            inner = tuple(
                _part(part, place=f"{place}.{how}[{i}]", depth=depth + 1)
                for i, part in enumerate(parts)
            )
            return Group(how, inner)
    raise _wrong("A filter is {all: [...]} or {any: [...]}.", place)


def _part(said: object, *, place: str, depth: int) -> Condition | Done | Group:
    if not isinstance(said, Mapping):
        raise _wrong(f"{said!r} is no part of a filter.", place)
    if "all" in said or "any" in said:
        if depth > 1:
            raise _wrong("A group of a filter holds conditions, no further groups.", place)
        return _group(said, place=place, depth=depth)
    if "of" in said:
        return _done(said, place=place)
    _known(said, ("field", "op", "value"), place=place)
    name, op = said.get("field"), said.get("op", "equals")
    if not isinstance(name, str) or not name or len(name) > 80 or '"' in name or "\\" in name:
        raise _wrong("A condition names its field.", place)
    if op in DAYS:
        condition = Condition(name, str(op), said.get("value"))
        _check_days(condition, place=f"{place}.value")
        return condition
    if op not in OPERATORS or op == "matches":
        raise _wrong(f"“{op}” is not an operator of a filter.", f"{place}.op")
    body = {key: said[key] for key in ("value",) if key in said}
    found = parse_condition(name, {"op": op} | body, place=place)
    values = found.value if isinstance(found.value, list | tuple) else (found.value,)
    if len(values) > 200 or any(len(str(value)) > LONGEST for value in values):
        raise _wrong("A condition's values are too many or too long.", f"{place}.value")
    return _frozen(found)


def _done(said: Mapping[str, Any], *, place: str) -> Done:
    _known(said, ("at_least", "fewer_than", "of", "within"), place=place)
    of = said["of"]
    if not isinstance(of, Mapping) or not isinstance(of.get("event"), str) or not of["event"]:
        raise _wrong("What was done is named by its event.", f"{place}.of")
    _known(of, ("event", "where"), place=f"{place}.of")
    fewer = "fewer_than" in said
    times = said.get("fewer_than", said.get("at_least", 1))
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= 1_000_000:
        raise _wrong(f"“{times}” is no number of times.", place, "Write 1 or more.")
    within = said.get("within")
    days = None if within is None else whole_days(within, place=f"{place}.within")
    where = parse_conditions(of.get("where"), place=f"{place}.of.where")
    return Done(of["event"], tuple(map(_frozen, where)), times, days, fewer)


def _frozen(condition: Condition) -> Condition:
    if isinstance(condition.value, list):
        return Condition(condition.property, condition.op, tuple(condition.value))
    return condition


def _check_days(condition: Condition, *, place: str) -> None:
    if condition.op in ("in_last", "not_in_last", "in_next"):
        whole_days(condition.value, place=place)
    elif condition.op in ("this", "previous"):
        if condition.value not in CALENDAR:
            raise _wrong(f"“{condition.value}” is none of {', '.join(CALENDAR)}.", place)
    else:
        _day(condition.value, place=place)


def _day(text: object, *, place: str = "") -> date:
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        raise _wrong(f"“{text}” is not a day.", place, "Write it as 2026-06-30.") from None
    if not 1900 <= found.year <= 9998:
        raise _wrong(f"“{text}” is not a day that a record can have.", place)
    return found


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return _FIRST if days < 0 else _LAST


def _begin(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return day.replace(month=1, day=1)
    month = day.month if unit == "month" else 3 * ((day.month - 1) // 3) + 1
    return day.replace(month=month, day=1)


def _end(first: date, unit: str) -> date:
    lengths = {"day": 1, "week": 7}
    if unit in lengths:
        return first + timedelta(days=lengths[unit] - 1)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    later = first.month - 1 + months
    return date(first.year + later // 12, later % 12 + 1, 1) - timedelta(days=1)


def _known(said: Mapping[str, Any], keys: tuple[str, ...], *, place: str) -> None:
    strange = sorted(str(key) for key in said if key not in keys)
    if strange:
        raise _wrong(f"A filter knows {', '.join(keys)} here, not {', '.join(strange)}.", place)


def _wrong(message: str, place: str, hint: str = "Choose the filter again.") -> DefinitionError:
    return DefinitionError(message, "filter_unreadable", hint, place=place)
