"""The shell and the people pages in a browser: both languages, both themes, wide and narrow."""

# ruff: noqa: ARG001 (a fixture may be asked for what it does)
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

WAYS = [("en", "light", 1360), ("ar", "dark", 1360), ("en", "dark", 360), ("ar", "light", 360)]


@pytest.mark.parametrize(("language", "theme", "width"), WAYS)
def test_the_pages_are_accessible_and_fit(
    signed_in_page: Any,
    assert_accessible: Any,
    prospects: Any,
    language: str,
    theme: str,
    width: int,
) -> None:
    shown = signed_in_page("/people", language=language, theme=theme, width=width)
    for path in (
        "/people",
        "/people/p-noor",
        "/companies/c-delta",
        "/deals",
        "/settings",
        "/setup/first-prospect",
    ):
        shown.goto(path)
        assert_accessible(shown)
        expect(shown.locator("html")).to_have_attribute(
            "dir", ("rtl" if language == "ar" else "ltr")
        )


@pytest.mark.parametrize(("language", "theme", "width"), WAYS[:1] + WAYS[3:])
def test_sign_in_and_error_pages_are_accessible(
    live_app: str,
    browser: Any,
    assert_accessible: Any,
    us: SimpleNamespace,
    language: str,
    theme: str,
    width: int,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        base_url=live_app,
        locale=language,
        color_scheme=theme,
    )
    shown = context.new_page()
    shown.faults = []
    shown.goto("/sign-in?next=/settings")
    assert_accessible(shown)
    shown.fill("input[name=email]", us.owner.email)
    shown.fill("input[name=password]", "correct horse battery")
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#account")
    shown.goto("/people/nobody")
    assert_accessible(shown)
    context.close()


def test_the_keyboard_reaches_search_rows_and_record(signed_in_page: Any, prospects: Any) -> None:
    shown = signed_in_page("/people?sort=name")
    shown.keyboard.press("/")
    expect(shown.locator("#q")).to_be_focused()
    shown.keyboard.press("j")
    expect(shown.locator("#q")).to_have_value("j")
    shown.keyboard.press("Escape")
    shown.goto("/people?sort=name")
    shown.keyboard.press("j")
    shown.keyboard.press("j")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/people/p-noor*")
    shown.keyboard.press("p")
    shown.wait_for_url("**/people/p-jan*")


def test_typing_in_the_search_narrows_the_list_and_the_address(
    signed_in_page: Any, prospects: Any
) -> None:
    shown = signed_in_page("/people")
    shown.fill("#q", "jan")
    shown.wait_for_url("**/people?q=jan*")
    expect(shown.locator(".records tbody tr")).to_have_count(1)
    shown.go_back()
    expect(shown.locator(".records tbody tr")).to_have_count(2)  # the known ones
    expect(shown.locator(".side").first).to_be_visible()


def test_the_timeline_filters_in_place(signed_in_page: Any, prospects: Any) -> None:
    shown = signed_in_page("/people/p-noor")
    before = shown.locator(".entry").count()
    shown.click(".kind-filter a[href*='kind=deal']")
    expect(shown.locator(".entry")).to_have_count(1)
    assert before > 1
    expect(shown.locator("h1")).to_be_visible()


def test_the_theme_changes_without_a_new_page_and_stays(
    signed_in_page: Any, us: SimpleNamespace
) -> None:
    shown = signed_in_page("/settings", theme="light")
    shown.click(".top-tools .dropdown:first-child > button")
    with shown.expect_response("**/theme"):
        shown.click("button[name=theme][value=dark]")
    expect(shown.locator("html")).to_have_attribute("data-bs-theme", "dark")
    shown.reload()
    expect(shown.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_language_switch_mirrors_the_page(signed_in_page: Any, us: SimpleNamespace) -> None:
    shown = signed_in_page("/people")
    left = shown.locator(".side").first.bounding_box()["x"]
    shown.click(".top-tools .dropdown:first-child > button")
    shown.click("button[name=language][value=ar]")
    shown.wait_for_selector("html[dir=rtl]")
    assert left == 0
    assert shown.locator(".side").first.bounding_box()["x"] > 1000
