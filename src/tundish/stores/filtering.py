"""A filter as SQL on the rows of people, companies and deals; `funnel/filters.py` says what it means."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tundish.funnel.conditions import Condition
from tundish.funnel.filters import DAYS, Done, Group, days_of
from tundish.stores.dialect import among, is_sqlite
from tundish.stores.filter_columns import (
    MONEY,
    Ground,
    Sql,
    as_number,
    as_text,
    column_of,
    folded,
    path_of,
    today,
)
from tundish.stores.profiles import TIMES
from tundish.terms import DAY, DefinitionError
from tundish.terms.times import end_of_day, local_midnight

__all__ = ["LOST", "STAGE", "STAGE_DAYS", "TAGS", "Ground", "condition_of", "order_of", "today"]
STAGE, STAGE_DAYS, TAGS = "stage", "stage_days", "tags"
"""Fields that are no column: the stage now, whole days in it, the tags."""
LOST = "-lost"
"""The value of `stage` for those who were lost and stand nowhere now."""
_YES = ("true", "yes", "1")
_COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_HERE = "SELECT v.unit FROM visit v WHERE v.definition = ? AND v.outcome = 0 AND v.imputed = 0"
_NUMBERS, _DAY, _FLAG, _SEVERAL = "number", "day", "flag", "several"


def condition_of(filter_: Group, ground: Ground) -> Sql:
    """(condition, values) written with `?` on the kind's table, called by its own name."""
    if not filter_.parts:
        return "1 = 1", []
    parts = [_part(part, ground) for part in filter_.parts]
    joined = (" AND " if filter_.how == "all" else " OR ").join(f"({sql})" for sql, _ in parts)
    return joined, [value for _, values in parts for value in values]


def order_of(name: str, ground: Ground) -> Sql:
    """(expression, values) by which a list is sorted by a field that is no plain column."""
    if name in (STAGE, STAGE_DAYS):
        what = "v.stage" if name == STAGE else "v.entered"
        here = f"v.outcome = 0 AND v.imputed = 0 AND v.unit = {ground.kind}.id"
        return (
            f"SELECT max({what}) FROM visit v WHERE v.definition = ? AND {here}",
            [ground.definition],
        )
    if name == TAGS:
        which = f"t.kind = ? AND t.record = {ground.kind}.id"
        return f"SELECT min(t.tag) FROM record_tag t WHERE {which}", [ground.kind]
    if ground.types.get(name) in (_NUMBERS, MONEY):
        return as_number(*column_of(name, ground), ground)
    return column_of(name, ground)


def _part(part: Condition | Done | Group, ground: Ground) -> Sql:
    if isinstance(part, Group):
        return condition_of(part, ground)
    if isinstance(part, Done):
        test, value = among(ground.connection, f"{ground.kind}.id", sorted(ground.done[part]))
        return (f"NOT {test}" if part.fewer else test), [value]
    if part.property == STAGE:
        return _stage(part, ground)
    if part.property == STAGE_DAYS:
        return _stage_days(part, ground)
    if part.property == TAGS:
        return _tags(part, ground)
    return _field(part, ground)


def _field(part: Condition, ground: Ground) -> Sql:
    name = part.property
    kind = "instant" if name in TIMES else ground.types.get(name, "")
    if kind == _SEVERAL:
        return _several(part, ground)
    column, values = column_of(name, ground)
    if kind == _FLAG:
        return _flag(part, column, values, ground=ground)
    if part.op in DAYS or (part.op == "between" and kind in ("instant", _DAY)):
        return _days(part, column, values, ground=ground, instants=kind == "instant")
    if part.op in ("is_set", "is_not_set"):
        empty = f"{column} IS NULL OR {as_text(column, ground)} = ''"
        return (empty if part.op == "is_not_set" else f"NOT ({empty})"), values * 2
    if part.op in _COMPARED or part.op == "between":
        return _compared(part, column, values, ground=ground)
    if kind in (_NUMBERS, MONEY) or name == "value":
        return _numbers(part, column, values, ground=ground)
    return _texts(part, as_text(column, ground), values, ground=ground)


def _flag(part: Condition, column: str, values: list[Any], *, ground: Ground) -> Sql:
    """Yes is said; whatever else, or nothing, is no."""
    yes = f"COALESCE({as_text(column, ground)} IN ('1', 'true'), {_never(ground)})"
    wanted = part.op == "is_set" or (part.op == "equals" and str(part.value).lower() in _YES)
    if part.op == "not_equals":
        wanted = str(part.value).lower() not in _YES
    elif part.op not in ("equals", "is_set", "is_not_set"):
        raise _unfit(part)
    return (yes if wanted else f"NOT {yes}"), values


def _several(part: Condition, ground: Ground) -> Sql:
    """A field that holds several choices has one of them, or none."""
    said = f"{ground.kind}.properties"
    if is_sqlite(ground.connection):
        each, name = f"json_each({said}, ?) chosen", path_of(part.property)
    else:
        whole = f"{said}::json -> ?"
        each = f"json_array_elements_text({whole}) AS chosen(value)"
        name = part.property
    if part.op in ("is_set", "is_not_set"):
        sql = f"EXISTS (SELECT 1 FROM {each})"
        return (f"NOT {sql}" if part.op == "is_not_set" else sql), [name]
    if part.op not in ("equals", "not_equals", "in", "not_in"):
        raise _unfit(part)
    wanted = part.value if part.op in ("in", "not_in") else [part.value]
    test, value = among(ground.connection, "chosen.value", [str(one) for one in wanted])
    sql = f"EXISTS (SELECT 1 FROM {each} WHERE {test})"
    return (f"NOT {sql}" if part.op.startswith("not_") else sql), [name, value]


def _never(ground: Ground) -> str:
    return "0" if is_sqlite(ground.connection) else "FALSE"


def _texts(part: Condition, column: str, values: list[Any], *, ground: Ground) -> Sql:
    op, wanted = part.op, part.value
    if op in ("in", "not_in"):
        test, told = among(ground.connection, column, [_said(one) for one in wanted])
        if op == "in":
            return test, [*values, told]
        return f"{column} IS NULL OR NOT {test}", [*values, *values, told]
    if op == "equals":
        return f"{column} = ?", [*values, _said(wanted)]
    if op == "not_equals":
        return f"{column} IS NULL OR {column} <> ?", [*values, *values, _said(wanted)]
    within = "instr({0}, ?)" if is_sqlite(ground.connection) else "strpos({0}, ?)"
    if op == "icontains":
        plain, told = folded(column, str(wanted), ground)
        return f"{within.format(plain)} > 0", [*values, told]
    return (
        f"{within.format(column)} {'= 1' if op == 'starts_with' else '> 0'}",
        [*values, str(wanted)],
    )


def _numbers(part: Condition, column: str, values: list[Any], *, ground: Ground) -> Sql:
    """Equality of numbers: 5, 5.0 and the text 5 are one amount."""
    number, more = as_number(column, values, ground)
    wanted = part.value if part.op in ("in", "not_in") else [part.value]
    told = [float(one) for one in wanted if _is_number(one)]
    marks = ", ".join("?" * len(told)) or "NULL"
    test = f"{number} IN ({marks})"
    if part.op in ("not_equals", "not_in"):
        return f"{number} IS NULL OR NOT {test}" if told else "1 = 1", (
            [*more, *more, *told] if told else []
        )
    return test, [*more, *told]


def _compared(part: Condition, column: str, values: list[Any], *, ground: Ground) -> Sql:
    pairs = (
        [(_COMPARED[part.op], part.value)]
        if part.op in _COMPARED
        else [(">=", part.value[0]), ("<=", part.value[1])]
    )
    tests: list[str] = []
    told: list[Any] = []
    for sign, wanted in pairs:
        if _is_number(wanted):
            number, more = as_number(column, values, ground)
            tests.append(f"{number} {sign} ?")
            told += [*more, float(wanted)]
        else:
            tests.append(f"{as_text(column, ground)} {sign} ?")
            told += [*values, str(wanted)]
    return " AND ".join(tests), told


def _days(
    part: Condition, column: str, values: list[Any], *, ground: Ground, instants: bool
) -> Sql:
    zone = ZoneInfo(ground.zone or "UTC")
    first, last = days_of(part, ground.today)
    tests, told = [f"{column} IS NOT NULL"], [*values]
    for sign, day in ((">=", first), ("<=", last)):
        if day is None:
            continue
        tests.append(f"{column if instants else as_text(column, ground)} {sign} ?")
        if instants:
            edge: Any = local_midnight(day, zone) if sign == ">=" else end_of_day(day, zone)
        else:  # "2026-06-30T12:00" lies within the day: its text is before the next day's
            edge = day.isoformat() if sign == ">=" else (day + timedelta(days=1)).isoformat()
            tests[-1] = tests[-1].replace("<=", "<")
        told += [*values, edge]
    return " AND ".join(tests), told


def _stage(part: Condition, ground: Ground) -> Sql:
    unit = f"{ground.kind}.id"
    if part.op in ("is_set", "is_not_set"):
        sql = f"{unit} IN (SELECT v.unit FROM visit v WHERE v.definition = ?)"
        return (sql if part.op == "is_set" else f"NOT {sql}"), [ground.definition]
    names = part.value if part.op in ("in", "not_in") else [part.value]
    places = [ground.stages.index(name) for name in names if name in ground.stages]
    marks = ", ".join("?" * len(places)) or "-1"
    tests, told = [f"{unit} IN ({_HERE} AND v.stage IN ({marks}))"], [ground.definition, *places]
    if LOST in names:
        tests.append(
            f"({unit} IN (SELECT v.unit FROM visit v WHERE v.definition = ? AND v.outcome = 3)"
            f" AND {unit} NOT IN ({_HERE}))"
        )
        told += [ground.definition, ground.definition]
    sql = " OR ".join(tests)
    if part.op in ("not_equals", "not_in"):
        return f"NOT ({sql})", told
    if part.op not in ("equals", "in"):
        raise _unfit(part)
    return sql, told


def _stage_days(part: Condition, ground: Ground) -> Sql:
    """Whole days since a unit entered the stage in which it stands; an estimated entry has none."""
    days = (
        f"(SELECT (CAST(? AS BIGINT) - max(v.entered)) / {DAY} FROM visit v"
        f" WHERE v.definition = ? AND v.outcome = 0 AND v.imputed = 0 AND v.estimated = 0"
        f" AND v.unit = {ground.kind}.id)"
    )
    told: list[Any] = [ground.now, ground.definition]
    if part.op in ("is_set", "is_not_set"):
        return f"{days} IS {'NOT ' if part.op == 'is_set' else ''}NULL", told
    pairs = {
        **{op: [(sign, part.value)] for op, sign in _COMPARED.items()},
        "equals": [("=", part.value)],
        "not_equals": [("<>", part.value)],
    }.get(part.op)
    if part.op == "between":
        pairs = [(">=", part.value[0]), ("<=", part.value[1])]
    if pairs is None or not all(_is_number(wanted) for _, wanted in pairs):
        raise _unfit(part)
    sql = " AND ".join(f"{days} {sign} ?" for sign, _ in pairs)
    return sql, [one for _, wanted in pairs for one in (*told, float(wanted))]


def _tags(part: Condition, ground: Ground) -> Sql:
    tagged = f"{ground.kind}.id IN (SELECT t.record FROM record_tag t WHERE t.kind = ?"
    if part.op in ("is_set", "is_not_set"):
        return f"{'NOT ' if part.op == 'is_not_set' else ''}{tagged})", [ground.kind]
    if part.op not in ("equals", "not_equals", "in", "not_in"):
        raise _unfit(part)
    names = part.value if part.op in ("in", "not_in") else [part.value]
    test, value = among(ground.connection, "t.tag", [str(name) for name in names])
    sql = f"{tagged} AND {test})"
    return (f"NOT {sql}" if part.op.startswith("not_") else sql), [ground.kind, value]


def _said(value: Any) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and abs(float(value)) < 1e300
    except (TypeError, ValueError):
        return False


def _unfit(part: Condition) -> DefinitionError:
    return DefinitionError(
        f"The field {part.property} cannot be asked with “{part.op}” {part.value!r}.",
        "filter_unreadable",
        "Choose the condition again.",
    )
