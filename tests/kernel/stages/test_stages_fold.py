"""The fold against the slow reference, and the promises that hold for every journal (B3 to B6)."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.stages import fold, parse_stages

from . import reference
from .cases import NAMES, by_unit, columns, definition, definitions, journals, plain, spelled

ENDS = st.integers(8, 20)
modest = settings(max_examples=18, deadline=None)


def folded(events, definition, as_of):
    return fold(columns(events), parse_stages(spelled(definition)), as_of=as_of)


@settings(max_examples=35, deadline=None)
@given(journals(), definitions(), ENDS)
def test_b2_to_b6_the_fold_says_what_the_slow_reference_says(events, definition, as_of):
    found = plain(folded(events, definition, as_of).visits)
    for unit, mine in by_unit(events).items():
        assert found.get(unit, []) == reference.journey(mine, definition, as_of)


@modest
@given(journals(units=3), definitions(), ENDS, st.randoms(use_true_random=False))
def test_b6_storage_order_changes_nothing(events, definition, as_of, random):
    shuffled = random.sample(events, len(events))
    one, other = folded(events, definition, as_of), folded(shuffled, definition, as_of)
    assert rows(one) == rows(other)
    assert one.next_change == other.next_change


@modest
@given(journals(units=3), definitions(), ENDS)
def test_b6_a_unit_folded_alone_has_the_same_visits(events, definition, as_of):
    whole = folded(events, definition, as_of)
    for unit, mine in by_unit(events).items():
        alone = folded(mine, definition, as_of)
        assert rows(alone) == [row for row in rows(whole) if row[0] == unit]
        assert alone.next_change.get(unit) == whole.next_change.get(unit)


@modest
@given(journals(units=2), definitions(), st.integers(0, 16))
def test_b11_as_of_a_past_day_is_the_fold_of_the_events_up_to_then(events, definition, day):
    known = [e for e in events if e["t"] <= day]
    one = folded(events, definition, day)
    assert rows(one) == (rows(folded(known, definition, day)) if known else [])


@modest
@given(journals(units=2), definitions(), ENDS, st.integers(1, 12))
def test_b6_nothing_changes_by_itself_before_next_change(events, definition, as_of, later):
    known = [e | {"estimated": False} for e in events if e["t"] <= as_of]
    if not known:
        return
    now = folded(known, definition, as_of)
    then = folded(known, definition, as_of + later)
    stages = definition["stages"]
    for unit in by_unit(known):
        change = now.next_change.get(unit)
        if change is None or change > as_of + later:
            before, after = plain(now.visits).get(unit, []), plain(then.visits).get(unit, [])
            assert before == after
            assert stuck(before, stages, as_of) == stuck(after, stages, as_of + later)
        assert change is None or change > as_of


@modest
@given(journals(units=2), definitions(), ENDS)
def test_passes_are_numbered_and_every_visit_but_the_last_has_ended(events, definition, as_of):
    for visits in plain(folded(events, definition, as_of).visits).values():
        assert sorted({v["pass"] for v in visits}) == list(range(1, visits[-1]["pass"] + 1))
        going_on = [v for v in visits if v["outcome"] == "still_here"]
        assert len(going_on) <= 1
        assert all(v["left"] is None for v in going_on)
        assert all(v["entered"] <= v["left"] for v in visits if v["left"] is not None)


ONLY_EVENTS = st.builds(lambda name: {"event": name}, st.sampled_from(NAMES[:4]))


@modest
@given(journals(hand=False), st.lists(ONLY_EVENTS, min_size=3, max_size=5))
def test_b3_a_pass_only_leads_on_and_every_stage_before_its_furthest_has_a_row(events, rules):
    wanted = definition(*rules, purchase=len(rules) - 1)
    for visits in by_pass(folded(events, wanted, 20)):
        walked = [v["stage"] for v in visits if not v["imputed"]]
        assert walked == sorted(set(walked))
        assert sorted(v["stage"] for v in visits) == list(range(max(walked) + 1))


@modest
@given(journals(hand=False))
def test_b4_every_loss_has_its_event_and_the_next_pass_begins_with_its_own(events):
    events = [e | {"day": False, "estimated": False} for e in events]
    loss = [{"reason": "gone", "when": {"event": "quit"}}]
    wanted = definition("ask", "try", "order", "use", loss=loss)
    names = {t: {e["event"] for e in events if e["t"] == t} for t in range(21)}
    closed = -1
    for visits in by_pass(folded(events, wanted, 20)):
        walked = [v for v in visits if not v["imputed"]]
        first, last = walked[0], walked[-1]
        assert ("ask", "try", "order", "use")[first["stage"]] in names[first["entered"]]
        end = 20 if last["left"] is None else last["left"]
        if last["outcome"] == "looped":
            end -= 1  # the instant that begins a pass belongs to it
        # a rule also sees what happened between two passes
        quits = [t for t in range(closed + 1, end + 1) if "quit" in names[t]]
        assert bool(quits) == (last["outcome"] == "lost")
        closed = end


@modest
@given(journals(hand=False))
def test_b5_without_losses_every_purchase_has_a_pass_and_its_value(events):
    wanted = definition("ask", "try", "order", "use")
    visits = folded(events, wanted, 20).visits
    orders = [e for e in events if e["event"] == "order"]
    known = [e for e in events if e["event"] in ("ask", "try", "order", "use")]
    passes = max(visits.pass_no.tolist(), default=0)
    assert passes == max(len({e["t"] for e in orders}), 1 if known else 0)
    assert visits.value.sum() == 100 * sum(e["props"]["value"] for e in orders)


@modest
@given(journals(units=2), definitions())
def test_b12_as_of_is_the_latest_events_time_unless_told(events, wanted):
    parsed = parse_stages(spelled(wanted))
    latest = max(e["t"] for e in events)
    assert rows(fold(columns(events), parsed)) == rows(folded(events, wanted, latest))
    told = parse_stages(spelled(wanted | {"as_of": 9}))
    assert rows(fold(columns(events), told)) == rows(folded(events, wanted, 9))


@modest
@given(journals(units=2), definitions(), ENDS)
def test_identity_merges_come_before_anything_else(events, definition, as_of):
    joined = [e | {"unit": "u1"} for e in events]
    wanted = parse_stages(spelled(definition))
    merged = fold(columns(events), wanted, as_of=as_of, identity_merges=[("u2", "u1")])
    assert rows(merged) == rows(fold(columns(joined), wanted, as_of=as_of))


def test_b12_without_as_of_the_latest_event_decides():
    events = [{"id": None, "unit": "u", "event": "ask", "t": t, "props": {}, "estimated": False,
               "day": False} for t in (1, 4)]  # fmt: skip
    definition = parse_stages(
        spelled(
            {
                "stages": [
                    {"name": "aware", "enter": {"event": "ask"}},
                    {"name": "quiet", "enter": {"silent_for": 3, "of": {"event": "try"}}},
                    {"name": "bought", "enter": {"event": "order"}, "purchase": True},
                ]
            }
        )
    )
    assert [int(s) for s in fold(columns(events), definition).visits.stage] == [0, 1]


def test_no_events_give_no_visits():
    empty = columns([])
    definition = parse_stages(
        {
            "stages": [
                {"name": name, "enter": {"event": name}, "purchase": name == "c"} for name in "abc"
            ]
        }
    )
    result = fold(empty, definition)
    assert len(result.visits) == 0
    assert result.next_change == {}


def test_more_than_62_tests_of_events_still_fit():
    wanted = [
        {"name": name, "purchase": name == "c", "enter": {"all": [
            {"event": f"{name}{i}"} for i in range(30)]}}
        for name in "abc"
    ]  # fmt: skip
    events = [
        {"id": None, "unit": "u", "event": f"b{i}", "t": i, "props": {}, "estimated": False,
         "day": False}
        for i in range(30)
    ]  # fmt: skip
    visits = plain(fold(columns(events), parse_stages({"stages": wanted})).visits)["u"]
    assert [(v["stage"], v["entered"], v["imputed"]) for v in visits] == [
        (0, 29, True), (1, 29, False),
    ]  # fmt: skip


def by_pass(result):
    """The visits of each pass."""
    found = {}
    for unit, visits in plain(result.visits).items():
        for visit in visits:
            found.setdefault((unit, visit["pass"]), []).append(visit)
    return found.values()


def rows(result):
    """The visits as plain tuples, causes included."""
    columns_of = [getattr(result.visits, f.name) for f in dataclasses.fields(result.visits)]
    lists = [c.tolist() if isinstance(c, np.ndarray) else c.to_list() for c in columns_of]
    return list(zip(*lists, strict=True))


def stuck(visits, stages, as_of):
    return [
        v
        for v in visits
        if v["outcome"] == "still_here"
        and stages[v["stage"]].get("stuck_after") is not None
        and as_of - v["entered"] >= stages[v["stage"]]["stuck_after"]
    ]
