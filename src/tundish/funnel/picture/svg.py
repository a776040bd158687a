"""The funnel picture: a stage report and its flows as one SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from tundish.funnel.picture.figure import Href, Style, Subject
from tundish.funnel.picture.model import Head
from tundish.funnel.picture.paint import THEMED, definitions
from tundish.funnel.picture.pen import Pen, attributes, number
from tundish.funnel.picture.small import draw_small
from tundish.funnel.picture.tall import draw_tall
from tundish.funnel.picture.wide import draw_wide
from tundish.funnel.picture.words import ENGLISH, WORDS, Format
from tundish.funnel.stages.visits import Flow

CAPTION = 30.0
FONTS = "Inter, 'Noto Sans Arabic', system-ui, sans-serif"


def no_link(kind: str, stage: int, *, target: int | None = None, reason: str | None = None) -> None:
    """No list behind any number: the picture for a file."""


def draw(
    report: Mapping[str, Any], flows: Sequence[Flow], *, heads: Sequence[Head],
    words: Mapping[str, str] = WORDS, form: Format = ENGLISH, href: Href = no_link,
    colours: Mapping[str, str] = THEMED, counting: str = "reached", direction: str = "ltr",
    shape: str = "wide", against: str = "mouth", prefix: str = "funnel", fonts: str = FONTS,
    caption: str = "",
) -> str:  # fmt: skip
    """The stage funnel as SVG text.

    `report` is `StageReport.to_dict()`, `flows` its flows, `heads` one per stage; `direction` is
    `ltr` or `rtl`; `shape` is `wide`, `tall` (flows downward, for a narrow screen) or `small`;
    `against` is `mouth` for one scale, `before` for each stage against the one before.

    Every shape carries `data-kind`, `data-stage`, `data-count` and `data-thick` (pixels across the
    flow, count times the root's `data-scale`). `prefix` keeps the ids of several pictures on one
    page apart. `caption` stands under a picture that leaves its page.
    """
    mirrored = direction == "rtl"
    style = Style(words, form, colours, href, prefix, mirrored)
    subject = Subject(
        tuple(report["stages"]), tuple(heads), counting, _reasons(flows), report.get("loop")
    )
    pen = Pen(mirrored=mirrored)
    if shape == "small":
        geometry = draw_small(pen, flows, subject=subject, style=style)
    else:
        drawing = draw_tall if shape == "tall" else draw_wide
        geometry = drawing(pen, flows, subject=subject, style=style, before=against == "before")
    height = geometry.height + (CAPTION if caption else 0)
    if caption:
        x = geometry.width - 2 if mirrored else 2.0
        pen.text(caption, x=x, y=height - 8, size=12, fill=colours["muted"])
    size = attributes(
        viewBox=f"0 0 {number(geometry.width)} {number(height)}",
        width=number(geometry.width), height=number(height),
        role="group", aria_label=words["picture"], direction="ltr", font_family=fonts,
        class_="funnel-picture", data_scale=f"{geometry.scale:.8f}",
    )  # fmt: skip
    defs = definitions(colours, prefix=prefix, tall=geometry.tall, mirrored=mirrored)
    body = "".join(pen.parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg"{size}>{defs}{body}</svg>'


def _reasons(flows: Sequence[Flow]) -> dict[int, tuple[tuple[str, int], ...]]:
    found: dict[int, list[tuple[str, int]]] = {}
    for flow in flows:
        if flow.kind == "lost" and flow.source is not None and flow.reason and flow.count:
            found.setdefault(flow.source, []).append((flow.reason, flow.count))
    return {k: tuple(sorted(r, key=lambda pair: -pair[1])) for k, r in found.items()}
