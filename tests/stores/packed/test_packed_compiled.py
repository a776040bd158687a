"""The compiled kernel, the numpy one and the general one agree, on small journals and large logs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.packed.test_packed_steps import equal, ordered
from tests.kernel.steps.cases import difference, journals
from tundish.funnel.packed.packing import pack
from tundish.funnel.packed.report import packed_step_report, step_counts
from tundish.funnel.steps import parse_steps, step_report
from tundish.journal.columns import Coded, EventColumns

START = 1_700_000_000_000_000
SECOND = 1_000_000


@settings(max_examples=150, deadline=None)
@given(
    journals(most=10, units="abc", g=st.sampled_from([None, "", 1, 1.0, "k"])),
    ordered,
    st.integers(1, 3),
)
def test_the_compiled_kernel_equals_the_general_one(events, definition, parts):
    pytest.importorskip("numba")
    equal(events, definition, parts=parts, compiled=True)


def random_log(seed, *, events, units, seconds):
    """A log of 8 kinds whose events often fall together, of more units than a bucket holds."""
    chance = np.random.default_rng(seed)
    unit = (units * chance.random(events) ** 2).astype(np.int32)
    plan = chance.integers(-1, 5, events).astype(np.int32)
    return EventColumns(
        time=START + chance.integers(0, seconds, events) * SECOND,
        event=Coded(chance.integers(0, 8, events).astype(np.int32), tuple("abcdefgh")),
        units={"unit": Coded(unit, tuple(f"u{u}" for u in range(units)))},
        properties={"plan": Coded(plan, tuple("vwxyz"))},
    )


LOGS = {
    "sparse": random_log(1, events=60_000, units=40_000, seconds=500),
    "busy": random_log(2, events=60_000, units=2_000, seconds=5_000),
}


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize(
    "more",
    [
        {"steps": "abcd", "window": 100},
        {"steps": "ab"},
        {"steps": "abcdefg", "window": 4_000, "breakdown": {"property": "plan", "limit": 3}},
        {"steps": "abca", "window": 200},
        {"steps": "aab", "window": 50, "entry": "first"},
    ],
    ids=["four", "two", "seven", "again", "twice"],
)
def test_all_kernels_agree_on_a_large_log(name, more):
    columns = LOGS[name]
    steps = [{"event": kind} for kind in more["steps"]]
    steps[1]["where"] = {"plan": {"op": "not_equals", "value": "w"}}
    asked = parse_steps(more | {"steps": steps})
    general = step_report(columns, asked).to_dict(lists=True)
    packed = pack(columns, "unit", parts=3)
    for compiled in (False, True):
        ours = packed_step_report(packed, asked, compiled=compiled)
        assert difference(ours.to_dict(lists=True), general) == ""
        counts = tuple(step["reached"] for step in general["steps"])
        assert step_counts(packed, asked, compiled=compiled) == counts
