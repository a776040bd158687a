"""Which unit owns an event: identity merges, and the kinds of unit (FUNNEL_SEMANTICS A18, A19)."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tundish.funnel.membership import company_owners, deal_owners
from tundish.journal.columns import Coded, Codes, EventColumns, Ints
from tundish.terms import DefinitionError, InputError

KINDS = ("person", "company", "deal", "session")
_ORDER = ("unit", *KINDS)
_PEOPLE = ("unit", "person")
_NUMBER = re.compile(r"0|-?[1-9]\d{0,17}")

UnitProperties = Mapping[Any, Mapping[str, Any]]
Merges = Iterable[tuple[Any, Any]]
IdType = type[int] | type[str] | None
"""Of which type all ids are; None where they are mixed."""


@dataclass(frozen=True)
class UnitChoice:
    """What is counted: a named kind of unit, the value of a property, or of the unit's property."""

    how: Literal["named", "property", "unit_property"]
    name: str

    def to_data(self) -> str | dict[str, str]:
        """As a definition writes it."""
        return self.name if self.how == "named" else {self.how: self.name}


@dataclass(frozen=True)
class Owned:
    """Events with the unit that each serves: one row per pair of event and unit, shape (m,).

    `columns` are the events after merges, `unit` the counted unit (never missing), `own` the row's
    own unit (`unit`, else `person`), `rows` the places in the columns that came in. `without_unit`
    counts events that serve no unit, `shared` those that serve several.
    """

    columns: EventColumns
    unit: Coded
    own: Coded
    rows: Ints
    without_unit: int
    shared: int

    def unit_property(self, name: str, unit_properties: UnitProperties | None) -> Coded:
        """A property of the counted unit; where that unit is unknown, of the row's own unit."""
        return _unit_column(self.unit, self.own, name, unit_properties)

    def property(self, name: str) -> Coded:
        """A property of the event; a unit's id (`deal`) counts as one."""
        return property_of(self.columns, name)


def parse_unit(said: object, *, place: str = "unit") -> UnitChoice | None:
    """The unit that a definition names; None stays None. Raises DefinitionError."""
    if said is None:
        return None
    if isinstance(said, str) and said:
        return UnitChoice("named", said)
    if isinstance(said, Mapping) and len(said) == 1:
        for how in ("property", "unit_property"):
            name = said.get(how)
            if isinstance(name, str) and name:
                return UnitChoice("property" if how == "property" else "unit_property", name)
    raise DefinitionError(
        f"{said!r} is not a unit; it is a name (person, company, deal, session, unit or a "
        "property) or a mapping {property: …} or {unit_property: …}.",
        "unit_unknown", "Write for example unit: person.", place=place,
    )  # fmt: skip


def property_of(columns: EventColumns, name: str) -> Coded:
    """The column of a property; the ids of a kind of unit where no property has that name."""
    if name not in columns.properties and name in columns.units:
        return columns.units[name]
    return columns.property(name)


def merge_chain(merges: Merges | None, *, like: IdType = None) -> dict[Any, Any]:
    """Each merged id with the id that is kept at the end of its chain, ids as `like` has them.

    Where one id is merged twice the later pair holds. Raises InputError where merges run in a
    circle.
    """
    same = ((as_id(other, like), as_id(kept, like)) for other, kept in merges or ())
    into = {other: kept for other, kept in same if other != kept}
    ends: dict[Any, Any] = {}
    for other in into:
        path = [other]
        while path[-1] in into and path[-1] not in ends:
            path.append(into[path[-1]])
            if len(path) > len(into) + 1:
                raise InputError(
                    f"The merges of {other!r} run in a circle, so no id is kept.",
                    "merge_circle", "Remove one of the merges of this circle.",
                )  # fmt: skip
        end = ends.get(path[-1], path[-1])
        ends.update((step, end) for step in path if step != end)
    return ends


def id_type(values: Iterable[Any]) -> IdType:
    """int or str where all of the ids are of that one type, else None."""
    types = set(map(type, values))
    return types.pop() if types in ({int}, {str}) else None


def as_id(value: Any, like: IdType) -> Any:
    """An id as a whole number or a text, if it can be written as such without a loss."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if like is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if like is int and isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return value


def merge_ids(column: Coded, ends: Mapping[Any, Any]) -> Coded:
    """The column with every id replaced by the one that is kept; asked once per distinct id."""
    if not any(v in ends for v in column.values):
        return column
    codes: dict[Any, int] = {}
    values = [ends.get(v, v) for v in column.values]
    of_value = [codes.setdefault((type(v), v), len(codes)) for v in values]
    table = np.asarray([*of_value, -1], np.int32)
    return Coded(table[column.codes], tuple(v for _, v in codes))


def merged(columns: EventColumns, merges: Merges | None) -> EventColumns:
    """The events with all identity merges applied to all history (A19).

    The ids of `unit` and `person` are merged; those of the other kinds only by merges that name no
    person, so that deal 17 stays when person 17 is merged. Where a kind's ids are all whole numbers
    or all texts, the merges' are read as such: "2" and 2 are one id. Raises InputError where a merge
    is no pair of two ids.
    """
    merges = [_pair(pair, place=f"identity_merges[{i}]") for i, pair in enumerate(merges or ())]
    if not merges:
        return columns
    said = {kind: c.values for kind, c in columns.units.items() if kind in _PEOPLE}
    ends_like: dict[IdType, dict[Any, Any]] = {}
    units = {}
    for kind, column in columns.units.items():
        like = id_type(column.values)
        if like not in ends_like:
            ends_like[like] = merge_chain(merges, like=like)
        ends = ends_like[like]
        if kind not in _PEOPLE:
            people = {as_id(v, like) for values in said.values() for v in values}
            ends = {o: k for o, k in ends.items() if o not in people and k not in people}
        units[kind] = merge_ids(column, ends)
    return EventColumns(
        columns.time, columns.event, units, columns.properties,
        columns.estimated, columns.day_only, columns.ids,
    )  # fmt: skip


def owned(
    columns: EventColumns,
    choice: UnitChoice | None,
    *,
    unit_properties: UnitProperties | None = None,
    identity_merges: Merges | None = None,
    stand_in: bool = False,
) -> Owned:
    """The events of every unit. Events without a unit (or an empty one) are dropped and counted.

    Without a choice the rows' `unit` counts, else their `person`, else the first kind there is.
    Raises InputError where `unit_properties` or the merges have another shape.
    With `stand_in`, rows that know only `unit` serve whatever kind is chosen.
    """
    _check_properties(unit_properties)
    columns = merged(columns, identity_merges)
    own = _own(columns)
    rows, unit = _serve(columns, choice, own, unit_properties, stand_in)
    named = np.asarray([*(v != "" for v in unit.values), False], np.bool_)
    kept = named[unit.codes]
    rows, unit = rows[kept], unit.take(kept)
    served = np.bincount(rows, minlength=len(columns)) if len(rows) else np.zeros(len(columns), int)
    whole = len(rows) == len(columns) and bool((rows == np.arange(len(columns))).all())
    return Owned(
        columns if whole else columns.take(rows), unit, own if whole else own.take(rows), rows,
        int((served == 0).sum()), int((served > 1).sum()),
    )  # fmt: skip


def _serve(
    columns: EventColumns,
    choice: UnitChoice | None,
    own: Coded,
    unit_properties: UnitProperties | None,
    stand_in: bool,
) -> tuple[Ints, Coded]:
    every = np.arange(len(columns), dtype=np.int64)
    if choice is None:
        return every, own
    if choice.how == "unit_property":
        return every, _unit_column(own, own, choice.name, unit_properties)
    if choice.how == "property":
        return every, property_of(columns, choice.name)
    name = choice.name
    known = name in columns.units or name in columns.properties
    if not known and (name in ("unit", "person") or (stand_in and name in KINDS)):
        return every, own
    if name == "company" and name in columns.units:
        return company_owners(columns)
    if name == "deal" and name in columns.units:
        return deal_owners(columns)
    column = columns.units.get(name)
    return every, columns.property(name) if column is None else column


def _own(columns: EventColumns) -> Coded:
    """The row's own unit: `unit`, where missing `person`; without both the first kind there is."""
    unit, person = columns.units.get("unit"), columns.units.get("person")
    if unit is not None and person is not None:
        return _coalesce(unit, person)
    for kind in _ORDER:
        if kind in columns.units:
            return columns.units[kind]
    return Coded.missing(len(columns))


def _coalesce(first: Coded, second: Coded) -> Coded:
    if not len(first) or (first.codes >= 0).all():
        return first
    codes = {(type(v), v): i for i, v in enumerate(first.values)}
    table = [codes.setdefault((type(v), v), len(codes)) for v in second.values]
    fallback = np.asarray([*table, -1], np.int32)[second.codes]
    return Coded(np.where(first.codes >= 0, first.codes, fallback), tuple(v for _, v in codes))


def _unit_column(
    unit: Coded, own: Coded, name: str, unit_properties: UnitProperties | None
) -> Coded:
    known = unit_properties or {}
    of_unit = _known_of(unit, known)
    first = _looked_up(unit, name, of_unit)
    if own is unit:
        return first
    # the row's own unit answers only where the counted unit is not known at all
    unknown = np.asarray([found is None for found in of_unit] + [True], np.bool_)[unit.codes]
    if not unknown.any():
        return first
    second = _looked_up(own, name, _known_of(own, known))
    return _coalesce(first, Coded(np.where(unknown, second.codes, -1), second.values))


def _known_of(unit: Coded, known: UnitProperties) -> list[Mapping[str, Any] | None]:
    """The properties of each of a column's ids; None where it is not known."""
    if id_type(unit.values) is None:
        return [known[v] or {} if v in known else None for v in unit.values]
    twin: Callable[[Any], Any] = _text_twin if id_type(unit.values) is int else _number_twin
    found = []
    for v in unit.values:
        key = v if v in known else twin(v)
        found.append(known[key] or {} if key in known else None)
    return found


def _text_twin(number: int) -> str:
    return str(number)


def _number_twin(text: str) -> Any:
    return as_id(text, int)


def _looked_up(unit: Coded, name: str, known: list[Mapping[str, Any] | None]) -> Coded:
    by_unit = Coded.of([None if one is None else one.get(name) for one in known])
    table: Codes = np.append(by_unit.codes, np.int32(-1)).astype(np.int32)
    return Coded(table[unit.codes], by_unit.values)


def _check_properties(said: object) -> None:
    if said is None:
        return
    if not isinstance(said, Mapping):
        raise _no_properties(said, place="unit_properties")
    if set(map(type, said.values())) <= {dict, type(None)}:
        return
    for ident, properties in said.items():
        if properties is not None and not isinstance(properties, Mapping):
            raise _no_properties(properties, place=f"unit_properties[{ident!r}]")


def _no_properties(said: object, *, place: str) -> InputError:
    return InputError(
        f"Here a mapping is expected, not {said!r}.", "unit_properties_unreadable",
        "Give the properties of units by their ids, as in {'ana': {'plan': 'pro'}}.", place=place,
    )  # fmt: skip


def _pair(pair: object, *, place: str) -> tuple[Any, Any]:
    if isinstance(pair, tuple | list) and len(pair) == 2 and not any(map(_no_id, pair)):
        return pair[0], pair[1]
    raise InputError(
        f"An identity merge is a pair of the other id and the kept id, not {pair!r}.",
        "merge_unreadable", "Write (other id, kept id).", place=place,
    )  # fmt: skip


def _no_id(said: object) -> bool:
    return said is None or said == "" or said != said or not isinstance(said, Hashable)
