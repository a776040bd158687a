"""Saved journeys come back as they were folded."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tundish.funnel.stages.visits import NEVER, Fold, Visits
from tundish.journal.columns import Coded
from tundish.stores import ensure_all, visits
from tundish.stores.connect import open_database

_instants = st.integers(-(2**62), 2**62)
_names = st.none() | st.sampled_from(["e1", "e2", "سبب", ""])
_rows = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["a", "b", "c", "ü", "Z"]),
        "pass_no": st.integers(1, 3),
        "stage": st.integers(0, 6),
        "entered": _instants,
        "left": st.just(NEVER) | _instants,
        "outcome": st.integers(0, 4),
        "to_stage": st.integers(-1, 6),
        "value": st.integers(-(2**63), 2**63 - 1),
        "cause": _names,
        "left_cause": _names,
        "reason": _names,
        "currency": st.none() | st.sampled_from(["EUR", "KWD"]),
    }
    | {
        flag: st.booleans()
        for flag in ("imputed", "by_hand", "estimated", "left_estimated", "day_only")
    }
)
_CODED = ("unit", "cause", "left_cause", "reason", "currency")
_WIDE = ("entered", "left", "value")
_FLAGS = ("imputed", "by_hand", "estimated", "left_estimated", "day_only")


def made(rows):
    """Visits of plain rows, in their order."""
    names = Visits.__dataclass_fields__
    cells = {name: [row[name] for row in rows] for name in names}
    return Visits(**{name: _column(name, cells[name]) for name in names})


def _column(name, cells):
    if name in _CODED:
        return Coded.of(cells)
    kind = np.int64 if name in _WIDE else np.bool_ if name in _FLAGS else np.int32
    return np.asarray(cells, kind)


def plain(found):
    """(name, type, values) of every column."""
    return {
        name: column.to_list() if isinstance(column, Coded) else (column.dtype, column.tolist())
        for name, column in vars(found).items()
    }


def visit(unit, stage=0, **fields):
    return {
        "unit": unit, "pass_no": 1, "stage": stage, "entered": 5, "left": NEVER, "outcome": 0,
        "to_stage": -1, "value": 0, "cause": None, "left_cause": None, "reason": None,
        "currency": None, **dict.fromkeys(_FLAGS, False), **fields,
    }  # fmt: skip


def units(connection, definition_id=1):
    found = visits.load(connection, definition_id)
    return list(zip(found.unit.to_list(), found.stage.tolist(), strict=True))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_rows, max_size=12))
def test_visits_come_back_exactly(rows):
    connection = open_database(":memory:")
    ensure_all(connection)
    by_unit = sorted(rows, key=lambda row: row["unit"].encode())  # stable: a unit's order stays
    visits.replace(connection, 1, None, Fold(made(rows)))
    assert plain(visits.load(connection, 1)) == plain(made(by_unit))
    connection.close()


def test_both_databases_give_the_same_order(connection):
    rows = [visit(unit, stage) for unit in ("b", "ü", "B", "a") for stage in (2, 0)]
    visits.replace(connection, 1, None, Fold(made(rows)))
    assert units(connection) == [
        ("B", 2), ("B", 0), ("a", 2), ("a", 0), ("b", 2), ("b", 0), ("ü", 2), ("ü", 0),
    ]  # fmt: skip
    assert plain(visits.load(connection, 1))["left"] == (np.dtype(np.int64), [NEVER] * 8)


def test_only_the_units_named_are_replaced(connection):
    visits.replace(connection, 1, None, Fold(made([visit("a"), visit("b"), visit("c")])))
    again = Fold(made([visit("a", 1), visit("a", 2), visit("c", 6)]), {"a": 9, "c": 9})
    visits.replace(connection, 1, ["a", "b"], again)
    assert units(connection) == [("a", 1), ("a", 2), ("c", 0)]
    assert visits.due(connection, 1, 10) == ["a"]


def test_some_units_are_loaded_alone(connection):
    visits.replace(connection, 1, None, Fold(made([visit("a"), visit("b"), visit("c")])))
    assert visits.load(connection, 1, units=["c", "a", "z"]).unit.to_list() == ["a", "c"]
    assert len(visits.load(connection, 1, units=[])) == 0


def test_definitions_do_not_mix(connection):
    visits.replace(connection, 1, None, Fold(made([visit("a")]), {"a": 5}))
    visits.replace(connection, 2, None, Fold(made([visit("a", 3)]), {"a": 6}))
    assert (units(connection, 1), units(connection, 2)) == ([("a", 0)], [("a", 3)])
    visits.clear(connection, 1)
    assert (units(connection, 1), units(connection, 2)) == ([], [("a", 3)])
    assert (visits.due(connection, 1, 9), visits.due(connection, 2, 9)) == ([], ["a"])
    visits.clear(connection)
    assert (units(connection, 2), visits.due(connection, 2, 9)) == ([], [])


def test_units_come_due_in_the_order_of_their_instants(connection):
    due = {"late": 30, "soon": 10, "now": 20}
    visits.replace(connection, 1, None, Fold(made([]), due))
    assert visits.next_due(connection, 1) == 10
    assert visits.due(connection, 1, 9) == []
    assert visits.due(connection, 1, 20) == ["soon", "now"]
    visits.replace(connection, 1, ["soon"], Fold(made([]), {}))
    assert visits.due(connection, 1, 99) == ["now", "late"]
    assert visits.next_due(connection, 7) is None
