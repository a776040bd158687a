"""What is known of each person, company and deal at present: derived rows, replayable."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tundish.journal.gathered import CONSENT, EMAILS, GATHERED, GROUP, PHONES, TAGS, with_gathered
from tundish.journal.profile import HELD, WEAK
from tundish.stores import record_index
from tundish.stores.dialect import (
    Connection,
    among,
    execute,
    execute_many,
    is_sqlite,
    transaction,
)
from tundish.stores.event_rows import json_text
from tundish.terms import InputError, Money, to_micros

KINDS = ("person", "company", "deal")
TEXTS = (
    "name", "email", "phone", "title", "company", "owner", "country", "channel", "source",
    "campaign", "product", "stage_hint", "currency",
)  # fmt: skip
TIMES = ("first_seen", "last_seen")
FIELDS = (*TEXTS, "value", *TIMES)
"""Fields with a column of their own (a deal has `person` too); every other is a property."""
_GATHERED = (TAGS, EMAILS, PHONES, CONSENT, GROUP)
_TAKEN = frozenset({*FIELDS, *_GATHERED, "person", "id", "search", "properties", "held", WEAK})
_SEARCHED = ("name", "email", "phone", "domain")

Changes = Mapping[tuple[str, str], Mapping[str, Any]]


def apply(connection: Connection, changes: Changes) -> int:
    """Bring fields up to date: `{(kind, id): {field: value}}`; gives how many rows it wrote.

    A value None clears the field. `first_seen` only moves back, `last_seen` only on. `value` is
    Money, or an integer of minor units. Fields without a column go to the row's properties, and so
    does all that stands in the mapping `properties`: what would hide a column is called `told_…`.
    The fields that WEAK names are left as they are where another source has said them.
    """
    with transaction(connection):
        for kind in KINDS:
            of_kind = {unit: fields for (k, unit), fields in changes.items() if k == kind}
            if of_kind:
                known = rows(connection, kind, ids=list(of_kind))
                held = _held(connection, kind, list(of_kind))
                told = {u: _without(f, held.get(u, set())) for u, f in of_kind.items()}
                new = {u: _changed(known.get(u, {}), fields) for u, fields in told.items()}
                firm = {u: _firm(held.get(u, set()), told[u], new[u], kind) for u in told}
                _save(connection, kind, new, held=firm)
    return len(changes)


def merge(connection: Connection, *, kind: str = "person", other: str, kept: str) -> None:
    """Make two rows one: `kept` takes the fields that it lacks from `other`, which goes."""
    _check(kind)
    with transaction(connection):
        both = rows(connection, kind, ids=[other, kept])
        if other not in both or other == kept:
            return
        had, has = both[other], both.get(kept, {})
        seen = {name: had[name] for name in TIMES if name in had}
        missing = {name: value for name, value in had.items() if name not in has}
        held = _held(connection, kind, [other, kept])
        firm = {kept: held.get(kept, set()) | held.get(other, set()) & missing.keys()}
        _save(connection, kind, {kept: _changed(has, missing | seen)}, held=firm)
        _forget(connection, kind, [other])
        if kind != "deal":
            linked_tables = ("deal",) if kind == "person" else ("person", "deal")
            for table in linked_tables:
                execute(
                    connection, f"UPDATE {table} SET {kind} = ? WHERE {kind} = ?", (kept, other)
                )


def rows(
    connection: Connection,
    kind: str,
    *,
    ids: Collection[str] | None = None,
    names: Collection[str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Rows by id, missing fields left out; `value` in minor units, times in microseconds,
    properties among the fields. With `names` the row may lack every other field."""
    _check(kind)
    fields, properties = _fields(kind), "properties"
    if names is not None and set(names) <= {*FIELDS, "person"}:
        fields, properties = tuple(name for name in fields if name in names), "NULL"
    sql, values = f"SELECT {', '.join(('id', *fields, properties))} FROM {kind}", []
    if ids is not None:
        test, value = among(connection, "id", ids)
        sql, values = f"{sql} WHERE {test}", [value]
    found = {}
    for row in execute(connection, sql, values).fetchall():
        record = json.loads(row[-1]) if row[-1] else {}
        record |= {
            name: value for name, value in zip(fields, row[1:-1], strict=True) if value is not None
        }
        found[row[0]] = record
    return found


def unit_properties(
    connection: Connection, kind: str, *, names: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """The fields of every unit of a kind, for breakdowns and segments; `value` in major units."""
    if kind not in KINDS:
        return {}
    wanted = None if names is None else {*names, *({"currency"} if "value" in names else ())}
    found = rows(connection, kind, names=wanted)
    for record in found.values():
        if "value" in record:
            record["value"] = Money(record["value"], record.get("currency", "")).major
    return found


def find(connection: Connection, kind: str, text: str, *, limit: int = 50) -> list[str]:
    """Ids whose name, e-mail, phone or id holds `text`, whatever its case; those that begin first."""
    _check(kind)
    within = "instr(search, ?)" if is_sqlite(connection) else "strpos(search, ?)"
    wanted = text.strip().casefold()
    if not wanted:
        return []
    return [
        row[0]
        for row in execute(
            connection,
            f"SELECT id FROM {kind} WHERE {within} > 0"
            f" ORDER BY CASE WHEN {within} = 1 THEN 0 ELSE 1 END, search, id LIMIT ?",
            (wanted, wanted, limit),
        ).fetchall()
    ]


def forget(connection: Connection, kind: str, ids: Collection[str]) -> None:
    """Delete rows, so that they can be made again from the events that still count."""
    _check(kind)
    with transaction(connection):
        _forget(connection, kind, ids)


def clear(connection: Connection) -> None:
    """Delete every profile; the journal can make them again."""
    with transaction(connection):
        for kind in KINDS:
            execute(connection, f"DELETE FROM {kind}")
        record_index.clear(connection)


def _held(connection: Connection, kind: str, ids: Collection[str]) -> dict[str, set[str]]:
    """The fields of each row that an inlet may no longer change."""
    test, value = among(connection, "id", ids)
    found = execute(
        connection, f"SELECT id, held FROM {kind} WHERE held IS NOT NULL AND {test}", (value,)
    ).fetchall()
    return {unit: set(names.split()) for unit, names in found}


def _without(fields: Mapping[str, Any], held: Collection[str]) -> Mapping[str, Any]:
    kept = held & fields[WEAK] if held and WEAK in fields else ()
    return {n: v for n, v in fields.items() if n not in kept} if kept else fields


def _firm(
    held: Collection[str], told: Mapping[str, Any], new: Mapping[str, Any], kind: str
) -> set[str]:
    weak = set(told.get(WEAK, ()))
    said = {*told, "currency"} if isinstance(told.get("value"), Money) else {*told}
    return {name for name in HELD[kind] if name in new and (name in held or name in said - weak)}


def _changed(record: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    new = dict(record)
    for name, value in fields.items():
        if name == WEAK:
            continue
        if name == GATHERED:
            for own, now in with_gathered(new, value).items():
                _put(new, own, now)
        elif name == "properties" and isinstance(value, Mapping):
            for own, told in value.items():
                _put(new, f"told_{own}" if own in _TAKEN else own, told)
        elif isinstance(value, Money):
            new |= {"value": value.minor_units, "currency": value.currency}
        elif name in TIMES and value is not None:
            micros = to_micros(value) if isinstance(value, datetime) else int(value)
            nearer = min if name == "first_seen" else max
            new[name] = nearer(new.get(name, micros), micros)
        else:
            _put(new, name, value)
    return new


def _put(record: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        record.pop(name, None)
    else:
        record[name] = value


def _save(
    connection: Connection,
    kind: str,
    records: Mapping[str, Mapping[str, Any]],
    *,
    held: Mapping[str, Collection[str]],
) -> None:
    fields = _fields(kind)
    names = ("id", *fields, "properties", "search", "held")
    marks = ", ".join("?" * len(names))
    update = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    execute_many(
        connection,
        f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({marks})"
        f" ON CONFLICT (id) DO UPDATE SET {update}",
        [
            (*_row(unit, record, fields), " ".join(sorted(held[unit])) or None)
            for unit, record in records.items()
        ],
    )
    record_index.keep(connection, kind, records)


def _row(unit: str, record: Mapping[str, Any], fields: tuple[str, ...]) -> tuple[Any, ...]:
    rest = {name: value for name, value in record.items() if name not in fields}
    cells = [
        str(v) if (v := record.get(name)) is not None and name not in ("value", *TIMES) else v
        for name in fields
    ]
    searched = [str(record[name]) for name in _SEARCHED if record.get(name)]
    searched += [*record.get(EMAILS, ()), *record.get(PHONES, ())]
    # However a number is written, its digits alone are found.
    phones = (str(record.get("phone", "")), *record.get(PHONES, ()))
    searched += [digits for one in phones if (digits := re.sub(r"\D", "", one)) and digits != one]
    return (
        unit,
        *cells,
        json_text(rest) if rest else None,
        "\n".join([*searched, unit]).casefold(),
    )


def _forget(connection: Connection, kind: str, ids: Collection[str]) -> None:
    test, value = among(connection, "id", ids)
    execute(connection, f"DELETE FROM {kind} WHERE {test}", (value,))
    record_index.drop(connection, kind, ids)


def _fields(kind: str) -> tuple[str, ...]:
    return (*FIELDS, "person") if kind == "deal" else FIELDS


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise InputError(
            f"“{kind}” is not a kind of record; there are {', '.join(KINDS)}.",
            "kind_unknown",
            "Choose one of these.",
        )
