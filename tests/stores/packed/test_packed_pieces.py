"""The pieces of the packed kernels by themselves: merging runs, quantiles, the texts of tied events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.packed.test_packed_compiled import LOGS
from tundish.funnel.packed.events import TIME_BITS, UNITS
from tundish.funnel.packed.packing import pack
from tundish.funnel.packed.report import packed_step_report
from tundish.funnel.packed.streams import Keys, merged
from tundish.funnel.packed.touch import _Texts
from tundish.funnel.steps import parse_steps, step_report
from tundish.funnel.steps.matching import json_text
from tundish.funnel.steps.spans import Spans


def run(sizes, *, low, high, seed):
    """A run whose buckets hold so many keys, of units from `low` to before `high`."""
    chance = np.random.default_rng(seed)
    keys = [np.sort(chance.integers(low, high, n) << TIME_BITS | chance.integers(0, 9, n))
            for n in sizes]  # fmt: skip
    return Keys(np.concatenate(keys), np.cumsum([0, *sizes]))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from([0, 1, 7, 300])] * 3), min_size=2, max_size=9),
    st.sampled_from([(0, UNITS), (0, 5), (UNITS // 2, UNITS), (UNITS // 2 - 1, UNITS // 2 + 1)]),
)
def test_runs_are_merged_as_they_are_sorted(sizes, units):
    pytest.importorskip("numba")
    from tundish.funnel.packed import compiled

    parts = [run(n, low=units[0], high=units[1], seed=place) for place, n in enumerate(sizes)]
    starts = np.sum([part.starts for part in parts], axis=0)
    ours, wanted = (np.empty(starts[-1], np.int64) for _ in range(2))
    compiled.merged(parts, starts, ours)
    merged(parts, starts, wanted)
    assert np.array_equal(ours, wanted)


@given(st.lists(st.integers(0, 2**49 - 1), min_size=1, max_size=30))
def test_quantiles_are_numpys_to_the_last_bit(micros):
    found = Spans(np.asarray(micros, np.int64)).quantiles()
    wanted = np.quantile(np.asarray(micros) / 1e6, [0.1, 0.5, 0.9]).tolist()
    assert [found.p10, found.median, found.p90] == wanted


def test_an_event_is_written_from_its_values_as_it_is_as_a_whole():
    packed = pack(LOGS["busy"], "unit", parts=2)
    for part in packed.kinds["a"]:
        codes = part.properties["plan"]
        for row in (0, int(codes.argmin()), int(codes.argmax())):
            said = {"plan": "vwxyz"[codes[row]]} if codes[row] >= 0 else {}
            assert _Texts(packed).text(part, row) == json_text(said)


@pytest.mark.parametrize("compiled", [False, True])
def test_many_parts_whose_units_lie_in_many_blocks_give_the_same_report(compiled):
    if compiled:
        pytest.importorskip("numba")
    steps = [{"event": kind} for kind in "cab"]
    asked = parse_steps({"steps": steps, "window": 300, "breakdown": {"property": "plan"}})
    whole = step_report(LOGS["sparse"], asked)
    packed = pack(LOGS["sparse"], "unit", parts=9)
    found = packed_step_report(packed, asked, compiled=compiled)
    assert found.to_dict(lists=True) == whole.to_dict(lists=True)
