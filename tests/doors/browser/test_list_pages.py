"""Lists in a browser: a filter by choosing, many records by keyboard, the command palette."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tundish.journal.event import Event


@pytest.fixture
def crowd(workspace: Any, prospects: SimpleNamespace) -> SimpleNamespace:
    """Sixty more people, so that a list has two pages."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    workspace.append(
        Event(id=f"c{n}", name="person_identified", occurred_at=now + timedelta(seconds=n),
              person=f"p-{n:02}", personal={"name": f"Guest {n:02}"}, properties={"country": "SE"},
              batch="crowd")
        for n in range(60)
    )  # fmt: skip
    workspace.catch_up()
    return prospects


@pytest.mark.usefixtures("crowd")
def test_a_filter_is_made_by_choosing_saved_as_a_view_and_taken_apart(signed_in_page: Any) -> None:
    page = signed_in_page("/people?all=1")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.locator("[name=field0]").select_option("country")
    page.locator("select[name=value0]").select_option("SE")
    expect(page.locator(".builder-says")).to_contain_text("60 fit")
    page.get_by_role("button", name="or", exact=True).click()
    page.locator("[name=field1]").select_option("~did")
    page.locator("select[name=event1]").select_option("page_viewed")
    page.locator("[name=times1]").fill("3")
    page.locator("[name=times1]").press("Tab")
    expect(page.locator(".builder-says")).to_contain_text("61 fit")
    page.get_by_role("button", name="Show the list").click()
    chip = page.locator(".chip > span")
    expect(chip).to_have_text(["Country is SE or has done “Saw a page” at least 3 times"])
    expect(page.locator("#listing [role=status]")).to_have_text("61 entries")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Save this list under a name").fill("Guests")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("navigation", name="Views").get_by_role("link")).to_have_text(
        ["Known people 62", "Visitors 1", "All 63", "Guests"]
    )
    page.get_by_role("link", name=re.compile("^Without")).click()
    expect(page.locator("#listing [role=status]")).to_have_text("63 entries")
    page.go_back()
    expect(chip).to_have_count(1)
    page.locator("tr[data-href] a").first.click()
    expect(page.locator(".way-place")).to_have_text("1 of 61")
    page.keyboard.press("n")
    expect(page.locator(".way-place")).to_have_text("2 of 61")


@pytest.mark.usefixtures("crowd")
def test_rows_are_selected_by_keyboard_changed_together_and_taken_back(signed_in_page: Any) -> None:
    page = signed_in_page("/people?sort=name&f=country:equals:SE")
    picked = page.locator("[data-picked]")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(picked).to_have_text("2 selected")
    page.get_by_label("Select all 60 that match").check()
    expect(picked).to_have_text("60 selected")
    page.get_by_role("combobox", name="Tag", exact=True).fill("fair")
    page.get_by_role("button", name="Change", exact=True).click()
    toast = page.locator(".note-toast")
    expect(toast).to_contain_text("60 entries were changed.")
    other = page.context.new_page()
    other.goto("/people?f=tags:equals:fair")
    expect(other.locator("#listing [role=status]")).to_have_text("60 entries")
    page.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("The change was taken back.")
    other.reload()
    expect(other.get_by_role("heading", name="Nothing fits")).to_be_visible()


@pytest.mark.usefixtures("prospects")
def test_the_palette_goes_anywhere_by_keyboard_alone_and_never_fires_in_a_field(
    signed_in_page: Any,
) -> None:
    page = signed_in_page("/people")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Go to, do or find")
    expect(box).to_be_focused()
    page.keyboard.type("noor")
    option = page.get_by_role("option", name=re.compile("Noor Haddad"))
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-says]")).to_have_text("2 choices")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/people/p-noor$"))
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/deals$"))
    page.locator("#q").press_sequentially("gp?k")
    expect(page).to_have_url(re.compile("/deals"))
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#q").press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("companies")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/companies$"))


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1360), ("ar", "dark", 360)]
)
@pytest.mark.usefixtures("crowd")
def test_lists_and_search_are_accessible(
    signed_in_page: Any, assert_accessible: Any, language: str, theme: str, width: int
) -> None:
    page = signed_in_page("/people", language=language, theme=theme, width=width)
    page.locator("[data-pick]").first.check()
    expect(page.locator(".bulk-bar")).to_be_visible()
    assert_accessible(page)
    page.goto(
        "/lists/people/filter?f=country:in:SE,JO|last_seen:in_last:30d&f=~not:page_viewed:2:9d"
    )
    expect(page.locator("#builder")).to_be_visible()
    assert_accessible(page)
    page.goto("/lists/changes")
    assert_accessible(page)
    page.goto("/people/p-noor")
    page.locator(".log-touch summary").click()
    page.locator("#touch-at").fill("2999-01-01T10:00")
    page.locator("#touch-note").fill("Wants a call")
    page.locator(".log-kinds button").first.click()
    expect(page.locator(".log-touch [role=alert]")).to_be_visible()
    expect(page.locator("#touch-note")).to_have_value("Wants a call")
    assert "422" in page.faults.pop()  # the browser's own word for a form that was refused
    page.evaluate("scrollTo(0, 0)")  # what the bar below half covers is no smaller
    assert_accessible(page)
    page.goto("/settings")
    expect(page.locator("a[href='/settings/fields']")).to_be_visible()
    assert_accessible(page)
    page.goto("/search?q=noor")
    page.locator("[data-palette]").click()
    page.keyboard.type("noor")
    expect(page.locator("[data-found] [role=option]")).to_have_count(1)
    assert_accessible(page)
