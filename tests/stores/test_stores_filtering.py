"""A filter as SQL finds the same records as the kernel's conditions on columns, on every database."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest

from tundish.funnel.conditions import Condition, all_hold
from tundish.funnel.filters import Done, Group, parse_filter
from tundish.journal.columns import Coded
from tundish.stores import filtering, profiles
from tundish.stores.dialect import execute
from tundish.stores.filtering import Ground
from tundish.terms import Money, to_micros

NOW = to_micros(datetime(2026, 6, 15, 12, tzinfo=UTC))
ROWS: dict[str, dict[str, Any]] = {
    "a": {"name": "Özgür Kaya", "country": "TR", "seats": 5, "plan": "pro", "vip": True},
    "b": {"name": "ada LIND", "country": "DE", "seats": 12.5, "plan": "Pro", "vip": False},
    "c": {"name": "نور حداد", "country": "JO", "seats": "7", "likes": ["x", "y"]},
    "d": {"email": "d@delta.example", "country": "DE", "seats": "many", "likes": ["y"]},
    "e": {"name": "100% _fair", "plan": "it's", "signed": "2026-06-15"},
    "f": {"name": "Jan", "country": "", "signed": "2026-05-31", "seats": -3},
    "g": {},
}
TYPES = {"budget": "money", "seats": "number", "likes": "several", "signed": "day", "vip": "flag"}


@pytest.fixture
def people(connection: Any) -> Any:
    profiles.apply(connection, {("person", unit): row for unit, row in ROWS.items()})
    return connection


def found(connection: Any, said: Any, *, kind: str = "person", **more: Any) -> list[str]:
    group = said if isinstance(said, Group) else parse_filter(said)
    asked = Ground(connection, kind, NOW, "UTC", types=TYPES, **more)
    sql, values = filtering.condition_of(group, asked)
    rows = execute(connection, f"SELECT {kind}.id FROM {kind} WHERE {sql} ORDER BY 1", values)
    return [row[0] for row in rows.fetchall()]


def by_columns(condition: Condition) -> list[str]:
    rows = list(ROWS.values())
    held = all_hold(
        (condition,), len(rows), lambda name: Coded.of(row.get(name) or None for row in rows)
    )
    return [unit for unit, inside in zip(ROWS, np.asarray(held).tolist(), strict=True) if inside]


TEXTS = ("Pro", "pro", "özgür", "ÖZGÜR", "حداد", "LIND", "%", "_", "it's", "100%", "", "nobody")


@pytest.mark.parametrize("name", ["name", "country", "plan", "email"])
def test_texts_are_asked_as_the_kernel_asks_them(people: Any, name: str) -> None:
    operators = ("equals", "not_equals", "contains", "icontains", "starts_with")
    asked = [Condition(name, op, text) for op, text in product(operators, TEXTS) if text]
    asked += [Condition(name, "in", ("DE", "JO", "Pro")), Condition(name, "not_in", ("DE", "pro"))]
    asked += [Condition(name, "is_set"), Condition(name, "is_not_set")]
    for condition in asked:
        assert found(people, Group("all", (condition,))) == by_columns(condition), condition


def test_numbers_are_asked_as_the_kernel_asks_them(people: Any) -> None:
    asked = [
        Condition("seats", op, n) for op, n in product(("gt", "gte", "lt", "lte"), (5, 7, 12.5, -3))
    ]
    asked += [Condition("seats", "between", (5, 7)), Condition("seats", "between", (-9, 9))]
    for condition in asked:
        assert found(people, Group("all", (condition,))) == by_columns(condition), condition
    assert found(people, {"all": [{"field": "seats", "op": "equals", "value": 7}]}) == ["c"]


def test_groups_join_all_or_any(people: Any) -> None:
    country = {"field": "country", "op": "equals", "value": "DE"}
    seats = {"field": "seats", "op": "gt", "value": 10}
    name = {"field": "name", "op": "icontains", "value": "jan"}
    assert found(people, {"all": [country, seats]}) == ["b"]
    assert found(people, {"any": [country, name]}) == ["b", "d", "f"]
    assert found(people, {"any": [name, {"all": [country, seats]}]}) == ["b", "f"]
    assert found(people, None) == sorted(ROWS)


def test_lists_flags_and_days_have_their_own_operators(people: Any) -> None:
    def one(field: str, op: str, value: Any = None) -> list[str]:
        return found(people, {"all": [{"field": field, "op": op, "value": value}]})

    assert one("likes", "equals", "y") == ["c", "d"]
    assert one("likes", "in", ["x", "z"]) == ["c"]
    assert one("likes", "not_equals", "x") == ["a", "b", "d", "e", "f", "g"]
    assert found(people, {"all": [{"field": "likes", "op": "is_set"}]}) == ["c", "d"]
    assert one("vip", "equals", "yes") == ["a"]
    assert one("vip", "equals", "no") == ["b", "c", "d", "e", "f", "g"]
    assert one("signed", "this", "month") == ["e"]
    assert one("signed", "previous", "month") == ["f"]
    assert one("signed", "between", ["2026-05-31", "2026-06-15"]) == ["e", "f"]
    assert one("signed", "not_in_last", "10d") == ["f"]


def test_days_begin_at_midnight_in_the_firms_zone(connection: Any) -> None:
    midnight = datetime(2026, 6, 14, 22, tzinfo=UTC)  # in Berlin the 15th begins
    for unit, at in {"late": midnight - timedelta(seconds=1), "early": midnight}.items():
        profiles.apply(connection, {("person", unit): {"first_seen": at, "last_seen": at}})
    sql, values = filtering.condition_of(
        parse_filter({"all": [{"field": "last_seen", "op": "this", "value": "day"}]}),
        Ground(connection, "person", NOW, "Europe/Berlin"),
    )
    rows = execute(connection, f"SELECT id FROM person WHERE {sql}", values).fetchall()
    assert [row[0] for row in rows] == ["early"]


def test_amounts_are_asked_in_major_units_of_their_currency(connection: Any) -> None:
    for unit, money in {
        "eur": Money(150_000, "EUR"), "jpy": Money(1_500, "JPY"), "kwd": Money(1_500_000, "KWD"),
        "low": Money(149_999, "EUR"),
    }.items():  # fmt: skip
        profiles.apply(connection, {("deal", unit): {"value": money}})
    asked = {"all": [{"field": "value", "op": "gte", "value": 1500}]}
    assert found(connection, asked, kind="deal") == ["eur", "jpy", "kwd"]
    for unit, minor in {"eur": 50_000, "jpy": 40_000}.items():
        budget = {"minor_units": minor, "currency": "EUR"}
        profiles.apply(connection, {("deal", unit): {"budget": budget}})
    for op, value, wanted in (
        ("gte", 450, ["eur"]), ("equals", 400, ["jpy"]), ("is_set", None, ["eur", "jpy"]),
        ("between", [400, 500], ["eur", "jpy"]), ("is_not_set", None, ["kwd", "low"]),
    ):  # fmt: skip
        asked = {"all": [{"field": "budget", "op": op, "value": value}]}
        assert found(connection, asked, kind="deal") == wanted


def test_tags_the_company_and_behaviour(connection: Any) -> None:
    profiles.apply(connection, {("company", "c1"): {"name": "Delta Trading"}})
    for unit in ("p1", "p2", "p3"):
        profiles.apply(connection, {("person", unit): {"company": "c1" if unit != "p3" else None}})
    execute(connection, "INSERT INTO record_tag VALUES ('vip', 'person', 'p1')")
    execute(connection, "INSERT INTO record_tag VALUES ('vip', 'deal', 'p2')")

    def one(op: str, value: Any = None, field: str = "tags") -> list[str]:
        return found(connection, {"all": [{"field": field, "op": op, "value": value}]})

    assert one("equals", "vip") == ["p1"]
    assert one("not_in", ["vip", "x"]) == ["p2", "p3"]
    assert found(connection, {"all": [{"field": "tags", "op": "is_not_set"}]}) == ["p2", "p3"]
    assert one("icontains", "TRADING", "company_name") == ["p1", "p2"]
    did = Done("form_submitted")
    assert found(connection, Group("all", (did,)), done={did: {"p2"}}) == ["p2"]
    never = Done("form_submitted", fewer=True)
    assert found(connection, Group("all", (never,)), done={never: {"p2"}}) == ["p1", "p3"]
