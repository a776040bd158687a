"""Drafts, versions, undo, the address, what visitors see of it, and who may change it."""

from typing import Any

import pytest

from tests.areas.pages.page_world import Clock, contact_form, published, visitor
from tundish.areas.pages import actions, changes, editing, starters
from tundish.areas.pages.content import block, form_of
from tundish.areas.pages.models import Frontage, LandingPage
from tundish.areas.pages.sites import may_go_to, origins_of
from tundish.stores import journal
from tundish.terms import InputError, from_micros


def made(us: Any, clock: Clock, **said: Any) -> LandingPage:
    said = {"template": "contact", "language": "en", "title": "Talk to us"} | said
    template = said.pop("template")
    return actions.create(template, by=us.owner, now=from_micros(clock()), **said)


def test_every_template_can_be_published_as_it_is_in_both_languages(
    clock: Clock, workspace: Any, us: Any
) -> None:
    for template in starters.TITLES:
        for language in ("en", "ar"):
            page = made(us, clock, template=template, language=language)
            actions.publish(workspace, page, by=us.owner)
            html = visitor().get(f"/p/{page.slug}").content.decode()
            direction = "rtl" if language == "ar" else "ltr"
            assert f'<html lang="{language}" dir="{direction}"' in html
            assert "<h1>Talk to us" in html
    named = [
        e for _, e in journal.read(workspace.connection, limit=99) if e.name == "page_published"
    ]
    assert len(named) == 8
    assert {e.actor for e in named} == {us.owner.public_id}


def test_publishing_makes_a_version_and_restoring_gives_it_back(
    clock: Clock, workspace: Any, us: Any, browse: Any
) -> None:
    page = published(us)
    first = page.draft
    second = {**first, "title": "Summer", "accent": "plum"}
    actions.save(page, second, revision=page.revision, by=us.owner, now=from_micros(clock()))
    assert "<title>Spring" in visitor().get("/p/spring").content.decode(), "a draft is not seen"
    actions.publish(workspace, page, by=us.owner)
    assert "<title>Summer" in visitor().get("/p/spring").content.decode()
    shown = browse(us.viewer).get(f"/pages/{page.pk}").content.decode()
    assert "title: “Spring” became “Summer”" in shown
    assert "colour: “Blue” became “Plum”" in shown
    browse(us.owner).post(f"/pages/{page.pk}/versions/1/restore")
    page.refresh_from_db()
    assert page.draft == first
    assert page.has_changes


def test_undo_takes_changes_back_one_by_one_and_typing_is_one_step(clock: Clock, us: Any) -> None:
    page = made(us, clock)
    start = page.draft

    def save(content: dict[str, Any], *, typing: bool) -> None:
        clock.pass_by(1)
        now = from_micros(clock())
        actions.save(page, content, revision=page.revision, by=us.owner, now=now, typing=typing)

    for text in ("S", "Su", "Sum"):
        save({**page.draft, "title": text}, typing=True)
    save(editing.apply(page.draft, "add:text"), typing=False)
    assert page.steps.count() == 2
    for expected in ("Sum", "Talk to us"):
        assert actions.undo(page, revision=page.revision, by=us.owner, now=from_micros(clock()))
        assert page.draft["title"] == expected
    assert page.draft == start
    assert not actions.undo(page, revision=page.revision, by=us.owner, now=from_micros(clock()))


def test_whoever_opened_the_page_earlier_overwrites_nothing(
    clock: Clock, us: Any, browse: Any
) -> None:
    page = made(us, clock)
    client = browse(us.owner)
    said = {"do": "save", "revision": str(page.revision), "title": "Mine"}
    assert client.post(f"/pages/{page.pk}/edit", said).status_code == 302
    late = client.post(f"/pages/{page.pk}/edit", said | {"title": "Late"})
    assert late.status_code == 409
    assert "changed in another window" in late.content.decode()
    page.refresh_from_db()
    assert page.draft["title"] == "Mine"


def test_the_buttons_of_the_editor_move_copy_delete_and_add(clock: Clock, us: Any) -> None:
    content = made(us, clock).draft
    kinds = lambda c: [one["kind"] for one in c["blocks"]]  # noqa: E731
    first, second, form = (one["id"] for one in content["blocks"])
    assert kinds(editing.apply(content, f"down:{first}")) == ["text", "headline", "form"]
    assert editing.apply(content, f"up:{first}") == content
    copied = editing.apply(content, f"copy:{second}")
    assert kinds(copied) == ["headline", "text", "text", "form"]
    assert len({one["id"] for one in copied["blocks"]}) == 4
    assert kinds(editing.apply(content, f"delete:{form}")) == ["headline", "text"]
    assert editing.apply(content, "delete:nothing") == content
    with pytest.raises(InputError, match="one form"):
        editing.apply(content, "add:form")
    field = form_of(content)["fields"][0]["id"]
    fewer = editing.apply(content, f"field-delete:{form}:{field}")
    assert len(form_of(fewer)["fields"]) == 4
    more = editing.apply(content, f"add-field:{form}:consent")
    assert form_of(more)["fields"][-1]["to"] == "consent"


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([], "needs a headline"),
        ([block("headline", text="A"), block("picture", picture="x.png")], "description"),
        (
            [block("headline", text="A"), block("button", label="B", target="javascript:x")],
            "https://",
        ),
        ([block("headline", text="A"), block("button", label="B", target="#form")], "has none"),
        ([block("headline", text="A"), contact_form(fields=[])], "no fields"),
        (
            [
                block("headline", text="A"),
                contact_form(after="redirect", redirect="//evil.example"),
            ],
            "own sites only",
        ),
    ],
)
def test_what_is_missing_is_said_before_publishing(
    clock: Clock, workspace: Any, us: Any, blocks: list[Any], words: str
) -> None:
    page = made(us, clock)
    content = {**page.draft, "blocks": blocks}
    actions.save(page, content, revision=page.revision, by=us.owner, now=from_micros(clock()))
    with pytest.raises(InputError, match=words):
        actions.publish(workspace, page, by=us.owner)
    assert page.versions.count() == 0


def test_addresses_are_free_of_others_and_stay_once_published(
    clock: Clock, workspace: Any, us: Any
) -> None:
    page, other = made(us, clock), made(us, clock)
    arabic = made(us, clock, title="دليل المشتري", language="ar")
    assert [page.slug, other.slug, arabic.slug] == ["talk-to-us", "talk-to-us-2", "dlil-almshtri"]
    with pytest.raises(InputError, match="Another page"):
        actions.change_address(other, "talk-to-us")
    with pytest.raises(InputError, match="cannot be an address"):
        actions.change_address(other, "؟؟")
    actions.change_address(other, "Spring Offer")
    assert other.slug == "spring-offer"
    actions.publish(workspace, page, by=us.owner)
    with pytest.raises(InputError, match="address stays"):
        actions.change_address(page, "another")


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Grow <b>better</b> & faster", "grow-better-faster"),
        ("5 < 6 > 4", "5-6-4"),
        ("عروض الربيع ٢٠٢٧", "arud-alrbia-2027"),
        ("نَدْوَة", "ndwa"),
        ("相談", "contact"),
    ],
)
def test_an_address_is_proposed_for_a_title_in_any_script(
    clock: Clock, us: Any, title: str, address: str
) -> None:
    assert made(us, clock, title=title).slug == address


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_templates_own_words_are_told_before_visitors_read_them(
    clock: Clock, us: Any, browse: Any, language: str
) -> None:
    page = made(us, clock, language=language)
    client = browse(us.owner)
    answer = client.post(f"/pages/{page.pk}/publish", follow=True)
    assert page.versions.count() == 0
    told = answer.context["unwritten"]
    assert {one.block for one in told} == {one["id"] for one in page.draft["blocks"][:2]}
    assert "Publish anyway" in answer.content.decode()
    assert "Choose it now" in answer.content.decode()
    client.post(f"/pages/{page.pk}/publish", {"anyway": "yes"})
    assert page.versions.count() == 1
    page.refresh_from_db()
    draft = {**page.draft, "title": "Another title"}
    actions.save(page, draft, revision=page.revision, by=us.owner, now=from_micros(clock()))
    client.post(f"/pages/{page.pk}/publish")
    assert page.versions.count() == 2, "what visitors read already is not told again"


def test_the_contact_form_offers_consent_and_the_privacy_notice(
    clock: Clock, workspace: Any, us: Any
) -> None:
    page = made(us, clock)
    actions.publish(workspace, page, by=us.owner)
    (box,) = (one for one in form_of(page.draft)["fields"] if one["to"] == "consent")
    assert not box["required"]
    html = visitor().get(f"/p/{page.slug}").content.decode()
    assert "Yes, send me news by mail now and then." in html
    assert "privacy notice" not in html
    frontage = Frontage.current()
    frontage.privacy_url = "https://acme.example/privacy"
    frontage.save()
    html = visitor().get(f"/p/{page.slug}").content.decode()
    assert '<a href="https://acme.example/privacy">How we treat' in html
    assert "checked" not in html


def test_a_page_that_is_gone_says_so_and_a_draft_does_not_exist(
    clock: Clock, us: Any, browse: Any
) -> None:
    page = published(us)
    assert visitor().get("/p/nothing").status_code == 404
    draft = made(us, clock)
    assert visitor().get(f"/p/{draft.slug}").status_code == 404
    browse(us.owner).post(f"/pages/{page.pk}/do/archive")
    gone = visitor().get("/p/spring")
    assert gone.status_code == 410
    assert "no longer here" in gone.content.decode()
    assert visitor().post("/p/spring", {}).status_code == 410
    assert "spring" not in visitor().get("/sitemap.xml").content.decode()
    browse(us.owner).post(f"/pages/{page.pk}/do/back")
    assert visitor().get("/p/spring").status_code == 410, "back in the list, but not online"


@pytest.mark.usefixtures("clock")
def test_search_engines_find_published_pages_with_title_and_description(us: Any) -> None:
    published(us, description="What we offer in spring.")
    html = visitor().get("/p/spring").content.decode()
    assert '<meta name="description" content="What we offer in spring.">' in html
    assert '<link rel="canonical" href="http://localhost/p/spring">' in html
    assert '<meta property="og:title" content="Spring">' in html
    assert "<loc>http://localhost/p/spring</loc>" in visitor().get("/sitemap.xml").content.decode()
    robots = visitor().get("/robots.txt").content.decode()
    assert "Allow: /p/" in robots
    assert "Disallow: /\n" in robots
    assert "sitemap.xml" in robots
    assert 'content="noindex"' in visitor().get("/p/spring/thanks").content.decode()


@pytest.mark.usefixtures("clock")
def test_the_form_may_be_framed_by_own_sites_only_and_the_page_by_nobody(us: Any) -> None:
    Frontage(pk=1, sites="https://www.narwhal.example").save()
    published(us)
    page, form = visitor().get("/p/spring"), visitor().get("/p/spring/form")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self' https://www.narwhal.example" in form["Content-Security-Policy"]
    assert "X-Frame-Options" not in form
    assert "script-src" not in page["Content-Security-Policy"], "default-src 'none' forbids all"


@pytest.mark.usefixtures("clock")
def test_marketing_edits_and_the_others_only_look(us: Any, browse: Any) -> None:
    page = published(us)
    us.rep.role = "marketing"
    us.rep.save()
    assert browse(us.rep).get(f"/pages/{page.pk}/edit").status_code == 200
    for user in (us.viewer, us.stranger):
        client = browse(user)
        assert client.get("/pages").status_code == 200
        assert client.get(f"/pages/{page.pk}").status_code == 200
        assert b"page_publish" not in client.get(f"/pages/{page.pk}").content
        assert client.get(f"/pages/{page.pk}/preview?version=1").status_code == 200
        assert client.get(f"/pages/{page.pk}/edit").status_code == 403
        for path in (f"{page.pk}/publish", f"{page.pk}/do/archive", "new", "frontage"):
            assert client.post(f"/pages/{path}", {}).status_code == 403
    assert browse().get("/pages").status_code == 302


def test_the_difference_between_versions_is_told_in_words(clock: Clock, us: Any) -> None:
    old = made(us, clock).draft
    form = form_of(old)["id"]
    new = editing.apply(editing.apply(old, "add:button"), f"add-field:{form}:phone")
    form_of(new)["fields"][0] |= {"required": False, "label": "Full name"}
    form_of(new)["double_opt_in"] = True
    new["blocks"][0]["sub"] = ""
    said = " | ".join(changes.difference(old, new))
    for words in (
        "Button added", "Field “Full name”, must be filled in switched off",
        "Field “phone” added", "Form, confirmation by mail switched on",
        "Headline, line below: “Tell us what you need.",
        "Field “Full name”, name: “Your name” became “Full name”",
    ):  # fmt: skip
        assert words in said
    assert changes.difference(old, old) == []


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "https://evil.example", "https://www.narwhal.example.evil.example",
        "https://www.narwhal.example@evil.example", "\\\\evil.example", "/\\evil.example",
        "https:evil.example", "javascript:alert(1)", "https://www.narwhal.example:8443/", "",
        "https://evil.example#https://www.narwhal.example", "http://www.narwhal.example/",
        "https://www.narwhal.example\\@evil.example", "/\tevil", "https://[", "ftp://www.narwhal.example",
    ],
)  # fmt: skip
def test_no_redirect_leads_to_a_strange_host(address: str) -> None:
    assert not may_go_to(address, origins=["https://www.narwhal.example"])


def test_redirects_to_this_site_and_to_own_sites_are_allowed() -> None:
    own = origins_of("www.narwhal.example\nhttp://localhost:8000\n")
    assert own == ["https://www.narwhal.example", "http://localhost:8000"]
    for address in ("/p/thanks", "https://www.narwhal.example/a?b=c#d", "http://localhost:8000/"):
        assert may_go_to(address, origins=own)
    with pytest.raises(InputError, match="no web site"):
        origins_of("every site")
