# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Lists of people, companies and deals: search, filters, order, state in the address."""

from types import SimpleNamespace
from typing import Any

import pytest


def names(browse: Any, user: Any, path: str) -> list[str]:
    listing = browse(user).get(path).context["listing"]
    return [line.record.shown_name for line in listing.lines]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=noor", ["Noor Haddad"]),
        ("q=delta.example", ["Noor Haddad"]),
        ("q=HADDAD+noor", ["Noor Haddad"]),
        ("q=nobody", []),
        ("channel=referral", ["Jan Smit"]),
        ("country=JO", ["Noor Haddad"]),
        ("owner=Ada+Lind", ["Jan Smit"]),
        ("stage=evaluate", ["Noor Haddad"]),
        ("stage=buy", ["Jan Smit"]),
        ("stage=no-such-stage", []),
        ("sort=-last", ["Noor Haddad", "Jan Smit", "Visitor 7f00aa11"]),
        ("sort=since&stage=evaluate", ["Noor Haddad"]),
        ("sort=name&page=nonsense", ["Jan Smit", "Noor Haddad", "Visitor 7f00aa11"]),
    ],
)
def test_the_address_says_what_the_list_shows(
    browse: Any, us: SimpleNamespace, prospects: Any, query: str, found: list[str]
) -> None:
    assert sorted(names(browse, us.owner, f"/people?{query}")) == sorted(found)
    if "sort" in query:
        assert names(browse, us.owner, f"/people?{query}")[0] == found[0]


def test_a_search_counts_the_finds_of_each_kind(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    found = browse(us.owner).get("/search?q=delta").context["found"]
    assert {one.kind: one.total for one in found} == {"person": 1, "company": 1, "deal": 1}


def test_htmx_gets_the_list_without_the_frame(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "listing"}
    answer = browse(us.owner).get("/people?q=noor", **headers)
    text = answer.content.decode()
    assert text.strip().startswith('<div id="listing"')
    assert "Noor Haddad" in text
    assert "HX-Request" in answer.headers["Vary"]


def test_a_page_past_the_end_leads_to_the_last_one(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    answer = browse(us.owner).get("/people?page=9&q=noor")
    assert answer.status_code == 302
    assert "page=1" in answer.headers["Location"]
    assert "q=noor" in answer.headers["Location"]


def test_an_empty_firm_is_told_what_to_do_first(browse: Any, us: SimpleNamespace) -> None:
    text = browse(us.owner).get("/people").content.decode()
    assert "Nobody here yet" in text
    assert 'href="/import"' in text


def test_next_and_previous_keep_the_lists_order_and_filter(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.owner)
    lines = client.get("/people?sort=name").context["listing"].lines
    assert [line.at for line in lines] == [0, 1, 2]
    middle = client.get(f"/people/{lines[1].record.pk}?list=sort%3Dname&at=1").context
    assert f"/people/{lines[0].record.pk.replace(':', ':')}" in middle["previous"]
    assert "at=2" in middle["next"]
    assert middle["back"] == "/people?sort=name"
    assert client.get(middle["next"]).status_code == 200
