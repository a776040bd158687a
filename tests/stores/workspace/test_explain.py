"""Why it stands there, why it left, and what would move it."""

import pytest
from small_firm import DEALS, PEOPLE, START, happened

from tundish.terms import NotFoundError, to_micros
from tundish.workspace.wording import explanation_lines, rule_words

DAY = 86_400_000_000


def _told(explanation):
    return "\n".join(explanation_lines(explanation))


def test_where_it_stands_by_which_event_and_rule(firm):
    firm.use(DEALS)
    firm.append(
        [
            happened("e1", "deal_created", day=-9, deal="d1"),
            happened("e2", "deal_engaged", day=-5, deal="d1"),
        ]
    )
    said = firm.explain("d1")
    assert (said.status, said.stage, said.pass_no) == ("here", "working", 1)
    assert (said.definition, said.version) == ("deals", 1)
    assert said.since == to_micros(START) - 5 * DAY
    assert (said.cause.id, said.cause.name) == ("e2", "deal_engaged")
    assert said.rule == {"event": "deal_engaged"}
    assert [missing.stage for missing in said.missing] == ["won"]
    assert [step.stage for step in said.attempt] == ["new", "working"]
    assert said.next_change == said.since + 20 * DAY  # then it is stuck
    told = _told(said)
    assert "The deal d1 stands in working of the funnel deals." in told
    assert "event e2" in told
    assert "to won: a deal was won (deal_won)" in told
    assert "it may next change at 2026-01-20" in told


def test_a_drop_tells_the_window_that_closed_and_the_missing_event(firm, clock):
    firm.use(PEOPLE)
    firm.append([happened("e1", "page_viewed", day=-2, person="ada")])
    clock.forward(days=60)
    said = firm.explain("ada")
    assert said.status == "lost"
    assert (said.loss.reason, said.loss.window, said.loss.cause) == ("silent", "30d", None)
    assert said.loss.at == to_micros(START) + 28 * DAY
    told = _told(said)
    assert "The person ada left the funnel people out of seen." in told
    assert "The window of 30d closed at 2026-02-02" in told
    assert "at least 2 times a form was sent (form_submitted)" in told


def test_a_loss_by_an_event_names_it(firm):
    firm.use(DEALS)
    firm.append(
        [
            happened("e1", "deal_created", day=-9, deal="d1"),
            happened("e2", "deal_lost", day=-1, deal="d1"),
        ]
    )
    said = firm.explain("d1")
    assert (said.loss.reason, said.loss.cause.id, said.loss.window) == ("lost", "e2", None)
    assert "It left when a deal was lost (deal_lost)" in _told(said)


def test_it_reads_as_a_sentence_with_the_losss_title_and_no_version_of_a_model(firm):
    given = DEALS | {"loss": [DEALS["loss"][0] | {"title": {"en": "Lost to another"}}]}
    rules = [{"name": "seen", "enter": {"event": "shop_visited"}}, *DEALS["stages"][1:]]
    firm.use(DEALS)
    firm.append(
        [
            happened("e1", "shop_visited", day=-9, deal="d1"),
            happened("e2", "deal_engaged", day=-8, deal="d1"),
            happened("e3", "deal_lost", day=-1, deal="d1"),
            happened("e4", "shop_visited", day=-1, deal="d2"),
        ]
    )
    told = _told(firm.explain("d1", definition=given))
    assert "It came there when " in told
    assert " (deal_engaged) at 2025-12-28" in told
    assert ": Lost to another." in told
    assert "version" not in told
    assert "It came there by the event shop_visited at" in _told(
        firm.explain("d2", definition=given | {"stages": rules})
    )


def test_stages_that_were_skipped_are_named(firm):
    firm.use(DEALS)
    firm.append(
        [happened("e1", "deal_created", day=-9, deal="d1"), happened("e2", "deal_won", deal="d1")]
    )
    said = firm.explain("d1")
    assert said.skipped == ("working",)
    assert "It skipped working." in _told(said)


def test_a_move_by_hand_says_who(firm):
    firm.use(DEALS)
    moved = {"definition": "deals", "stage": "working", "reason": "met at the fair"}
    firm.append(
        [
            happened("e1", "deal_created", day=-9, deal="d1"),
            happened("e2", "stage_moved", day=-1, deal="d1", properties=moved, actor="rima"),
        ]
    )
    said = firm.explain("d1")
    assert (said.stage, said.by_hand, said.cause.actor) == ("working", True, "rima")
    assert said.cause.reason == "met at the fair"
    assert "Someone put it there by hand." in _told(said)
    assert "done by rima" in _told(said)


def test_one_that_never_entered_is_told_what_would_bring_it_in(firm):
    firm.use(PEOPLE)
    firm.append([happened("e1", "mail_sent", person="ada")])
    said = firm.explain("ada")
    assert said.status == "outside"
    assert [missing.stage for missing in said.missing] == ["seen", "asked", "bought"]
    assert "is not in the funnel people" in _told(said)


def test_companies_are_explained_by_their_peoples_events(firm):
    firm.use(PEOPLE | {"name": "firms", "unit": "company"})
    firm.append(
        [
            happened("e1", "company_joined", day=-9, person="ada", company="acme"),
            happened("e2", "page_viewed", day=-5, person="ada"),
        ]
    )
    said = firm.explain("acme")
    assert (said.kind, said.stage, said.cause.id) == ("company", "seen", "e2")


def test_another_definition_may_be_asked(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "page_viewed", person="ada")])
    assert firm.explain("ada", definition=PEOPLE).stage == "seen"
    assert firm.explain("ada", definition="aida").definition == "aida"


def test_an_unknown_unit_and_one_of_another_kind_are_told_apart(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1", company="acme")])
    with pytest.raises(NotFoundError) as wrong:
        firm.explain("nobody")
    assert wrong.value.code == "unit_not_found"
    with pytest.raises(NotFoundError) as wrong:
        firm.explain("acme")
    assert wrong.value.code == "unit_of_another_kind"
    assert "d1" in wrong.value.hint


def test_a_journey_is_the_units_own_visits(firm):
    firm.use(DEALS)
    firm.append([happened(f"e{n}", "deal_created", deal=f"d{n}", company="acme") for n in range(3)])
    assert firm.journey("d1").unit.to_list() == ["d1"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"event": "order_paid"}, "an order was paid (order_paid)"),
        ({"event": "boat_sunk"}, "boat_sunk"),
        ({"event": None}, "any event"),
        (
            {"event": "boat_sunk", "where": {"plan": "pro", "seats": {"op": "gte", "value": 5}}},
            "boat_sunk where plan is pro and seats is at least 5",
        ),
        ({"event": "x", "where": {"plan": ["a", "b"]}}, "x where plan is one of a, b"),
        ({"at_least": 3, "of": {"event": "x"}, "within": "7d"}, "at least 3 times x within 7d"),
        ({"all": [{"event": "x"}, {"any": [{"event": "y"}, {"event": "z"}]}]}, "x and (y or z)"),
        ({"silent_for": "9d", "of": {"event": "x"}}, "for 9d none of: x"),
        ({"field": "owner", "op": "is_set"}, "owner is set"),
        ({"field": "plan", "op": "equals", "value": "pro", "ever": True}, "plan is pro, at any time before"),
        ({"score": "fit", "gte": 50}, "the score fit is at least 50"),
    ],
    ids=str,
)  # fmt: skip
def test_every_form_of_rule_has_words(rule, words):
    assert rule_words(rule) == words


def test_every_template_may_be_translated():
    words = {"at least {n} times {rule}": "{rule}, {n} mal", "An order was paid": "Bezahlt"}
    rule = {"at_least": 2, "of": {"event": "order_paid"}}
    said = rule_words(rule, say=lambda template: words.get(template, template))
    assert said == "bezahlt (order_paid), 2 mal"
