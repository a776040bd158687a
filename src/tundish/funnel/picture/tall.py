"""The picture for a narrow screen: it flows downward, words at the side where reading starts."""

from collections.abc import Sequence

from tundish.funnel.picture.before import lay_out_before
from tundish.funnel.picture.figure import Style, Subject, draw_shapes, handoffs
from tundish.funnel.picture.heads import HEIGHT, LINE, NAME, draw_head
from tundish.funnel.picture.layout import Frame, lay_out
from tundish.funnel.picture.ledger import ROW, draw_row, ledger_values
from tundish.funnel.picture.model import Geometry, sort_flows
from tundish.funnel.picture.pen import Pen, wrap
from tundish.funnel.stages.visits import Flow

WIDTH = 336.0
TEXT = 158.0
BLOCK = 56.0
LEAD = 18.0


def draw_tall(
    pen: Pen, flows: Sequence[Flow], *, subject: Subject, style: Style, before: bool
) -> Geometry:
    """Draw it; lanes are as long as their words need."""
    n = len(subject.heads)
    counts = sort_flows(flows, n)
    values = ledger_values(subject, counts)
    rows = [[r for r, count in v.items() if count] for v in values]
    lines = [len(wrap(h.title, NAME, TEXT)) for h in subject.heads]
    starts = [66.0 if counts.back_to_start else LEAD]
    for k in range(n):
        words = HEIGHT + lines[k] * LINE + ROW * len(rows[k])
        starts.append(starts[-1] + max(words + 22, BLOCK + 90))
    frame = Frame(
        starts=tuple(starts), block=BLOCK, start=TEXT + 14, budget=WIDTH - TEXT - 14 - 22,
        fall=18, rail=6, radius=7, over_label=0, tall=True, mirrored=style.mirrored, width=WIDTH,
    )  # fmt: skip
    if before:
        geometry = lay_out_before(subject.stages, frame=frame)
    else:
        geometry = lay_out(flows, stages=n, frame=frame)
    draw_shapes(pen, geometry, subject=subject, style=style, mouth=LEAD)
    _handoffs(pen, starts, subject, style)
    x = WIDTH - 2 if style.mirrored else 2.0
    for k in range(n):
        y = starts[k]
        draw_head(pen, k, subject=subject, style=style, x=x, y=y, room=TEXT, lines=lines[k],
                  owner=True)  # fmt: skip
        for i, row in enumerate(rows[k]):
            draw_row(pen, row, k=k, value=values[k][row], subject=subject, style=style, x=x,
                     y=y + HEIGHT + lines[k] * LINE + 4 + i * ROW, room=TEXT - 6)  # fmt: skip
    return geometry


def _handoffs(pen: Pen, starts: list[float], subject: Subject, style: Style) -> None:
    for k in handoffs(subject):
        y, x = starts[k] - 9, WIDTH - 2 if style.mirrored else 2.0
        pen.element("path", d=f"M0 {y:.2f}H{WIDTH:.2f}", stroke=style.colours["muted"],
                    stroke_width=1.2, stroke_dasharray="3 4", class_="handoff")  # fmt: skip
        pen.text(style.words["handoff"], x=x, y=y - 5, size=11.5, fill=style.colours["muted"])
