# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""A record in the browser: editing in place, undo, tags, notes, and its looks in both languages."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tundish.areas.people import actions, consent, groups, notes
from tundish.areas.people.actions import Chosen
from tundish.journal.fields import Field
from tundish.stores import fields, purposes
from tundish.stores.purposes import Purpose


@pytest.fixture
def full_record(workspace: Any, us: SimpleNamespace, prospects: Any) -> Any:
    """The rep's prospect with everything that a record can hold."""
    kinds = ("text", "long_text", "number", "money", "date", "yes_no", "address")
    values = (
        "Blue",
        "Two\nlines",
        1250.5,
        "99.50 EUR",
        "2027-01-31",
        True,
        "https://delta.example",
    )
    person = Chosen("person", [prospects.noor], us.rep)
    for kind, value in zip(kinds, values, strict=True):
        own = fields.save_field(workspace.connection, Field("person", "", f"Own {kind}", kind))  # type: ignore[arg-type]
        actions.set_field(workspace, person, name=own.name, value=value)
    listed = Field("person", "", "Own choices", "several_of", choices=("One", "Two", "Three"))
    own = fields.save_field(workspace.connection, listed)
    actions.set_field(workspace, person, name=own.name, value=["One", "Three"])
    actions.add_tag(workspace, person, tag="VIP")
    notes.add_note(workspace, person, text="Call before Tuesday.")
    for title in ("News", "Calls"):
        purposes.save_purpose(workspace.connection, Purpose("", title, wording="Yes."), now=0)
    consent.grant(workspace, person, purpose="news", text="Said so.")
    consent.withdraw(workspace, person, purpose="news")
    company = Chosen("company", [prospects.company], us.rep)
    groups.join(workspace, company, person=prospects.noor, role="blocker", note="Prefers a rival.")
    return prospects


def test_a_value_is_edited_by_the_keyboard_and_taken_back_by_the_toast(
    signed_in_page: Any, us: SimpleNamespace, full_record: Any
) -> None:
    page = signed_in_page("/people/p-noor", user=us.rep)
    page.locator("#edit-title").focus()
    page.keyboard.press("Enter")
    field = page.locator("#fact-title [name=value]")
    expect(field).to_be_focused()
    page.keyboard.type("Head of Sales")
    page.keyboard.press("Escape")
    expect(page.locator("#fact-title")).to_have_text("–")
    expect(page.locator("#edit-title")).to_be_focused()
    page.locator("#fact-title .fact-value").click()
    expect(field).to_be_focused()
    page.keyboard.type("Head of Sales")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-title")).to_have_text("Head of Sales")
    expect(page.locator(".record-sub")).to_contain_text("Head of Sales")
    expect(page.locator("#edit-title")).to_be_focused()
    page.locator(".note-toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#fact-title")).to_have_text("–")
    expect(page).to_have_url(re.compile("/people/p-noor$"))


def test_a_wrong_value_stays_in_its_place_with_what_is_wrong(
    signed_in_page: Any, us: SimpleNamespace, full_record: Any
) -> None:
    page = signed_in_page("/people/p-noor", user=us.rep)
    page.locator("#edit-own_number").click()
    field = page.locator("#fact-own_number [name=value]")
    field.fill("many")
    field.press("Enter")
    expect(page.locator("#fact-error")).to_have_text(
        "This is not a number. Write digits, as in 1250.5."
    )
    expect(field).to_have_value("many")
    expect(page.locator("#timeline")).to_be_visible()
    field.fill("7")
    field.press("Enter")
    expect(page.locator("#fact-own_number")).to_have_text("7")


def test_tags_notes_and_addresses_are_added_without_leaving_the_page(
    signed_in_page: Any, us: SimpleNamespace, full_record: Any
) -> None:
    page = signed_in_page("/people/p-noor", user=us.rep)
    page.locator("#tag-add").fill("Fair")
    page.locator("#tag-add").press("Enter")
    expect(page.locator(".tags li")).to_have_text(["Fair", "VIP"])
    page.get_by_role("button", name="Take off VIP").click()
    expect(page.locator(".tags li")).to_have_text(["Fair"])
    page.locator("#note-text").fill("She likes tea.")
    page.get_by_role("button", name="Keep the note").click()
    written = page.locator(".entry", has_text="She likes tea.")
    expect(written).to_be_visible()
    written.get_by_role("button", name="Pin").click()
    expect(page.locator(".pinned-note blockquote")).to_have_text("She likes tea.")
    page.locator("#say").fill("tea")
    expect(page.locator("#timeline .entry blockquote")).to_have_text(["She likes tea."])
    page.get_by_text("Add an address").click()
    page.locator(".address-form [name=value]").fill("noor@home.example")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".address-text")).to_have_count(2)
    page.locator("#switch-do_not_contact").click()
    expect(page.locator("#switch-do_not_contact")).to_have_attribute("aria-checked", "true")
    assert page.faults == []


def test_the_forms_work_without_script(
    live_app: str, browser: Any, full_record: Any, us: Any
) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(us.rep)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False, base_url=live_app)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_app}])
    page = context.new_page()
    page.goto("/people/p-noor")
    page.locator("#edit-title").click()
    page.locator("[name=value]").fill("Head of Sales")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#fact-title")).to_have_text("Head of Sales")
    page.locator(".note-toast button", has_text="Undo").click()
    expect(page.locator("#fact-title")).to_have_text("–")
    context.close()


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1360), ("ar", "dark", 360)]
)
def test_every_page_of_a_record_is_accessible(
    signed_in_page: Any, assert_accessible: Any, full_record: Any,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    paths = (
        "/people/p-noor", "/companies/c-delta", "/record/person/field/p-noor?name=own_choices",
        "/record/person/history/p-noor", "/record/person/erase/p-noor", "/record/new/deal",
        "/settings/fields", "/settings/fields/person/own_choices", "/settings/consent/of/news",
    )  # fmt: skip
    page = signed_in_page(paths[0], language=language, theme=theme, width=width)
    for path in paths:
        page.goto(path)
        for closed in page.locator("main details").all():
            closed.evaluate("one => { one.open = true }")
        assert_accessible(page)
