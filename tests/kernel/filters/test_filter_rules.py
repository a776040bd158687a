"""What a filter may say, and which days its words mean."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tundish.funnel.conditions import Condition
from tundish.funnel.filters import CALENDAR, Done, Group, days_of, parse_filter, to_data
from tundish.terms import DefinitionError

names = st.text("abcdefgh_ é", min_size=1, max_size=8)
texts = st.text(max_size=12)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
conditions = st.one_of(
    st.builds(Condition, names, st.sampled_from(["equals", "not_equals", "icontains"]), texts),
    st.builds(Condition, names, st.sampled_from(["is_set", "is_not_set"])),
    st.builds(Condition, names, st.just("in"), st.lists(texts, max_size=3).map(tuple)),
    st.builds(Condition, names, st.just("between"), st.tuples(st.integers(), st.integers())),
    st.builds(Condition, names, st.just("in_last"), st.integers(1, 999).map(lambda n: f"{n}d")),
    st.builds(Condition, names, st.just("this"), st.sampled_from(CALENDAR)),
    st.builds(Condition, names, st.just("before"), days.map(str)),
)
done = st.builds(
    Done,
    names,
    st.lists(st.builds(Condition, names, st.just("equals"), texts), max_size=1).map(tuple),
    st.integers(1, 50),
    st.none() | st.integers(1, 400),
    st.booleans(),
)
parts = conditions | done
groups = st.builds(
    Group,
    st.sampled_from(["all", "any"]),
    st.lists(
        parts | st.builds(Group, st.sampled_from(["all", "any"]), st.lists(parts).map(tuple)),
        min_size=1,
        max_size=4,
    ).map(tuple),
).filter(lambda group: 0 < sum(1 for _ in group.each()) <= 30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(groups)
def test_a_filter_is_read_as_it_is_written(group: Group) -> None:
    assert parse_filter(to_data(group)) == group


def test_nothing_said_is_everyone() -> None:
    assert parse_filter(None) == Group()
    assert not parse_filter({})


@pytest.mark.parametrize(
    "said",
    [
        {"none": []},
        {"all": [], "any": []},
        {"all": ["country"]},
        {"all": [{"field": "", "op": "equals", "value": 1}]},
        {"all": [{"field": 'a"b', "op": "equals", "value": 1}]},
        {"all": [{"field": "a", "op": "like", "value": 1}]},
        {"all": [{"field": "a", "op": "matches", "value": "x"}]},
        {"all": [{"field": "a", "op": "between", "value": [1]}]},
        {"all": [{"field": "a", "op": "in_last", "value": "1h"}]},
        {"all": [{"field": "a", "op": "in_last", "value": "soon"}]},
        {"all": [{"field": "a", "op": "this", "value": "decade"}]},
        {"all": [{"field": "a", "op": "before", "value": "2026-02-30"}]},
        {"all": [{"field": "a", "op": "equals", "value": 1, "or": 2}]},
        {"all": [{"field": "a", "op": "equals", "value": "x" * 501}]},
        {"all": [{"of": {"event": ""}, "at_least": 1}]},
        {"all": [{"of": {"event": "a"}, "at_least": 0}]},
        {"all": [{"of": {"event": "a"}, "at_least": True}]},
        {"all": [{"any": [{"all": [{"field": "a", "op": "is_set"}]}]}]},
        {"all": [{"field": "a", "op": "is_set"}] * 31},
    ],
)
def test_what_is_no_filter_is_refused(said: object) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_filter(said)
    assert refused.value.hint


@given(days, st.integers(1, 800))
def test_the_last_n_days_are_n_days_and_end_today(today: date, n: int) -> None:
    first, last = days_of(Condition("a", "in_last", f"{n}d"), today)
    assert first is not None
    assert last == today
    assert (last - first).days + 1 == n
    assert days_of(Condition("a", "in_next", f"{n}d"), first) == (first, last)


@given(days, st.integers(1, 800))
def test_more_than_n_days_ago_begins_where_n_days_ago_ends(today: date, n: int) -> None:
    _, last = days_of(Condition("a", "not_in_last", f"{n}d"), today)
    assert last is not None
    assert (today - last).days == n + 1


@given(days, st.sampled_from(CALENDAR))
def test_parts_of_the_calendar_follow_one_another_without_a_gap(today: date, unit: str) -> None:
    first, last = days_of(Condition("a", "this", unit), today)
    before = days_of(Condition("a", "previous", unit), today)
    assert first is not None
    assert last is not None
    assert first <= today <= last
    assert before[1] == first - timedelta(days=1)
    after = days_of(Condition("a", "this", unit), last + timedelta(days=1))
    assert after[0] == last + timedelta(days=1)
    lengths = {
        "day": 1,
        "week": 7,
        "month": monthrange(first.year, first.month)[1],
        "quarter": sum(monthrange(first.year, first.month + n)[1] for n in range(3))
        if first.month <= 10
        else 0,
        "year": 365 + (monthrange(first.year, 2)[1] - 28),
    }
    assert (last - first).days + 1 == lengths[unit]


@given(days, days)
def test_before_on_and_after_a_day_leave_no_day_out(today: date, day: date) -> None:
    assert days_of(Condition("a", "on", str(day)), today) == (day, day)
    assert days_of(Condition("a", "before", str(day)), today) == (None, day - timedelta(days=1))
    assert days_of(Condition("a", "after", str(day)), today) == (day + timedelta(days=1), None)
