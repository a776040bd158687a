"""A stage's head: name, how many reached it, the rate with its interval, time, target, trend."""

from collections.abc import Mapping
from typing import Any

from tundish.funnel.picture.figure import Style, Subject
from tundish.funnel.picture.pen import Pen, fit, width_of, wrap
from tundish.funnel.picture.words import rate_words

HEIGHT = 104.0
LINE = 18.0


def head_lines(subject: Subject, room: float) -> int:
    """How many lines the longest stage name needs, 1 or 2."""
    return max((len(wrap(h.title, 15.5, room)) for h in subject.heads), default=1)


def draw_head(
    pen: Pen, k: int, *, subject: Subject, style: Style, x: float, y: float, room: float, lines: int
) -> None:  # fmt: skip
    """The head of stage k with its upper corner at (x, y); `x` is where the language starts."""
    head, stage, ink = subject.heads[k], subject.stages[k], style.colours
    side = -1 if style.mirrored else 1
    for i, line in enumerate(wrap(head.title, 15.5, room)):
        pen.text(line, x=x, y=y + 14 + i * LINE, size=15.5, fill=ink["ink"], weight=650)
    y += lines * LINE
    reached = int(stage.get(subject.counting, stage["reached"]))
    shown = style.form.count(reached)
    href = style.href(subject.counting, k)
    label = style.words["count_of"].format(
        stage=head.title, count=shown, what=style.words[subject.counting]
    )
    pen.open_link(href, label=label, class_="figure", data_kind=subject.counting, data_stage=k,
                  data_count=reached)  # fmt: skip
    pen.text(shown, x=x, y=y + 30, size=29, fill=ink["ink"], weight=680)
    pen.close_link(href)
    wide = width_of(shown, 29) * 0.98
    pen.text(
        fit(_role(subject, k, style), 12, room - wide - 8),
        x=x + side * (wide + 8), y=y + 30, size=12, fill=ink["muted"],
    )  # fmt: skip
    if len(head.weekly) > 1 and room - wide > 150:
        _sparkline(pen, head.weekly, style, x=x + side * (room - 62), y=y + 8)
    _rate(pen, stage, head.target, style, x=x, y=y + 52, room=room)
    time = stage["time_in_stage"]["median"]
    words = style.words
    median = words["median"].format(time=style.form.time(time)) if time else words["no_median"]
    pen.text(fit(median, 12.5, room), x=x, y=y + 84, size=12.5, fill=ink["muted"])


def _role(subject: Subject, k: int, style: Style) -> str:
    words = [style.words[subject.counting]]
    if subject.heads[k].purchase:
        words.append(style.words["purchase"])
    return " · ".join(words)


def _rate(
    pen: Pen, stage: Mapping[str, Any], target: float | None, style: Style, *,
    x: float, y: float, room: float,
) -> None:  # fmt: skip
    main, interval = rate_words(stage.get("rate_from_previous"), style.form)
    ink, side = style.colours, -1 if style.mirrored else 1
    if not main:
        return
    pen.text(main, x=x, y=y, size=14, fill=ink["ink"], weight=650)
    after = width_of(main, 14) + 8
    detail = [interval, f"{style.words['of_previous']} · {interval}"]
    fitting = [d for d in detail if width_of(d, 12) <= room - after]
    if fitting:
        pen.text(fitting[-1], x=x + side * after, y=y, size=12, fill=ink["muted"])
    _gauge(pen, stage["rate_from_previous"], target, style, x=x, y=y + 8, room=min(room, 210))


def _gauge(
    pen: Pen, rate: Mapping[str, Any], target: float | None, style: Style, *,
    x: float, y: float, room: float,
) -> None:  # fmt: skip
    """0 to 100 %: the rate filled, its interval as a thin line, the target as a tick."""
    ink = style.colours

    def bar(start: float, end: float, *, top: float, height: float, colour: str) -> None:
        left = x - end * room if style.mirrored else x + start * room
        pen.element("rect", x=left, y=top, width=(end - start) * room, height=height, fill=colour,
                    rx=min(height / 2, 2.0))  # fmt: skip

    bar(0, 1, top=y, height=5, colour=ink["line"])
    bar(0, rate["part"] / rate["whole"], top=y, height=5, colour=ink["here"])
    bar(rate["low"], rate["high"], top=y + 7, height=1.5, colour=ink["muted"])
    if target is not None:
        at = x + (-1 if style.mirrored else 1) * target * room
        pen.element("path", d=f"M{at:.2f} {y - 3:.2f}v11", stroke=ink["ink"], stroke_width=2)


def _sparkline(pen: Pen, weekly: tuple[int, ...], style: Style, *, x: float, y: float) -> None:
    """Twelve weeks in 60 by 22 pixels, from zero; the newest week is the dot, where reading ends."""
    top = max(weekly) or 1
    side = -1 if style.mirrored else 1
    points = [
        (x + side * 58 * i / (len(weekly) - 1), y + 20 - 18 * n / top)
        for i, n in enumerate(weekly)
    ]
    line = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in points)
    pen.raw(f'<g role="img" aria-label="{style.words["weeks"]}">')
    pen.element("path", d=line, fill="none", stroke=style.colours["muted"], stroke_width=1.3)
    pen.element("circle", cx=points[-1][0], cy=points[-1][1], r=2.2, fill=style.colours["here"])
    pen.raw("</g>")
