"""Every rule of the step funnel against the enumeration of reference.py, on journals that collide."""

from hypothesis import given, settings
from hypothesis import strategies as st

from .cases import definitions, difference, journals, kernel, step_lists, windows
from .reference import reference

few = settings(max_examples=18, deadline=None)
orders = st.sampled_from(["ordered", "strict", "unordered"])
in_order = st.sampled_from(["ordered", "strict"])
UNITS = {"a": {"w": 1, "v": "m"}, "b": {"w": 2}}


def assert_same(events, definition):
    assert difference(kernel(events, definition, unit_properties=UNITS),
                      reference(events, definition, unit_properties=UNITS)) == ""  # fmt: skip


def seconds(low, high):
    return st.integers(low, high).map(lambda s: f"1970-01-01T00:00:{s:02d}+00:00")


@few
@given(journals(), definitions(step_lists(), window=windows))
def test_rule_01_an_attempt_is_steps_in_time_within_the_window(events, definition):
    assert_same(events, definition)


@few
@given(journals(names="x", most=5), definitions(step_lists(names="x", least=2), window=windows))
def test_rule_02_one_event_fills_one_step(events, definition):
    assert_same(events, definition)


@few
@given(journals(last=1, units="a"), definitions(step_lists(least=2), order=orders))
def test_rule_03_ties_may_stand_in_any_arrangement(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(), definitions(step_lists(least=2), window=windows, min_gap=st.integers(0, 2),
                            max_gap=st.integers(0, 4), order=in_order),
)  # fmt: skip
def test_rule_04_windows_and_gaps_include_their_ends(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(units="a", last=8),
    definitions(step_lists(least=2), window=windows, entry=st.sampled_from(["first", "best"])),
)
def test_rule_05_depth_is_the_longest_attempt_over_all_entries(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(units="a", last=3, names="xy", amount=st.sampled_from([1, 2, 4.5])),
    definitions(
        step_lists(names="xy", least=2),
        window=windows,
        value=st.just({"property": "amount", "currency": "EUR"}),
    ),
)
def test_rule_06_times_and_values_come_from_the_recorded_attempt(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(),
    definitions(step_lists(), **{"from": seconds(0, 2), "to": seconds(2, 5)},
                range_limits=st.sampled_from(["entry", "attempt"]), order=orders),
)  # fmt: skip
def test_rule_07_the_range_limits_the_entry_or_the_attempt(events, definition):
    assert_same(events, definition)


@few
@given(journals(units="a", last=4), definitions(step_lists(), order=st.just("strict")))
def test_rule_08_strict_steps_are_adjacent_and_may_repeat(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(units="a"),
    definitions(step_lists(least=2), order=st.just("unordered"), window=windows),
)
def test_rule_08_unordered_counts_the_most_steps_in_a_window(events, definition):
    assert_same(events, definition)


def exclusions(size):
    return st.lists(
        st.fixed_dictionaries(
            {"event": st.sampled_from("xyz")},
            optional={"from_step": st.just(0), "to_step": st.just(size - 1),
                      "where": st.just({"v": "p"})},
        ),
        min_size=1, max_size=2,
    )  # fmt: skip


@few
@given(
    journals(),
    definitions(step_lists(least=3), exclusions=exclusions(2), order=orders, window=windows),
)
def test_rule_09_an_exclusion_takes_out_who_has_no_other_way(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(),
    st.lists(st.booleans(), min_size=3, max_size=3).filter(lambda o: not all(o)),
    definitions(step_lists(least=3), order=in_order, window=windows),
)
def test_rule_10_optional_steps_may_be_skipped(events, optional, definition):
    steps = zip(definition["steps"], optional, strict=True)
    assert_same(events, definition | {"steps": [s | {"optional": o} for s, o in steps]})


@few
@given(
    journals(units="a"),
    st.lists(st.booleans(), min_size=3, max_size=3).filter(lambda o: not all(o)),
    definitions(step_lists(least=3), window=windows),
)
def test_rule_10_in_any_order_required_steps_come_first(events, optional, definition):
    window, steps = definition.get("window", 99), definition["steps"]

    def most(step, taken):
        """The best (required, optional) of all ways to give the steps from `step` on an event."""
        times = [events[i]["time"] for i in taken]
        if taken and max(times) - min(times) > window:
            return (-1, 0)
        if step == len(steps):
            return (0, 0)
        found = [most(step + 1, taken)]
        for i, one in enumerate(events):
            if i not in taken and steps[step]["event"] in (None, one["event"]):
                required, more = most(step + 1, [*taken, i])
                if required >= 0:
                    found.append((required + (not optional[step]), more + optional[step]))
        return max(found)

    steps = [s | {"optional": o} for s, o in zip(steps, optional, strict=True)]
    report = kernel(events, definition | {"steps": steps, "order": "unordered"})
    reached = [s["reached"] for s in report["steps"]]
    required = sum(r for r, o in zip(reached, optional, strict=True) if not o)
    assert (required, sum(reached) - required) == most(0, [])


filters = {
    "where": st.sampled_from([{"v": "p"}, {"v": {"op": "is_set"}}, {"v": None},
                              {"v": {"op": "not_equals", "value": "p"}}]),
    "where_not": st.just({"v": "q"}),
    "unit_where": st.just({"w": 1}),
    "any_of": st.just([{"event": "x"}, {"event": "y", "where": {"v": "q"}}]),
    "name": st.just("n"),
}  # fmt: skip


@few
@given(journals(), definitions(step_lists(**filters), where=st.just({"v": "p"}), order=orders))
def test_rule_11_filters_on_events_and_units(events, definition):
    steps = [{"name": "n"} | s for s in definition["steps"]]
    assert_same(events, definition | {"steps": steps})


@few
@given(
    journals(last=3),
    definitions(
        step_lists(
            occurrence=st.sampled_from(["first_ever", "first_matching"]),
            where=st.just({"v": "p"}),
        ),
        **{"from": seconds(0, 2)},
    ),
)
def test_rule_11_first_occurrences_are_judged_over_the_whole_history(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(),
    definitions(step_lists(least=2), now=seconds(0, 9), window=windows, to=seconds(2, 5),
                range_limits=st.sampled_from(["entry", "attempt"])),
)  # fmt: skip
def test_rule_12_an_attempt_is_open_until_its_window_closes(events, definition):
    assert_same(events, definition)


@few
@given(journals(), definitions(step_lists(), order=orders, window=windows,
                               counting=st.sampled_from(["uniques", "totals"])))  # fmt: skip
def test_rule_13_every_number_has_its_list(events, definition):
    report = kernel(events, definition)
    for name in ("reached", "dropped", "open"):
        counts = [step[name] for step in report["steps"]]
        assert counts == [len(some) for some in report["lists"][name]]
    for here, following in zip(report["steps"], report["steps"][1:], strict=False):
        assert here["reached"] == following["reached"] + here["dropped"] + here["open"]


touches = st.sampled_from(["first_touch", "last_touch", "all_events", "step"])


def breakdowns(**more):
    return st.fixed_dictionaries(
        {"attribution": touches, "limit": st.sampled_from([1, 2, 10])},
        optional={"step": st.sampled_from([0, 1])},
    ).map(lambda b: b | more)


@few
@given(
    journals(), definitions(step_lists(least=2), order=orders, window=windows),
    breakdowns(property="v"),
)  # fmt: skip
def test_rule_14_a_breakdown_has_a_row_per_value(events, definition, breakdown):
    assert_same(events, definition | {"breakdown": breakdown})


@few
@given(
    journals(g=st.sampled_from([None, 1])),
    definitions(step_lists(least=2), exclusions=exclusions(2)),
    breakdowns(properties=["v", "g"]) | breakdowns(property="v", scope="unit"),
)
def test_rule_14_several_properties_and_properties_of_units(events, definition, breakdown):
    assert_same(events, definition | {"breakdown": breakdown})


@few
@given(
    journals(scale=5 * 3600, last=8, estimated=st.sampled_from([False, False, True])),
    definitions(
        step_lists(least=2, most=2),
        interval=st.sampled_from(["hour", "day", "week", "month"]),
        timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
        week_start=st.sampled_from(["monday", "sunday", "wednesday"]),
        from_step=st.sampled_from([0, 1]),
        exclusions=exclusions(2),
        entry=st.just("first"),
        window=windows.map(lambda w: w * 5 * 3600),
    ),
)
def test_rule_15_a_unit_counts_once_per_local_bucket_with_its_best_attempt(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(units="a", last=7),
    definitions(
        step_lists(names="xy", most=2),
        window=windows,
        order=orders,
        exclusions=st.just([{"event": "z"}]),
    ),
)
def test_rule_16_totals_are_attempts_that_do_not_overlap(events, definition):
    assert_same(events, definition | {"counting": "totals"})


@few
@given(
    journals(units="a", g=st.sampled_from([None, 1, 2])),
    definitions(step_lists(least=2), window=windows, order=orders,
                counting=st.sampled_from(["uniques", "totals"])),
)  # fmt: skip
def test_rule_17_a_held_property_is_the_same_on_all_events(events, definition):
    assert_same(events, definition | {"hold_constant": ["g"]})


@few
@given(
    journals(most=7, scale=7, estimated=st.sampled_from([False, False, True])),
    definitions(step_lists(least=2), bins=st.integers(1, 4), order=orders),
)
def test_rule_20_times_from_recorded_attempts_with_their_histogram(events, definition):
    assert_same(events, definition)


@few
@given(
    journals(scale=40_000, day_only=st.booleans()),
    definitions(step_lists(least=2), order=orders),
)
def test_rule_20_bare_dates_differ_in_whole_days(events, definition):
    for one in events:
        if one["day_only"]:
            one["time"] -= one["time"] % 86_400
    assert_same(events, definition)


@few
@given(
    journals(
        amount=st.sampled_from([None, 1, 2.5]), currency=st.sampled_from([None, "EUR", "USD"])
    ),
    definitions(step_lists()),
)
def test_rule_21_amounts_in_one_currency(events, definition):
    assert_same(events, definition | {"value": {"property": "amount", "currency": "EUR"}})


@few
@given(
    journals(g=st.sampled_from([1, 1, 2])),
    definitions(
        step_lists(optional=st.booleans(), least=2).filter(
            lambda steps: not all(s.get("optional") for s in steps)
        ),
        order=in_order,
        window=windows,
        max_gap=st.integers(1, 4),
        exclusions=exclusions(2),
        hold_constant=st.just(["g"]),
        entry=st.just("first"),
        **{"from": seconds(0, 2)},
    ),
)
def test_all_options_together(events, definition):
    assert_same(events, definition)
