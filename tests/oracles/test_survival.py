"""Time in stage beside lifelines' Kaplan-Meier."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.stages.times import stay_of

modest = settings(max_examples=25, deadline=None)


@modest
@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40),
)
def test_the_median_stay_and_its_interval_are_those_of_lifelines(stays):
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed")
    from lifelines.utils import median_survival_times

    seconds = np.asarray([float(s) for s, _ in stays])
    ended = np.asarray([e for _, e in stays])
    mine = stay_of(seconds, ended)
    if not ended.any():
        assert (mine.median, mine.low, mine.high) == (None, None, None)
        return
    fitter = lifelines.KaplanMeierFitter().fit(seconds, ended)
    low, high = median_survival_times(fitter.confidence_interval_).iloc[0].tolist()
    assert (_known(mine.low), _known(mine.high)) == (low, high)
    curve = fitter.survival_function_["KM_estimate"]
    if (abs(curve - 0.5) > 1e-9).all():  # there its rounding decides
        assert _known(mine.median) == fitter.median_survival_time_


def _known(seconds):
    return math.inf if seconds is None else seconds
