"""The form that makes a filter by choosing: its rows, read from a form and from a filter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from tundish.areas.people.lists.fields import OPERATORS, ListField
from tundish.areas.people.lists.sentence import calendar_label, operator_label
from tundish.funnel.conditions import Condition
from tundish.funnel.filters import CALENDAR, MOST_PARTS, Done, Group, parse_filter
from tundish.weblib.page.addresses import whole_number
from tundish.weblib.page.event_names import EVENTS, KINDS

DID, NOT = "~did", "~not"
_SPANS = ("in_last", "not_in_last", "in_next")
_UNITS = {"d": 1, "w": 7}
_EVENT_OPERATORS = ("equals", "not_equals", "icontains", "in", "gte", "lte", "is_set")


@dataclass(frozen=True)
class Row:
    """One condition in the form. `group` is the number of the group in which it stands.

    `values` are what was typed; of a did-row `event`, `times`, `days` and `where`, the property asked for.
    """

    place: int
    group: int
    name: str = ""
    op: str = ""
    values: tuple[str, ...] = ()
    unit: str = "d"
    event: str = ""
    times: str = "1"
    days: str = ""
    where: str = ""

    @property
    def value(self) -> str:
        """The only or the first value."""
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        """The second value."""
        return self.values[1] if len(self.values) > 1 else ""


@dataclass(frozen=True)
class Shown:
    """A row as the template draws it; `input` names the sort of input for its value."""

    row: Row
    field: ListField | None
    operators: list[tuple[str, str]] = field(default_factory=list)
    input: str = ""


@dataclass(frozen=True)
class Form:
    """The whole form: all or any of the groups; a group of several rows joins them the other way."""

    how: str = "all"
    rows: tuple[Row, ...] = ()

    @property
    def groups(self) -> Iterator[list[Row]]:
        """The rows of each group, in order."""
        for number in dict.fromkeys(row.group for row in self.rows):
            yield [row for row in self.rows if row.group == number]


def from_filter(filter_: Group) -> Form:
    """The form that shows a filter."""
    rows: list[Row] = []
    for number, part in enumerate(filter_.parts):
        inner = part.parts if isinstance(part, Group) else (part,)
        for one in inner:
            if isinstance(one, Group):
                continue
            rows.append(_row(one, place=len(rows), group=number))
    return Form(filter_.how, tuple(rows))


def read(query: QueryDict, fields: Mapping[str, ListField]) -> Form:
    """The form as it was sent, with the step that was asked for done."""
    form = Form("any" if query.get("how") == "any" else "all", tuple(_sent(query)))
    step, _, target = query.get("step", "").partition("-")
    number = whole_number(target)
    rows = list(form.rows)
    if step == "add" and len(rows) < MOST_PARTS:
        groups = [row.group for row in rows]
        group = number if number in groups else max(groups, default=-1) + 1
        rows.append(Row(len(rows), group, next(iter(fields))))
    elif step == "drop":
        rows = [row for row in rows if row.place != number]
    rows = [replace(row, place=place) for place, row in enumerate(rows)]
    return Form(form.how, tuple(_complete(row, fields) for row in rows))


def filter_of(form: Form, fields: Mapping[str, ListField]) -> Group:
    """The filter that the finished rows of a form make. Raises DefinitionError."""
    parts = []
    other = "any" if form.how == "all" else "all"
    for rows in form.groups:
        said = [part for row in rows if (part := _part(row, fields)) is not None]
        if said:
            parts.append(said[0] if len(said) == 1 else {other: said})
    return parse_filter({form.how: parts} if parts else None)


def shown(form: Form, fields: Mapping[str, ListField]) -> list[list[Shown]]:
    """The form's groups with what each row may choose."""
    return [[_shown(row, fields) for row in rows] for rows in form.groups]


def events(known: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The events to choose from, by kind: the standard ones, then others that the journal has."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, told in EVENTS.items():
        found.setdefault(str(KINDS[told.kind][0]), []).append((name, str(told.label)))
    own = [(name, name.replace("_", " ").capitalize()) for name in known if name not in EVENTS]
    return [*found.items(), *([("…", own)] if own else [])]


def calendar() -> list[tuple[str, str]]:
    """The parts of the calendar with their names."""
    return [(unit, calendar_label(unit)) for unit in CALENDAR]


def _sent(query: QueryDict) -> Iterator[Row]:
    for place in range(MOST_PARTS):
        name = query.get(f"field{place}")
        if name is None:
            continue
        yield Row(
            place=place,
            group=whole_number(query.get(f"group{place}", "0")) or 0,
            name=name[:80],
            op=query.get(f"op{place}", "")[:20],
            values=tuple(value.strip()[:500] for value in query.getlist(f"value{place}")[:200]),
            unit=query.get(f"unit{place}", "d"),
            event=query.get(f"event{place}", "")[:80],
            times=query.get(f"times{place}", "1")[:7],
            days=query.get(f"days{place}", "")[:6],
            where=query.get(f"property{place}", "").strip()[:80],
        )


def _complete(row: Row, fields: Mapping[str, ListField]) -> Row:
    """A row whose operator fits its field, as after another field was chosen."""
    if row.name in (DID, NOT):
        op = row.op if row.op in _EVENT_OPERATORS else "equals"
        return replace(row, op=op, event=row.event or "form_submitted")
    known = fields.get(row.name)
    operators = known.operators if known else OPERATORS["text"]
    return row if row.op in operators else replace(row, op=operators[0], values=())


def _row(one: Condition | Done, *, place: int, group: int) -> Row:
    if isinstance(one, Done):
        row = Row(
            place, group, NOT if one.fewer else DID, "equals",
            event=one.event, times=str(one.times), days="" if one.days is None else str(one.days),
        )  # fmt: skip
        for asked in one.where[:1]:
            row = replace(row, where=asked.property, op=asked.op, values=_texts(asked.value))
        return row
    unit, values = "d", _texts(one.value)
    if one.op in _SPANS and values:
        number, unit = values[0][:-1], values[0][-1:]
        values = (number,)
    return Row(place, group, one.property, one.op, values, unit)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _part(row: Row, fields: Mapping[str, ListField]) -> dict[str, Any] | None:
    if row.name in (DID, NOT):
        return _done(row)
    known = fields.get(row.name)
    told = _value(row.op, row, typed=known.type if known else "text")
    return None if told is None else {"field": row.name, "op": row.op, **told}


def _done(row: Row) -> dict[str, Any]:
    of: dict[str, Any] = {"event": row.event}
    told = _value(row.op, row, typed="text") if row.where else None
    if told is not None:
        of["where"] = {row.where: {"op": row.op, **told}}
    times = whole_number(row.times) or 1
    days = whole_number(row.days)
    said: dict[str, Any] = {"fewer_than" if row.name == NOT else "at_least": times, "of": of}
    return said | ({"within": f"{days}d"} if days else {})


def _value(op: str, row: Row, *, typed: str) -> dict[str, Any] | None:
    """What a row says as `{value}`; None while it is not finished."""
    if op in ("is_set", "is_not_set"):
        return {}
    values = [value for value in row.values if value]
    if op in ("in", "not_in") and typed == "text":
        values = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if not values or (op == "between" and len(values) < 2):
        return None
    if op in _SPANS:
        number = whole_number(values[0])
        return {"value": f"{number}{row.unit if row.unit in _UNITS else 'd'}"} if number else None
    if typed in ("number", "money", "days") or op in ("gte", "gt", "lte", "lt"):
        numbers = [_number(value) for value in values[:2]]
        if any(number is None for number in numbers):
            return None
        return {"value": numbers if op == "between" else numbers[0]}
    if op in ("in", "not_in", "between"):
        return {"value": values[:2] if op == "between" else values}
    return {"value": values[0]}


def _number(text: str) -> float | int | None:
    plain = text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.")).replace(" ", "")
    try:
        number = float(plain.replace(",", "."))
    except ValueError:
        return None
    if number != number or abs(number) > 1e15:
        return None
    return int(number) if number.is_integer() else number


def _shown(row: Row, fields: Mapping[str, ListField]) -> Shown:
    if row.name in (DID, NOT):
        operators = [(op, operator_label(op, "text")) for op in _EVENT_OPERATORS]
        return Shown(row, None, operators, "did")
    known = fields.get(row.name)
    type_ = known.type if known else "text"
    operators = [(op, operator_label(op, type_)) for op in OPERATORS[type_]]
    return Shown(row, known, operators, _input(row.op, type_, known))


def _input(op: str, type_: str, known: ListField | None) -> str:
    if op in ("is_set", "is_not_set"):
        return ""
    if type_ == "flag":
        return "flag"
    if op in _SPANS:
        return "span"
    if op in ("this", "previous"):
        return "calendar"
    if type_ in ("instant", "day"):
        return "days" if op == "between" else "date"
    if type_ in ("number", "money", "days"):
        return "numbers" if op == "between" else "number"
    if known and known.choices:
        return "choices" if op in ("in", "not_in") else "choice"
    return "texts" if op in ("in", "not_in") else "text"
