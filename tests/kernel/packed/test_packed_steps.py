"""The packed kernel and the general one give the same report, field by field."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.steps.cases import columns_of, definitions, difference, journals, step_lists
from tundish.funnel.packed.packing import pack
from tundish.funnel.packed.plan import can_answer
from tundish.funnel.packed.report import packed_step_report, step_counts
from tundish.funnel.steps import parse_steps, step_report

few = settings(max_examples=40, deadline=None)

filters = {
    "where": st.dictionaries(
        st.just("v"),
        st.sampled_from(["p", {"op": "is_not_set"}, {"op": "not_equals", "value": "q"}]),
        max_size=1,
    ),
    "where_not": st.just({"v": "q"}),
    "any_of": st.just([{"event": "x"}, {"event": "y", "where": {"v": "p"}}]),
    "occurrence": st.sampled_from(["first_ever", "first_matching"]),
}
ordered = definitions(
    step_lists(**filters),
    window=st.integers(0, 5),
    **{"from": st.just("1970-01-01T00:00:01"), "to": st.just("1970-01-01T00:00:03")},
    range_limits=st.sampled_from(["entry", "attempt"]),
    now=st.just("1970-01-01T00:00:04"),
    entry=st.just("first"),
    order=st.sampled_from(["ordered", "strict"]),
    breakdown=st.fixed_dictionaries({"property": st.just("g")}, optional={"limit": st.just(1)}),
    where=st.just({"v": "p"}),
    interval=st.sampled_from(["hour", "week"]),
)


def equal(events, definition, *, parts=1, compiled=False):
    """Whether both kernels agree; questions that the packed one does not take are left out."""
    columns, parsed = columns_of(events), parse_steps(definition)
    packed = pack(columns, "unit", parts=parts)
    if not can_answer(parsed, packed):
        return
    general = step_report(columns, parsed).to_dict(lists=True)
    ours = packed_step_report(packed, parsed, compiled=compiled)
    assert difference(ours.to_dict(lists=True), general) == ""
    counts = tuple(step["reached"] for step in general["steps"])
    assert step_counts(packed, parsed, compiled=compiled) == counts


@few
@given(
    journals(most=10, units="abc", g=st.sampled_from([None, "", 1, 1.0, "k"])),
    ordered,
    st.integers(1, 3),
)
def test_the_packed_kernel_equals_the_general_one(events, definition, parts):
    equal(events, definition, parts=parts)
