"""Uploaded pictures: by their content, without what a camera noted, served so that they stay pictures."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.areas.pages.page_world import Clock, published, visitor
from tundish.areas.pages import actions, pictures
from tundish.areas.pages.content import block
from tundish.terms import InputError, from_micros


def drawn(kind: str, size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, kind, **more)
    return held.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_known_by_its_bytes_and_loses_its_notes(kind: str) -> None:
    notes = Image.Exif()
    notes[0x010F] = "Secret Camera"
    notes[0x0112] = 6
    looked = pictures.look(drawn(kind, exif=notes))
    assert (looked.kind, looked.width, looked.height) == (kind.lower(), 64, 48)
    assert b"Secret" not in looked.data
    again = Image.open(io.BytesIO(looked.data))
    again.load()
    assert again.size == (64, 48)
    assert again.format == kind
    if kind == "JPEG":
        assert dict(again.getexif()) == {0x0112: 6}, "how to turn it stays"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_was_cut_off_is_refused_or_read_to_its_end(kind: str) -> None:
    whole = drawn(kind)
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(InputError):
            pictures.look(whole[:length])


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"0" * 50, b"\x89PNG\r\n\x1a\n",
     b"\xff\xd8\xff\xe0\x00\x01", b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"<html><script>"],
)  # fmt: skip
def test_anything_else_is_no_picture(data: bytes) -> None:
    with pytest.raises(InputError, match="no picture"):
        pictures.look(data)


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        assert b"<script>" not in pictures.look(drawn(kind) + b"<script>alert(1)</script>").data


def test_an_upload_stands_on_the_page_and_is_served_as_a_picture_only(
    clock: Clock, us: Any, browse: Any
) -> None:
    page = actions.create("empty", language="en", title="A", by=us.owner, now=from_micros(clock()))
    one = block("picture", alt="Our house")
    actions.save(
        page, {**page.draft, "blocks": [*page.draft["blocks"], one]},
        revision=1, by=us.owner, now=from_micros(clock()),
    )  # fmt: skip
    client = browse(us.owner)
    said = {"revision": "2", "do": f"upload:{one['id']}"}
    file = SimpleUploadedFile("a.html", drawn("PNG"), "text/html")
    assert (
        client.post(f"/pages/{page.pk}/edit", {**said, f"{one['id']}.upload": file}).status_code
        == 302
    )
    page.refresh_from_db()
    name = page.draft["blocks"][1]["picture"]
    answer = visitor().get(f"/picture/{name}")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    file = SimpleUploadedFile("a.png", b"<script>", "image/png")
    wrong = client.post(
        f"/pages/{page.pk}/edit", {**said, "revision": "3", f"{one['id']}.upload": file}
    )
    assert wrong.status_code == 422
    assert "no picture" in wrong.content.decode()


@pytest.mark.usefixtures("clock")
def test_the_firms_logo_stands_on_every_page_and_a_wrong_file_is_told(us: Any, browse: Any) -> None:
    published(us)
    client = browse(us.owner)
    wrong = SimpleUploadedFile("logo.png", b"<svg/>", "image/png")
    answer = client.post("/pages/frontage", {"logo": wrong, "sites": "every site"})
    assert answer.status_code == 422
    assert "no picture" in answer.content.decode()
    assert "no web site" in answer.content.decode()
    logo = SimpleUploadedFile("logo.png", drawn("PNG"), "image/png")
    said = {
        "logo": logo,
        "sites": "www.narwhal.example",
        "privacy_url": "https://narwhal.example/p",
    }
    assert client.post("/pages/frontage", said).status_code == 302
    html = visitor().get("/p/spring").content.decode()
    assert '<img class="logo"' in html
    assert 'href="https://narwhal.example/p"' in html
    client.post("/pages/frontage", {"no_logo": "on"})
    assert '<img class="logo"' not in visitor().get("/p/spring").content.decode()
