"""Units that a store masks, and events with estimated times or bare dates: the report stays equal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.packed.test_packed_steps import equal, ordered
from tests.kernel.steps.cases import columns_of, difference, event, journals
from tundish.funnel.packed.packing import pack
from tundish.funnel.packed.plan import can_answer
from tundish.funnel.packed.report import packed_step_report, step_counts
from tundish.funnel.steps import parse_steps, step_report

some = settings(max_examples=60, deadline=None)
values = st.sampled_from([None, "", 1, 1.0, "k"])
flags = {"estimated": st.booleans(), "day_only": st.booleans()}


@some
@given(journals(most=10, units="abc", g=values), ordered)
def test_masked_units_are_counted_from_what_is_handed_over(events, definition):
    columns, asked = columns_of(events), parse_steps(definition)
    packed = pack(columns, "unit", parts=2)
    if not can_answer(asked, packed):
        return
    masked = np.asarray([unit in "bc" for unit in packed.ids], np.bool_)
    theirs = columns.take(masked[columns.units["unit"].codes])
    packed = replace(packed, masked=masked)
    general = step_report(columns, asked).to_dict(lists=True)
    for compiled in (False, True):
        ours = packed_step_report(packed, asked, others=theirs, compiled=compiled)
        assert difference(ours.to_dict(lists=True), general) == ""
        counts = tuple(step["reached"] for step in general["steps"])
        assert step_counts(packed, asked, others=theirs, compiled=compiled) == counts


@some
@given(journals(most=8, units="abc", g=values, **flags), ordered, st.booleans())
def test_estimated_times_and_bare_dates_are_told_as_the_general_kernel_tells_them(
    events, definition, compiled
):
    equal(events, definition, parts=2, compiled=compiled)


@pytest.mark.parametrize("compiled", [False, True], ids=["numpy", "compiled"])
def test_a_span_that_is_too_long_for_one_comparison_is_answered_all_the_same(compiled):
    year = 365 * 86_400
    events = [
        event("a", "x", 0), event("a", "y", 17 * year), event("b", "x", 9 * year),
        event("b", "y", 8 * year), event("c", "x", 17 * year), event("d", "y", 1),
    ]  # fmt: skip
    for window in ({}, {"window": "10d"}):
        equal(events, {"steps": [{"event": "x"}, {"event": "y"}], **window}, compiled=compiled)


def test_without_the_trend_everything_else_is_the_same():
    events = [event("a", "x", 0), event("a", "y", 5), event("b", "x", 3)]
    asked = parse_steps({"steps": [{"event": "x"}, {"event": "y"}], "breakdown": {"property": "v"}})
    packed = pack(columns_of(events), "unit")
    whole = packed_step_report(packed, asked).to_dict(lists=True)
    short = packed_step_report(packed, asked, trend=False).to_dict(lists=True)
    assert whole.pop("trend")
    assert short.pop("trend") == []
    for report in (whole, short):
        for row in report["breakdown"]:
            row.pop("trend")
    assert short == whole
