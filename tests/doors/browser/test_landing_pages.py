"""Landing pages in a browser: made, previewed, published, visited, filled in, embedded, without script."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.areas.pages.page_world import BROWSER, contact_form, events, of, published
from tundish.areas.pages import actions, receiving
from tundish.areas.pages.content import block, page
from tundish.areas.pages.models import Frontage, LandingPage
from tundish.terms import from_micros


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test fills a form in faster than a person can."""
    monkeypatch.setattr(receiving, "FASTEST_SECONDS", 0)


@pytest.fixture
def visit(browser: Any, live_app: str) -> Iterator[Callable[..., Any]]:
    """`visit("/p/spring", width=360)`: a page in the browser of a visitor whom nobody knows."""
    contexts = []

    def open_page(path: str, *, width: int = 1360, **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=live_app, user_agent=BROWSER,
            reduced_motion="reduce", **more,
        )  # fmt: skip
        contexts.append(context)
        shown = context.new_page()
        shown.faults = []
        shown.on(
            "console", lambda said: shown.faults.append(said.text) if said.type == "error" else None
        )
        shown.goto(path)
        return shown

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def other_site() -> Iterator[Callable[[str], str]]:
    """`other_site(html)`: the address of another web site that shows it."""
    held = {"html": ""}

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = held["html"].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def shows(html: str) -> str:
        held["html"] = f"<!doctype html><title>Other site</title>{html}"
        return f"http://localhost:{server.server_port}"

    yield shows
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_from_the_empty_list_to_a_counted_submission(
    signed_in_page: Callable[..., Any], visit: Callable[..., Any]
) -> None:
    ours = signed_in_page("/pages")
    expect(ours.get_by_role("heading", name="Make your first page")).to_be_visible()
    ours.get_by_label("Title").fill("Spring talk")
    ours.get_by_label("Event registration").check()
    ours.get_by_role("button", name="Make the page").press("Enter")
    ours.wait_for_url("**/edit")
    preview = ours.frame_locator("iframe[data-preview]")
    expect(preview.locator("h1")).to_have_text("Spring talk")

    ours.locator("details[data-block] summary").first.press("Enter")
    ours.get_by_label("Headline", exact=True).fill("A talk in spring")
    expect(preview.locator("h1")).to_have_text("A talk in spring")
    ours.get_by_role("button", name="Text", exact=True).press("Enter")
    expect(ours.locator("details[data-block]")).to_have_count(4)
    ours.get_by_role("textbox", name="Text", exact=True).last.fill("Bring a friend.")
    expect(preview.get_by_text("Bring a friend.")).to_be_visible()
    ours.get_by_role("button", name="Undo").click()
    expect(preview.get_by_text("Bring a friend.")).to_have_count(0)
    expect(preview.locator("h1")).to_have_text("A talk in spring")

    expect(ours.get_by_label("Address", exact=True)).to_have_value("spring-talk")
    ours.get_by_role("button", name="Publish").click()
    expect(ours.get_by_role("alert")).to_contain_text("Day, time and place: write them here.")
    ours.get_by_role("button", name="Publish anyway").click()
    expect(ours.get_by_text("Version 1 is online.")).to_be_visible()
    visitor = visit("/p/spring-talk?utm_source=letter&utm_medium=email")
    visitor.get_by_role("button", name="Register").click()
    expect(visitor.get_by_role("alert")).to_contain_text("3 answers need another look")
    expect(visitor.get_by_role("alert")).to_be_focused()
    visitor.get_by_label("Your name").fill("Noor Haddad")
    visitor.get_by_label("E-mail").fill("noor@delta.example")
    visitor.get_by_label("How will you take part?").select_option("Online")
    visitor.get_by_role("button", name="Register").dblclick()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()
    assert visitor.context.cookies() == []

    ours.reload()
    expect(ours.locator(".page-tiles dd:not(.tile-note)")).to_have_text(["1", "1", "1 of 1", "0"])
    (form,) = events("form_submitted")
    assert form.channel == "email"
    assert form.properties["attendance"] == "Online"
    assert ours.faults == []


def test_the_editor_and_the_form_work_without_script(
    live_app: str, browser: Any, us: Any, visit: Callable[..., Any]
) -> None:
    from django.conf import settings
    from django.test import Client

    made = actions.create("contact", language="en", title="Talk", by=us.owner, now=from_micros(0))
    client = Client(HTTP_HOST="localhost")
    client.force_login(us.owner)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False, base_url=live_app)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_app}])
    ours = context.new_page()
    ours.goto(f"/pages/{made.pk}/edit")
    ours.locator("details[data-block] summary").nth(1).click()
    ours.get_by_role("button", name="Up", exact=True).click()
    expect(ours.locator("details[data-block] .block-kind")).to_have_text(
        ["Text", "Headline", "Form"]
    )
    ours.get_by_role("button", name="Publish").click()
    ours.get_by_role("button", name="Publish anyway").click()
    expect(ours.get_by_role("heading", name="Version 1")).to_be_visible()
    context.close()

    visitor = visit("/p/talk", java_script_enabled=False)
    visitor.get_by_label("Your name").fill("Noor")
    visitor.get_by_label("E-mail").fill("noor@delta.example")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("kind", ["frame", "plain"])
def test_a_form_on_another_site_is_taken_if_the_site_is_ours(
    live_app: str, us: Any, visit: Callable[..., Any], other_site: Callable[[str], str], kind: str
) -> None:
    from tundish.areas.pages import embedding
    from tundish.areas.pages.content import form_of

    made = published(us)
    form = form_of(made.published.content)
    codes = embedding.codes(form, address=f"{live_app}/p/spring/form", language="en")
    site = other_site(codes[kind])
    Frontage(pk=1, sites=site).save()
    shown = visit(site)
    at = shown.frame_locator("iframe") if kind == "frame" else shown
    at.get_by_label("Your name").fill("Noor")
    at.get_by_label("E-mail").fill("noor@delta.example")
    at.get_by_label("Yes, send me news.").check()
    at.get_by_role("button", name="Send").click()
    expect(at.get_by_role("heading", name="Thank you")).to_be_visible()
    (sent,) = events("form_submitted")
    assert sent.properties["place"] == ("embedded" if kind == "frame" else "elsewhere")
    assert sent.properties["consents"][0]["ticked"]


def test_a_site_that_is_not_ours_cannot_frame_the_form(
    live_app: str, us: Any, visit: Callable[..., Any], other_site: Callable[[str], str]
) -> None:
    published(us)
    shown = visit(other_site(f'<iframe src="{live_app}/p/spring/form"></iframe><p>Done</p>'))
    expect(shown.get_by_text("Done")).to_be_visible()
    expect(shown.frame_locator("iframe").get_by_role("button", name="Send")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "look", "accent", "width"),
    [("en", "clear", "rust", 1360), ("ar", "warm", "green", 360), ("ar", "night", "plum", 1360)],
)
def test_what_visitors_see_is_accessible_in_every_look(
    us: Any,
    visit: Callable[..., Any],
    assert_accessible: Callable[..., None],
    language: str,
    look: str,
    accent: str,
    width: int,
) -> None:
    blocks = [
        block("headline", text="What we do", sub="In one line"),
        block("text", body="Why:\n\n- **One** reason\n- [Another](https://a.example)"),
        block("proof", style="quote", body="They kept every promise.", by="A customer"),
        block("proof", style="number", body="48 h", by="to the first answer"),
        block("button", label="To the form", target="#form"),
        contact_form(double_opt_in=True),
    ]
    made = published(us, language=language, look=look, accent=accent)
    content = page(language, "Spring", blocks=blocks, look=look, accent=accent)
    made.versions.update(content=content)
    shown = visit("/p/spring", width=width)
    assert_accessible(shown)
    shown.locator("main button").click()
    expect(shown.locator(".wrong li")).to_have_count(2)
    shown.faults.clear()  # Chromium calls the answer 422 an error
    assert_accessible(shown)
    shown.goto("/p/spring/thanks?mail=1")
    assert_accessible(shown)


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 360)],
)
def test_our_own_pages_are_accessible(
    us: Any,
    signed_in_page: Callable[..., Any],
    assert_accessible: Callable[..., None],
    language: str,
    theme: str,
    width: int,
) -> None:
    form = contact_form(double_opt_in=True, after="redirect", redirect="/p/spring/thanks")
    made = published(us, form=form)
    shown = signed_in_page("/pages", language=language, theme=theme, width=width)
    assert_accessible(shown)
    shown.goto(f"/pages/{made.pk}")
    for one in shown.locator("details.code summary").all():
        one.click()
    assert_accessible(shown)
    shown.goto(f"/pages/{made.pk}/edit")
    for one in shown.locator("details.block > summary").all():
        one.click()
    expect(shown.locator("details.block[open]")).to_have_count(3)
    assert_accessible(shown)
    shown.goto("/pages/frontage")
    assert_accessible(shown)
    LandingPage.objects.all().delete()
    shown.goto("/pages")
    assert_accessible(shown)


def test_two_windows_do_not_overwrite_each_other(
    us: Any, signed_in_page: Callable[..., Any]
) -> None:
    made = published(us)
    first = signed_in_page(f"/pages/{made.pk}/edit")
    second = signed_in_page(f"/pages/{made.pk}/edit")
    for shown in (first, second):
        shown.locator("#page-settings summary").click()
    first.get_by_label("Title", exact=True).fill("First")
    expect(first.locator("#saved input")).to_have_value(str(made.revision + 1))
    second.get_by_label("Title", exact=True).fill("Second")
    expect(second.locator("#saved")).to_contain_text("changed in another window")
    made.refresh_from_db()
    assert made.draft["title"] == "First"
    assert of(made, "email") == "email"
