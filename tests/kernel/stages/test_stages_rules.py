"""The rules of B one by one, on journeys small enough to check by hand."""

import pytest

from tundish.funnel.stages import fold, parse_stages

from .cases import columns, definition, event, plain, spelled

LOSS = [{"reason": "gone", "when": {"event": "quit"}}]


def walked(events, wanted, as_of=20):
    """Per visit its pass, stage, entered, left and outcome; skipped stages in brackets."""
    visits = plain(fold(columns(events), parse_stages(spelled(wanted)), as_of=as_of).visits)
    return [
        (v["pass"], f"({v['stage']})" if v["imputed"] else v["stage"], v["entered"], v["left"],
         v["outcome"])
        for v in visits.get("u", [])
    ]  # fmt: skip


def brief(events, wanted, as_of=20):
    """Only pass and stage."""
    return [row[:2] for row in walked(events, wanted, as_of)]


def test_b3_a_unit_skips_the_stages_between_and_they_count_as_reached():
    events = [event("ask", 1), event("use", 4)]
    assert walked(events, definition("ask", "try", "order", "use")) == [
        (1, 0, 1, 4, "moved_on"), (1, "(1)", 4, 4, "moved_on"), (1, "(2)", 4, 4, "moved_on"),
        (1, 3, 4, None, "still_here"),
    ]  # fmt: skip


def test_b4_it_does_not_fall_back():
    events = [event("try", 1), event("ask", 2), event("ask", 3)]
    assert brief(events, definition("ask", "try", "order")) == [(1, "(0)"), (1, 1)]


def test_b4_all_events_of_one_instant_apply_together_furthest_stage_then_loss():
    events = [event("ask", 2), event("quit", 2), event("try", 2)]
    assert walked(events, definition("ask", "try", "order", loss=LOSS)) == [
        (1, "(0)", 2, 2, "moved_on"), (1, 1, 2, 2, "lost"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "outcome"), [(True, "still_here"), (False, "lost")])
def test_b4_won_beats_lost_only_where_the_day_alone_is_known(day, outcome):
    events = [event("ask", 1), event("order", 2, day=day), event("quit", 2, day=day)]
    wanted = definition("ask", "try", "order", loss=LOSS)
    assert walked([*events, event("other", 5)], wanted)[-1][4] == outcome


def test_b4_after_a_loss_the_next_matching_event_opens_a_pass_at_its_stage():
    events = [event("ask", 1), event("quit", 2), event("other", 3), event("try", 4)]
    assert walked(events, definition("ask", "try", "order", loss=LOSS)) == [
        (1, 0, 1, 2, "lost"), (2, "(0)", 4, 4, "moved_on"), (2, 1, 4, None, "still_here"),
    ]  # fmt: skip


def test_b4_a_rule_sees_the_events_since_the_previous_pass_closed_and_with_ever_all():
    twice = {"at_least": 2, "of": {"event": "try"}}
    events = [event("ask", 1), event("try", 2), event("quit", 3), event("ask", 4), event("try", 5)]
    assert brief(events, definition("ask", twice, "order", loss=LOSS))[-1] == (2, 0)
    ever = twice | {"ever": True}
    assert brief(events, definition("ask", ever, "order", loss=LOSS))[-1] == (2, 1)


def test_b4_an_estimated_time_shows_no_coming_back():
    events = [event("try", 1), event("quit", 2), event("ask", 9, estimated=True)]
    wanted = definition("ask", "try", "order", loss=LOSS)
    assert brief(events, wanted) == [(1, "(0)"), (1, 1)]
    assert brief([*events, event("ask", 9)], wanted)[-1] == (2, 0)


def test_a_stage_is_visited_where_only_a_guess_put_its_event_at_the_next_ones_instant():
    events = [event("ask", 3, estimated=True), event("try", 3)]
    assert walked(events, definition("ask", "try", "order")) == [
        (1, 0, 3, 3, "moved_on"), (1, 1, 3, None, "still_here"),
    ]  # fmt: skip


def test_b5_a_further_purchase_begins_a_new_pass_at_the_purchase():
    events = [event("ask", 1), event("order", 2), event("order", 5)]
    assert walked(events, definition("ask", "try", "order")) == [
        (1, 0, 1, 2, "moved_on"), (1, "(1)", 2, 2, "moved_on"), (1, 2, 2, 5, "looped"),
        (2, "(0)", 5, 5, "moved_on"), (2, "(1)", 5, 5, "moved_on"), (2, 2, 5, None, "still_here"),
    ]  # fmt: skip


def test_b5_the_first_purchase_of_a_pass_that_stands_further_on_begins_none():
    events = [event("use", 1), event("order", 2, value=5, currency="EUR"), event("order", 4)]
    wanted = definition("ask", "try", "order", "use")
    assert brief(events, wanted) == [
        (1, "(0)"), (1, "(1)"), (1, 3), (1, "(2)"), (2, "(0)"), (2, "(1)"), (2, 2),
    ]  # fmt: skip
    visits = fold(columns(events), parse_stages(wanted), as_of=9).visits
    assert visits.value.tolist() == [0, 0, 0, 500, 0, 0, 0]


def test_b5_a_purchase_after_its_stage_was_skipped_is_dated_at_the_purchase():
    events = [
        event("ask", 1), event("use", 2, day=True), event("order", 11, ident="o", estimated=True),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", "use")
    assert walked(events, wanted) == [
        (1, 0, 1, 2, "moved_on"), (1, "(1)", 2, 2, "moved_on"), (1, 3, 2, None, "still_here"),
        (1, "(2)", 11, 11, "moved_on"),
    ]  # fmt: skip
    visits = fold(columns(events), parse_stages(wanted)).visits
    assert visits.cause.at(3) == "o"
    assert visits.estimated.tolist() == [False, False, False, True]
    assert visits.left_estimated.tolist() == [False, False, False, True]
    assert visits.day_only.tolist() == [True, True, True, False]


def test_b5_a_purchase_dated_after_its_skip_keeps_its_row_when_the_stage_is_visited_by_hand():
    events = [
        event("use", 2), event("order", 11, value=5, currency="EUR"),
        event("stage_moved", 15, stage="bought"),
    ]  # fmt: skip
    wanted = definition("ask", "try", "order", "use")
    assert brief(events, wanted) == [(1, "(0)"), (1, "(1)"), (1, 3), (1, "(2)"), (1, 2)]
    visits = fold(columns(events), parse_stages(wanted)).visits
    assert visits.value.tolist() == [0, 0, 0, 500, 0]


def test_b5_a_purchase_at_the_instant_of_a_further_stage_puts_its_value_on_the_skipped_row():
    events = [
        event("use", 2), event("stage_moved", 4, stage="aware"),
        event("order", 9, value=5, currency="EUR"), event("use", 9),
    ]  # fmt: skip
    visits = fold(columns(events), parse_stages(definition("ask", "try", "order", "use"))).visits
    bought = visits.stage == 2
    assert visits.value[bought].tolist() == [500]
    assert visits.entered[bought].tolist() == [9]


@pytest.mark.parametrize(
    ("before", "now", "stage"),
    [
        ([], "order", "keen"),
        ([event("order", 1)], "order", "aware"),
        ([event("ask", 1), event("order", 2), event("use", 3)], "try", "aware"),
    ],
)
def test_b4_in_the_instant_that_opens_a_pass_the_furthest_stage_beats_a_move_by_hand(
    before, now, stage
):
    wanted = definition("ask", "try", "order", "use", loop={"from": "happy", "to": "keen"})
    events = [*before, event(now, 5), event("stage_moved", 5, stage=stage)]
    last = walked(events, wanted)[-1]
    assert last[1:] == ({"order": 2, "try": 1}[now], 5, None, "still_here")
    further = [*before, event(now, 5), event("stage_moved", 5, stage="happy")]
    assert walked(further, wanted)[-1][1:] == (3, 5, None, "still_here")


def test_b5_a_loop_edge_begins_a_new_pass_at_its_target():
    wanted = definition("ask", "try", "order", "use", loop={"from": "happy", "to": "keen"})
    events = [event("order", 1), event("use", 2), event("try", 3), event("try", 4)]
    assert [row for row in walked(events, wanted) if isinstance(row[1], int)] == [
        (1, 2, 1, 2, "moved_on"), (1, 3, 2, 3, "looped"), (2, 1, 3, None, "still_here"),
    ]  # fmt: skip


def test_b5_each_pass_has_its_own_value():
    events = [
        event("order", 1, value=10, currency="JPY"), event("order", 1, value=5, currency="JPY"),
        event("order", 4, value=3, currency="JPY"),
    ]  # fmt: skip
    visits = fold(columns(events), parse_stages(definition("ask", "try", "order"))).visits
    assert [v for v in visits.value.tolist() if v] == [15, 3]


def test_silence_closes_a_pass_when_its_span_is_full():
    loss = [{"reason": "silent", "when": {"silent_for": 5, "of": {"event": None}}}]
    events = [event("ask", 1), event("other", 4)]
    wanted = definition("ask", "try", "order", loss=loss)
    assert walked(events, wanted, as_of=8) == [(1, 0, 1, None, "still_here")]
    assert walked(events, wanted, as_of=9) == [(1, 0, 1, 9, "lost")]
    assert walked([*events, event("try", 9)], wanted, as_of=9)[-1][4] == "still_here"


def test_a_silence_runs_from_the_passs_start_where_nothing_was_seen():
    loss = [{"reason": "silent", "when": {"silent_for": 5, "of": {"event": "use"}}}]
    wanted = definition("ask", "try", "order", loss=loss)
    assert walked([event("ask", 3)], wanted)[-1] == (1, 0, 3, 8, "lost")


def test_at_least_n_within_a_span_its_end_included():
    rule = {"at_least": 2, "of": {"any": [{"event": "try"}, {"event": "use"}]}, "within": 3}
    wanted = definition("ask", rule, "order")
    assert brief([event("ask", 0), event("try", 1), event("use", 4)], wanted)[-1] == (1, 1)
    assert brief([event("ask", 0), event("try", 1), event("use", 5)], wanted)[-1] == (1, 0)
    assert brief([event("ask", 0), event("try", 1), event("use", 1)], wanted)[-1] == (1, 1)


def test_a_field_is_read_at_its_latest_value():
    def fit(t, new):
        return event("field_changed", t, field="fit", new=new)

    wanted = definition("ask", {"all": [{"score": "fit", "gte": 70}, {"event": "try"}]}, "order")
    seen = [event("ask", 0), fit(1, 80), fit(2, 10), event("try", 3)]
    assert brief(seen, wanted)[-1] == (1, 0)
    assert walked([*seen, fit(6, 70)], wanted)[-1] == (1, 1, 6, None, "still_here")
    named = definition("ask", {"field": "fit", "op": "is_set"}, "order")
    assert brief(seen, named)[-1] == (1, 1)


def test_a_stage_that_falls_back_holds_only_as_long_as_its_rule():
    rule = {"at_least": 2, "of": {"event": "try"}, "within": 3}
    wanted = definition("ask", rule, "order")
    events = [event("ask", 0), event("try", 1), event("try", 2)]
    assert brief(events, wanted)[-1] == (1, 1)
    wanted["stages"][1]["falls_back"] = True
    assert walked(events, wanted)[1:] == [
        (1, 1, 2, 5, "fell_back"), (1, 0, 5, None, "still_here"),
    ]  # fmt: skip


def test_a_move_by_hand_enters_its_stage_also_backwards_and_is_marked():
    moved = event("stage_moved", 4, stage="aware")
    events = [event("ask", 1), event("try", 2), moved, event("other", 5)]
    wanted = definition("ask", "try", "order")
    assert walked(events, wanted)[1:] == [
        (1, 1, 2, 4, "fell_back"), (1, 0, 4, None, "still_here"),
    ]  # fmt: skip
    visits = fold(columns(events), parse_stages(wanted)).visits
    assert visits.by_hand.tolist() == [False, False, True]
    assert brief([*events, event("try", 6)], wanted)[-1] == (1, 1)


def test_a_move_by_hand_is_no_longer_by_hand_once_the_stages_own_rule_has_come_to_hold():
    def by_hand(*more):
        events = [event("ask", 1), event("stage_moved", 4, stage="keen"), *more]
        visits = fold(columns(events), parse_stages(wanted), as_of=20).visits
        return visits.by_hand.tolist(), visits.cause.to_list()[-1]

    wanted = definition("ask", "try", "order")
    assert by_hand() == ([False, True], "stage_moved")
    assert by_hand(event("ask", 6)) == ([False, True], "stage_moved")
    assert by_hand(event("try", 6)) == ([False, False], "stage_moved")


def test_a_move_by_hand_is_confirmed_by_a_silence_that_ends():
    wanted = definition("ask", {"silent_for": 3, "of": {"event": "use"}}, "order")
    events = [event("ask", 1), event("stage_moved", 2, stage="keen")]
    parsed = parse_stages(spelled(wanted))
    assert fold(columns(events), parsed, as_of=3).visits.by_hand.tolist() == [False, True]
    assert fold(columns(events), parsed, as_of=4).visits.by_hand.tolist() == [False, False]


def test_a_move_by_hand_in_another_definition_does_not_count():
    moved = event("stage_moved", 4, stage="Keen", definition="other one")
    wanted = definition("ask", "try", "order") | {"name": "our-own"}
    assert brief([event("ask", 1), moved], wanted)[-1] == (1, 0)
    moved["props"]["definition"] = "our_own"
    assert brief([event("ask", 1), moved], wanted)[-1] == (1, 1)


def test_a_sale_marked_by_hand_is_the_one_that_the_order_then_confirms():
    events = [event("ask", 1), event("stage_moved", 2, stage="bought"), event("order", 5)]
    assert [row[0] for row in brief(events, definition("ask", "try", "order"))] == [1, 1, 1]


def test_b6_a_visit_names_the_event_that_caused_it_and_the_one_that_ended_it():
    events = [event("ask", 1, ident="b"), event("ask", 1, ident="a"), event("quit", 3, ident="c")]
    wanted = parse_stages(definition("ask", "try", "order", loss=LOSS))
    visits = fold(columns(events), wanted).visits
    assert (visits.cause.to_list(), visits.left_cause.to_list()) == (["a"], ["c"])
    assert visits.reason.to_list() == ["gone"]


def test_b6_next_change_is_the_next_silence_or_age():
    loss = [{"reason": "silent", "when": {"silent_for": 9, "of": {"event": None}}}]
    wanted = definition("ask", "try", "order", loss=loss)
    wanted["stages"][0]["stuck_after"] = 4
    parsed = parse_stages(spelled(wanted))
    assert fold(columns([event("ask", 1)]), parsed, as_of=2).next_change == {"u": 5}
    assert fold(columns([event("ask", 1)]), parsed, as_of=5).next_change == {"u": 10}
    assert fold(columns([event("ask", 1)]), parsed, as_of=10).next_change == {}
