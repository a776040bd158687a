"""The funnel picture in a browser: every band's height equals its list's length to scale, every
number is reached by keyboard, and an event moves the picture while one looks at it."""

import csv
import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "areas" / "insight"))
DATA = Path(os.environ.get("TUNDISH_SHARED_DATA", ROOT.parent / "shared" / "data"))
MAVEN = DATA / "maven_crm_opportunities" / "sales_pipeline.csv"
HEIGHTS = """svg => {
  const box = svg.getBoundingClientRect(), zoom = box.height / svg.viewBox.baseVal.height;
  const ends = path => {
    // the corners of the outline: the last point of each of its parts
    const parts = path.getAttribute("d").match(/[MLC][^MLCZ]*/g);
    return parts.map(c => c.slice(1).trim().split(/ +/).map(Number).slice(-2));
  };
  return [...svg.querySelectorAll("[data-thick]")].map(shape => {
    const drawn = shape.querySelector("rect, path");
    const rect = drawn.tagName == "rect";
    return { kind: shape.dataset.kind, count: Number(shape.dataset.count), href: shape.getAttribute("href"),
      height: rect ? drawn.getBoundingClientRect().height / zoom : null, points: rect ? null : ends(drawn) };
  });
}"""


def fill(workspace: Any) -> None:
    from funnel_world import fill as filled

    filled(workspace)


def list_length(page: Any, href: str) -> int:
    """How many members the list behind a band has, as its file says."""
    answer = page.request.get(href.replace("/funnel/list?", "/funnel/list.csv?"))
    assert answer.ok
    return len(list(csv.reader(StringIO(answer.text())))) - 1


def check_heights(page: Any) -> int:
    """Every band and block of the shown picture against the list that it opens; gives how many."""
    svg = page.locator(".funnel-wide svg")
    scale = float(svg.get_attribute("data-scale"))
    shapes = svg.evaluate(HEIGHTS)
    for shape in shapes:
        length = list_length(page, shape["href"])
        assert length == shape["count"], shape["href"]
        if shape["height"] is not None:
            assert shape["height"] == pytest.approx(length * scale, abs=0.6), shape
        else:
            assert thickness(shape["points"]) == pytest.approx(length * scale, abs=0.05), shape
    return len(shapes)


def thickness(points: list[list[float]]) -> float:
    """The distance between the two edges of a band at its start: the first point and the last."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    # an eased outline closes over its start; its lower edge there is the last point drawn
    assert abs(x0 - x1) < 0.01
    return abs(y1 - y0)


def test_every_band_of_a_looped_model_is_as_high_as_its_list_is_long(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    fill(workspace)
    page = signed_in_page("/funnel")
    kinds = page.locator(".funnel-wide svg").evaluate(
        "svg => [...new Set([...svg.querySelectorAll('[data-thick]')].map(s => s.dataset.kind))]"
    )
    assert {"entered", "moved_on", "looped", "lost", "block_still_here"} <= set(kinds)
    assert check_heights(page) > 15
    # a period that cuts ways in two: those whose other end is not counted stand in their block
    page.goto("/funnel?period=custom&since=2026-05-03&until=2026-05-04&per=entries")
    assert check_heights(page) > 5
    page.goto("/funnel?counting=visited&segment=country:AE")
    assert check_heights(page) > 15


def test_every_band_of_the_crm_opportunities_is_as_high_as_its_list_is_long(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    if not MAVEN.exists():
        pytest.skip(f"no {MAVEN.parent.name} under TUNDISH_SHARED_DATA")
    workspace.import_files(str(MAVEN))
    workspace.catch_up()
    page = signed_in_page("/funnel")
    assert check_heights(page) > 5
    shown = page.locator(".funnel-wide").inner_text()
    for number in ("8,800", "4,238", "2,473", "1,589", "500"):
        assert number in shown


@pytest.mark.parametrize("width", [1360, 360])
def test_every_number_is_reached_by_keyboard_and_opens_its_list(
    workspace: Any, signed_in_page: Callable[..., Any], width: int
) -> None:
    fill(workspace)
    page = signed_in_page("/funnel", width=width)
    shape = "wide" if width > 500 else "tall"
    numbers = page.locator(f".funnel-{shape} a.figure")
    assert numbers.count() > 12
    wanted = {one.get_attribute("aria-label") for one in numbers.all()}
    page.locator("#picture .card-header a").last.focus()
    reached = set()
    for _ in range(numbers.count() + 12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert wanted <= reached
    numbers.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/funnel/list?**")
    reached = workspace.live_report().stages[0].counts["reached"]
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(reached))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 360])
def test_the_pages_have_no_fault_for_anyone(
    workspace: Any, signed_in_page: Callable[..., Any], assert_accessible: Callable[..., None],
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    fill(workspace)
    how = {"language": language, "theme": theme, "width": width}
    page = signed_in_page("/funnel?breakdown=country&against=before", **how)
    assert_accessible(page)
    for path in (
        "/funnel",
        "/funnel/list?kind=lost&stage=0",
        "/definition",
        "/definition/models/aida",
    ):
        page.goto(path)
        assert_accessible(page)


def test_an_event_is_seen_on_the_picture_without_a_reload(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    from funnel_world import _event

    fill(workspace)
    page = signed_in_page("/funnel")
    bought = page.locator(".funnel-wide a.figure[data-kind=still_here][data-stage='2']")
    before = int(bought.get_attribute("data-count"))
    workspace.append([_event("p040", 9, "order_placed", {})])
    workspace.catch_up()
    seen = f".funnel-wide a.figure[data-kind=still_here][data-stage='2'][data-count='{before + 1}']"
    page.locator(seen).wait_for()
    assert page.faults == []


def test_the_filters_swap_the_picture_and_stay_in_the_address(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    fill(workspace)
    page = signed_in_page("/funnel")
    page.select_option("select[name=segment]", "country:DE")
    page.wait_for_url("**segment=country%3ADE**")
    few = workspace.live_report(segment={"country": "DE"}).stages[0].counts["reached"]
    page.locator(f".funnel-wide a.figure[data-stage='0'][data-count='{few}']").first.wait_for()
    page.reload()
    expect(page.locator("select[name=segment]")).to_have_value("country:DE")
    assert page.faults == []


def test_the_page_works_without_scripts(
    workspace: Any, signed_in_page: Callable[..., Any], browser: Any
) -> None:
    fill(workspace)
    page = signed_in_page("/funnel")
    plain = browser.new_context(
        java_script_enabled=False, base_url=page.url.split("/funnel")[0],
        storage_state=page.context.storage_state(),
    )  # fmt: skip
    shown = plain.new_page()
    shown.goto("/funnel")
    shown.select_option("select[name=segment]", "country:DE")
    shown.click("button.apply")
    shown.wait_for_url("**segment=country%3ADE**")
    few = workspace.live_report(segment={"country": "DE"}).stages[0].counts["reached"]
    expect(shown.locator(".funnel-wide a.figure").first).to_have_attribute("data-count", str(few))
    plain.close()


def test_the_mirrored_picture_begins_at_the_right_and_is_not_flipped(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    fill(workspace)
    page = signed_in_page("/funnel", language="ar")
    first, last = (
        page.locator(f".funnel-wide a.figure[data-kind=reached][data-stage='{k}']").bounding_box()
        for k in (0, 3)
    )
    assert first["x"] > last["x"]
    expect(page.locator(".funnel-wide svg [transform*=scale]")).to_have_count(0)
    room = page.locator(".funnel-wide svg").bounding_box()
    for text in page.locator(".funnel-wide svg text").all():
        box = text.bounding_box()
        assert room["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= room["x"] + room["width"] + 1


def test_no_words_of_the_picture_overlap(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    fill(workspace)
    for language in ("en", "ar"):
        page = signed_in_page("/funnel", language=language)
        clashes = page.locator(".funnel-wide svg").evaluate(
            """svg => {
              const all = [...svg.querySelectorAll("text")];
              const boxes = all.map(t => [t.textContent, t.getBoundingClientRect()]);
              const found = [];
              for (let i = 0; i < all.length; i++) for (let j = i + 1; j < all.length; j++) {
                const [a, b] = [boxes[i][1], boxes[j][1]];
                const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (w > 1 && h > 6) found.push([boxes[i][0], boxes[j][0], w, h]);
              }
              return found;
            }"""
        )
        assert clashes == []
