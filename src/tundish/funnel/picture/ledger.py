"""The counts of a stage in rows of their own: always there, always in the same place, and the key
to the patterns."""

from collections.abc import Mapping
from typing import Any

from tundish.funnel.picture.figure import Style, Subject
from tundish.funnel.picture.model import Counts
from tundish.funnel.picture.paint import PATTERNED
from tundish.funnel.picture.pen import Pen, fit, width_of

ROW = 21.0
ROWS = ("moved_on", "still_here", "stuck", "lost", "skipped", "entered_here", "fell_back", "looped")


def ledger_values(subject: Subject, counts: Counts) -> list[dict[str, int]]:
    """For each stage the counts by row name, from the report; entries from the flows."""
    values = []
    for k, stage in enumerate(subject.stages):
        row = {name: _count(stage, name) for name in ROWS}
        row["entered_here"] = counts.entered.get(k, 0) if k else 0
        values.append(row)
    return values


def rows_in_use(values: list[dict[str, int]]) -> list[str]:
    """The rows that say something at some stage; the first two always stand."""
    return [r for r in ROWS if r in ROWS[:2] or any(v[r] for v in values)]


def draw_row(
    pen: Pen, name: str, *, k: int, value: int, subject: Subject, style: Style,
    x: float, y: float, room: float,
) -> None:  # fmt: skip
    """One row with its key, word and number; `x` is where the language starts."""
    ink, side = style.colours, -1 if style.mirrored else 1
    if not value:
        return
    if name != "stuck":
        pen.element("rect", x=x - (11 if style.mirrored else 0), y=y - 10, width=11, height=11,
                    rx=2.0, fill=_key(name, style))  # fmt: skip
    shown, word = style.form.count(value), style.words[name]
    left = room - 18 - width_of(shown, 13) - 8
    pen.text(fit(word, 12.5, left), x=x + side * 18, y=y, size=12.5, fill=ink["muted"])
    href = style.href(name, k)
    label = style.words["count_of"].format(stage=subject.heads[k].title, count=shown, what=word)
    pen.open_link(
        href, label=label, class_="figure", data_kind=name, data_stage=k, data_count=value
    )
    pen.text(shown, x=x + side * room, y=y, size=13, fill=ink["ink"], anchor="end", weight=600)
    pen.close_link(href)


def _key(name: str, style: Style) -> str:
    if name == "still_here":
        return style.colours["here"]
    if name == "moved_on":
        return style.colours["block"]
    kind = {"skipped": "skip", "entered_here": "entered"}.get(name, name)
    return f"url(#{style.prefix}-{kind})" if kind in PATTERNED else style.colours["muted"]


def _count(stage: Mapping[str, Any], name: str) -> int:
    return int(stage.get(name) or 0)
