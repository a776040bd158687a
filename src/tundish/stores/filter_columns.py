"""What a filter is asked on, and its fields as SQL: a column, a property, an amount in major units."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tundish.funnel.filters import Done
from tundish.stores.dialect import Connection, is_sqlite
from tundish.stores.profiles import TEXTS, TIMES
from tundish.terms import Money, from_micros

COMPANY_NAME = "company_name"
"""A field that is no column of the row's own: the name of its company."""
MONEY = "money"


@dataclass(frozen=True)
class Ground:
    """What a filter is asked on: rows of `kind`, at `now` (microseconds) in a time zone.

    `types` says of properties beyond the columns whether they are `number`, `money`, `day`, `flag`
    or `several` (a list of texts), every other is a text; `stages` are the names of the active
    definition's, in order; `done` holds the units of the kind that satisfy each `Done`, its `fewer`
    left aside.
    """

    connection: Connection
    kind: str
    now: int
    zone: str
    types: Mapping[str, str] = field(default_factory=dict)
    definition: int = 0
    stages: tuple[str, ...] = ()
    done: Mapping[Done, Collection[str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The firm's present day."""
        return today(self.now, self.zone)


Sql = tuple[str, list[Any]]


def today(now: int, zone: str) -> date:
    """The day at the instant `now` (microseconds) in a time zone."""
    return from_micros(now).astimezone(ZoneInfo(zone or "UTC")).date()


def column_of(name: str, ground: Ground) -> Sql:
    """The SQL of a field's value: a column, or what the properties say under this name."""
    if name in (*TEXTS, *TIMES) or (name == "person" and ground.kind == "deal"):
        return f"{ground.kind}.{name}", []
    if name == COMPANY_NAME:
        said = "COALESCE(firm.name, firm.id)"
        return f"(SELECT {said} FROM company firm WHERE firm.id = {ground.kind}.company)", []
    if name == "value":
        return major(f"{ground.kind}.value", f"{ground.kind}.currency"), []
    said = f"{ground.kind}.properties"
    if ground.types.get(name) == MONEY:
        if is_sqlite(ground.connection):
            inner = f"json_extract({said}, ?)"
            path = path_of(name)
            return major(inner, inner), [f"{path}.minor_units", f"{path}.currency"]
        inner = f"({said}::json -> ? ->> '{{}}')"
        return major(f"{inner.format('minor_units')}::float8", inner.format("currency")), [name] * 2
    if is_sqlite(ground.connection):
        return f"json_extract({said}, ?)", [path_of(name)]
    return f"({said}::json ->> ?)", [name]


def path_of(name: str) -> str:
    """SQLite's path to a property of this name."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'


def major(amount: str, currency: str) -> str:
    """An amount in major units, as a definition's filters mean it."""
    cases = "".join(
        f" WHEN '{code}' THEN {10**places}.0"
        for places, codes in Money.unusual_exponents().items()
        for code in codes
    )
    return f"({amount} / CASE {currency}{cases} ELSE 100.0 END)"


def as_text(column: str, ground: Ground) -> str:
    """A value as a text, whatever it is."""
    return f"CAST({column} AS TEXT)" if is_sqlite(ground.connection) else f"({column})::text"


def folded(column: str, wanted: str, ground: Ground) -> tuple[str, str]:
    """Column and text with their case taken away; plain lower() knows ASCII only."""
    if wanted.isascii():
        return f"lower({column})", wanted.lower()
    if is_sqlite(ground.connection):
        return f"tundish_fold({column})", wanted.casefold()
    return f'lower({column} COLLATE "und-x-icu")', wanted.lower()


def as_number(column: str, values: list[Any], ground: Ground) -> Sql:
    """The value as a number; a text that does not read as one is none."""
    if column.endswith("END)"):  # the value in major units is one already
        return column, values
    text = as_text(column, ground)
    if is_sqlite(ground.connection):
        readable = f"{text} <> '' AND NOT {text} GLOB '*[^0-9.+-]*' AND {text} GLOB '*[0-9]*'"
        return f"CASE WHEN {readable} THEN CAST({column} AS REAL) END", values * 4
    readable = f"{text} ~ '^[-+]{{0,1}}[0-9]+([.][0-9]*){{0,1}}$'"
    return f"CASE WHEN {readable} THEN {text}::float8 END", values * 2
