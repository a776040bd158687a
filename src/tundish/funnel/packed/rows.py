"""The rows of a breakdown: who stands in which, the most frequent values apart (A14)."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tundish.funnel.packed.attempts import Began, Depth
from tundish.funnel.packed.figures import Counted, figures_of
from tundish.funnel.packed.threads import on_ranges
from tundish.funnel.packed.touch import Labels
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.figures import Figures
from tundish.funnel.steps.report import Row
from tundish.funnel.steps.trend import Span
from tundish.journal.columns import Codes, Ints

Parted = Callable[[Depth, Codes, Codes, int], list[Depth]]
Tally = Callable[[Sequence[Depth], Codes, int], Ints]


def rows_of(
    whole: Counted, total: Callable[[], Figures], label: Codes, labels: Labels, counts: Ints,
    definition: StepDefinition, ids: Sequence[Any], span: Span, *, parted: Parted, threads: int,
) -> tuple[Row, ...]:  # fmt: skip
    """The total's row, one for each value that is kept, and one for all others together.

    `label` is by ordinal, `counts` (labels + 1,) how many attempts of `whole.depths` each label has,
    MISSING first. The labels with the most attempts are kept; equal ones in the order of
    their texts, missing last.
    """
    assert definition.breakdown is not None
    texts, counts = _counts(whole, labels, counts)
    kept = _kept(texts, counts, definition.breakdown.limit)
    place_of = np.full(len(counts), len(kept), np.int32)
    place_of[kept] = np.arange(len(kept))
    place_of = np.roll(place_of, -1)  # by label: the missing one, -1, is the last
    found: list[Figures] = []
    pieces = _pieces(
        whole, place_of, label, len(kept) + 1, parted, threads, lambda: found.append(total())
    )
    split = _split(whole, pieces, place_of, label, texts, len(kept) + 1)
    rows = [Row(None, True, False, found[0])]
    for part, place in zip(split, kept, strict=False):
        rows.append(Row(texts[place], False, False, figures_of(part, definition, ids, span)))
    if counts.sum() > counts[kept].sum():
        rows.append(Row(None, False, True, figures_of(split[-1], definition, ids, span)))
    return tuple(rows)


def tally(depths: Sequence[Depth], label: Codes, size: int) -> Ints:
    """How many attempts each of `size` labels has, MISSING first; `label` is by unit."""
    counts = np.zeros(size + 1, np.int64)
    for depth in depths:
        counts += np.bincount(label[depth.unit] + 1, minlength=size + 1)
    return counts


def _counts(whole: Counted, labels: Labels, counts: Ints) -> tuple[list[str | None], Ints]:
    """(texts, how many attempts each has): the missing one first, then by label, then those that
    only the general search met."""
    texts: list[str | None] = [None, *labels.texts]
    said = Counter(text for general, _, _ in whole.apart for text in general.label)
    if said:
        known = set(texts)
        texts += [text for text in said if text not in known]
        counts = np.append(counts, np.zeros(len(texts) - len(counts), np.int64))
        place_of = {text: place for place, text in enumerate(texts)}
        for text, more in said.items():
            counts[place_of[text]] += more
    return texts, counts


def _kept(texts: Sequence[str | None], counts: Ints, limit: int) -> list[int]:
    """The places of the texts that have a row of their own."""
    there = np.flatnonzero(counts)
    if len(there) > limit:
        least = np.partition(counts[there], -limit)[-limit]
        there = np.flatnonzero(counts >= least)

    def rank(place: int) -> tuple[int, bool, str]:
        return -int(counts[place]), texts[place] is None, texts[place] or ""

    return sorted(there.tolist(), key=rank)[:limit]


def _pieces(
    whole: Counted, place_of: Codes, label: Codes, rows: int, parted: Parted, threads: int,
    beside: Callable[[], None],
) -> list[list[list[Depth]]]:  # fmt: skip
    """By depth and range the attempts of each row; `beside` is done in the meantime."""
    found: list[list[list[Depth]]] = [[] for _ in whole.depths]

    def work(first: int, _: int) -> list[list[Depth]]:
        if first == ranges:
            beside()
            return []
        return [parted(pieces[first], label, place_of, rows) for pieces in whole.depths]

    ranges = len(whole.depths[0])
    # what frees no lock is begun first
    order = [(ranges, 0), *((piece, 0) for piece in range(ranges))]
    for piece in on_ranges(work, order, threads=threads)[1:]:
        for depth, split in zip(found, piece, strict=True):
            depth.append(split)
    return found


def _split(
    whole: Counted, pieces: Sequence[Sequence[Sequence[Depth]]], place_of: Codes, label: Codes,
    texts: Sequence[str | None], rows: int,
) -> list[Counted]:  # fmt: skip
    """The attempts of each row; `place_of` (labels + 1,) is the row of a label, the last MISSING's."""
    of_general = []
    if whole.apart:
        code_of = {text: place - 1 for place, text in enumerate(texts)}
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
            [[piece[place] for piece in depth] for depth in pieces],
            [(g, row == place, shift)
             for (g, _, shift), row in zip(whole.apart, of_general, strict=True)],
            entered[place],
            converted[place],
        )
        for place in range(rows)
    ]  # fmt: skip


def parted(depth: Depth, label: Codes, place_of: Codes, rows: int) -> list[Depth]:
    """The attempts of each row; `label` is by unit, `place_of` the row of a label."""
    row = place_of[label[depth.unit]]
    order = np.argsort(row.astype(_narrow(rows)), kind="stable")
    cuts = np.cumsum(np.bincount(row, minlength=rows))[:-1]
    return [Depth(depth.unit[o], depth.at[o], depth.open[o]) for o in np.split(order, cuts)]


def _narrow(rows: int) -> Any:
    """The type in which numpy sorts rows by radix, where they fit."""
    return np.uint16 if rows <= 1 << 16 else np.int32


def _by_row(
    pairs: Began, place_of: Codes, label: Codes, of_general: Sequence[Codes], rows: int
) -> list[Began]:
    """The trend's pairs of each row."""
    known = pairs.unit < len(label)
    if known.all():
        row = place_of[label[pairs.unit]]
    else:
        row = np.concatenate([place_of[label], *of_general])[pairs.unit]
    order = np.argsort(row.astype(_narrow(rows)), kind="stable")
    cuts = np.cumsum(np.bincount(row, minlength=rows))[:-1]
    return [Began(pairs.unit[o], pairs.bucket[o]) for o in np.split(order, cuts)]
