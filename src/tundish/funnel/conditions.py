"""Filters on properties: what `where`, `where_not` and `unit_where` may say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tundish.journal.columns import Bools, Coded
from tundish.terms import DefinitionError

OPERATORS = (
    "is_set", "is_not_set", "equals", "not_equals", "in", "not_in", "contains", "icontains",
    "starts_with", "matches", "gt", "gte", "lt", "lte", "between",
)  # fmt: skip
_LONGEST_MATCHED = 1_000
"""So many characters of a text are asked for a match: a pattern may take their square or more."""
_WITHOUT_VALUE = ("is_set", "is_not_set")


@dataclass(frozen=True)
class Condition:
    """One property, one operator, one value; a missing property equals nothing."""

    property: str
    op: str
    value: Any = None

    def mask(self, column: Coded) -> Bools:
        """The rows of `column` that satisfy it, shape (n,)."""
        if self.op == "is_not_set":
            return column.codes < 0
        if self.op == "not_equals":
            return ~column.where(_equals(self.value))
        if self.op == "not_in":
            return ~column.where(_test("in", self.value))
        return column.where(_test(self.op, self.value))

    def to_dict(self) -> dict[str, Any]:
        """`{op, value}` as a definition writes it."""
        return {"op": self.op} | ({} if self.op in _WITHOUT_VALUE else {"value": self.value})


def parse_conditions(where: object, *, place: str) -> tuple[Condition, ...]:
    """The conditions of a `where` mapping; raises DefinitionError with its place."""
    if where is None:
        return ()
    if not isinstance(where, Mapping):
        raise DefinitionError(
            f"A filter is a mapping of properties to values, not {where!r}.",
            "filter_unreadable", "Write for example {plan: pro}.", place=place,
        )  # fmt: skip
    return tuple(parse_condition(str(k), v, place=f"{place}.{k}") for k, v in where.items())


def all_hold(conditions: tuple[Condition, ...], n: int, column: Callable[[str], Coded]) -> Bools:
    """Rows on which every condition holds, shape (n,); all rows where there is none."""
    held = np.ones(n, np.bool_)
    for condition in conditions:
        held &= condition.mask(column(condition.property))
    return held


def parse_condition(name: str, said: object, *, place: str) -> Condition:
    """One condition: a plain value, a list of values, or `{op, value}`. Raises DefinitionError."""
    if not isinstance(said, Mapping):
        return Condition(name, "in" if isinstance(said, list | tuple) else "equals", said)
    op = said.get("op")
    if op not in OPERATORS:
        raise DefinitionError(
            f"{op!r} is not an operator; there are {', '.join(OPERATORS)}.",
            "operator_unknown", "Choose one of these.", place=f"{place}.op",
        )  # fmt: skip
    strange = set(said) - {"op", "value"}
    if strange or (op not in _WITHOUT_VALUE and "value" not in said):
        raise DefinitionError(
            f"A condition has an op and a value, not {sorted(map(str, said))}.",
            "filter_unreadable", "Write {op: gte, value: 100}.", place=place,
        )  # fmt: skip
    value = said.get("value")
    if op in ("in", "not_in") and not isinstance(value, list | tuple):
        raise DefinitionError(
            f"The operator {op} takes a list of values, not {value!r}.",
            "filter_unreadable", f"Write {{op: {op}, value: [a, b]}}.", place=f"{place}.value",
        )  # fmt: skip
    if op == "between" and not (isinstance(value, list | tuple) and len(value) == 2):
        raise DefinitionError(
            f"The operator between takes the lowest and the highest value, not {value!r}.",
            "filter_unreadable", "Write {op: between, value: [1, 9]}.", place=f"{place}.value",
        )  # fmt: skip
    if op == "matches":
        _regex(value, place=f"{place}.value")
    return Condition(name, str(op), value)


def _regex(value: object, *, place: str = "") -> re.Pattern[str]:
    if _may_take_for_ever(str(value)):
        raise DefinitionError(
            f"“{value}” repeats a group that repeats or chooses within itself, "
            "which can take for ever.",
            "regex_too_costly", "Repeat one thing only, as in a+ for (a+)+.", place=place,
        )  # fmt: skip
    try:
        return re.compile(str(value))
    except re.error as wrong:
        raise DefinitionError(
            f"“{value}” is not a regular expression: {wrong}.",
            "regex_unreadable", "Correct the pattern or use contains.", place=place,
        ) from None  # fmt: skip


def _may_take_for_ever(pattern: str) -> bool:
    """Whether a repeated group holds something that repeats, may be left out, or has alternatives.

    Backtracking then tries exponentially many ways. Stricter than need be, but plain to say.
    """
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)  # escapes and classes
    bare = re.sub(r"\(\?(?:P<\w+>|<?[=!]|[:>]|[a-zA-Z-]+:?)", "(", bare)
    bare = re.sub(r"(?<!\))\{\d+\}", "", bare)
    open_groups = [False]
    for place, letter in enumerate(bare):
        if letter == "(":
            open_groups.append(False)
        elif letter == ")" and len(open_groups) > 1:
            varies = open_groups.pop()
            if varies and bare[place + 1 : place + 2] in ("*", "+", "{"):
                return True
            open_groups[-1] |= varies
        elif letter in "*+?{|":
            open_groups[-1] = True
    return False


def _equals(wanted: Any) -> Callable[[Any], bool]:
    # True == 1 in Python; in a filter a flag is not a number.
    return lambda v: isinstance(v, bool) == isinstance(wanted, bool) and bool(v == wanted)


def _test(op: str, wanted: Any) -> Callable[[Any], bool]:
    if op == "is_set":
        return lambda _: True
    if op == "equals":
        return _equals(wanted)
    if op == "in":
        tests = [_equals(w) for w in wanted]
        return lambda v: any(test(v) for test in tests)
    if op == "contains":
        return lambda v: str(wanted) in str(v)
    if op == "icontains":
        return lambda v: str(wanted).casefold() in str(v).casefold()
    if op == "starts_with":
        return lambda v: str(v).startswith(str(wanted))
    if op == "matches":
        pattern = _regex(wanted)
        return lambda v: pattern.search(str(v)[:_LONGEST_MATCHED]) is not None
    if op == "between":
        low, high = (_comparison(o, w) for o, w in zip(("gte", "lte"), wanted, strict=True))
        return lambda v: low(v) and high(v)
    return _comparison(op, wanted)


def _comparison(op: str, wanted: Any) -> Callable[[Any], bool]:
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
    }
    holds, limit = compare[op], _number(wanted)

    def test(v: Any) -> bool:
        if limit is not None:
            number = _number(v)
            return number is not None and holds(number, limit)
        return isinstance(v, str) and isinstance(wanted, str) and holds(v, wanted)

    return test


def _number(v: Any) -> float | int | None:
    """A number, or a text that reads as one (columns of a CSV file are text)."""
    if isinstance(v, bool):
        return None
    if isinstance(v, int | float):
        return v
    try:
        return float(v) if isinstance(v, str) else None
    except ValueError:
        return None
