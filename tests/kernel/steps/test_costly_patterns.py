"""Regular expressions in filters: those that could take for ever are refused."""

import pytest

from tundish.funnel.conditions import parse_conditions
from tundish.journal.columns import Coded
from tundish.terms import DefinitionError


def _where(pattern):
    return parse_conditions({"path": {"op": "matches", "value": pattern}}, place="where")


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a*)*", "(?:a|aa)+$", "(a?){30}b", r"(\d+\s*)+x", "((a+)b?)*", "(?P<x>[ab]+)+"],
)
def test_a_repeated_group_that_repeats_or_chooses_is_refused(pattern):
    with pytest.raises(DefinitionError) as refused:
        _where(pattern)
    assert refused.value.code == "regex_too_costly"


@pytest.mark.parametrize(
    "pattern",
    [
        r"^/(de|en)?/prices",
        "(ab)+",
        r"[(+)]+$",
        r"(\d{3}-)+\d",
        r"\(a+\)+",
        "(?i)a+b*",
        "(?=a)+",
    ],
)
def test_other_patterns_are_taken_as_they_were(pattern):
    (condition,) = _where(pattern)
    assert condition.value == pattern


def test_only_the_beginning_of_a_very_long_text_is_asked():
    (condition,) = _where("end")
    column = Coded.of(["x" * 997 + "end", "x" * 998 + "end", "end"])
    assert condition.mask(column).tolist() == [True, False, True]
