"""A unit with very many events is folded at most once a minute, and nothing of it is lost."""

import pytest
from small_firm import DEALS, happened, visits_of

from tundish.funnel.stages import fold, parse_stages
from tundish.stores import visits
from tundish.terms import to_micros
from tundish.workspace import refold


@pytest.fixture
def folds(firm, monkeypatch):
    """Which units are folded, with more than ten events being very many."""
    seen = []
    keep = visits.replace
    monkeypatch.setattr(refold, "BUSY_EVENTS", 10)
    firm.use(DEALS)
    firm.append([happened(f"e{n}", "mail_sent", deal="big") for n in range(20)])
    firm.append([happened("s", "deal_created", deal="small")])
    firm.catch_up()

    def replace(connection, definition, units, found):
        seen.extend(units)
        keep(connection, definition, units, found)

    monkeypatch.setattr(visits, "replace", replace)
    return seen


def _fresh(workspace):
    from small_firm import rows_of

    definition = parse_stages(workspace.active.body)
    return rows_of(fold(workspace.events(), definition, as_of=workspace.now()).visits)


def test_it_is_folded_once_a_minute_and_due_again(firm, clock, folds):
    firm.append([happened("a", "deal_created", deal="big")])
    firm.catch_up()
    assert folds == ["big"]
    clock.forward(seconds=20)
    firm.append([happened("b", "deal_engaged", deal="big", day=0.0001)])
    firm.append([happened("c", "deal_engaged", deal="small", day=0.0001)])
    firm.catch_up()
    assert folds == ["big", "small"]
    assert visits_of(firm) != _fresh(firm)
    folded = to_micros(clock.at) - 20_000_000
    assert visits.due(firm.connection, firm.active.id, folded + 59_999_999) == []
    clock.forward(seconds=40)
    firm.catch_up()
    assert folds == ["big", "small", "big"]
    assert visits_of(firm) == _fresh(firm)


def test_the_wait_outlives_a_restart_and_further_events(firm, clock, folds):
    firm.append([happened("a", "deal_created", deal="big")])
    firm.catch_up()
    for second in range(1, 12):
        clock.forward(seconds=5)
        firm.append([happened(f"b{second}", "mail_opened", deal="big")])
        firm.catch_up()
    assert folds == ["big"]
    clock.forward(seconds=5)
    firm.catch_up()
    assert folds == ["big", "big"]
    assert visits_of(firm) == _fresh(firm)


def test_nothing_is_due_once_it_has_been_folded(firm, clock, folds):
    firm.append([happened("a", "deal_created", deal="big")])
    firm.catch_up()
    clock.forward(seconds=5)
    firm.append([happened("b", "deal_lost", deal="big")])
    firm.catch_up()
    clock.forward(seconds=55)
    firm.catch_up()
    assert len(folds) == 2
    clock.forward(minutes=5)
    firm.catch_up()
    assert len(folds) == 2


def test_a_unit_with_few_events_is_folded_at_once_every_time(firm, folds):
    for n in range(3):
        firm.append([happened(f"x{n}", "mail_opened", deal="small")])
        firm.catch_up()
    assert folds == ["small"] * 3
