"""No input that anybody can send breaks a page, the editor or a form."""

from typing import Any

import pytest

from tests.areas.pages.page_world import Clock, filled, of, published, visitor
from tundish.areas.pages import confirming

ODD = (
    "", "²", "\x00", "'\"<b>", "9" * 400, "-1", "up:", "add:", "add:form", "field-up:x", "add-field:x:event",
    "upload:", "delete:%s:%s", "\ud7ff", "=1+1", "http://[", "//evil.example", "a@b", "٣", "x" * 9_000,
)  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(caplog: Any) -> None:
    caplog.set_level("CRITICAL", "django.request")


@pytest.mark.usefixtures("clock")
def test_no_field_of_the_editor_breaks_it(us: Any, browse: Any) -> None:
    page = published(us)
    client = browse(us.owner)
    client.raise_request_exception = False
    one = page.draft["blocks"][1]
    field = one["fields"][3]["id"]
    names = ["do", "revision", "block", "title", "slug", "language", "look", "accent"]
    names += [
        f"{one['id']}.{n}" for n in ("field", "heading", "after", "redirect", "double_opt_in")
    ]
    names += [f"{field}.{n}" for n in ("to", "label", "shape", "options", "key", "required")]
    broken = []
    for name in names:
        for odd in ODD:
            page.refresh_from_db()
            said = {"revision": str(page.revision), "do": "save", name: odd}
            status = client.post(f"/pages/{page.pk}/edit", said).status_code
            broken += [(name, odd[:20])] if status >= 500 else []
    assert broken == []
    assert client.get(f"/pages/{page.pk}/edit").status_code == 200
    assert client.get(f"/pages/{page.pk}/preview").status_code == 200
    assert client.post(f"/pages/{page.pk}/publish").status_code == 302


def test_no_answer_and_no_address_breaks_a_form(clock: Clock, us: Any) -> None:
    page = published(us)
    client = visitor()
    client.raise_request_exception = False
    html = client.get("/p/spring").content.decode()
    clock.pass_by(20)
    names = ["stamp", "landing", "referrer", "utm_source", "name", "email", of(page, "event")]
    broken = [
        (name, odd[:20])
        for name in names
        for odd in ODD
        if client.post("/p/spring", filled(html, **{name: odd})).status_code >= 500
    ]
    broken += [
        ("referer", odd[:20])
        for odd in ODD
        if "\x00" not in odd
        and client.get("/p/spring", {"utm_source": odd, "gclid": odd}, HTTP_REFERER=odd).status_code
        >= 500
    ]
    assert broken == []


@pytest.mark.usefixtures("clock")
def test_a_link_with_signed_nonsense_confirms_nothing(us: Any) -> None:
    from django.core import signing

    published(us)
    for said in ([], "x", ["spring"], {"a": 1}, ["spring", 1]):
        token = signing.dumps(said, salt="tundish.pages.confirm")
        assert confirming.read(token, slug="spring") is None
        assert visitor().get(f"/p/spring/confirm/{token}").status_code == 410
