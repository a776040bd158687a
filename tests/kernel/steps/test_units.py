"""Whose event is whose: merges, companies, buying groups (rules 18 and 19)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.funnel.steps import parse_steps, step_report
from tundish.funnel.units import merge_chain, owned, parse_unit
from tundish.journal.columns import Coded, EventColumns
from tundish.terms import DAY, InputError

few = settings(max_examples=18, deadline=None)
KINDS = ("unit", "person", "company", "deal")


def rows(*said: dict[str, Any]) -> EventColumns:
    """Events from plain rows; times in days; only the kinds that occur become columns."""
    present = [k for k in KINDS if any(k in r for r in said)]
    return EventColumns(
        np.asarray([r.get("day", 0) * DAY for r in said], np.int64),
        Coded.of(r.get("event", "x") for r in said),
        {k: Coded.of(r.get(k) for r in said) for k in present},
        {"team": Coded.of(r.get("team") for r in said)},
    )


def pairs(columns: EventColumns, unit: Any, **more: Any) -> list[tuple[int, Any]]:
    found = owned(columns, parse_unit(unit), **more)
    return sorted(zip(found.rows.tolist(), found.unit.to_list(), strict=True))


def test_rule_18_the_default_unit_is_the_rows_unit_and_else_its_person() -> None:
    columns = rows({"unit": "u", "person": "p"}, {"person": "q"}, {}, {"unit": ""})
    assert pairs(columns, None) == [(0, "u"), (1, "q")]
    assert owned(columns, None).without_unit == 2


def test_rule_18_a_unit_may_be_any_property_or_a_property_of_the_unit() -> None:
    columns = rows({"person": "p", "team": "red"}, {"person": "q"})
    assert pairs(columns, "team") == [(0, "red")]
    assert pairs(columns, {"property": "team"}) == [(0, "red")]
    known = {"q": {"team": "blue"}}
    assert pairs(columns, {"unit_property": "team"}, unit_properties=known) == [(1, "blue")]


def test_rule_18_a_kind_that_no_row_knows_may_be_stood_in_for() -> None:
    columns = rows({"unit": "u"})
    assert pairs(columns, "deal") == []
    assert pairs(columns, "deal", stand_in=True) == [(0, "u")]
    assert pairs(columns, "person") == [(0, "u")]


def test_rule_18_a_person_belongs_to_a_company_from_the_statement_on() -> None:
    columns = rows(
        {"person": "p", "day": 0},
        {"person": "p", "day": 1, "company": "A"},
        {"person": "p", "day": 2},
        {"person": "p", "day": 3, "company": "B"},
        {"person": "p", "day": 4},
    )
    assert pairs(columns, "company") == [(0, "A"), (1, "A"), (2, "A"), (3, "B"), (4, "B")]


def test_rule_18_free_mail_domains_never_form_a_company() -> None:
    columns = rows({"person": "p", "company": "gmail.com"}, {"person": "p", "company": "acme.com"})
    assert pairs(columns, "company") == [(0, "acme.com"), (1, "acme.com")]


def test_rule_18_a_companys_events_include_those_of_its_deals() -> None:
    columns = rows({"deal": "d", "company": "A"}, {"deal": "d", "day": 1}, {"deal": "e", "day": 1})
    assert pairs(columns, "company") == [(0, "A"), (1, "A")]
    assert owned(columns, parse_unit("company")).without_unit == 1


def test_rule_18_a_deal_has_its_buying_groups_events_around_its_life() -> None:
    columns = rows(
        {"person": "p", "day": 19},
        {"person": "p", "day": 20},
        {"person": "p", "day": 200, "deal": "d", "event": "deal_created"},
        {"person": "q", "day": 200},
        {"person": "p", "day": 210},
        {"day": 220, "deal": "d", "event": "deal_won"},
        {"person": "p", "day": 221},
    )
    assert pairs(columns, "deal") == [(1, "d"), (2, "d"), (4, "d"), (5, "d")]


def test_rule_18_one_event_may_serve_several_deals_and_the_report_says_how_many() -> None:
    columns = rows(
        {"person": "p", "event": "seen"},
        {"person": "p", "deal": "d", "day": 1, "event": "deal_created"},
        {"person": "p", "deal": "e", "day": 2, "event": "deal_created"},
    )
    definition = parse_steps(
        {"steps": [{"event": "seen"}, {"event": "deal_created"}], "unit": "deal"}
    )
    report = step_report(columns, definition)
    assert report.to_dict(lists=True)["lists"]["reached"] == [["d", "e"], ["d", "e"]]
    assert report.notes["events_shared_by_units"] == 1


def test_rule_19_merges_are_followed_to_the_end_of_the_chain() -> None:
    columns = rows({"unit": "a"}, {"unit": "b"}, {"unit": "c"})
    merges = [("a", "b"), ("b", "c")]
    assert pairs(columns, None, identity_merges=merges) == [(0, "c"), (1, "c"), (2, "c")]


def test_rule_19_merges_apply_before_anything_else() -> None:
    columns = rows({"unit": "a", "event": "x"}, {"unit": "b", "event": "y", "day": 1})
    definition = parse_steps(
        {"steps": [{"event": "x", "unit_where": {"plan": "pro"}}, {"event": "y"}]}
    )
    report = step_report(
        columns, definition, identity_merges=[("a", "b")], unit_properties={"b": {"plan": "pro"}}
    )
    assert report.to_dict(lists=True)["lists"]["reached"] == [["b"], ["b"]]


def test_rule_19_merging_a_person_leaves_a_deal_of_the_same_id() -> None:
    columns = rows({"person": 17, "deal": 17}, {"person": 18, "deal": 18})
    assert pairs(columns, "person", identity_merges=[(17, 18)]) == [(0, 18), (1, 18)]
    assert pairs(columns, "deal", identity_merges=[(17, 18)]) == [(0, 17), (1, 18)]


def test_rule_19_a_company_may_be_merged_too() -> None:
    columns = rows({"person": "p", "company": "A"}, {"person": "q", "company": "B"})
    assert pairs(columns, "company", identity_merges=[("A", "B")]) == [(0, "B"), (1, "B")]


@pytest.mark.parametrize("merges", [[("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "b")]])
def test_rule_19_merges_in_a_circle_are_refused(merges: list[tuple[str, str]]) -> None:
    with pytest.raises(InputError, match="circle"):
        merge_chain(merges)


@pytest.mark.parametrize("pair", [("a", None), (None, "a"), ("", "a"), ("a", ""), ("a",), 5,
                                  (float("nan"), "a"), (["a"], "b")])  # fmt: skip
def test_rule_19_a_merge_is_a_pair_of_two_ids(pair: Any) -> None:
    for columns in (rows({"unit": "a"}), rows()):
        with pytest.raises(InputError) as refused:
            owned(columns, None, identity_merges=[("x", "y"), pair])
        assert (refused.value.code, refused.value.place) == (
            "merge_unreadable",
            "identity_merges[1]",
        )


@pytest.mark.parametrize("merges", [[("2", "3"), (3, 4)], [(2, 3), ("3", "4")], [(2.0, 3), (3, 4)]])
def test_rule_19_numbers_and_texts_are_one_id_where_the_events_have_one_type(
    merges: list[tuple[Any, Any]],
) -> None:
    assert pairs(rows({"unit": 2}, {"unit": 9}), None, identity_merges=merges) == [(0, 4), (1, 9)]
    texts = rows({"unit": "2"}, {"unit": "02"})
    assert pairs(texts, None, identity_merges=merges) == [(0, "4"), (1, "02")]


def test_rule_19_where_both_types_occur_a_merge_means_its_own() -> None:
    found = owned(rows({"unit": 2}, {"unit": "2"}), None, identity_merges=[("2", "3")])
    assert found.unit.to_list() == [2, "3"]


@pytest.mark.parametrize("said", [1, "1"])
def test_properties_of_units_are_found_by_number_or_text(said: Any) -> None:
    for ident in (1, "1"):
        found = owned(rows({"unit": ident}, {"unit": ident}), None)
        assert found.unit_property("size", {said: {"size": 9}}).to_list() == [9, 9]
    mixed = owned(rows({"unit": 1}, {"unit": "1"}), None)
    assert mixed.unit_property("size", {"1": {"size": 9}}).to_list() == [None, 9]


@pytest.mark.parametrize(
    ("said", "place"), [({"a": 5}, "unit_properties['a']"), ([1], "unit_properties"),
                        ({"a": {}, "b": [1]}, "unit_properties['b']"), ("x", "unit_properties")],
)  # fmt: skip
def test_properties_of_units_have_the_shape_of_a_mapping_of_mappings(said: Any, place: str) -> None:
    with pytest.raises(InputError) as refused:
        owned(rows({"unit": "a"}), None, unit_properties=said)
    assert (refused.value.code, refused.value.place) == ("unit_properties_unreadable", place)
    assert len(owned(rows({"unit": "a"}), None, unit_properties={"a": None}).unit) == 1  # type: ignore[dict-item]


def test_properties_are_those_of_the_counted_unit_and_else_of_the_rows_own() -> None:
    columns = rows({"person": "p", "company": "A"}, {"person": "q", "company": "B"})
    known = {"A": {"size": 9}, "p": {"size": 1}, "q": {"size": 2}}
    found = owned(columns, parse_unit("company"), unit_properties=known)
    assert found.unit_property("size", known).to_list() == [9, 2]


people = st.fixed_dictionaries(
    {"day": st.integers(0, 6), "person": st.sampled_from([None, "p", "q"])},
    optional={"company": st.sampled_from(["A", "B", "gmail.com"]),
              "deal": st.sampled_from(["d", "e"]),
              "event": st.sampled_from(["deal_created", "deal_won"])},
)  # fmt: skip


@few
@given(st.lists(people, max_size=8))
def test_rule_18_deals_by_enumeration(said: list[dict[str, Any]]) -> None:
    said = [{"deal": None, **r} for r in said]
    expected = []
    for deal in {r["deal"] for r in said} - {None}:
        own = [r for r in said if r["deal"] == deal]
        created = [r["day"] for r in own if r.get("event") == "deal_created"]
        closes = [r["day"] for r in own if r.get("event") == "deal_won"]
        start = min(created or [r["day"] for r in own]) - 180
        group = {r["person"] for r in own} - {None}
        for i, r in enumerate(said):
            joins = r["deal"] is None and r["person"] in group
            if r["deal"] == deal or (joins and start <= r["day"] <= max(closes or [999])):
                expected.append((i, deal))
    assert pairs(rows(*said), "deal") == sorted(expected)


@few
@given(st.lists(people, max_size=8))
def test_rule_18_companies_by_enumeration(said: list[dict[str, Any]]) -> None:
    said = [{"company": None, "deal": None, **r} for r in said]

    def company_of(row: dict[str, Any]) -> str | None:
        return None if row["company"] == "gmail.com" else row["company"]

    expected = set()
    for i, r in enumerate(said):
        if company_of(r):
            expected.add((i, company_of(r)))
            continue
        for kind in ("person", "deal"):
            told = [(s["day"], company_of(s)) for s in said
                    if r[kind] is not None and s[kind] == r[kind] and company_of(s)]  # fmt: skip
            before = [t for t in told if t[0] <= r["day"]]
            if told:
                # before the first statement the first one holds
                expected.add((i, max(before)[1] if before else min(told)[1]))
    assert pairs(rows(*said), "company") == sorted(expected)
