"""Words beside and on the shapes: only where they fit, and never instead of the ledger."""

from tundish.funnel.picture.figure import Style, Subject
from tundish.funnel.picture.model import Geometry, Shape
from tundish.funnel.picture.pen import Pen, fit, width_of, wrap
from tundish.funnel.picture.words import rate_words


def draw_labels(pen: Pen, geometry: Geometry, subject: Subject, style: Style) -> None:
    """Numbers on blocks and streams that are large enough, losses below, ways back above."""
    for shape in geometry.shapes:
        if shape.kind == "block_still_here":
            _inside(pen, shape, style, colour="on_here")
        elif shape.kind == "block_moved_on" and not geometry.scale:
            _inside(pen, shape, style, colour="on_block")
        elif shape.kind == "moved_on" and shape.target == shape.stage + 1:
            _inside(pen, shape, style, colour="on_flow")
        elif shape.kind in ("moved_on", "entered") and shape.target:
            _passing(pen, shape, geometry, style)
        elif shape.kind == "lost":
            _loss(pen, shape, geometry, subject=subject, style=style)
        elif shape.kind in ("looped", "fell_back") and (shape.target or 0) <= shape.stage:
            _way_back(pen, shape, geometry, subject=subject, style=style)
    for column in geometry.columns:
        if not geometry.scale and column.count:
            text = style.words["full_height"].format(count=style.form.count(column.count))
            pen.text(text, x=column.x + (column.width if style.mirrored else 0), y=column.y - 6,
                     size=11.5, fill=style.colours["muted"])  # fmt: skip
        skipped = int(subject.stages[column.stage].get("skipped") or 0)
        if skipped and column.over:
            x, y = column.x + column.width / 2, column.y - column.over - 5
            text = f"{style.form.count(skipped)} {style.words['skipped']}"
            pen.text(text, x=x, y=y, size=11.5, fill=style.colours["muted"], anchor="middle",
                     hidden=True)  # fmt: skip


def _inside(pen: Pen, shape: Shape, style: Style, *, colour: str) -> None:
    text = style.form.count(shape.count)
    if shape.thick < 18 or width_of(text, 13) > shape.width - 8:
        return
    x, y = shape.x + shape.width / 2, shape.y + shape.height / 2 + 4.5
    pen.text(text, x=x, y=y, size=13, fill=style.colours[colour], anchor="middle", weight=600,
             hidden=True)  # fmt: skip


def _passing(pen: Pen, shape: Shape, geometry: Geometry, style: Style) -> None:
    """The number on a broad band that passes over stages, just before it lands."""
    text = style.form.count(shape.count)
    land = geometry.columns[shape.target or 0]
    if shape.thick < 20 or not shape.outline:
        return
    side = 1 if style.mirrored else -1
    edge = land.x + land.width if style.mirrored else land.x
    x = edge + side * (width_of(text, 13) / 2 + 10)
    y = min(at[-1] for letter, at in shape.outline if letter != "Z" and abs(at[-2] - edge) < 1)
    soft = "entered_soft" if shape.kind == "entered" else "skip_soft"
    pen.text(text, x=x, y=y + shape.thick / 2 + 4.5, size=13, fill=style.colours["ink"],
             anchor="middle", weight=600, hidden=True, halo=style.colours[soft])  # fmt: skip


def _loss(pen: Pen, shape: Shape, geometry: Geometry, *, subject: Subject, style: Style) -> None:
    """Beside the end of the fall: how many, and the first reason with its share."""
    column = geometry.columns[shape.stage]
    side = -1 if style.mirrored else 1
    x = (shape.x if style.mirrored else shape.x + shape.width) + side * 8
    y = shape.y + shape.height - shape.thick / 2
    # Below the next block nothing stands; only the next loss begins behind it.
    fall = column.lane[0] + column.width + shape.width + 8
    room = min(sum(column.lane) + column.width - 8, geometry.width) - fall
    text = f"{style.form.count(shape.count)} {style.words['lost']}"
    lines = wrap(first_reason(subject, shape.stage, style), 12, room)
    halo = style.colours["surface"]
    pen.text(fit(text, 13, room), x=x, y=y - 3, size=13, hidden=True,
             fill=style.colours["lost"], weight=600, halo=halo)  # fmt: skip
    for i, line in enumerate(lines):
        if line:
            pen.text(line, x=x, y=y + 13 + 15 * i, size=12, fill=style.colours["muted"], halo=halo)


def first_reason(subject: Subject, stage: int, style: Style) -> str:
    """The most frequent reason for losing units at `stage`, with its share of that stage's losses."""
    reasons = subject.reasons.get(stage, ())
    if not reasons:
        return ""
    reason, count = reasons[0]
    share = style.form.share(count / sum(n for _, n in reasons))
    return style.words["first_reason"].format(reason=reason, share=share)


def _way_back(
    pen: Pen, shape: Shape, geometry: Geometry, *, subject: Subject, style: Style
) -> None:
    """The count above its rail; on the outermost loop all loops together with their rate and time."""
    loops = [s for s in geometry.shapes if s.kind == "looped" and (s.target or 0) <= s.stage]
    text = style.form.count(shape.count)
    at = geometry.columns[shape.stage]
    if shape.kind == "fell_back":
        text = f"{text} {style.words['fell_back']}"
        at = geometry.columns[shape.target or 0]
    elif shape is min(loops, key=lambda s: s.y):
        text = loop_words(subject, style, count=sum(s.count for s in loops))
        at = geometry.columns[((shape.target or 0) + shape.stage + 1) // 2]
    # Over a block nothing climbs or falls, so the words cross no other band.
    x = at.x + at.width / 2
    half = width_of(text, 12) / 2
    x = min(max(x, half), geometry.width - half)
    pen.text(text, x=x, y=shape.y - 5, size=12, anchor="middle", weight=600, hidden=True,
             fill=style.colours["loop" if shape.kind == "looped" else "back"],
             halo=style.colours["surface"])  # fmt: skip


def loop_words(subject: Subject, style: Style, *, count: int) -> str:
    """The loyalty loop in one line: how many, its rate, its time."""
    parts = [f"{style.words['loop']}: {style.form.count(count)}"]
    loop = subject.loop or {}
    rate, _ = rate_words(loop.get("rate"), style.form)
    if rate:
        parts.append(style.words["loop_rate"].format(rate=rate))
    if loop.get("median_seconds"):
        time = style.form.time(loop["median_seconds"])
        parts.append(style.words["loop_time"].format(time=time))
    return style.joint.join(parts)
