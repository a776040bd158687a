"""Which row of a divided report each unit stands in; the twin of breakdown.py."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from tundish.funnel.stages.breakdown import Row, value_of
from tundish.funnel.stages.definition import Breakdown
from tundish.funnel.stages.packed.asking import Asking
from tundish.funnel.stages.packed.touches import touches
from tundish.funnel.units import UnitProperties
from tundish.journal.columns import Codes, Ints


@dataclass(frozen=True)
class Division:
    """The rows but the total, and the place among them of each unit, -1 where it stands in none."""

    rows: tuple[Row, ...]
    row_of: Codes


def divided(
    asking: Asking, breakdown: Breakdown, passes_of: Codes, unit_properties: UnitProperties
) -> Division:
    """The values with most counted passes first, then one row of all others."""
    units = np.flatnonzero(passes_of)
    texts = (
        _by_event(asking, breakdown, units)
        if breakdown.scope == "event"
        else [value_of(asking.id_of(unit), breakdown, unit_properties) for unit in units.tolist()]
    )
    passes: Counter[str | None] = Counter()
    for text, n in zip(texts, passes_of[units].tolist(), strict=True):
        passes[text] += n
    ranked = sorted(passes, key=lambda value: (-passes[value], value is None, value or ""))
    place = {value: min(i, breakdown.limit) for i, value in enumerate(ranked)}
    row_of = np.full(len(passes_of), -1, np.int32)
    row_of[units] = [place[text] for text in texts]
    rows = [Row(value) for value in ranked[: breakdown.limit]]
    if len(ranked) > breakdown.limit:
        rows.append(Row(None, is_other=True))
    return Division(tuple(rows), row_of)


def _by_event(asking: Asking, breakdown: Breakdown, units: Ints) -> list[str | None]:
    """The text of each of some units' touches; the same touches are joined once."""
    last = breakdown.attribution == "last_touch"
    own = units[units < asking.packed.units]
    names = breakdown.properties
    codes = [touches(asking.question, name, last=last)[own] for name in names]
    kinds, which = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
    values = [asking.packed.dictionaries.get(name, ()) for name in names]
    said = []
    for kind in kinds.tolist():
        known = {
            name: values[i][code]
            for i, (name, code) in enumerate(zip(names, kind, strict=True))
            if code >= 0
        }
        said.append(_text(known, breakdown))
    texts = [said[i] for i in which.reshape(-1).tolist()]
    others = units[units >= asking.packed.units].tolist()
    return texts + [_text(asking.touched(unit), breakdown) for unit in others]


def _text(known: dict[str, Any], breakdown: Breakdown) -> str | None:
    return value_of(0, breakdown, {0: known})
