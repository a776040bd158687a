"""A small picture for one segment among several: the stream, and under it counts and rates."""

from collections.abc import Sequence

from tundish.funnel.picture.figure import Style, Subject, draw_shapes
from tundish.funnel.picture.layout import Frame, lay_out
from tundish.funnel.picture.model import Geometry
from tundish.funnel.picture.pen import Pen, fit, width_of
from tundish.funnel.picture.words import rate_words
from tundish.funnel.stages.visits import Flow

WIDTH = 380.0
LEAD = 14.0
STREAM = 96.0


def draw_small(pen: Pen, flows: Sequence[Flow], *, subject: Subject, style: Style) -> Geometry:
    """Draw it on a scale of its own."""
    n = len(subject.heads)
    starts = tuple(LEAD + k * (WIDTH - LEAD) / n for k in range(n + 1))
    pitch = starts[1] - starts[0]
    frame = Frame(
        starts=starts, block=pitch * 0.42, start=4, budget=STREAM, fall=12, rail=3, radius=4,
        gap=3, over_label=0, mirrored=style.mirrored, width=WIDTH,
    )  # fmt: skip
    geometry = lay_out(flows, stages=n, frame=frame)
    draw_shapes(pen, geometry, subject=subject, style=style, mouth=LEAD)
    foot = max(geometry.height, STREAM * 0.6) + 14
    for k, stage in enumerate(subject.stages):
        x = WIDTH - starts[k] if style.mirrored else starts[k]
        count = int(stage[subject.counting])
        shown, title = style.form.count(count), subject.heads[k].title
        pen.text(fit(title, 11, pitch - 5), x=x, y=foot, size=11, fill=style.colours["muted"])
        href = style.href(subject.counting, k)
        label = style.words["count_of"].format(
            stage=title, count=shown, what=style.words[subject.counting]
        )
        pen.open_link(href, label=label, class_="figure", data_kind=subject.counting,
                      data_stage=k, data_count=count)  # fmt: skip
        size = 14.0 if width_of(shown, 14) < pitch - 4 else 10.5
        pen.text(shown, x=x, y=foot + 17, size=size, fill=style.colours["ink"], weight=600)
        pen.close_link(href)
        rate, _ = rate_words(stage.get("rate_from_previous"), style.form)
        pen.text(fit(rate, 11, pitch - 5), x=x, y=foot + 32, size=11, fill=style.colours["muted"])
    return Geometry(WIDTH, foot + 40, geometry.scale, False, style.mirrored, geometry.columns,
                    geometry.shapes)  # fmt: skip
