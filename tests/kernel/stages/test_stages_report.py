"""What the report counts: the identities of B7, its lists and flows, and times with censoring (B8)."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.stages import fold, parse_stages, report, stage_report
from tundish.funnel.stages.visits import NEVER, Visits
from tundish.journal.columns import Coded
from tundish.terms import DAY

from . import reference
from .cases import by_unit, columns, definition, definitions, event, journals, plain, spelled

modest = settings(max_examples=18, deadline=None)
OUTCOMES = ("still_here", "moved_on", "fell_back", "lost", "looped")


@st.composite
def periods(draw):
    """Nothing, or a period and how it counts."""
    if draw(st.booleans()):
        return {}
    start = draw(st.integers(0, 10))
    return {
        "from": start,
        "to": start + draw(st.integers(0, 8)),
        "period_counts": draw(st.sampled_from(["passes", "entries"])),
        "counting": draw(st.sampled_from(["reached", "strict", "visited"])),
    }


def counted(events, wanted, as_of=20):
    parsed = parse_stages(spelled(wanted))
    return report(fold(columns(events), parsed, as_of=as_of).visits, parsed, as_of=as_of)


@modest
@given(journals(units=3), definitions())
def test_b7_every_count_is_that_of_the_slow_reference(events, wanted):
    events = [e | {"estimated": False} for e in events]
    visits_of = {u: reference.journey(mine, wanted, 20) for u, mine in by_unit(events).items()}
    expected = reference.counts(visits_of, wanted, 20)
    found = counted(events, wanted).to_dict()["stages"]
    assert [{key: row[key] for key in expected[0]} for row in found] == expected


@modest
@given(journals(units=3), definitions(), periods())
def test_b7_reached_is_visited_and_skipped_and_entered_is_the_sum_of_its_outcomes(
    events, wanted, period
):
    found = counted(events, wanted | period).to_dict()
    for row in found["stages"]:
        assert row["reached"] == row["visited"] + row["skipped"]
        assert row["entered"] == sum(row[outcome] for outcome in OUTCOMES)
        assert row["strict"] <= row["visited"]
        for rate in (row["rate_from_entry"], row["rate_from_previous"]):
            assert rate is None or 0 <= rate["part"] <= rate["whole"]
    assert sum(found["losses"].values()) == sum(row["lost"] for row in found["stages"])


@modest
@given(journals(units=3), definitions(), periods())
def test_every_number_has_a_list_of_that_length(events, wanted, period):
    found = counted(events, wanted | period).to_dict(lists=True)
    lists = found["lists"]
    for place, row in enumerate(found["stages"]):
        for key in ("entered", *OUTCOMES, "stuck", "by_hand", "reached", "visited", "skipped",
                    "strict"):  # fmt: skip
            assert len(lists[key][place]) == row[key]
    assert {reason: len(units) for reason, units in lists["losses"].items()} == found["losses"]
    assert len(lists["passes"]) == found["passes"]
    rate = found["loop"]["rate"]
    assert (len(lists["loop"]["returned"]), len(lists["loop"]["buyers"])) == (
        rate["part"], rate["whole"],
    )  # fmt: skip


def test_b5_loop_and_closing_time_run_from_and_to_the_purchase_though_its_stage_was_skipped():
    events = [
        event("ask", 1 * DAY), event("use", 2 * DAY), event("order", 11 * DAY),
        event("order", 21 * DAY),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", "use",
                        loop={"from": "bought", "to": "bought", "within": 12 * DAY})  # fmt: skip
    found = counted(events, wanted, 22 * DAY).to_dict()
    assert found["loop"]["median_seconds"] == 10 * 86400
    assert (found["loop"]["rate"]["part"], found["loop"]["rate"]["whole"]) == (0, 0)
    assert counted(events, wanted, 23 * DAY).to_dict()["loop"]["rate"]["part"] == 1
    late = counted(events[1:3], wanted, 22 * DAY).to_dict()
    assert late["closing_time"]["won"]["median"] == 9 * 86400


def test_b7_with_entries_counted_a_late_purchase_of_a_skipped_stage_falls_into_its_own_period():
    events = [event("use", 2), event("order", 11, value=5, currency="EUR")]
    base = definition("ask", "try", "order", "use") | {"period_counts": "entries"}
    early = counted(events, base | {"from": 0, "to": 5}).to_dict()["stages"]
    later = counted(events, base | {"from": 6, "to": 20}).to_dict()["stages"]
    assert [row["skipped"] for row in early] == [1, 1, 0, 0]
    assert [row["skipped"] for row in later] == [0, 0, 1, 0]
    assert (early[2]["value"]["sum"], later[2]["value"]["sum"]) == (0, 5)


def test_by_hand_counts_those_who_still_stand_there_by_hand_only():
    def moved(unit, t, stage):
        return event("stage_moved", t, unit=unit, stage=stage)

    events = [
        moved("stands", 2, "keen"), moved("left", 2, "keen"), event("order", 4, unit="left"),
        moved("confirmed", 2, "keen"), event("try", 4, unit="confirmed"),
    ]  # fmt: skip
    found = counted(events, definition("ask", "try", "order")).to_dict(lists=True)
    assert found["stages"][1]["by_hand"] == 1
    assert found["lists"]["by_hand"] == [[], ["stands"], []]
    assert found["lists"]["still_here"] == [[], ["confirmed", "stands"], ["left"]]


@modest
@given(journals(units=3), definitions(), periods())
def test_the_flows_add_up_with_the_counts_on_both_sides(events, wanted, period):
    answer = counted(events, wanted | period)
    into, out = Counter(), Counter()
    for flow in answer.flows:
        assert flow.count == len(answer.flow_list(flow)) > 0
        if flow.source is not None:
            out[flow.source, flow.kind] += flow.count
        if flow.target is not None:
            into[flow.target] += flow.count
    for place, row in enumerate(answer.to_dict()["stages"]):
        assert into[place] == row["entered"]
        assert all(out[place, outcome] == row[outcome] for outcome in OUTCOMES)


@modest
@given(journals(units=3), definitions(), periods(), st.randoms(use_true_random=False))
def test_b10_visits_read_back_from_a_table_give_the_same_report(events, wanted, period, random):
    parsed = parse_stages(spelled(wanted | period))
    visits = fold(columns(events), parsed, as_of=20).visits
    units = random.sample(range(len(visits.unit.values)), len(visits.unit.values))
    order = [row for unit in units for row in np.flatnonzero(visits.unit.codes == unit)]
    stored = visits.take(np.asarray(order, np.int64))
    again = Visits(**{k: _recoded(v) for k, v in vars(stored).items()})
    live = report(again, parsed, as_of=20)
    kernel = report(visits, parsed, as_of=20)
    assert live.to_dict(lists=True, journeys=True) == kernel.to_dict(lists=True, journeys=True)
    assert live.flows == kernel.flows


def _recoded(column):
    return Coded.of(column.to_list()) if isinstance(column, Coded) else column


@modest
@given(journals(units=3), definitions())
def test_a_segment_counts_only_its_units(events, wanted):
    parsed = parse_stages(spelled(wanted))
    visits = fold(columns(events), parsed, as_of=20).visits
    some = report(visits, parsed, as_of=20, units={"u1", "u2"}).to_dict(lists=True)
    few = [e for e in events if e["unit"] != "u3"]
    assert some == counted(few, wanted).to_dict(lists=True)


@modest
@given(journals(units=3), definitions())
def test_the_rows_of_a_breakdown_add_up_to_the_total(events, wanted):
    parsed = parse_stages(spelled(wanted | {"breakdown": {"property": "land", "limit": 1}}))
    visits = fold(columns(events), parsed, as_of=20).visits
    known = {"u1": {"land": "SA"}, "u2": {"land": "DE"}, "u3": {"land": ""}}
    whole = report(visits, parsed, as_of=20, unit_properties=known).to_dict(lists=True)
    total, *rest = whole["breakdown"]
    assert total["is_total"]
    assert total["stages"] == whole["stages"]
    for place, row in enumerate(whole["stages"]):
        parts = [part["stages"][place] for part in rest]
        assert row["entered"] == sum(part["entered"] for part in parts)
        assert row["reached"] == sum(part["reached"] for part in parts)


def test_a_breakdown_by_events_takes_the_first_touch():
    events = [
        event("ask", 1, unit="a", channel="mail"), event("try", 2, unit="a", channel="web"),
        event("other", 0, unit="b", channel="fair"), event("ask", 5, unit="b", channel="web"),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", breakdown={"property": "channel"})
    found = stage_report(columns(events), parse_stages(wanted)).to_dict(lists=True)["breakdown"]
    assert [(row["value"], row["lists"]["passes"]) for row in found] == [
        (None, ["a", "b"]), ("mail", ["a"]), ("web", ["b"]),
    ]  # fmt: skip
    last = wanted | {"breakdown": {"property": "channel", "attribution": "last_touch"}}
    found = stage_report(columns(events), parse_stages(last)).to_dict()["breakdown"]
    assert [(row["value"], row["passes"]) for row in found] == [(None, 2), ("web", 2)]


# --- times and values, by hand --------------------------------------------------------------


def test_b8_time_in_stage_counts_those_still_there():
    # ends after 1, 2 and 3 days, and one still there after 10: the median is 2 days, not that of 3
    events = [event("ask", 0, unit=u) for u in "abcd"]
    events += [event("try", d * DAY, unit=u) for u, d in zip("abc", (1, 2, 3), strict=True)]
    found = counted(events, definition("ask", "try", "order"), as_of=10 * DAY).to_dict()
    time = found["stages"][0]["time_in_stage"]
    assert (time["n"], time["median"], time["low"]) == (4, 2 * 86400, 86400)
    assert found["stages"][1]["time_in_stage"] == {
        "n": 3,
        "median": None,
        "low": None,
        "high": None,
    }


def test_bare_days_differ_by_whole_calendar_days_and_estimates_are_left_out():
    events = [
        event("ask", 10 * DAY, unit="a", day=True), event("try", 12 * DAY + 5, unit="a"),
        event("ask", 10 * DAY, unit="b", estimated=True), event("try", 11 * DAY, unit="b"),
    ]  # fmt: skip
    found = counted(events, definition("ask", "try", "order"), as_of=12 * DAY + 5).to_dict()
    assert found["stages"][0]["time_in_stage"]["n"] == 1
    assert found["stages"][0]["time_in_stage"]["median"] == 2 * 86400
    assert found["notes"]["estimated_times"] == 1


def test_closing_times_run_from_the_first_dated_stage():
    events = [
        event("ask", 3 * DAY, unit="won", estimated=True, day=True),
        event("try", 3 * DAY, unit="won", day=True), event("order", 60 * DAY, unit="won", day=True),
        event("ask", 5 * DAY, unit="lost", estimated=True, day=True),
        event("try", 5 * DAY, unit="lost", day=True), event("quit", 19 * DAY, unit="lost", day=True),
        event("ask", 60 * DAY, unit="open", estimated=True, day=True),
        event("ask", 9 * DAY, unit="sudden", estimated=True, day=True),
        event("order", 9 * DAY, unit="sudden", day=True),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", loss=[{"reason": "lost", "when": {"event": "quit"}}])
    found = counted(events, wanted, as_of=60 * DAY).to_dict()
    assert found["closing_time"]["won"]["n"] == 1
    assert found["closing_time"]["won"]["median"] == 57 * 86400
    assert found["closing_time"]["lost"]["median"] == 14 * 86400
    assert found["notes"]["closing_times_left_out"] == 1
    assert [row["reached"] for row in found["stages"]] == [4, 3, 2]
    assert [row["still_here"] for row in found["stages"]] == [1, 0, 2]


def test_b5_the_loop_rate_takes_only_buyers_old_enough():
    events = [
        event("order", 0, unit="again"), event("order", 4 * DAY, unit="again"),
        event("order", 0, unit="late"), event("order", 9 * DAY, unit="late"),
        event("order", 0, unit="once"), event("order", 8 * DAY, unit="young"),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", loop={"from": "bought", "to": "bought",
                                                     "within": 5 * DAY})  # fmt: skip
    answer = counted(events, wanted, as_of=10 * DAY)
    found = answer.to_dict(lists=True)
    assert (found["loop"]["rate"]["part"], found["loop"]["rate"]["whole"]) == (1, 3)
    assert found["loop"]["median_seconds"] == 6.5 * 86400
    assert found["lists"]["loop"] == {"buyers": ["again", "late", "once"], "returned": ["again"]}
    assert found["passes"] == 6


def test_value_is_that_of_the_purchases_of_the_passes_counted():
    events = [
        event("ask", 1, unit="a", value=99, currency="EUR"),
        event("order", 2, unit="a", value=10.5, currency="EUR"),
        event("order", 5, unit="a", value=20, currency="EUR"),
        event("order", 1, unit="b", value=7, currency="USD"), event("ask", 3, unit="c"),
    ]  # fmt: skip
    found = counted(events, definition("ask", "try", "order")).to_dict()
    assert found["stages"][2]["value"] == {
        "n": 2, "sum": 30.5, "mean": 15.25, "median": 15.25, "currency": "EUR",
    }  # fmt: skip
    assert found["notes"]["other_currencies"] == 1


def test_stuck_begins_when_the_age_is_full():
    wanted = definition("ask", "try", "order")
    wanted["stages"][0]["stuck_after"] = 5
    events = [event("ask", 0, unit="a"), event("ask", 1, unit="b")]
    assert counted(events, wanted, as_of=5).lists["stuck"][0] == ["a"]


def test_journeys_tell_stage_pass_times_and_cause():
    events = [event("ask", 0, ident="e1"), event("order", DAY, ident="e2")]
    found = counted(events, definition("ask", "try", "order"), as_of=DAY).to_dict(journeys=True)
    first, skipped, last = found["journeys"]["u"]
    assert (first["stage"], first["left_cause"], first["cause"]) == ("aware", "e2", "e1")
    assert first["entered"] == "1970-01-01T00:00:00+00:00"
    assert (skipped["stage"], skipped["imputed"]) == ("keen", True)
    assert (last["pass"], last["left"], last["outcome"]) == (1, None, "still_here")


def test_visits_that_go_on_have_no_end():
    visits = fold(columns([event("ask", 0)]), parse_stages(definition("ask", "b", "c"))).visits
    assert visits.left.tolist() == [NEVER]
    assert plain(visits)["u"][0]["left"] is None
