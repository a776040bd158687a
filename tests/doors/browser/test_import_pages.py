"""Importing in a browser: dropped files, keys, columns changed, progress, undo, without script."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.areas.capture.import_world import DEALS, EVENTS, file, imported, order, run, upload
from tundish.stores import imports as records

DROP = """([names, text]) => {
  const carried = new DataTransfer();
  for (const name of names) carried.items.add(new File([text], name, { type: "text/csv" }));
  const on = (kind) => document.querySelector("h1").dispatchEvent(
    new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  on("dragenter"); on("dragover");
  const over = document.querySelector("[data-drop-zone]").classList.contains("is-over");
  on("drop");
  return over;
}"""


@pytest.fixture
def deals(tmp_path: Path) -> str:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, "utf-8")
    return str(path)


def test_files_dropped_anywhere_on_the_page_are_looked_at_together(
    signed_in_page: Callable[..., Any],
) -> None:
    page = signed_in_page("/import")
    expect(page.locator("button", has_text="Look at the files")).to_be_hidden()
    assert page.evaluate(DROP, [["deals.csv", "صفقات.csv"], DEALS])
    expect(page.locator("[data-chosen] li")).to_have_text(["deals.csv", "صفقات.csv"])
    expect(page.get_by_role("button", name="Look at the files")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("#check .tiles")
    expect(page.locator(".chosen li")).to_have_count(2)
    assert page.faults == []


def test_the_whole_way_by_keyboard_to_the_result_and_back(
    signed_in_page: Callable[..., Any], deals: str, workspace: Any
) -> None:
    page = signed_in_page("/import")
    page.focus("input[type=file]")
    page.set_input_files("input[type=file]", deals)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#check .tiles")
    expect(page.locator(".columns-table tbody tr")).to_have_count(7)
    page.locator(".plan-filters a").last.press("Enter")
    expect(page.locator(".plan-table tbody td").first).to_have_text("6")
    page.get_by_role("button", name="Import 7 events").press("Enter")
    page.wait_for_url("**/import/1")
    page.get_by_text("Waiting").wait_for()
    run(workspace)
    page.get_by_text("7 new events stand in the journal.").wait_for()
    expect(page.locator("[hx-trigger='every 1s']")).to_have_count(0)

    confirm = page.get_by_role("button", name="Yes, take it back")
    expect(confirm).to_be_hidden()
    page.locator("details.ask summary").press("Enter")
    confirm.press("Enter")
    page.locator(".note-toast", has_text="7 events no longer count").wait_for()
    expect(page.locator("#import_one")).to_contain_text("Taken back")
    assert page.faults == []


def test_a_changed_column_is_checked_at_once_and_another_kind_brings_its_fields(
    signed_in_page: Callable[..., Any], browse: Any, us: Any
) -> None:
    page = signed_in_page(upload(browse(us.owner), file("deals.csv", DEALS)))
    page.wait_for_selector("#check .tiles")
    page.select_option("select[name=map-6]", "owner")
    page.get_by_text("Several columns claim to be “Owner”").wait_for()
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    page.select_option("select[name=map-2]", "")
    page.wait_for_selector("#check .tiles")
    page.focus("#kind")
    page.select_option("#kind", "events")
    page.wait_for_selector("#event")
    expect(page.locator("#kind")).to_be_focused()
    page.select_option("#event", "form_submitted")
    page.wait_for_selector("#check .tiles")
    page.select_option("#kind", "weblog")
    page.get_by_text("Not one row can be read this way.").wait_for()
    expect(page.locator(".columns-table")).to_have_count(0)
    assert page.faults == []


def test_enter_in_a_field_looks_and_does_not_import(
    signed_in_page: Callable[..., Any], browse: Any, us: Any, workspace: Any
) -> None:
    page = signed_in_page(upload(browse(us.owner), file("deals.csv", DEALS)))
    page.fill("#currency", "SAR")
    page.press("#currency", "Enter")
    page.wait_for_url("**/check?*currency=SAR*")
    expect(page.locator("#currency")).to_have_value("SAR")
    assert workspace.imports() == []


def test_progress_grows_until_the_import_is_done(
    signed_in_page: Callable[..., Any], browse: Any, us: Any, workspace: Any
) -> None:
    one = order(browse(us.owner), upload(browse(us.owner), file("events.csv", EVENTS)))
    page = signed_in_page(one)
    bar = page.get_by_role("progressbar")
    expect(bar).not_to_have_attribute("aria-valuenow", re.compile(".*"))
    records.update(workspace.connection, 1, status="running", progress=0.45, read=2)
    page.locator("[aria-valuenow='45']").wait_for()
    run(workspace)
    page.get_by_text("Done", exact=True).wait_for()
    expect(bar).to_have_count(0)
    expect(page.get_by_role("link", name="Download as CSV")).to_have_count(1)


def test_too_large_a_file_is_told_before_it_is_sent(
    signed_in_page: Callable[..., Any], deals: str
) -> None:
    page = signed_in_page("/import")
    page.evaluate("document.querySelector('[data-upload]').dataset.most = '10'")
    page.set_input_files("input[type=file]", deals)
    expect(page.locator("[data-too-large]")).to_be_visible()
    expect(page.get_by_role("button", name="Look at the files")).to_be_disabled()


def test_an_import_works_without_script(
    live_app: str, browser: Any, us: Any, browse: Any, deals: str, workspace: Any
) -> None:
    from django.conf import settings

    context = browser.new_context(base_url=live_app, java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    cookie = browse(us.owner).cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "url": live_app}])
    page = context.new_page()
    page.goto("/import")
    page.set_input_files("input[type=file]", deals)
    page.get_by_role("button", name="Look at the files").click()
    page.get_by_text("Press Check to see what the files would bring.").wait_for()
    page.select_option("select[name=map-5]", "")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#check .tiles dd")).to_have_text(["5", "4", "0", "0", "7", "1"])
    assert "map-5=&" in page.url
    page.get_by_role("button", name="Import 7 events").click()
    page.wait_for_url("**/import/1")
    run(workspace)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("main")).to_contain_text("7 new events stand in the journal.")
    page.get_by_text("Take the import back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.locator("main")).to_contain_text("was taken back")
    context.close()


def test_an_inlet_is_opened_copied_and_closed_after_a_question(
    signed_in_page: Callable[..., Any],
) -> None:
    page = signed_in_page("/settings")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.fill("#inlet-name", "website")
    page.get_by_role("button", name="Open an inlet").click()
    key = page.locator(".inlets-table code").inner_text()
    page.locator("button[data-copy=inlet-example]").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -u {key}: http://127.0.0.1")
    expect(page.get_by_role("button", name="Yes, close it")).to_be_hidden()
    page.locator(".inlets-table summary").click()
    page.get_by_role("button", name="Yes, close it").click()
    toast = page.locator(".note-toast", has_text="its key is refused")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".inlets-table code")).to_have_text(key)
    assert page.faults == []


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 1360), ("ar", "light", 360), ("en", "dark", 360)],
)
def test_every_import_page_is_accessible(
    signed_in_page: Callable[..., Any],
    assert_accessible: Callable[..., None],
    browse: Any,
    us: Any,
    workspace: Any,
    language: str,
    theme: str,
    width: int,
) -> None:
    client = browse(us.owner)
    page = signed_in_page("/import", language=language, theme=theme, width=width)
    assert_accessible(page)
    done = imported(client, workspace, file("deals.csv", DEALS))
    client.post("/inlets", {"name": "website"})
    look, unknown = (
        upload(client, file(name, content))
        for name, content in (("أحداث.csv", EVENTS), ("things.csv", "a,b\n1,2\n"))
    )
    clash = f"{look}/check?kind=events&as=events&map-0=event&map-1=time&map-2=event"
    waiting = order(client, upload(client, file("deals.csv", DEALS)))
    for address in (look, unknown, clash, waiting, done, "/import", "/settings"):
        page.goto(address)
        if address == look:
            page.wait_for_selector("#check .tiles")
            expect(page.locator(".plan-table")).to_have_count(1)
        for asks in page.locator("details.ask > summary").all():
            asks.click()
        assert_accessible(page)


def test_a_table_is_pasted_mapped_and_its_plan_read_page_by_page(
    signed_in_page: Callable[..., Any], workspace: Any
) -> None:
    page = signed_in_page("/import")
    page.get_by_text("or paste a table").click()
    rows = "\n".join(f"p{n}@x.example\tAda {n}\t{n}" for n in range(60))
    page.fill("#pasted", f"Email\tName\tShoe size\n{rows}")
    page.get_by_role("button", name="Look at the table").click()
    expect(page.locator(".plan-table tbody tr")).to_have_count(50)
    page.get_by_role("link", name="On", exact=True).click()
    expect(page.locator(".plan-table tbody tr")).to_have_count(10)
    page.select_option("select[name=map-2]", "new:number")
    expect(page.locator(".plan-table tbody tr").first).to_contain_text("Shoe size 0")
    page.get_by_role("link", name=re.compile("Refused")).click()
    expect(page.locator(".plan")).to_contain_text("No such row.")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/import/1")
    run(workspace)
    page.get_by_text("new events stand in the journal.").wait_for()
    assert page.faults == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_plan_reads_well_narrow_and_dark_and_for_a_screen_reader(
    signed_in_page: Callable[..., Any],
    assert_accessible: Callable[..., None],
    browse: Any,
    us: Any,
    width: int,
    scheme: str,
) -> None:
    look = upload(browse(us.owner), file("people.csv", "email,name\na@x.example,Ada\nbroken,Bo\n"))
    page = signed_in_page(look)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    expect(page.locator(".plan-table tbody tr")).to_have_count(2)
    assert_accessible(page)
