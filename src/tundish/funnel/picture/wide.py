"""The picture for a screen or a sheet of paper: heads above, the stream, the ledger below."""

from collections.abc import Sequence

from tundish.funnel.picture.before import lay_out_before
from tundish.funnel.picture.figure import Style, Subject, draw_shapes, handoffs
from tundish.funnel.picture.heads import HEIGHT, LINE, draw_head, head_lines
from tundish.funnel.picture.layout import Frame, lay_out
from tundish.funnel.picture.ledger import ROW, draw_row, ledger_values, rows_in_use
from tundish.funnel.picture.model import Geometry, sort_flows
from tundish.funnel.picture.onshape import draw_labels
from tundish.funnel.picture.pen import Pen
from tundish.funnel.stages.visits import Flow

WIDTH = 1080.0
LEAD = 34.0
STREAM = 330.0
TOP = 3.0


def draw_wide(
    pen: Pen, flows: Sequence[Flow], *, subject: Subject, style: Style, before: bool
) -> Geometry:
    """Draw it; the geometry's height is that of the whole sheet."""
    n = len(subject.heads)
    counts = sort_flows(flows, n)
    lead = 86.0 if counts.back_to_start else LEAD
    pitch = (WIDTH - lead) / n
    starts = tuple(lead + k * pitch for k in range(n + 1))
    room = min(pitch - 20, 340)
    lines = head_lines(subject, room)
    head = TOP + HEIGHT + lines * LINE
    frame = Frame(
        starts=starts, block=max(46.0, min(pitch * 0.36, 132.0)),
        start=head + 8,         budget=STREAM, mirrored=style.mirrored, width=WIDTH,
    )  # fmt: skip
    if before:
        geometry = lay_out_before(subject.stages, frame=frame)
    else:
        geometry = lay_out(flows, stages=n, frame=frame)
    values = ledger_values(subject, counts)
    rows = rows_in_use(values)
    foot = geometry.height + 44
    height = foot + ROW * len(rows) + 40
    draw_shapes(pen, geometry, subject=subject, style=style, mouth=min(lead, LEAD))
    # Over the bands, because it cuts the stream; under the words.
    _handoff(pen, subject, style, starts=starts, top=head - 4, bottom=height - 34)
    draw_labels(pen, geometry, subject, style)
    for k in range(n):
        x = _x(starts[k], style)
        draw_head(pen, k, subject=subject, style=style, x=x, y=TOP, room=room, lines=lines)
        for i, row in enumerate(rows):
            draw_row(pen, row, k=k, value=values[k][row], subject=subject, style=style,
                     x=x, y=foot + i * ROW, room=min(room, 190))  # fmt: skip
    _owners(pen, subject, style, starts=starts, y=height - 26)
    return Geometry(WIDTH, height, geometry.scale, False, style.mirrored, geometry.columns,
                    geometry.shapes)  # fmt: skip


def _x(u: float, style: Style) -> float:
    return WIDTH - u if style.mirrored else u


def _owners(
    pen: Pen, subject: Subject, style: Style, *, starts: tuple[float, ...], y: float
) -> None:
    """A bar under the stages of each owner, with its name."""
    for first, last, owner in owner_runs(subject):
        a, b = _x(starts[first], style), _x(starts[last + 1] - 20, style)
        pen.element("rect", x=min(a, b), y=y, width=abs(b - a), height=3, rx=1.5,
                    fill=style.colours["muted"])  # fmt: skip
        pen.text(
            style.words[owner], x=a, y=y + 19, size=12.5, fill=style.colours["ink"], weight=600
        )


def owner_runs(subject: Subject) -> list[tuple[int, int, str]]:
    """(first stage, last stage, owner) for neighbouring stages of one owner."""
    runs: list[tuple[int, int, str]] = []
    for k, head in enumerate(subject.heads):
        if head.owner and runs and runs[-1][2] == head.owner and runs[-1][1] == k - 1:
            runs[-1] = (runs[-1][0], k, head.owner)
        elif head.owner:
            runs.append((k, k, head.owner))
    return runs


def _handoff(
    pen: Pen,
    subject: Subject,
    style: Style,
    *,
    starts: tuple[float, ...],
    top: float,
    bottom: float,
) -> None:
    for k in handoffs(subject):
        x = _x(starts[k] - 12, style)
        pen.element("path", d=f"M{x:.2f} {top:.2f}V{bottom:.2f}", stroke=style.colours["muted"],
                    stroke_width=1.2, stroke_dasharray="3 4", class_="handoff")  # fmt: skip
        pen.text(style.words["handoff"], x=x + (6 if style.mirrored else -6), y=bottom + 27, size=12,
                 fill=style.colours["muted"], anchor="end")  # fmt: skip
