"""The workspace's answers: the kept visits and a fresh fold say the same, however they are cut."""

import pytest
from small_firm import DEALS, PEOPLE, START, happened

import tundish
from tundish.terms import DefinitionError, NotFoundError, Period, to_micros
from tundish.workspace.wins import win_rate


@pytest.fixture
def selling(firm):
    """Twelve deals of two companies, some won, lost or silent, followed up to now."""
    firm.use(DEALS)
    for n in range(12):
        company = "acme" if n % 3 else "bolt"
        properties = {"company_country": "JO" if n % 3 else "DE", "product": f"p{n % 2}"}
        firm.append(
            [
                happened(f"c{n}", "deal_created", day=-60 + n, deal=f"d{n}", company=company,
                    channel="search" if n % 2 else "fair", properties=properties),
                happened(f"g{n}", "deal_engaged", day=-50 + 2 * n, deal=f"d{n}", company=company),
            ]
        )  # fmt: skip
        if n % 2:
            firm.append([happened(f"w{n}", "deal_won", day=-20 + n, deal=f"d{n}", amount=100 * n)])
        elif n % 4:
            firm.append([happened(f"l{n}", "deal_lost", day=-20 + n, deal=f"d{n}")])
    firm.catch_up()
    return firm


def _figures(report):
    return {k: v for k, v in report.to_dict(lists=True).items() if k != "notes"}


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"period": Period(to_micros(START) - 57 * 86400_000_000, None)},
        {"period": Period(None, to_micros(START) - 52 * 86400_000_000)},
        {"segment": {"country": "JO"}},
        {"segment": {"product": "p1", "channel": {"op": "is_set"}}},
        {"segment": {"country": "nowhere"}},
        {"counting": "strict"},
        {"counting": "visited"},
        {"breakdown": "country"},
        {"breakdown": {"properties": ["country", "product"], "scope": "unit", "limit": 2}},
        {"breakdown": {"property": "channel", "scope": "event"}},
        {"segment": {"country": "DE"}, "breakdown": "product", "counting": "visited"},
    ],
    ids=str,
)
def test_kept_visits_and_a_fresh_fold_give_the_same_report(selling, look):
    live, fresh = selling.live_report(**look), selling.stage_funnel(**look)
    assert _figures(live) == _figures(fresh)
    # What a fold left out for want of a unit is not in its visits; all other notes are.
    assert fresh.notes.items() >= live.notes.items()


def test_a_segment_takes_the_units_that_satisfy_it(selling):
    assert selling.live_report(segment={"country": "DE"}).to_dict()["passes"] == 4
    assert selling.live_report(segment={"country": ["DE", "JO"]}).to_dict()["passes"] == 12
    with pytest.raises(DefinitionError) as wrong:
        selling.live_report(segment={"country": {"op": "near"}})
    assert wrong.value.place == "segment.country.op"


def test_a_period_takes_the_passes_that_began_in_it(selling):
    first = to_micros(START) - 60 * 86400_000_000
    report = selling.live_report(period=Period(first, first + 3 * 86400_000_000))
    assert report.to_dict()["passes"] == 4


def test_a_report_is_remembered_until_something_changes(selling, clock):
    report = selling.live_report()
    assert selling.live_report() is report
    assert selling.live_report(counting="strict") is not report
    selling.append([happened("x", "deal_created", deal="d99")])
    selling.catch_up()
    assert selling.live_report() is not report
    report = selling.live_report()
    clock.forward(minutes=2)  # what still stands there grows older without any event
    assert selling.live_report() is not report


def test_a_changed_company_changes_the_segments_of_its_deals(selling):
    look = {"segment": {"country": "SY"}}
    assert selling.live_report(**look).to_dict()["passes"] == 0
    changed = {"field": "country", "old": "DE", "new": "SY"}
    selling.append([happened("x", "field_changed", company="bolt", properties=changed)])
    selling.catch_up()
    assert selling.live_report(**look).to_dict()["passes"] == 4


def test_a_definition_is_asked_by_name_as_data_as_text_or_as_a_model(selling):
    selling.use(PEOPLE)
    by_name = selling.stage_funnel("deals").to_dict()
    assert by_name == selling.stage_funnel(DEALS).to_dict()
    assert by_name["passes"] == 12
    assert selling.stage_funnel("opportunities").to_dict()["passes"] == 12
    assert selling.stage_funnel().to_dict()["passes"] == 0
    with pytest.raises(NotFoundError) as wrong:
        selling.live_report("nothing")
    assert "deals, people" in wrong.value.message


def test_a_kept_funnel_that_is_not_active_answers_from_the_events(selling):
    selling.use(PEOPLE)
    selling.append([happened("x", "deal_created", deal="d99", day=-1)])
    selling.catch_up()
    assert selling.live_report("deals").to_dict()["passes"] == 13
    selling.append([happened("y", "deal_created", deal="d98", day=-1)])
    assert selling.live_report("deals").to_dict()["passes"] == 14


def test_without_a_funnel_the_next_thing_to_do_is_said(firm):
    with pytest.raises(NotFoundError) as wrong:
        firm.live_report()
    assert wrong.value.code == "no_active_definition"
    assert "tundish models" in wrong.value.hint


def test_the_step_funnel_asks_the_workspaces_events_with_its_clock(selling):
    steps = {
        "unit": "deal",
        "window": "40d",
        "steps": [{"event": "deal_created"}, {"event": "deal_won"}],
    }
    said = selling.step_funnel(steps).to_dict(lists=True)
    ours = tundish.step_funnel(selling.events(), {**steps, "now": START.isoformat()})
    assert said == ours.to_dict(lists=True)
    assert [step["reached"] for step in said["steps"]] == [12, 6]


def test_a_step_funnel_may_be_broken_down_by_what_is_known_of_the_unit(selling):
    steps = {
        "unit": "deal",
        "steps": [{"event": "deal_created"}, {"event": "deal_won"}],
        "breakdown": {"property": "country", "scope": "unit"},
    }
    rows = selling.step_funnel(steps).to_dict()["breakdown"]
    reached = {row["value"]: row["steps"][0]["reached"] for row in rows if not row["is_total"]}
    assert reached == {"JO": 8, "DE": 4}


def test_days_are_those_of_the_firms_time_zone(firm):
    from tundish.stores import firm as store

    firm.use(DEALS)
    # 23:30 in Berlin on 31 December is 22:30 UTC; half an hour later Berlin has the next year.
    firm.append([happened("a", "deal_created", day=-4.4375, deal="d1")])
    firm.append([happened("b", "deal_created", day=-4.4, deal="d2")])
    firm.catch_up()
    late = {**DEALS, "to": "2025-12-31"}
    assert firm.stage_funnel(late).to_dict()["passes"] == 2
    store.save_settings(firm.connection, time_zone="Europe/Berlin")
    assert firm.stage_funnel(late).to_dict()["passes"] == 1


def test_what_is_known_of_a_deal_includes_its_company_but_nothing_personal(firm):
    firm.append(
        [
            happened("a", "deal_created", deal="d1", company="acme", person="ada",
                properties={"company_country": "JO", "company_name": "Acme"}),
            happened("b", "person_identified", person="ada", company="acme",
                personal={"name": "Ada", "email": "ada@acme.example"}),
        ]
    )  # fmt: skip
    firm.catch_up()
    deal, person = firm.unit_properties("deal")["d1"], firm.unit_properties("person")["ada"]
    assert deal["country"] == person["country"] == "JO"
    assert not {"name", "email", "phone"} & (deal.keys() | person.keys())


def test_many_events_are_read_from_the_lake_with_the_same_answer(selling, monkeypatch):
    from tundish.stores import local
    from tundish.workspace import workspace as module

    wanted = selling.stage_funnel().to_dict(lists=True)
    read = []
    keep = local.events
    monkeypatch.setattr(local, "events", lambda *a, **k: read.append(1) or keep(*a, **k))
    monkeypatch.setattr(module, "_MANY_EVENTS", 1)
    selling.append([happened("x", "deal_created", deal="d99", day=-1)])  # not in the lake yet
    more = selling.stage_funnel().to_dict(lists=True)
    assert read
    assert more["passes"] == wanted["passes"] + 1
    assert more["losses"] == wanted["losses"]


def test_the_win_rate_is_of_closed_passes_only(selling):
    # Six were won; of the others three were lost by an event, the rest by silence since.
    rate = win_rate(selling.live_report())
    losses = selling.live_report().losses
    assert rate.part == 6
    assert rate.whole == 6 + losses["lost"] + losses["silent"]
    assert win_rate(selling.stage_funnel()) == rate


@pytest.mark.parametrize("kind", ["person", "company", "deal"])
@pytest.mark.parametrize(
    "names", [{"country"}, {"country", "company"}, {"plan", "owner"}, {"value"}]
)
def test_a_few_properties_are_those_of_all(selling, kind, names):
    selling.append(
        [
            happened("p", "person_identified", person="ada", company="bolt", amount=3,
                properties={"plan": "pro", "country": "SY"}, personal={"name": "Ada"}),
            happened("q", "deal_created", deal="d1", person="ada", amount=7),
            happened("r", "field_changed", company="acme", properties={"field": "owner", "new": "Rima"}),
        ]
    )  # fmt: skip
    selling.catch_up()
    whole = selling.unit_properties(kind)
    few = selling.unit_properties(kind, names=names)
    assert few == {
        unit: {name: value for name, value in record.items() if name in names}
        for unit, record in whole.items()
    }
    assert any(few.values()) or names == {"value"}
