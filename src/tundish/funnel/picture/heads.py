"""A stage's head: name, how many reached it, the rate with its interval, time, target, trend."""

from collections.abc import Mapping
from html import escape
from typing import Any

from tundish.funnel.picture.figure import Style, Subject
from tundish.funnel.picture.pen import Pen, fit, width_of, wrap
from tundish.funnel.picture.words import rate_words

HEIGHT = 120.0
LINE = 19.0
NAME = 16.0


def head_lines(subject: Subject, room: float) -> int:
    """How many lines the longest stage name needs, 1 or 2."""
    return max((len(wrap(h.title, NAME, room)) for h in subject.heads), default=1)


def draw_head(
    pen: Pen, k: int, *, subject: Subject, style: Style, x: float, y: float, room: float, lines: int,
    owner: bool = False,
) -> None:  # fmt: skip
    """The head of stage k with its upper corner at (x, y); `x` is where the language starts."""
    head, stage, ink = subject.heads[k], subject.stages[k], style.colours
    pen.text(
        fit(_place(subject, k, style, with_owner=owner), 12, room),
        x=x,
        y=y + 11,
        size=12,
        fill=ink["muted"],
    )
    for i, line in enumerate(wrap(head.title, NAME, room)):
        pen.text(line, x=x, y=y + 29 + i * LINE, size=NAME, fill=ink["ink"], weight=600)
    y += lines * LINE + 12
    wide = _reached(pen, k, subject, style, x=x, y=y + 30)
    long = min(58.0, room - wide - 10)
    if len(head.weekly) > 1 and long > 34:
        side = -1 if style.mirrored else 1
        start = min(room - long, wide + 90)
        _sparkline(pen, head.weekly, style, x=x + side * start, y=y + 8, long=long)
    _rate(pen, k, subject, style, x=x, y=y + 52, room=room)
    time = stage["time_in_stage"]["median"]
    words = style.words
    median = words["median"].format(time=style.form.time(time)) if time else words["no_median"]
    pen.text(fit(median, 12.5, room), x=x, y=y + 86, size=12.5, fill=ink["muted"])


def _place(subject: Subject, k: int, style: Style, *, with_owner: bool) -> str:
    """Where the stage stands: its number, and which side of the purchase, on request whose."""
    purchase = next((i for i, h in enumerate(subject.heads) if h.purchase), len(subject.heads))
    side = {0: "purchase"}.get(k - purchase, "keeping" if k > purchase else "")
    parts = [style.form.count(k + 1)]
    parts += [style.words[side]] if side else []
    if with_owner and subject.heads[k].owner:
        parts.append(style.words[subject.heads[k].owner])
    return style.joint.join(parts)


def _reached(pen: Pen, k: int, subject: Subject, style: Style, *, x: float, y: float) -> float:
    reached = int(subject.stages[k].get(subject.counting, subject.stages[k]["reached"]))
    shown = style.form.count(reached)
    href = style.href(subject.counting, k)
    label = style.words["count_of"].format(
        stage=subject.heads[k].title, count=shown, what=style.words[subject.counting]
    )
    pen.open_link(href, label=label, class_="figure", data_kind=subject.counting, data_stage=k,
                  data_count=reached)  # fmt: skip
    pen.text(shown, x=x, y=y, size=29, fill=style.colours["ink"], weight=700)
    pen.close_link(href)
    return width_of(shown, 29)


def _rate(
    pen: Pen, k: int, subject: Subject, style: Style, *, x: float, y: float, room: float
) -> None:
    """The rate from the stage before; at the first stage, how many of all reach the purchase."""
    rate, words = subject.stages[k].get("rate_from_previous"), style.words
    of = words["of_previous"]
    if k == 0:
        purchase = next((i for i, h in enumerate(subject.heads) if h.purchase), 0)
        rate = subject.stages[purchase]["rate_from_entry"] if purchase else None
        of = words["reach_purchase"].format(stage=subject.heads[purchase].title)
    main, interval = rate_words(rate, style.form)
    if not main or rate is None:
        return
    ink, side = style.colours, -1 if style.mirrored else 1
    pen.text(main, x=x, y=y, size=14, fill=ink["ink"], weight=600)
    after = width_of(main, 14) * 1.06 + 8
    details = (
        [of, f"{of}{style.joint}{interval}"]
        if k == 0
        else [interval, f"{of}{style.joint}{interval}"]
    )
    fitting = [d for d in details if width_of(d, 12) <= room - after]
    # Half an interval says something false; the table has all of it.
    detail = fitting[-1] if fitting else fit(of, 12, room - after) if k == 0 else ""
    pen.text(detail, x=x + side * after, y=y, size=12, fill=ink["muted"])
    if k:
        target = subject.heads[k].target
        _gauge(pen, rate, target, style, x=x, y=y + 9, room=min(room, 210))


def _gauge(
    pen: Pen, rate: Mapping[str, Any], target: float | None, style: Style, *,
    x: float, y: float, room: float,
) -> None:  # fmt: skip
    """0 to 100 %: filled up to the interval's low end, paler to its high end, the target a tick."""
    ink = style.colours

    def bar(start: float, end: float, *, colour: str) -> None:
        left = x - end * room if style.mirrored else x + start * room
        pen.element("rect", x=left, y=y, width=(end - start) * room, height=5, fill=colour)

    bar(0, 1, colour=ink["line"])
    bar(0, rate["low"], colour=ink["here"])
    bar(rate["low"], rate["high"], colour=ink["block"])
    if target is not None:
        at = x + (-1 if style.mirrored else 1) * target * room
        label = style.words["target"].format(rate=style.form.share(target))
        pen.raw(f"<g><title>{escape(label)}</title>")
        pen.element("path", d=f"M{at:.2f} {y - 4:.2f}v13", stroke=ink["ink"], stroke_width=2)
        pen.raw("</g>")


def _sparkline(
    pen: Pen, weekly: tuple[int, ...], style: Style, *, x: float, y: float, long: float
) -> None:
    """Twelve weeks, 22 pixels high, from zero; the newest week is the dot, where reading ends."""
    top = max(weekly) or 1
    side = -1 if style.mirrored else 1
    points = [
        (x + side * long * i / (len(weekly) - 1), y + 20 - 18 * n / top)
        for i, n in enumerate(weekly)
    ]
    line = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in points)
    pen.raw(f'<g role="img" aria-label="{style.words["weeks"]}">')
    pen.element("path", d=line, fill="none", stroke=style.colours["muted"], stroke_width=1.3)
    pen.element("circle", cx=points[-1][0], cy=points[-1][1], r=2.2, fill=style.colours["here"])
    pen.raw("</g>")
