"""The rows of a breakdown: who stands in which, the most frequent values apart (A14)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tundish.funnel.packed.attempts import Began, Depth
from tundish.funnel.packed.figures import Counted, figures_of
from tundish.funnel.packed.touch import Labels
from tundish.funnel.steps.breakdown import MISSING
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.figures import Figures
from tundish.funnel.steps.report import Row
from tundish.funnel.steps.trend import Span
from tundish.journal.columns import Codes


def rows_of(
    whole: Counted, total: Figures, label: Codes, labels: Labels, definition: StepDefinition,
    ids: Sequence[Any], span: Span,
) -> tuple[Row, ...]:  # fmt: skip
    """The total's row, one for each value that is kept, and one for all others together.

    `label` is by ordinal. The labels with the most attempts are kept; equal ones in the order of
    their texts, missing last.
    """
    assert definition.breakdown is not None
    counts = _counts(whole, label, labels)
    texts = dict(enumerate(labels.texts)) | {MISSING: None}
    code_of = {text: code for code, text in texts.items()}
    fresh = [t for t in counts if t not in code_of]
    for text in fresh:
        code_of[text] = len(code_of)
    kept = sorted(counts, key=lambda t: (-counts[t], t is None, t or ""))
    limit = definition.breakdown.limit
    others = sum(counts[t] for t in kept[limit:])
    rows = [Row(None, True, False, total)]
    place_of = np.full(len(code_of) + 1, len(kept[:limit]), np.int32)
    for place, text in enumerate(kept[:limit]):
        place_of[code_of[text]] = place
    split = _split(whole, place_of, label, code_of, len(kept[:limit]) + 1)
    for place, text in enumerate(kept[:limit]):
        rows.append(Row(text, False, False, figures_of(split[place], definition, ids, span)))
    if others:
        rows.append(Row(None, False, True, figures_of(split[-1], definition, ids, span)))
    return tuple(rows)


def _counts(whole: Counted, label: Codes, labels: Labels) -> Counter[str | None]:
    """How many attempts each text has; None is missing."""
    size = len(labels.texts)
    counted = np.zeros(size + 1, np.int64)
    for depth in whole.depths:
        counted += np.bincount(label[depth.unit] + 1, minlength=size + 1)
    found: Counter[str | None] = Counter()
    for place in np.flatnonzero(counted).tolist():
        found[labels.texts[place - 1] if place else None] += int(counted[place])
    for general, _, _ in whole.apart:
        found.update(general.label)
    return found


def _split(
    whole: Counted, place_of: Codes, label: Codes, code_of: dict[str | None, int], rows: int
) -> list[Counted]:
    """The attempts of each row; `place_of` (codes + 1,) is the row of a label, the last MISSING's."""
    depths = [_parted(d, place_of[label[d.unit]], rows) for d in whole.depths]
    of_general = []
    for general, _, _ in whole.apart:
        row = np.full(len(general.ids), -1, np.int32)
        row[general.unit] = place_of[[code_of[text] for text in general.label]]
        of_general.append(row)
    entered, converted = (
        _by_row(pairs, place_of, label, of_general, rows)
        for pairs in (whole.entered, whole.converted)
    )
    return [
        Counted(
            [d[place] for d in depths],
            [(g, row == place, shift)
             for (g, _, shift), row in zip(whole.apart, of_general, strict=True)],
            entered[place],
            converted[place],
        )
        for place in range(rows)
    ]  # fmt: skip


def _parted(depth: Depth, row: Codes, rows: int) -> list[Depth]:
    order = np.argsort(row.astype(np.uint16), kind="stable")
    cuts = np.cumsum(np.bincount(row, minlength=rows))[:-1]
    return [Depth(depth.unit[o], depth.at[o], depth.open[o]) for o in np.split(order, cuts)]


def _by_row(
    pairs: Began, place_of: Codes, label: Codes, of_general: Sequence[Codes], rows: int
) -> list[Began]:
    """The trend's pairs of each row."""
    known = pairs.unit < len(label)
    if known.all():
        row = place_of[label[pairs.unit]]
    else:
        row = np.concatenate([place_of[label], *of_general])[pairs.unit]
    order = np.argsort(row.astype(np.uint16), kind="stable")
    cuts = np.cumsum(np.bincount(row, minlength=rows))[:-1]
    return [Began(pairs.unit[o], pairs.bucket[o]) for o in np.split(order, cuts)]
