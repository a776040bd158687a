"""Every ready-made model runs on one B2B software seller's journal, and every stage is reached."""

import pytest

from tundish.funnel import catalogue
from tundish.funnel.stages import parse_stages, stage_report
from tundish.journal.names import STANDARD
from tundish.journal.table_rows import columns_from_rows
from tundish.terms import NotFoundError

# who did what on which day of 2026; the names say how far each of them comes
JOURNAL = {
    "aware": ["01-10 advert_clicked"],
    "reader": ["01-05 session_started", "01-12 document_downloaded", "01-12 newsletter_joined"],
    "writer": ["01-06 post_engaged", "01-20 mail_replied"],
    "asker": ["01-04 review_viewed", "01-15 form_submitted", "02-01 price_viewed",
              "02-01 product_compared"],
    "trier": ["01-03 fair_visited", "01-30 demo_requested", "02-10 trial_started"],
    "leaver": ["01-02 session_started", "01-09 demo_requested", "02-09 deal_lost"],
    "buyer": ["01-02 session_started", "01-22 order_placed"],
    "user": ["01-02 referral_received", "01-08 demo_requested", "02-01 order_placed",
             "02-09 onboarding_completed"],
    "friend": ["01-02 referral_received", "01-08 trial_started", "02-01 order_placed",
               "02-09 onboarding_completed", "03-01 review_posted"],
    "loyal": ["01-02 session_started", "01-08 trial_started", "01-15 order_placed",
              "01-20 onboarding_completed", "02-01 review_posted", "03-01 subscription_renewed"],
    "again": ["01-02 session_started", "01-08 trial_started", "01-15 order_placed",
              "01-20 onboarding_completed", "02-01 review_posted", "02-20 subscription_renewed",
              "03-01 order_placed"],
    "clock": ["03-10 mail_opened"],
}  # fmt: skip

# who stands where on 10 March, by stage; buyers of a second time in a pass of their own
STANDING = {
    "aida": [["aware", "writer"], ["reader"], ["asker", "trier"],
             ["again", "buyer", "friend", "loyal", "user"]],
    "hierarchy_of_effects": [["aware"], ["reader"], ["writer"], ["asker"], ["trier"],
                             ["again", "buyer", "friend", "loyal", "user"]],
    "buying_cycle": [["aware", "writer"], ["reader"], ["asker", "trier"], ["again", "buyer"],
                     ["friend", "loyal", "user"]],
    "consumer_decision_journey": [["aware", "writer"], ["asker", "reader", "trier"],
                                  ["again", "buyer"], ["user"], ["friend"], ["loyal"]],
    "four_part_journey_cycle": [["aware", "writer"], ["asker", "reader", "trier"],
                                ["again", "buyer"], ["friend", "loyal", "user"]],
    "small_business": [["aware", "writer"], ["reader"], ["asker", "trier"],
                       ["again", "buyer", "friend", "loyal", "user"]],
}  # fmt: skip


def journal():
    return columns_from_rows(
        [
            {"person": who, "event": said[6:], "time": f"2026-{said[:5]}T09:00:00Z"}
            for who, deeds in JOURNAL.items()
            for said in deeds
        ]
    )


@pytest.mark.parametrize("name", catalogue.SIX)
def test_every_stage_of_the_model_is_reached_and_everyone_stands_where_they_should(name):
    found = stage_report(journal(), parse_stages(catalogue.model(name))).to_dict(lists=True)
    assert found["lists"]["still_here"] == STANDING[name]
    assert found["losses"]["deal_lost"] == 1
    assert all(row["entered"] for row in found["stages"])
    assert "again" in found["lists"]["passes"]
    assert found["lists"]["passes"].count("again") == 2


@pytest.mark.parametrize("name", ["consumer_decision_journey", "four_part_journey_cycle"])
def test_the_loop_leads_back_to_the_purchase(name):
    wanted = parse_stages(catalogue.model(name))
    answer = stage_report(journal(), wanted)
    looped = [flow for flow in answer.flows if flow.kind == "looped"]
    assert [(f.source, f.target, answer.flow_list(f)) for f in looped] == [
        (wanted.loop.source, wanted.purchase, ["again"])
    ]


@pytest.mark.parametrize("name", catalogue.SIX)
def test_whatever_leads_into_a_stage_and_whatever_a_customer_does_breaks_the_silence(name):
    body = catalogue.model(name)
    silence = next(loss["when"] for loss in body["loss"] if loss["reason"] == "silent")
    entries = {event for stage in body["stages"] for event in _events(stage["enter"])}
    broken_by = list(_events(silence["of"]))
    assert entries | {"referral_made", "support_requested", "order_paid"} <= set(broken_by)
    assert len(broken_by) == len(set(broken_by))


KEEPING = ("buying_cycle", "consumer_decision_journey", "four_part_journey_cycle")
AFTER = ("product_used", "product_used", "product_used", "onboarding_completed", "review_posted",
         "support_requested", "complaint_made", "survey_answered", "referral_made",
         "subscription_renewed")  # fmt: skip


@pytest.mark.parametrize("name", KEEPING)
def test_who_never_bought_stands_in_no_stage_after_the_purchase(name):
    wanted = parse_stages(catalogue.model(name))
    asked = [("p", f"01-{day:02}", event) for day, event in enumerate(AFTER, start=2)]
    answer = stage_report(_columns([("p", "01-01", "session_started"), *asked]), wanted)
    assert answer.to_dict(lists=True)["lists"]["still_here"][0] == ["p"]
    assert not len(stage_report(_columns(asked), wanted).chosen.visits)


@pytest.mark.parametrize("name", KEEPING)
def test_a_customer_who_unsubscribes_and_stays_active_gets_one_further_pass_and_no_more(name):
    wanted = parse_stages(catalogue.model(name))
    later = [("p", f"03-{day:02}", event) for day, event in enumerate(AFTER * 2, start=1)]
    bought = [("p", "01-01", "session_started"), ("p", "01-05", "order_placed")]
    answer = stage_report(_columns([*bought, ("p", "02-01", "mail_unsubscribed"), *later]), wanted)
    assert answer.passes == 2
    buy = answer.stages[wanted.purchase].counts
    assert (buy["visited"], buy["skipped"]) == (1, 1)
    assert answer.to_dict()["loop"]["rate"]["part"] == 0


@pytest.mark.parametrize("name", catalogue.SIX)
@pytest.mark.parametrize("logged", ["meeting_held", "demo_held", "offer_sent"])
def test_what_a_rep_logs_puts_the_person_into_the_stage_before_the_purchase(name, logged):
    wanted = parse_stages(catalogue.model(name))
    answer = stage_report(_columns([("p", "01-05", logged)]), wanted)
    standing = answer.to_dict(lists=True)["lists"]["still_here"]
    assert standing[wanted.purchase - 1] == ["p"]


@pytest.mark.parametrize("name", catalogue.names())
def test_a_model_says_all_that_a_stage_page_shows(name):
    body = catalogue.model(name)
    wanted = parse_stages(body)
    assert wanted.name == name
    for text in (wanted.title, wanted.description, wanted.origin):
        assert set(text) == {"en", "ar"}
    for stage in wanted.stages:
        assert set(stage.title) == {"en", "ar"}
        assert stage.owner in ("marketing", "sales")
        assert stage.activities
        assert stage.touchpoints
        assert set(stage.touchpoints) <= set(STANDARD)
    assert wanted.loss
    assert set(_events(body)) <= set(STANDARD)
    assert all(stage.target for stage in wanted.stages[1:])
    assert any(stage.stuck_after for stage in wanted.stages)


def test_a_model_is_found_by_either_spelling_and_a_missing_one_is_told():
    assert catalogue.model("Four-Part-Journey-Cycle") == catalogue.model("four_part_journey_cycle")
    assert [model.name for model in catalogue.models()] == list(catalogue.names())
    assert len(catalogue.SIX) == 6
    with pytest.raises(NotFoundError, match="aida, hierarchy_of_effects"):
        catalogue.model("funnel")


def test_deals_are_counted_from_engaging_to_their_close():
    def deal(ident, *steps, guess="2026-01-01"):
        rows = [{"deal": ident, "event": "deal_created", "time": guess, "estimated": True}]
        return rows + [{"deal": ident, "event": f"deal_{e}", "time": day} for e, day in steps]

    rows = [
        *deal("won", ("engaged", "2026-02-01"), ("won", "2026-03-30"), guess="2026-02-01"),
        *deal("lost", ("engaged", "2026-02-01"), ("lost", "2026-02-15"), guess="2026-02-01"),
        *deal("late", ("engaged", "2026-02-01"), ("lost", "2026-02-15"), guess="2026-04-01"),
        *deal("open", ("engaged", "2026-02-01")),
        *deal("new", guess="2026-04-01"),
    ]
    rows[1] |= {"value": 7, "currency": "USD"}
    rows[2] |= {"value": 500, "currency": "USD"}
    wanted = parse_stages(catalogue.model("opportunities"))
    found = stage_report(columns_from_rows(rows), wanted).to_dict(lists=True)
    assert [row["reached"] for row in found["stages"]] == [5, 4, 1]
    assert found["lists"]["still_here"] == [["new"], ["open"], ["won"]]
    assert found["losses"] == {"lost": 2}
    assert found["closing_time"]["won"]["median"] == 57 * 86400
    assert found["closing_time"]["lost"]["median"] == 14 * 86400
    assert found["stages"][2]["value"]["sum"] == 500


def _events(thing):
    if isinstance(thing, dict):
        if isinstance(thing.get("event"), str):
            yield thing["event"]
        for part in thing.values():
            yield from _events(part)
    elif isinstance(thing, list):
        for part in thing:
            yield from _events(part)


def _columns(rows):
    """Columns of (person, day of 2026, event)."""
    return columns_from_rows(
        [
            {"person": who, "event": event, "time": f"2026-{day}T09:00:00Z"}
            for who, day, event in rows
        ]
    )
