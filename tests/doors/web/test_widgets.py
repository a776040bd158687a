"""Controls of our own."""

import re

from django import forms

from tundish.web.widgets import LongSelect


def test_a_long_select_says_what_djangos_says() -> None:
    choices = [("UTC", "UTC"), ("Asia/Amman", "Asia/<Amman>"), ("Europe/Berlin", "Europe/Berlin")]
    for value in ("Asia/Amman", None, "none of them"):
        ours = LongSelect(attrs={"id": "z"}, choices=choices).render("zone", value)
        theirs = forms.Select(attrs={"id": "z"}, choices=choices).render("zone", value)
        assert _plain(ours) == _plain(theirs)


def _plain(html: str) -> list[list[str]]:
    """The tags and texts in order, attributes in any."""
    return [sorted(part.split()) for part in re.split(r"[<>]", html) if part.strip()]
