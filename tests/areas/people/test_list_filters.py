# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Lists by and/or filters: the address, the sentence, behaviour, and what odd addresses get."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tundish.areas.people.lists import address
from tundish.areas.people.lists.address import Asked
from tundish.areas.people.lists.sentence import sentence
from tundish.funnel.conditions import Condition
from tundish.funnel.filters import Done, Group


def names(browse: Any, user: Any, path: str) -> list[str]:
    listing = browse(user).get(path).context["listing"]
    return sorted(line.record.shown_name for line in listing.lines)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f=country:equals:JO", ["Noor Haddad"]),
        ("f=name:icontains:NOOR|name:icontains:smit", ["Jan Smit", "Noor Haddad"]),
        ("match=any&f=country:equals:JO&f=owner:equals:Ada+Lind", ["Jan Smit", "Noor Haddad"]),
        ("match=any&f=name:is_not_set&f=country:equals:JO|owner:equals:Ada+Lind", ["Visitor 7f00aa11"]),
        ("f=stage:equals:buy", ["Jan Smit"]),
        ("f=stage:not_equals:buy&f=name:is_set", ["Noor Haddad"]),
        ("f=stage_days:lt:1", []),
        ("f=company_name:icontains:delta", ["Noor Haddad"]),
        ("f=~did:page_viewed:3", ["Noor Haddad"]),
        ("f=~did:page_viewed:4", []),
        ("f=~did:page_viewed:1:5d", []),
        ("f=~did:page_viewed:1::path:equals:/1", ["Noor Haddad"]),
        ("f=~did:page_viewed:1::path:equals:/9", []),
        ("f=~not:order_placed:1&f=name:is_set", ["Noor Haddad"]),
        ("f=last_seen:in_last:30d&f=name:is_set", ["Jan Smit", "Noor Haddad"]),
        ("f=last_seen:not_in_last:30d", []),
        ("f=no_such_field:equals:x", []),
        ("f=tags:is_set", []),
        ("f=first_seen:this:year|first_seen:previous:year&country=JO", ["Noor Haddad"]),
        ("f=value:gte:1", []),
    ],
)  # fmt: skip
def test_a_filter_in_the_address_finds_who_satisfies_it(
    browse: Any, us: SimpleNamespace, prospects: Any, query: str, found: list[str]
) -> None:
    assert names(browse, us.owner, f"/people?{query}") == found


def test_companies_and_deals_have_filters_of_their_own(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert names(browse, us.owner, "/deals?f=value:between:1000,1500") == ["Delta plan"]
    assert names(browse, us.owner, "/deals?f=value:gt:1200") == []
    assert names(browse, us.owner, "/deals?f=~did:deal_created:1") == ["Delta plan"]
    # What its people did, a company did.
    assert names(browse, us.owner, "/companies?f=~did:page_viewed:3") == ["Delta Trading"]
    assert names(browse, us.owner, "/companies?f=~did:order_placed:1") == []


def test_a_filter_shows_nobody_whom_the_reader_may_not_see(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert names(browse, us.rep, "/people?f=~did:order_placed:1") == []
    assert names(browse, us.rep, "/people?match=any&f=name:is_set&f=name:is_not_set") == [
        "Noor Haddad"
    ]
    answer = browse(us.rep).get("/lists/people/filter?f=~did:order_placed:1")
    assert answer.context["count"] == 0


texts = st.text(min_size=1, max_size=10).filter(lambda text: text.strip() == text)
conditions = st.one_of(
    st.builds(Condition, st.sampled_from(["name", "a b"]), st.just("equals"), texts),
    st.builds(Condition, st.just("name"), st.just("in"), st.lists(texts, min_size=1).map(tuple)),
    st.builds(Condition, st.just("name"), st.just("is_set")),
    st.builds(
        Condition, st.just("value"), st.just("between"), st.tuples(st.integers(), st.integers())
    ),
)
dones = st.builds(
    Done, texts, st.lists(conditions, max_size=1).map(tuple), st.integers(1, 9),
    st.none() | st.integers(1, 99), st.booleans(),
)  # fmt: skip


@st.composite
def groups(draw: Any) -> Group:
    how = draw(st.sampled_from(["all", "any"]))
    other = "any" if how == "all" else "all"
    part = conditions | dones
    inner = st.lists(part, min_size=2, max_size=3).map(lambda some: Group(other, tuple(some)))
    return Group(how, tuple(draw(st.lists(part | inner, min_size=1, max_size=4))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(groups())
def test_the_address_holds_the_whole_question(group: Group) -> None:
    asked = Asked("person", "noor", group, sort="name", view=7)
    assert address.parse("person", QueryDict(asked.query)) == asked
    assert address.from_body("person", address.body_of(asked), view=7) == asked


@pytest.mark.parametrize(
    "query",
    ["f=country", "f=:::::", "f=a:like:b", "f=first_seen:in_last:soon", "f=first_seen:on:31.12.",
     "f=~did", "f=~did:x:many", "f=~did:x:0", "f=value:between:1", "f=a:equals:" + "x" * 600,
     "&".join(["f=name:is_set"] * 31), "f=stage:icontains:x"],
)  # fmt: skip
def test_an_odd_address_gets_a_clear_message_and_no_error_page(
    browse: Any, us: SimpleNamespace, prospects: Any, query: str
) -> None:
    answer = browse(us.owner).get(f"/people?{query}")
    assert answer.status_code == 422
    assert "cannot be read." in answer.content.decode()
    # A record that was opened from such a list still opens.
    assert browse(us.owner).get("/people/p-noor", {"list": query, "at": "0"}).status_code == 200


def test_the_filter_is_a_sentence_in_both_languages(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    query = "f=country:equals:JO&f=~did:page_viewed:3:30d:path:equals:/price|last_seen:in_last:14d"
    context = browse(us.owner).get(f"/people?{query}").context
    assert context["sentence"] == (
        "Country is JO and (has done “Saw a page where Page is “/price”” at least 3 times"
        " in the last 30 days or Last activity was in the last 14 days)"
    )
    with translation.override("ar"):
        said = sentence(context["asked"].filter, {})
    assert "Country" not in said
    assert "days" not in said
    assert "JO" in said


def test_the_form_makes_the_filter_that_was_chosen(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    row = {"field0": "country", "op0": "equals", "value0": "JO", "group0": "0"}
    added = client.get("/lists/people/filter", {**row, "step": "add"}).context["form"]
    assert [one.name for one in added.rows] == ["country", "name"]
    changed = client.get(
        "/lists/people/filter", {**row, "field0": "last_seen", "step": "rows"}
    ).context["form"]
    assert changed.rows[0].op == "in_last"
    second = {"field1": "~not", "event1": "order_placed", "times1": "2", "days1": "30",
              "group1": "0"}  # fmt: skip
    answer = client.get("/lists/people/filter", {**row, **second, "how": "all", "step": "apply"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/people?f=country%3Aequals%3AJO%7C~not%3Aorder_placed%3A2%3A30d"
    )
    shown = client.get(answer.headers["Location"].replace("/people", "/lists/people/filter"))
    assert [one.name for one in shown.context["form"].rows] == ["country", "~not"]


def test_next_and_previous_keep_the_filter_and_say_the_place(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    page = client.get("/people?f=name:is_set&sort=name")
    lines = page.context["listing"].lines
    assert [line.record.shown_name for line in lines] == ["Jan Smit", "Noor Haddad"]
    record = client.get("/people/p-noor", {"list": page.context["list_query"], "at": "1"})
    assert (record.context["place"], record.context["of"]) == (2, 2)
    assert record.context["next"] == ""
    assert "p-jan" in record.context["previous"]
    assert record.context["back"].startswith("/people?f=name%3Ais_set")
    # One place off, as after somebody else came into the list: found again.
    moved = client.get("/people/p-noor", {"list": page.context["list_query"], "at": "2"})
    assert moved.context["place"] == 2
