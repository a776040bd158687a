"""Differences of rates with their interval (rule 22), and rates with theirs (rule 23)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.steps import compare, parse_steps, step_report
from tundish.funnel.steps.comparison import difference
from tundish.terms import Rate

from .cases import columns_of, event

parts = st.integers(0, 30).flatmap(
    lambda whole: st.builds(Rate, st.integers(0, whole), st.just(whole))
)


def test_rule_22_a_difference_as_in_newcombe_1998_table_2() -> None:
    # 56/70 against 48/80, method 10: 0.0524 to 0.3339
    found = difference(Rate(56, 70), Rate(48, 80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )


@settings(max_examples=35, deadline=None)
@given(parts, parts)
def test_rule_22_a_difference_lies_in_its_interval_and_turns_round(one: Rate, other: Rate) -> None:
    found, back = difference(one, other), difference(other, one)
    if found.value is None or found.low is None or found.high is None:
        assert not one.whole or not other.whole
        assert found.to_dict() == {"value": None, "low": None, "high": None}
        return
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert back.low == pytest.approx(-found.high)


def test_rule_22_two_periods_are_compared_step_by_step() -> None:
    definition = parse_steps({"steps": [{"event": "x"}, {"event": "y"}]})
    good = [event("a", "x", 0), event("a", "y", 1), event("b", "x", 0)]
    one, other = (step_report(columns_of(e), definition) for e in (good, good[:1]))
    first, second = compare(one, other)
    assert (first.name, first.reached, first.from_previous) == ("x", 1, None)
    assert second.from_entry.value == pytest.approx(0.5)
    assert second.from_previous == second.from_entry


def test_rule_23_a_rate_carries_numerator_and_denominator() -> None:
    definition = parse_steps({"steps": [{"event": "x"}, {"event": "y"}]})
    events = [event(u, "x", 0) for u in "abcd"] + [event("a", "y", 1)]
    steps = step_report(columns_of(events), definition).to_dict()["steps"]
    assert steps[0]["rate_from_previous"] is None
    assert steps[1]["rate_from_previous"]["part"] == 1
    assert steps[1]["rate_from_previous"]["whole"] == 4
    # Wilson 1927 for 1 of 4
    assert steps[1]["rate_from_entry"]["low"] == pytest.approx(0.0455873, abs=1e-6)
    assert steps[1]["rate_from_entry"]["high"] == pytest.approx(0.6993582, abs=1e-6)
