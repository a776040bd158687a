"""The funnel page: one report in picture, table, lists and files, and only what a user may see."""

import csv
from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from funnel_world import fill

from tundish.areas.insight import filters

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def filled(workspace: Any) -> Any:
    fill(workspace)
    return workspace


def test_every_number_of_the_table_has_a_list_of_that_length(
    filled: Any, browse: Any, us: Any
) -> None:
    lists = filled.live_report().lists
    client = browse(us.owner)
    for kind in ("reached", "still_here", "lost", "moved_on", "skipped", "looped"):
        for stage in range(4):
            answer = client.get(f"/funnel/list.csv?kind={kind}&stage={stage}")
            rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]
            assert [row[0] for row in rows] == lists[kind][stage]


@pytest.mark.usefixtures("filled")
def test_the_band_of_a_jump_opens_its_flow(browse: Any, us: Any) -> None:
    answer = browse(us.owner).get("/funnel/list.csv?kind=moved_on&stage=0&target=2")
    assert len(answer.content.decode().splitlines()) - 1 == 7
    entered = browse(us.owner).get("/funnel/list.csv?kind=entered_here&stage=1")
    assert len(entered.content.decode().splitlines()) - 1 == 5


@pytest.mark.usefixtures("filled")
def test_a_list_hides_what_belongs_to_others_and_says_how_many(
    browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    page = browse(us.rep).get("/funnel/list?kind=lost&stage=0").content.decode()
    assert 'data-total="12"' in page
    assert page.count("data-unit=") == 4
    assert "8 are hidden from you" in page
    hidden = browse(us.stranger).get("/funnel/list?kind=lost&stage=0").content.decode()
    assert "12 are hidden from you" in hidden
    assert "data-unit=" not in hidden


@pytest.mark.usefixtures("filled")
def test_aggregates_are_the_same_for_every_role(browse: Any, us: Any) -> None:
    shown = [
        ElementTree.fromstring(browse(user).get("/funnel/picture.svg").content)
        for user in (us.owner, us.rep, us.viewer)
    ]
    counts = [[e.get("data-count") for e in root.iter() if e.get("data-count")] for root in shown]
    assert counts[0] == counts[1] == counts[2]
    assert counts[0]


def test_the_picture_and_the_table_say_the_same(filled: Any, browse: Any, us: Any) -> None:
    client = browse(us.owner)
    table = list(
        csv.DictReader(StringIO(client.get("/funnel/table.csv").content.decode("utf-8-sig")))
    )
    root = ElementTree.fromstring(client.get("/funnel/picture.svg").content)
    blocks = {
        (e.get("data-kind"), int(e.get("data-stage", "-1"))): int(e.get("data-count", "0"))
        for e in root.iter() if e.get("data-kind", "").startswith("block_")
    }  # fmt: skip
    for place, row in enumerate(table):
        assert blocks.get(("block_still_here", place), 0) == int(row["still_here"])
        assert blocks.get(("block_lost", place), 0) == int(row["lost"])
    assert [int(row["reached"]) for row in table] == [
        s.counts["reached"] for s in filled.live_report().stages
    ]


@pytest.mark.usefixtures("filled")
def test_a_segment_counts_only_its_units(browse: Any, us: Any) -> None:
    client = browse(us.owner)

    def reached(query: str) -> int:
        text = client.get(f"/funnel/table.csv?{query}").content.decode("utf-8-sig")
        return int(next(csv.DictReader(StringIO(text)))["reached"])

    assert reached("segment=country:DE") + reached("segment=country:AE") == reached("")
    assert 0 < reached("segment=country:DE") < reached("")


@pytest.mark.usefixtures("filled")
def test_a_division_shows_one_picture_for_each_value(browse: Any, us: Any) -> None:
    page = browse(us.owner).get("/funnel?breakdown=country").content.decode()
    assert page.count("<figure>") == 2
    assert "row=1" in page


@pytest.mark.usefixtures("filled")
def test_a_period_takes_passes_or_entries(browse: Any, us: Any) -> None:
    client = browse(us.owner)

    def entered(query: str) -> list[int]:
        text = client.get(f"/funnel/table.csv?{query}").content.decode("utf-8-sig")
        return [int(row["entered"]) for row in csv.DictReader(StringIO(text))]

    day = "period=custom&since=2026-05-03&until=2026-05-03"
    assert sum(entered(f"{day}&per=entries")) > sum(entered(day))
    assert sum(entered("period=custom&since=2030-01-01")) == 0


@pytest.mark.usefixtures("filled")
def test_another_model_is_folded_from_the_same_past(browse: Any, us: Any) -> None:
    page = browse(us.owner).get("/funnel?model=aida")
    assert page.status_code == 200
    text = browse(us.owner).get("/funnel/table.csv?model=aida").content.decode("utf-8-sig")
    stages = [row["stage"] for row in csv.DictReader(StringIO(text))]
    assert stages == ["awareness", "interest", "desire", "action"]


@pytest.mark.usefixtures("filled")
def test_an_unknown_model_and_an_unknown_number_are_not_found(browse: Any, us: Any) -> None:
    client = browse(us.owner)
    assert client.get("/funnel?model=none-such").status_code == 404
    assert client.get("/funnel/list?kind=none-such").status_code == 404
    assert client.get("/funnel/list?kind=lost&stage=9").status_code == 404


def test_the_position_changes_when_the_follower_has_folded_a_new_event(
    filled: Any, browse: Any, us: Any
) -> None:
    from funnel_world import _event

    client = browse(us.owner)
    before = client.get("/funnel/position").json()["token"]
    assert client.get("/funnel/position").json()["token"] == before
    filled.append([_event("p001", 9, "order_placed", {})])
    filled.catch_up()
    assert client.get("/funnel/position").json()["token"] != before


@pytest.mark.usefixtures("filled")
def test_the_page_answers_a_part_to_htmx_and_says_so_to_caches(browse: Any, us: Any) -> None:
    answer = browse(us.owner).get("/funnel", headers={"HX-Request": "true", "HX-Target": "picture"})
    text = answer.content.decode().strip()
    assert text.startswith('<div id="picture"')
    assert "<html" not in text
    assert "HX-Request" in answer.headers["Vary"]


def test_a_firm_without_prospects_is_led_to_its_first_ones(
    workspace: Any, browse: Any, us: Any
) -> None:
    workspace.use("aida")
    page = browse(us.owner).get("/funnel").content.decode()
    assert "Nobody is in it yet" in page
    assert "/setup/first-prospect" in page


@pytest.mark.usefixtures("filled")
def test_the_files_carry_the_picture_in_both_languages(browse: Any, us: Any) -> None:
    png = browse(us.owner).get("/funnel/picture.png")
    assert png.content.startswith(b"\x89PNG")
    us.owner.language = "ar"
    us.owner.save()
    root = ElementTree.fromstring(browse(us.owner).get("/funnel/picture.svg").content)
    said = "".join(root.itertext())
    assert "الشراء" in said
    assert "still here" not in said


def test_a_cell_that_a_spreadsheet_would_run_is_kept_as_text() -> None:
    from tundish.areas.insight.downloads import _csv

    cells = ["=1+1", " =1+1", "\u00a0\t@x", "\t-1", "plain", " plain", "", None, -5]
    kept = _csv(["name"], [[cell, "."] for cell in cells]).splitlines()[1:]
    assert kept == [
        "'=1+1,.", "' =1+1,.", "'\u00a0\t@x,.", "'\t-1,.", "plain,.", " plain,.", ",.", ",.", "-5,.",
    ]  # fmt: skip


def test_a_look_survives_its_way_through_the_address() -> None:
    from django.http import QueryDict

    look = filters.Look(
        model="aida", period="custom", since="2026-01-02", until="2026-03-04", per="entries",
        counting="strict", segment="country:A & B", breakdown="channel", against="before",
    )  # fmt: skip
    assert filters.parse(QueryDict(look.query)) == look
    assert (
        filters.parse(QueryDict("period=ever&counting=odd&segment=secret:1&since=x"))
        == filters.Look()
    )


def test_without_any_funnel_the_page_leads_to_the_models(browse: Any, us: Any) -> None:
    answer = browse(us.owner).get("/funnel")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/definition"
    assert browse(us.owner).get("/definition").status_code == 200
    assert browse(us.owner).get("/definition/models/aida").status_code == 200
