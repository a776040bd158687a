"""The planted effects are found again in the events, and none in the null firm."""

from datetime import date
from pathlib import Path

import pytest
from firm_estimates import (
    ESTIMATORS,
    Facts,
    evaluations,
    mantel_haenszel,
    odds_ratio,
    table,
)

from tundish.demo import demo_firm
from tundish.demo.truth import Truth

DAY = date(2026, 11, 18)


def facts(variant, *, seed, people):
    made = demo_firm(
        seed=seed, today=DAY, variant=variant, people=people, companies=people * 24 // 100
    )
    return Facts(made)


@pytest.fixture(scope="module")
def planted(grown_firm):
    return Facts(grown_firm)


def test_every_planted_effect_has_an_estimator(planted):
    assert {e.name for e in planted.firm.effects} == set(ESTIMATORS)


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_a_planted_effect_is_found_within_its_interval(planted, name):
    effect = next(e for e in planted.firm.effects if e.name == name)
    estimate = ESTIMATORS[name](planted)
    assert estimate.holds(effect.size), estimate


def test_the_strong_effects_are_told_from_nothing(planted):
    for name in ("slow_answer", "product_leak", "webinar", "campaign_leak", "country_time", "lull"):
        assert not ESTIMATORS[name](planted).holds(1.0), name


def test_the_null_firm_shows_no_effect_beyond_what_chance_allows():
    """Three seeds and nine questions are 27 intervals of 95 %: binomial, 1.35 false ones on average,
    four or fewer in 99 of 100 such sets."""
    wrong = []
    for seed in (1, 2, 3):
        firm = facts("null", seed=seed, people=600)
        assert firm.firm.effects == ()
        wrong += [(seed, n) for n, estimate in ESTIMATORS.items() if not estimate(firm).holds(1.0)]
    assert len(wrong) <= 4, wrong


def test_the_confounded_property_vanishes_within_sizes_of_company():
    firm = facts("confounded", seed=2, people=1500)
    large = {c.id for c in firm.firm.companies if c.large}
    rows = list(
        evaluations(firm, having=lambda e: e.properties.get("document") == "security-paper")
    )
    crude = odds_ratio(*table((paper, asked) for _, paper, asked in rows))
    strata = [
        table((paper, asked) for company, paper, asked in rows if (company in large) == size)
        for size in (True, False)
    ]
    assert crude.low > 1.0
    assert mantel_haenszel(strata).holds(1.0)
    (size,) = firm.firm.effects
    by_size = odds_ratio(*table((company in large, asked) for company, _, asked in rows))
    assert by_size.holds(size.size)


def test_the_documentation_states_every_effect_with_its_true_size(planted):
    page = (Path(__file__).parents[3] / "docs" / "demo-firm.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    told = {cells[1].strip(" `"): (cells[4].strip(), float(cells[5])) for cells in rows}
    true = {e.name: (e.measure.replace("_", " "), e.size) for e in planted.firm.effects}
    assert told == true
    (size,) = Truth("confounded").effects()
    assert f"have {size.size:.0f} times the odds" in page
