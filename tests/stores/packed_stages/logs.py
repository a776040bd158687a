"""Large random journals for the packed fold: every standard event, ties, guesses, moves by hand."""

import numpy as np

from tundish.funnel import catalogue
from tundish.journal.columns import Coded, EventColumns
from tundish.terms import DAY

START = 1_700_000_000_000_000
MORE = ("page_viewed", "stage_moved", "field_changed", None)


def kinds_of(body):
    """The names of the events that a definition asks for."""
    if isinstance(body, dict):
        named = [body["event"]] if isinstance(body.get("event"), str) else []
        return [*named, *(name for value in body.values() for name in kinds_of(value))]
    if isinstance(body, list):
        return [name for value in body for name in kinds_of(value)]
    return []


def random_log(
    events, *, model, units=2_000, days=400, tick=DAY // 24, seed=1, guesses=0.03, bare_days=0.05,
    unit="person", moves=True,
):  # fmt: skip
    """`events` rows for a model of the catalogue on a clock of `tick` microseconds."""
    chance = np.random.default_rng(seed)
    body = catalogue.model(model)
    more = MORE if moves else ("page_viewed",)
    names = [*sorted(set(kinds_of(body))), *more]
    weights = chance.random(len(names)) ** 3 + 0.02
    kind = chance.choice(len(names), events, p=weights / weights.sum())
    stages = [stage["name"] for stage in body["stages"]]
    columns = {
        "value": list(chance.choice([None, "x", True, 1, 2.5, 10, "7.25", 99], events)),
        "currency": list(chance.choice([None, "EUR", "USD", "gold", "JPY", ""], events)),
        "score": list(chance.choice([None, 3, 8, 9, 10, "10"], events)),
        "channel": list(chance.choice([None, "", "mail", "ads", "search", True, 1, "1"], events)),
        "field": list(chance.choice(["fit", "owner"], events)),
        "new": list(chance.choice([None, 0, 1, 2, "2", True], events)),
        "stage": list(chance.choice([*stages, "nowhere", None], events)),
        "definition": list(chance.choice([None, model, "other"], events)),
    }
    named = [names[k] for k in kind.tolist()]
    return EventColumns(
        time=START + chance.integers(0, days * DAY // tick, events) * tick,
        event=Coded.of(named),
        units={unit: Coded.of(f"u{int(u)}" for u in units * chance.random(events) ** 2)},
        properties={name: Coded.of(values) for name, values in columns.items()},
        estimated=chance.random(events) < guesses,
        day_only=chance.random(events) < bare_days,
        ids=Coded.of(f"e{i:07}" for i in chance.permutation(events).tolist()),
    )


def same_report(one, other, *, lists=True):
    """Every field of two reports, the rows of their division included."""
    assert one.to_dict(lists=lists) == other.to_dict(lists=lists)
    assert one.flows == other.flows
    assert one.closing_time == other.closing_time
    assert one.loop == other.loop or one.loop.to_dict() == other.loop.to_dict()
    for flow in other.flows:
        assert one.flow_list(flow) == other.flow_list(flow)
    assert [row for row, _ in one.rows] == [row for row, _ in other.rows]
    for (_, mine), (_, theirs) in zip(one.rows, other.rows, strict=True):
        same_report(mine, theirs, lists=lists)


NUMBERS = (
    "pass_no", "stage", "entered", "left", "outcome", "to_stage", "imputed", "by_hand", "estimated",
    "left_estimated", "day_only", "value",
)  # fmt: skip


def same_visits(one, other):
    """Every column of two choices of visits; of the causes only that there is one."""
    for name in NUMBERS:
        assert np.array_equal(getattr(one.visits, name), getattr(other.visits, name)), name
    for name in ("unit", "reason", "currency"):
        assert getattr(one.visits, name).to_list() == getattr(other.visits, name).to_list(), name
    for name in ("cause", "left_cause"):
        mine, theirs = getattr(one.visits, name), getattr(other.visits, name)
        assert np.array_equal(mine.codes >= 0, theirs.codes >= 0), name
    assert np.array_equal(one.counted, other.counted)
