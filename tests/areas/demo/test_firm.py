"""The demo firm is the same for the same seed and day, moves with the day, and makes sense."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tundish.demo import demo_firm
from tundish.demo.staff import USERS
from tundish.journal.names import RECORD_KEEPING, STANDARD
from tundish.terms import InputError

SUNDAY = date(2026, 11, 22)
IN_OFFICE = {
    "handoff_offered", "handoff_accepted", "handoff_returned", "call_held", "meeting_held",
    "demo_held", "offer_sent", "deal_created", "deal_won", "deal_lost",
}  # fmt: skip
ZONES = {"JO": ZoneInfo("Asia/Amman"), "NL": ZoneInfo("Europe/Amsterdam")}
WEEKENDS = {"JO": {4, 5}, "NL": {5, 6}}


@cache
def firm(today=SUNDAY, *, seed=3, people=200, companies=48):
    return demo_firm(seed=seed, today=today, people=people, companies=companies)


def journeys(made):
    """Events by person, an anonymous past included, in the order of time."""
    refs = {p.seen_as: p.id for p in made.people if p.seen_as}
    found = defaultdict(list)
    for event in made.events:
        if event.person:
            found[refs.get(event.person, event.person)].append(event)
    return found


def test_the_same_seed_and_day_give_the_same_firm():
    again = demo_firm(seed=3, today=SUNDAY, people=200, companies=48)
    assert again == firm()
    assert demo_firm(seed=4, today=SUNDAY, people=200, companies=48).events != firm().events


@pytest.mark.parametrize("days", [-1, 1, 2, 10, 100])
def test_another_day_gives_the_same_things_at_other_times(days):
    one, other = firm(), firm(SUNDAY + timedelta(days=days))
    assert other.people == one.people
    assert other.companies == one.companies
    assert other.counts() == one.counts()

    def told(made):
        return {
            e.id: (e.name, e.person, e.company, e.deal, e.value, dict(e.properties))
            for e in made.events
        }

    assert told(other) == told(one)
    assert [d.status for d in other.deals] == [d.status for d in one.deals]


@pytest.mark.parametrize("days", range(7))
def test_nothing_lies_in_the_future_and_the_last_day_has_events(days):
    today = SUNDAY + timedelta(days=days)
    made = firm(today)
    assert made.now == datetime.combine(today, time(16), UTC)
    assert all(e.occurred_at <= made.now and e.recorded_at <= made.now for e in made.events)
    assert all(e.recorded_at >= e.occurred_at for e in made.events)
    known = [e for e in made.events if e.precision == "instant"]
    assert known[-1].occurred_at.date() == today


def test_the_present_may_be_any_instant_of_the_day():
    dawn = datetime(2026, 11, 22, 0, 3, tzinfo=UTC)
    made = demo_firm(seed=3, today=SUNDAY, now=dawn, people=200, companies=48)
    assert max(e.occurred_at for e in made.events) <= dawn
    assert made.counts() == firm().counts()


def test_events_are_in_the_order_of_time_with_distinct_ids():
    events = firm().events
    assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(events))
    assert len({e.id for e in events}) == len(events)


def test_all_names_are_standard_and_all_that_prospects_do_occur(grown_firm):
    names = set(grown_firm.counts())
    assert names <= set(STANDARD)
    ours = RECORD_KEEPING | {"page_published", "page_withdrawn", "merge_suggested", "task_done"}
    of_inlets = {"company_identified", "link_clicked", "campaign_answered"}
    assert set(STANDARD) - names - ours - of_inlets == {"events_voided"}


def test_sizes_are_as_asked():
    made = firm()
    assert len(made.people) == 200
    assert len(made.companies) == 48
    assert {p.company for p in made.people} == {c.id for c in made.companies}
    assert len({p.email for p in made.people}) == 200
    assert len({c.domain for c in made.companies}) == 48
    span = made.now - made.events[0].occurred_at
    assert timedelta(days=520) < span < timedelta(days=550)


def test_both_scripts_and_only_reserved_addresses_and_numbers_are_used():
    made = firm()
    arabic = [p for p in made.people if "\u0600" <= p.name[0] <= "\u06ff"]
    latin = [p for p in made.people if p.name.isascii()]
    assert len(arabic) > 40
    assert len(latin) > 60
    assert all(p.country == "JO" for p in arabic)
    assert any(p.country == "JO" for p in latin)
    assert all(p.email.endswith(".example") and p.email.isascii() for p in made.people)
    assert all(c.domain.endswith(".example") for c in made.companies)
    assert all(p.phone.startswith(("+962 6 000 ", "+31 20 000 ")) for p in made.people)
    assert {u.role for u in USERS} == {"owner", "admin", "marketing", "sales", "viewer"}
    assert {u.team for u in USERS if u.role == "sales"} == {"Amman", "Utrecht"}


def test_no_personal_value_stands_in_the_properties():
    made = firm()
    secrets = {p.email for p in made.people} | {p.phone for p in made.people}
    secrets |= {p.name for p in made.people}
    for event in made.events:
        assert not secrets & {v for v in event.properties.values() if isinstance(v, str)}
    told = [e for e in made.events if e.name == "person_identified"]
    assert {e.personal["email"] for e in told} <= {p.email for p in made.people}
    assert len(told) > 170


def test_nobody_orders_before_arriving_or_pays_before_ordering():
    for events in journeys(firm()).values():
        names = [e.name for e in events]
        assert names[0] in {
            "advert_clicked", "post_engaged", "session_started", "review_viewed", "fair_visited",
            "referral_received", "list_joined",
        }  # fmt: skip
        if "order_placed" in names:
            assert names.index("deal_created") < names.index("order_placed")
        if "order_paid" in names:
            assert names.index("order_placed") < names.index("order_paid")


def test_an_anonymous_past_ends_with_its_merge():
    made = firm()
    merges = {e.properties["other"]: e for e in made.events if e.name == "person_merged"}
    assert len(merges) > 60
    for person in made.people:
        assert person.seen_as is None or merges[person.seen_as].properties["kept"] == person.id
    for event in made.events:
        if event.person in merges:
            assert event.occurred_at <= merges[event.person].occurred_at


def test_a_deal_goes_from_creation_to_one_end_and_its_record_agrees():
    made = firm()
    by_deal = defaultdict(list)
    for event in made.events:
        if event.deal:
            by_deal[event.deal].append(event)
    assert set(by_deal) == {d.id for d in made.deals}
    for deal in made.deals:
        names = [e.name for e in by_deal[deal.id]]
        ends = [n for n in names if n in ("deal_won", "deal_lost")]
        assert names[0] == "deal_created"
        assert ends == ([] if deal.status == "open" else [f"deal_{deal.status}"])
        if deal.status == "won":
            assert names.index("offer_sent") < names.index("offer_accepted")
            assert deal.closed is not None
    assert {d.status for d in made.deals} == {"open", "won", "lost"}


def test_sales_work_in_office_hours_of_their_country():
    made = firm()
    country = {c.id: c.country for c in made.companies}
    for event in made.events:
        if event.name in IN_OFFICE:
            code = country[event.company]
            local = event.occurred_at.astimezone(ZONES[code])
            assert local.weekday() not in WEEKENDS[code], event
            assert time(8, 29) < local.time() < time(17, 31), event


def test_some_sessions_are_in_the_evening_and_strangers_come_at_weekends():
    made = firm()
    starts = [e for e in made.events if e.name == "session_started" and not e.bot]
    known = [e for e in starts if e.company]
    assert any(e.occurred_at.hour >= 18 for e in known)
    assert any(e.occurred_at.weekday() == 5 for e in starts)


def test_late_day_only_and_robot_events_occur_and_are_few():
    made = firm()
    total = len(made.events)
    late = [e for e in made.events if e.recorded_at - e.occurred_at > timedelta(days=1)]
    days = [e for e in made.events if e.precision == "day"]
    bots = [e for e in made.events if e.bot]
    for few in (late, days, bots):
        assert 0 < len(few) < total / 5
    midnight = time(0)
    assert all(e.occurred_at.time() == midnight for e in days)


def test_referrals_name_a_customer_who_made_one_before(grown_firm):
    made = grown_firm
    made_by = defaultdict(list)
    for event in made.events:
        if event.name == "referral_made":
            made_by[event.person].append(event.occurred_at)
    received = [e for e in made.events if e.name == "referral_received"]
    assert received
    for event in received:
        assert min(made_by[event.properties["referrer"]]) < event.occurred_at


def test_costs_stand_as_records_and_as_events_of_the_same_sum():
    made = firm()
    spent = Counter()
    for event in made.events:
        if event.name == "cost_recorded":
            spent[event.campaign] += event.value.minor_units
    billed = Counter()
    for cost in made.costs:
        billed[cost.campaign] += cost.amount.minor_units
    assert spent == billed
    assert len(spent) >= 7
    assert all(c.amount.currency == made.currency for c in made.costs)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"variant": "rosy"}, "demo_variant_unknown"),
        ({"people": 3, "companies": 4}, "demo_too_few_people"),
        ({"now": datetime(2026, 11, 23, tzinfo=UTC)}, "demo_now_elsewhere"),
    ],
)
def test_a_firm_that_cannot_be_is_refused(said, code):
    with pytest.raises(InputError) as wrong:
        demo_firm(seed=1, today=SUNDAY, **said)
    assert wrong.value.code == code
