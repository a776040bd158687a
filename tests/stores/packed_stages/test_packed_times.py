"""Medians and quantiles from whole numbers, against those that sort Python values."""

import numpy as np
import pytest

from tundish.funnel.stages.times import stay_of
from tundish.terms import DAY, SECOND, Quantiles

pytest.importorskip("numba")
from tundish.funnel.stages.packed import survival

SHAPES = {
    "few, all distinct": (9, DAY, 0.5),
    "nobody left": (50, DAY, 1.0),
    "nobody has ended": (50, DAY, 0.0),
    "many ties": (5_000, 40, 0.7),
    "most are still there": (120_000, 400 * DAY, 0.3),
    "half of many have ended": (120_000, 400 * DAY, 0.55),
    "nearly all of many have ended": (120_000, 400 * DAY, 0.98),
    "one": (1, DAY, 1.0),
    "none": (0, DAY, 1.0),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_median_stay_and_its_interval_are_those_of_the_general_report(shape):
    n, longest, share = SHAPES[shape]
    for seed in range(3):
        chance = np.random.default_rng(seed)
        micros = (longest * chance.random(n) ** 2).astype(np.int64)
        ended = chance.random(n) < share
        found = survival.stay_of(micros << 1 | ended)
        assert found == stay_of(micros / SECOND, ended)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 11, 50_000])
def test_quantiles_are_exactly_those_of_the_sorted_numbers(n):
    micros = np.random.default_rng(n).integers(0, 300 * DAY, n)
    seconds = (micros / SECOND).tolist()
    assert survival.quantiles_of(micros.copy()) == Quantiles.of(seconds)
    assert survival.median_of(micros) == Quantiles.of(seconds).median


def test_the_compensated_sum_is_that_of_newer_pythons():
    numbers = np.asarray([1e16, 1.0, -1e16, 1.0])
    assert survival.summed(numbers, False) == 1.0
    assert survival.summed(numbers, True) == 2.0
