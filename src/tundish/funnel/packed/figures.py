"""The numbers of one row of a report, from attempts by depth: the same as the general kernel's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tundish.funnel.packed.apart import Apart
from tundish.funnel.packed.attempts import Began, Depth
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.figures import Figures, StepFigure, histogram
from tundish.funnel.steps.members import Members
from tundish.funnel.steps.spans import Spans
from tundish.funnel.steps.trend import Span, TrendFigure
from tundish.journal.columns import Bools, Codes
from tundish.terms import Rate


@dataclass(frozen=True)
class Counted:
    """One row's attempts: those of the packed kernel by depth, each as the ranges gave them, and
    those of the general search with the units (by code) that stand in this row, None for all.
    `entered` and `converted` are the trend's pairs of both. Units are codes into the report's ids;
    `shift` is where the general search's begin, one for each."""

    depths: Sequence[Sequence[Depth]]
    apart: Sequence[tuple[Apart, Bools | None, int]]
    entered: Began
    converted: Began


def figures_of(
    counted: Counted, definition: StepDefinition, ids: Sequence[Any], span: Span
) -> Figures:
    """The figures of a row; the trend shows every bucket of `span`."""
    size = len(definition.steps)
    whole = [_members(counted, depth) for depth in range(1, size + 1)]
    # the deepest first, so that who reached a step stands at the front
    every = np.concatenate([units for units, _ in reversed(whole)])
    sizes = np.cumsum([len(units) for units, _ in reversed(whole)])[::-1].tolist()
    reached = [every[:n] for n in sizes]
    nobody = np.zeros(0, np.int32)
    steps = []
    for k, step in enumerate(definition.steps):
        units, still = whole[k] if k + 1 < size else (nobody, np.zeros(0, np.bool_))
        open_ = np.flatnonzero(still)
        here = len(reached[k])
        steps.append(
            StepFigure(
                name=step.name,
                reached=Members(reached[k], ids),
                dropped=Members(units[~still] if len(open_) else units, ids),
                open=Members(units[open_], ids),
                rate_from_entry=Rate(here, len(reached[0])),
                rate_from_previous=Rate(here, len(reached[k - 1])) if k else None,
                time_from_previous=_times(counted, k - 1, k).quantiles() if k else None,
                value=None,
            )
        )
    conversion = _times(counted, definition.from_step, definition.to_step)
    return Figures(
        tuple(steps), _trend(counted, ids, span), conversion.quantiles(),
        histogram(conversion, definition.bins), Members(nobody, ids),
    )  # fmt: skip


def attempts_in(counted: Counted) -> int:
    """How many attempts the row holds."""
    general = [len(one.unit) if some is None else int(some[one.unit].sum())
               for one, some, _ in counted.apart]  # fmt: skip
    return sum(len(d.unit) for pieces in counted.depths for d in pieces) + sum(general)


def _members(counted: Counted, depth: int) -> tuple[Codes, Bools]:
    """(units, which are open) of the attempts of one depth."""
    pieces = counted.depths[depth - 1]
    units = [np.zeros(0, np.int32), *(one.unit for one in pieces)]
    still = [np.zeros(0, np.bool_), *(one.open for one in pieces)]
    for general, some, shift in counted.apart:
        rows = general.depth == depth
        if some is not None:
            rows &= some[general.unit]
        units.append(general.unit[rows] + np.int32(shift))
        still.append(general.open[rows])
    return np.concatenate(units), np.concatenate(still)


def _times(counted: Counted, one: int, other: int) -> Spans:
    deep = [d for pieces in counted.depths[max(one, other) :] for d in pieces]
    micros = [np.zeros(0, np.int64), *(d.at[:, other] - d.at[:, one] for d in deep)]
    micros += [general.times(one, other, some) for general, some, _ in counted.apart]
    return Spans(np.concatenate(micros))


def _trend(counted: Counted, ids: Sequence[Any], span: Span) -> tuple[TrendFigure, ...]:
    if not len(span.buckets):
        return ()
    entered, converted = _by_bucket(counted.entered, span), _by_bucket(counted.converted, span)
    return tuple(
        TrendFigure(empty.bucket, Members(some, ids), Members(others, ids))
        for empty, some, others in zip(span.nobody, entered, converted, strict=True)
    )


def _by_bucket(pairs: Began, span: Span) -> list[Codes]:
    """The units of each bucket of the span."""
    size = len(span.buckets)
    place = np.searchsorted(span.buckets, pairs.bucket).astype(np.uint16)
    order = np.argsort(place, kind="stable")
    cuts = np.cumsum(np.bincount(place, minlength=size))[:-1]
    return np.split(pairs.unit[order], cuts)
