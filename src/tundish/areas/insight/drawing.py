"""The picture of a report for a page or a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from tundish.areas.insight import wording
from tundish.areas.insight.filters import Look
from tundish.funnel.picture import Head, draw
from tundish.funnel.picture.paint import LIGHT, THEMED
from tundish.funnel.picture.svg import no_link
from tundish.funnel.stages import Flow, StageReport

FONTS = Path(__file__).parent / "fonts"
FONT = "Tundish Sans"
"""Inter with the Arabic letters of Noto Sans Arabic in one file: a renderer that looks for missing
letters in a second font loses their joins."""


def lists_at(look: Look, *, row: int | None = None) -> Any:
    """Addresses of the lists behind the numbers of a look, or of one row of its division."""
    start = f"{reverse('funnel_list')}?{look.query}"

    def href(kind: str, stage: int, *, target: int | None = None, reason: str | None = None) -> str:
        said = f"{start}{'&' if look.query else ''}kind={kind}&stage={stage}"
        said += "" if target is None else f"&target={target}"
        said += "" if reason is None else f"&reason={quote(reason, safe='')}"
        return said + ("" if row is None else f"&row={row}")

    return href


def picture(
    report: StageReport, look: Look, *, heads: Sequence[Head], shape: str, prefix: str,
    row: int | None = None,
) -> SafeString:  # fmt: skip
    """The picture for a page: colours of its theme, every number a link. What it writes is escaped."""
    svg = draw(
        report.to_dict(), flows_in_words(report), heads=heads, words=wording.picture_words(),
        form=wording.number_format(), href=lists_at(look, row=row), colours=THEMED,
        counting=report.chosen.definition.counting, direction=_direction(), shape=shape,
        against=look.against or "mouth", prefix=prefix,
    )  # fmt: skip
    return mark_safe(svg)


def file_picture(
    report: StageReport, look: Look, *, heads: Sequence[Head], fonts: str, caption: str
) -> str:
    """The picture for a file: fixed colours, no links."""
    return draw(
        report.to_dict(), flows_in_words(report), heads=heads, words=wording.picture_words(),
        form=wording.number_format(), href=no_link, colours=LIGHT, fonts=fonts, caption=caption,
        counting=report.chosen.definition.counting, direction=_direction(),
        against=look.against or "mouth",
    )  # fmt: skip


def png(svg: str) -> bytes:
    """The SVG as PNG at twice its size, set in the bundled fonts on white."""
    from resvg_py import svg_to_bytes

    return bytes(
        svg_to_bytes(
            svg_string=svg, zoom=2, background="#ffffff", skip_system_fonts=True,
            font_files=[str(file) for file in sorted(FONTS.glob("*.ttf"))],
            font_family=FONT, sans_serif_family=FONT,
        )
    )  # fmt: skip


def flows_in_words(report: StageReport) -> list[Flow]:
    """The flows with the loss reasons in the reader's language."""
    titles = wording.loss_titles(report.chosen.definition)
    return [
        replace(flow, reason=titles.get(flow.reason, flow.reason)) if flow.reason else flow
        for flow in report.flows
    ]


def _direction() -> str:
    return "rtl" if get_language_bidi() else "ltr"
