"""The same counts with each stage against the one before: for funnels whose mouth dwarfs the rest.

Every lane has a scale of its own, from zero: its full height stands for all who reached the stage
before (at the first stage, for all who reached it). A pale lens joins those who reached a stage to
the full height of the next, as under a magnifying glass.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tundish.funnel.picture.layout import Frame
from tundish.funnel.picture.model import Column, Geometry, Shape
from tundish.funnel.picture.paths import Place, taper

PARTS = ("skipped", "looped", "fell_back", "moved_on", "still_here", "lost")


def lay_out_before(stages: Sequence[Mapping[str, Any]], *, frame: Frame) -> Geometry:
    """The geometry; `Geometry.scale` is 0 because every column has its own."""
    place = Place(frame.width, frame.tall, frame.mirrored)
    full = frame.budget
    columns: list[Column] = []
    shapes: list[Shape] = []
    for k, stage in enumerate(stages):
        parts = [(name, int(stage.get(name) or 0)) for name in PARTS]
        total = sum(n for _, n in parts)
        whole = max(total, int(stages[k - 1]["reached"]) if k else 0)
        scale = full / whole if whole else 0.0
        u, v = frame.starts[k], frame.start
        if k and columns[-1].scale:
            shapes.append(_lens(k, stages, frame=frame, place=place, before=columns[-1]))
        box = place.box(u, v, frame.block, full)
        lane = (u, frame.block + frame.gap_after(k))
        columns.append(Column(k, whole, *box, lane, 0.0, scale))
        for name, count in parts:
            if count:
                box = place.box(u, v, frame.block, count * scale)
                shapes.append(Shape(f"block_{name}", k, None, count, *box, count * scale))
                v += count * scale
    across = frame.start + full + 12
    size = (frame.width, frame.starts[-1]) if frame.tall else (frame.width, across)
    return Geometry(*size, 0.0, frame.tall, frame.mirrored, tuple(columns), tuple(shapes))


def _lens(
    k: int, stages: Sequence[Mapping[str, Any]], *, frame: Frame, place: Place, before: Column
) -> Shape:
    count = int(stages[k - 1]["reached"])
    thick = min(count * before.scale, frame.budget)
    outline = place.outline(
        taper(
            (frame.starts[k - 1] + frame.block, frame.start, thick),
            (frame.starts[k], frame.start, frame.budget),
        )
    )
    x, y = place.point(frame.starts[k - 1] + frame.block, frame.start)
    return Shape("lens", k - 1, k, count, x, y, 0.0, 0.0, thick, outline)
