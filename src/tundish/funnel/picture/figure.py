"""The shapes of a picture as SVG, each a link to the list that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from tundish.funnel.picture.model import OUTSIDE, Geometry, Head, Shape
from tundish.funnel.picture.paint import fill
from tundish.funnel.picture.pen import Pen, path_data
from tundish.funnel.picture.words import Format


class Href(Protocol):
    """Gives the address of a list, or None: of a stage's count, or of the flow to `target`."""

    def __call__(
        self, kind: str, stage: int, *, target: int | None = None, reason: str | None = None
    ) -> str | None: ...


@dataclass(frozen=True)
class Style:
    """How one picture is written: words, numbers, colours, links, reading direction."""

    words: Mapping[str, str]
    form: Format
    colours: Mapping[str, str]
    href: Href
    prefix: str
    mirrored: bool

    @property
    def joint(self) -> str:
        """What stands between two parts of a line; beside Arabic digits a dot would be a zero."""
        return " – " if self.mirrored else " · "


@dataclass(frozen=True)
class Subject:
    """What one picture shows: the stages of the report beside their heads."""

    stages: tuple[Mapping[str, Any], ...]
    heads: tuple[Head, ...]
    counting: str
    reasons: Mapping[int, tuple[tuple[str, int], ...]]
    loop: Mapping[str, Any] | None = None


def handoffs(subject: Subject) -> list[int]:
    """The stages of sales that follow a stage of marketing."""
    owners = [h.owner for h in subject.heads]
    return [k for k, pair in enumerate(pairwise(owners), start=1) if pair == ("marketing", "sales")]


def draw_shapes(
    pen: Pen, geometry: Geometry, *, subject: Subject, style: Style, mouth: float
) -> None:
    """Every band and block, the far ones first so that ways back cross over the stream.

    `mouth` is the length in pixels over which those who enter come out of the mist.
    """
    if not geometry.scale:
        _full_heights(pen, geometry, style)
    for shape in sorted(geometry.shapes, key=lambda shape: _LAYER.get(shape.kind, 3)):
        if shape.kind == "lens":
            pen.element("path", d=path_data(shape.outline), fill=style.colours["flow"],
                        fill_opacity=0.55)  # fmt: skip
        else:
            _draw(pen, shape, subject, style)
    _mist(pen, geometry, style, mouth)


def _mist(pen: Pen, geometry: Geometry, style: Style, mouth: float) -> None:
    wide, high = (geometry.width, mouth) if geometry.tall else (mouth, geometry.height)
    x = geometry.width - mouth if geometry.mirrored and not geometry.tall else 0.0
    pen.element("rect", x=x, y=0.0, width=wide, height=high, fill=f"url(#{style.prefix}-mist)",
                pointer_events="none")  # fmt: skip


def _full_heights(pen: Pen, geometry: Geometry, style: Style) -> None:
    for column in geometry.columns:
        if column.count:
            pen.element("rect", x=column.x, y=column.y, width=column.width, height=column.height,
                        fill=style.colours["skip_soft"], stroke=style.colours["line"])  # fmt: skip


_STRONG = {
    "moved_on": "block", "entered": "entered", "lost": "lost", "fell_back": "back",
    "looped": "loop",
}  # fmt: skip
_LAYER = {"lens": 0, "lost": 0, "moved_on": 1, "entered": 1, "fell_back": 4, "looped": 5}


def _draw(pen: Pen, shape: Shape, subject: Subject, style: Style) -> None:
    kind = shape.kind.removeprefix("block_")
    jump = kind == "moved_on" and shape.target is not None and shape.target > shape.stage + 1
    mouth = shape.kind == "entered" and shape.target == 0
    href = _address(shape, kind, style)
    pen.open_link(
        href,
        label=_label(shape, kind, subject, style),
        twin=_has_twin(shape, kind, jump=jump),
        class_=f"band {shape.kind.replace('_', '-')}{' jump' if jump else ''}",
        data_kind=shape.kind,
        data_stage=shape.stage,
        data_target=shape.target,
        data_count=shape.count,
        data_thick=f"{shape.thick:.4f}",
    )
    painted = fill(shape.kind, prefix=style.prefix, colours=style.colours, jump=jump, mouth=mouth)
    if shape.outline and shape.thick < 6 and kind != "lost" and painted.startswith("url"):
        # A pattern in a thread is only specks.
        painted = style.colours[_STRONG.get(kind, "skip") if not jump else "skip"]
    edge, width = _edge(shape, kind, style, jump=jump)
    if shape.outline:
        # The casing lies behind the band, or it would eat a thin one.
        pen.element("path", d=path_data(shape.outline), fill=painted, stroke=edge,
                    stroke_width=width, paint_order="stroke" if edge else None)  # fmt: skip
    else:
        pen.element("rect", x=shape.x, y=shape.y, width=shape.width, height=shape.height,
                    fill=painted, stroke=edge or style.colours["surface"],
                    stroke_width=width or 1.0)  # fmt: skip
        if kind == "lost" and shape.thick > 3:
            pen.element("rect", x=shape.x, y=shape.y, width=shape.width, height=shape.height,
                        fill="none", stroke=style.colours["lost"], stroke_width=0.75)  # fmt: skip
    pen.close_link(href)


def _edge(shape: Shape, kind: str, style: Style, *, jump: bool) -> tuple[str | None, float | None]:
    """The stroke: a casing where a band crosses others, a hairline where it would vanish."""
    if shape.thick < 1.0:
        return style.colours[_STRONG.get(kind, "here")], 0.8
    if kind in ("looped", "fell_back") or jump:
        return style.colours["surface"], 3.0
    if kind == "entered" and shape.target:
        return style.colours["surface"], 3.0
    return None, None


def _address(shape: Shape, kind: str, style: Style) -> str | None:
    if kind == "entered":
        return style.href("entered_here", shape.target or 0)
    if shape.target is not None:
        return style.href(kind, shape.stage, target=shape.target)
    return style.href(kind, shape.stage)


def _has_twin(shape: Shape, kind: str, *, jump: bool) -> bool:
    # The ledger below repeats a stage's totals; only jumps and ways back are told apart here.
    return shape.kind.startswith("block_") or not (jump or kind in ("fell_back", "looped"))


def _label(shape: Shape, kind: str, subject: Subject, style: Style) -> str:
    words, count = style.words, style.form.count(shape.count)

    def title(k: int) -> str:
        return subject.heads[k].title

    if shape.stage == OUTSIDE:
        return words["jump_in"].format(count=count, target=title(shape.target or 0))
    if shape.target is None or shape.target == OUTSIDE:
        return words["count_of"].format(stage=title(shape.stage), count=count, what=words[kind])
    name = {"fell_back": "went_back", "looped": "came_round"}.get(kind, "jump")
    return words[name].format(count=count, source=title(shape.stage), target=title(shape.target))
