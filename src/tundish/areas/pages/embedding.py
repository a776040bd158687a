"""What to paste into another web site so that it shows or sends a page's form."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import override

from tundish.areas.pages.answers import TRAP
from tundish.areas.pages.content import Block
from tundish.areas.pages.shown import ShownForm


def codes(form: Block, *, address: str, language: str) -> dict[str, str]:
    """`frame`: the form in a frame, as it is published. `plain`: a form of the site's own look."""
    height = 260 + 84 * len(form["fields"])
    frame = (
        f'<iframe src="{escape(address)}" title="{escape(form["heading"] or form["button"])}"\n'
        f'  width="100%" height="{height}" style="border:0" loading="lazy"></iframe>'
    )
    said: dict[str, Any] = {
        "form": ShownForm(form, address, {}), "trap": TRAP, "page_language": language,
        "page_direction": "rtl" if language == "ar" else "ltr",
    }  # fmt: skip
    with override(language):
        plain = render_to_string("pages/embedded_form.html", said)
    return {"frame": frame, "plain": "\n".join(line for line in plain.splitlines() if line.strip())}
