"""The picture for a narrow screen: it flows downward, words at the side where reading starts."""

from collections.abc import Sequence

from tundish.funnel.picture.figure import Style, Subject, draw_shapes
from tundish.funnel.picture.heads import HEIGHT, LINE, draw_head, head_lines
from tundish.funnel.picture.layout import Frame, lay_out
from tundish.funnel.picture.ledger import ROW, draw_row, ledger_values
from tundish.funnel.picture.model import Geometry, sort_flows
from tundish.funnel.picture.pen import Pen
from tundish.funnel.stages.visits import Flow

WIDTH = 336.0
TEXT = 158.0
BLOCK = 56.0


def draw_tall(
    pen: Pen, flows: Sequence[Flow], *, subject: Subject, style: Style
) -> Geometry:
    """Draw it; lanes are as long as their words need."""
    n = len(subject.heads)
    values = ledger_values(subject, sort_flows(flows, n))
    rows = [[r for r, count in v.items() if count] for v in values]
    lines = head_lines(subject, TEXT)
    pitch = HEIGHT + lines * LINE + ROW * max((len(r) for r in rows), default=0) + 26
    frame = Frame(
        lead=16, pitch=pitch, block=BLOCK, start=TEXT + 12, budget=WIDTH - TEXT - 12 - 26,
        fall=18, rail=6, radius=7, over_label=0, tall=True, mirrored=style.mirrored, width=WIDTH,
    )  # fmt: skip
    geometry = lay_out(flows, stages=n, frame=frame)
    draw_shapes(pen, geometry, subject, style)
    x = WIDTH - 2 if style.mirrored else 2.0
    for k in range(n):
        y = frame.lead + k * pitch
        draw_head(pen, k, subject=subject, style=style, x=x, y=y, room=TEXT, lines=lines)
        for i, row in enumerate(rows[k]):
            draw_row(pen, row, k=k, value=values[k][row], subject=subject, style=style, x=x,
                     y=y + HEIGHT + lines * LINE + 4 + i * ROW, room=TEXT - 6)  # fmt: skip
    return geometry
