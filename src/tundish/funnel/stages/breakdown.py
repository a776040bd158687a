"""The report divided by a property of the units, or of their events."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from tundish.funnel.stages.chosen import Chosen
from tundish.funnel.stages.definition import Breakdown, StageDefinition
from tundish.funnel.stages.matching import leaf_masks, program_of
from tundish.funnel.units import Owned, UnitProperties


@dataclass(frozen=True)
class Row:
    """One row's value (text, None for units without one), or the total, or all past the limit."""

    value: str | None
    is_total: bool = False
    is_other: bool = False

    def to_dict(self) -> dict[str, Any]:
        """`{value, is_total, is_other}`."""
        return {"value": self.value, "is_total": self.is_total, "is_other": self.is_other}


def rows_of(
    chosen: Chosen, breakdown: Breakdown, unit_properties: UnitProperties
) -> list[tuple[Row, set[Any]]]:
    """The total, the values with most counted passes first, and the others; with their units."""
    units = chosen.units_of_passes(chosen.passes)
    values = {unit: value_of(unit, breakdown, unit_properties) for unit in set(units)}
    passes = Counter(values[unit] for unit in units)
    ranked = sorted(passes, key=lambda value: (-passes[value], value is None, value or ""))
    shown, further = ranked[: breakdown.limit], set(ranked[breakdown.limit :])
    rows = [(Row(None, is_total=True), set(units))]
    rows += [(Row(value), {u for u, v in values.items() if v == value}) for value in shown]
    if further:
        rows.append((Row(None, is_other=True), {u for u, v in values.items() if v in further}))
    return rows


def touch_values(
    mine: Owned, definition: StageDefinition, *, as_of: int
) -> dict[Any, dict[str, Any]]:
    """Per unit its first (or last) non-empty value of each property of the definition's breakdown
    among the events that a rule asks for, up to `as_of`; tied events by the value's text."""
    breakdown = definition.breakdown
    found: dict[Any, dict[str, Any]] = {unit: {} for unit in mine.unit.values}
    if breakdown is None:
        return found
    masks = leaf_masks(program_of(definition), mine.columns)
    asked = np.logical_or.reduce(masks) & (mine.columns.time <= as_of)
    last = breakdown.attribution == "last_touch"
    for name in breakdown.properties:
        column = mine.property(name)
        empty = column.where(lambda v: v == "")
        rows = np.flatnonzero(asked & (column.codes >= 0) & ~empty)
        times, units = mine.columns.time[rows].tolist(), mine.unit.take(rows).to_list()
        values = column.take(rows).to_list()
        ranked = sorted(
            zip(times, map(str, values), units, values, strict=True),
            key=lambda row: (-row[0] if last else row[0], row[1]),
        )
        for _, _, unit, value in ranked:
            found[unit].setdefault(name, value)
    return found


def value_of(unit: Any, breakdown: Breakdown, unit_properties: UnitProperties) -> str | None:
    """The unit's value as text, several joined by a bar; None where it has none of them."""
    known = unit_properties.get(unit) or {}
    parts = [known.get(name) for name in breakdown.properties]
    if all(part is None or part == "" for part in parts):
        return None
    return "|".join("" if part is None else _text(part) for part in parts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
