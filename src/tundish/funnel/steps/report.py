"""The step funnel's report: every number with its list, every rate once (A13, A23)."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tundish.funnel.steps.amounts import amounts_of
from tundish.funnel.steps.answer import Answer, Question, answer, question
from tundish.funnel.steps.breakdown import MISSING, OTHER, split
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.figures import Figures, figures
from tundish.funnel.steps.matching import Selection, masks
from tundish.funnel.steps.search import SKIPPED
from tundish.funnel.steps.trend import bucket_span
from tundish.funnel.steps.writing import figures_dict
from tundish.funnel.units import Merges, UnitProperties, owned
from tundish.journal.columns import EventColumns


@dataclass(frozen=True)
class Row:
    """One row of a breakdown; the total's and the other row's value is None."""

    value: str | None
    is_total: bool
    is_other: bool
    figures: Figures


@dataclass(frozen=True)
class StepReport:
    """What a step funnel counts: the figures of all units, the rows of a breakdown, the notes.

    `notes` are counts: `events_without_unit`, `events_shared_by_units`, `units_in_several_rows`,
    `estimated_times` (recorded attempts with an estimated time: left out of times and trends),
    `amounts_in_other_currencies` (events whose amount is not in the report's one currency) and
    `trend_buckets_left_out` (how many buckets a trend would have that is left out as too long).
    """

    figures: Figures
    breakdown: tuple[Row, ...] = ()
    notes: dict[str, int] = field(default_factory=dict)

    def to_dict(self, lists: bool = False) -> dict[str, Any]:
        """The report as plain data; with `lists` the unit ids behind every number."""
        written = figures_dict(self.figures, lists=lists)
        trend = written.pop("trend")
        rows = [
            {"value": row.value, "is_total": row.is_total, "is_other": row.is_other}
            | figures_dict(row.figures, lists=lists)
            for row in self.breakdown
        ]
        return written | {"notes": dict(self.notes), "breakdown": rows, "trend": trend}


def step_report(
    columns: EventColumns,
    definition: StepDefinition,
    *,
    unit_properties: UnitProperties | None = None,
    identity_merges: Merges | None = None,
) -> StepReport:
    """Count the steps of `definition` over `columns`.

    `unit_properties` maps ids after merges to properties; `identity_merges` are pairs of the other
    id and the kept one. Raises InputError where the merges run in a circle.
    """
    ours = owned(
        columns, definition.unit, unit_properties=unit_properties, identity_merges=identity_merges
    )
    asked = question(ours, definition, latest=int(columns.time.max()) if len(columns) else 0)
    steps, barred = masks(ours, definition, unit_properties)
    chosen = Selection(np.arange(len(ours.rows)), ours.unit.codes, steps, barred)
    total = answer(asked, chosen)
    amounts, foreign = amounts_of(ours, definition.value, steps)
    found = None
    if definition.breakdown is not None:
        found = split(asked, total, chosen, unit_properties)
    trends = [total.trend] if found is None else [total.trend, found.answer.trend]
    span = bucket_span(asked, trends)
    whole = figures(asked, total, ours.unit.values, span=span, amounts=amounts)
    notes = {
        "events_without_unit": ours.without_unit,
        "events_shared_by_units": ours.shared,
        "units_in_several_rows": 0,
        "estimated_times": estimated_attempts(asked, total),
        "amounts_in_other_currencies": foreign,
        "trend_buckets_left_out": span.left_out,
    }
    if found is None:
        return StepReport(whole, (), notes)
    ids = tuple(ours.unit.values[u] for u in found.unit.tolist())
    rows = [Row(None, True, False, whole)]
    for label in _ordered(found.answer, found.label, found.values):
        part = found.part(label)
        numbers = figures(asked, part, ids, span=span, amounts=amounts)
        value = found.values[label] if label >= 0 else None
        rows.append(Row(value, False, label == OTHER, numbers))
    return StepReport(whole, tuple(rows), notes | {"units_in_several_rows": found.shared})


def _ordered(found: Answer, label: Any, values: tuple[str, ...]) -> list[int]:
    """The rows that hold someone: most attempts first, then by text; missing, then other, last."""
    counted = np.bincount(label[found.attempts.unit] + 2, minlength=len(values) + 2)
    lost = np.bincount(label[found.attempts.excluded] + 2, minlength=len(values) + 2)
    there = np.flatnonzero(counted + lost).tolist()

    def rank(place: int) -> tuple[bool, int, bool, str]:
        code = place - 2
        text = values[code] if code >= 0 else ""
        return code == OTHER, -int(counted[place]), code == MISSING, text

    return [place - 2 for place in sorted(there, key=rank)]


def estimated_attempts(asked: Question, total: Answer) -> int:
    """How many recorded attempts have an event whose time is estimated."""
    flags = asked.owned.columns.estimated
    if flags is None or not len(total.attempts.unit):
        return 0
    chain = total.attempts.chain
    matched = chain < SKIPPED
    rows = total.table.row[np.where(matched, chain, 0)]
    return int((flags[rows] & matched).any(axis=1).sum())
