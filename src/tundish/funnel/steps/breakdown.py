"""Which row of a breakdown a unit stands in (A14)."""

from dataclasses import dataclass

import numpy as np

from tundish.funnel.membership import ranges
from tundish.funnel.steps.answer import Answer, Question, answer
from tundish.funnel.steps.definition import Breakdown
from tundish.funnel.steps.matching import Selection, tuples_of
from tundish.funnel.steps.record import Attempts
from tundish.funnel.steps.search import SKIPPED
from tundish.funnel.units import UnitProperties
from tundish.journal.columns import Coded, Codes
from tundish.journal.table_rows import plain

MISSING = -1
OTHER = -2
_EXACT = 2**53
"""Up to here a float holds every whole number."""


@dataclass(frozen=True)
class Split:
    """The answer of each row. `answer` counts pairs of unit and value: its unit codes point into
    `unit` (units) and `label` (rows' values: a code, MISSING or OTHER); `values` are the texts."""

    answer: Answer
    unit: Codes
    label: Codes
    values: tuple[str, ...]
    shared: int

    def part(self, label: int) -> Answer:
        """The answer of one row, in codes of pairs."""
        return self.answer.of(self.label == label)


def split(
    asked: Question, total: Answer, chosen: Selection, unit_properties: UnitProperties | None
) -> Split:
    """The units by the value of the breakdown, the values past the limit gathered as OTHER.

    First and last touch look at events that match any step; values that are missing or empty do
    not count as one. `all_events` judges each value on its own events; `step` allows only events of
    the value at that step and leaves out who does not come to it. Raises nothing.
    """
    breakdown = asked.definition.breakdown
    assert breakdown is not None
    labels, values = _labels(asked, breakdown, unit_properties)
    if breakdown.attribution in ("first_touch", "last_touch"):
        return _by_touch(asked, total, labels, values, last=breakdown.attribution == "last_touch")
    spread = _spread_all if breakdown.attribution == "all_events" else _spread_step
    first = _judge(asked, chosen, labels, values, spread)
    kept = _kept(first.answer.attempts, first.label, values, breakdown.limit)
    if not (kept == OTHER).any():
        return first
    return _judge(asked, chosen, kept[labels], values, spread)


def _labels(
    asked: Question, breakdown: Breakdown, unit_properties: UnitProperties | None
) -> tuple[Codes, tuple[str, ...]]:
    """The label of each owned event, (n,), and the labels' texts; several are joined with |."""
    owned = asked.owned
    columns: list[Coded] = [
        owned.unit_property(name, unit_properties)
        if breakdown.scope == "unit"
        else owned.property(name)
        for name in breakdown.properties
    ]
    codes, tuples = tuples_of(columns, len(owned.rows))
    texts = Coded.of([label_text(parts) for parts in tuples])
    return np.asarray(texts.codes[codes], np.int32), tuple(texts.values)


def label_text(parts: tuple[object, ...]) -> str | None:
    """What a breakdown calls a value, or several values together; None where there is nothing."""
    written = [_written(plain(part)) for part in parts]
    return "|".join(written) if any(written) else None


def _written(part: object) -> str:
    """A value as JSON writes it, whatever table it came in: a frame makes 1.0 of 1."""
    if part is None:
        return ""
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, float) and part.is_integer() and abs(part) < _EXACT:
        return str(int(part))
    return str(part)


def _by_touch(
    asked: Question, total: Answer, labels: Codes, values: tuple[str, ...], *, last: bool
) -> Split:
    table = total.table
    label = np.where(table.mask != 0, labels[table.row], MISSING)
    said = np.flatnonzero(label != MISSING)
    if last:
        said = said[::-1]
    size = len(asked.owned.unit.values)
    of_unit = np.full(size, MISSING, np.int32)
    units, first = np.unique(table.unit[said], return_index=True)
    of_unit[units] = label[said[first]]
    assert asked.definition.breakdown is not None
    kept = _kept(total.attempts, of_unit, values, asked.definition.breakdown.limit)
    return Split(total, np.arange(size, dtype=np.int32), kept[of_unit], values, 0)


def _kept(attempts: Attempts, label: Codes, values: tuple[str, ...], limit: int) -> Codes:
    """The row of each label (index -1 is MISSING, -2 OTHER): itself, or OTHER past the limit.

    The labels with the most attempts stay; equal ones in the order of their texts, missing last.
    """
    found = np.concatenate([label[attempts.unit], label[attempts.excluded]])
    weight = np.concatenate([np.ones(len(attempts.unit)), np.zeros(len(attempts.excluded))])
    seen, place = np.unique(found, return_inverse=True)
    counts = np.bincount(place, weights=weight, minlength=len(seen))
    ranked = sorted(
        range(len(seen)),
        key=lambda i: (-counts[i], seen[i] < 0, values[seen[i]] if seen[i] >= 0 else ""),
    )
    table = np.asarray([*range(len(values)), OTHER, MISSING], np.int32)
    for i in ranked[limit:]:
        table[seen[i]] = OTHER
    return np.asarray(table, np.int32)


_Spread = tuple[Selection, Codes, Codes]


def _judge(
    asked: Question, chosen: Selection, labels: Codes, values: tuple[str, ...],
    spread: object,
) -> Split:  # fmt: skip
    """Search every pair of unit and value as if it were a unit of its own."""
    assert callable(spread)
    pairs, unit, label = spread(asked, chosen, labels)
    found = answer(asked, pairs)
    breakdown = asked.definition.breakdown
    assert breakdown is not None
    if breakdown.attribution == "step":
        found = Answer(
            found.table,
            _reaching(found.attempts, breakdown.step),
            _reaching(found.trend, breakdown.step),
        )
    there = np.unique(np.concatenate([found.attempts.unit, found.attempts.excluded]))
    shared = int((np.unique(unit[there], return_counts=True)[1] > 1).sum())
    return Split(found, unit, label, values, shared)


def _spread_all(_: Question, chosen: Selection, labels: Codes) -> _Spread:
    label = labels[chosen.row]
    pair = chosen.unit.astype(np.int64) * (int(labels.max(initial=0)) + 3) + label + 2
    _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    spread = Selection(chosen.row, inverse.astype(np.int32), chosen.steps, chosen.barred)
    return spread, chosen.unit[first], label[first]


def _spread_step(asked: Question, chosen: Selection, labels: Codes) -> _Spread:
    assert asked.definition.breakdown is not None
    bit = np.uint64(1) << np.uint64(asked.definition.breakdown.step)
    chosen = chosen.take(np.argsort(chosen.unit, kind="stable"))
    label = labels[chosen.row]
    fills = (chosen.steps & bit) != 0
    pair = chosen.unit.astype(np.int64) * (int(labels.max(initial=0)) + 3) + label + 2
    _, first = np.unique(pair[fills], return_index=True)
    unit, value = chosen.unit[fills][first], label[fills][first]
    low = np.searchsorted(chosen.unit, unit, side="left")
    high = np.searchsorted(chosen.unit, unit, side="right")
    rows = ranges(low, high)
    code = np.repeat(np.arange(len(unit), dtype=np.int32), high - low)
    spread = chosen.take(rows)
    steps = np.where(label[rows] == value[code], spread.steps, spread.steps & ~bit)
    return Selection(spread.row, code, steps, spread.barred), unit, value


def _reaching(attempts: Attempts, step: int) -> Attempts:
    """The attempts that matched `step`, and the excluded ones that would have, but for the exclusion."""
    return attempts.take(
        np.flatnonzero(attempts.chain[:, step] < SKIPPED),
        excluded=np.flatnonzero(attempts.lost[:, step]),
    )
