"""The fast path and the exact search give the same; arrival order and unit codes leave no trace."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.steps import parse_steps
from tundish.funnel.steps.entries import entries
from tundish.funnel.steps.matching import Selection, masks, table
from tundish.funnel.steps.rules import rules_of
from tundish.funnel.units import owned

from .cases import columns_of, definitions, journals, kernel, step_lists, windows

few = settings(max_examples=18, deadline=None)

anything = definitions(
    step_lists(least=2, optional=st.booleans()).filter(
        lambda steps: not all(s.get("optional") for s in steps)
    ),
    order=st.sampled_from(["ordered", "strict", "unordered"]),
    window=windows,
    exclusions=st.just([{"event": "z", "from_step": 0, "to_step": 1}]),
    hold_constant=st.just(["g"]),
)
gaps = st.fixed_dictionaries(
    {}, optional={"min_gap": st.integers(0, 2), "max_gap": st.integers(0, 3)}
)


@few
@given(journals(most=12, last=8, g=st.sampled_from([None, 1, 2])), anything, gaps)
def test_the_fast_path_equals_the_exact_search(events, definition, gap):
    if definition.get("order") != "unordered":
        definition = definition | gap
    parsed = parse_steps(definition)
    ours = owned(columns_of(events), None)
    steps, barred = masks(ours, parsed, None)
    chosen = Selection(np.arange(len(ours.rows)), ours.unit.codes, steps, barred)
    events_table = table(ours, parsed, chosen)
    everywhere = np.ones(len(events_table), np.bool_)
    fast = entries(events_table, rules_of(parsed), within=everywhere)
    exact = entries(events_table, rules_of(parsed), within=everywhere, general=True)
    assert (fast.first == exact.first).all()
    assert (fast.score == exact.score).all()
    assert (fast.clean == exact.clean).all()
    alive = fast.clean > 0
    assert (fast.done[alive] == exact.done[alive]).all()
    assert (fast.chain[alive] == exact.chain[alive]).all()


@few
@given(journals(most=8), anything, st.randoms(use_true_random=False))
def test_arrival_order_changes_no_result(events, definition, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    breakdown = {"breakdown": {"property": "v"}, "counting": "totals"}
    assert kernel(events, definition) == kernel(shuffled, definition)
    assert kernel(events, definition | breakdown) == kernel(shuffled, definition | breakdown)
