"""The numbers of one answer: counts with their members, rates, times, values, trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.steps.answer import Answer, Question
from tundish.funnel.steps.members import Members
from tundish.funnel.steps.search import SKIPPED
from tundish.funnel.steps.spans import Spans, spans, spans_between
from tundish.funnel.steps.trend import Span, TrendFigure, trend_of
from tundish.terms import Quantiles, Rate


@dataclass(frozen=True)
class ValueFigure:
    """n amounts in major units of one currency."""

    n: int
    sum: float
    mean: float | None
    median: float | None
    currency: str | None


@dataclass(frozen=True)
class StepFigure:
    """One step: who reached it, who of these not the next, by now or not yet."""

    name: str
    reached: Members
    dropped: Members
    open: Members
    rate_from_entry: Rate
    rate_from_previous: Rate | None
    time_from_previous: Quantiles | None
    value: ValueFigure | None


@dataclass(frozen=True)
class Figures:
    """All numbers of one row of a report; `histogram` pairs are (lower edge in seconds, count)."""

    steps: tuple[StepFigure, ...]
    trend: tuple[TrendFigure, ...]
    time_to_convert: Quantiles
    histogram: tuple[tuple[float, int], ...]
    excluded: Members


@dataclass(frozen=True)
class Amounts:
    """The amount of each owned event in one currency, NaN where it has none, shape (n,)."""

    amount: NDArray[np.float64]
    currency: str | None


def figures(
    asked: Question, found: Answer, ids: Sequence[Any], *, span: Span,
    amounts: Amounts | None,
) -> Figures:  # fmt: skip
    """The numbers of an answer whose unit codes stand for `ids`; the trend shows every bucket of
    `span`."""
    definition = asked.definition
    conversion = spans(asked, found, definition.from_step, definition.to_step)
    return Figures(
        steps=_steps(asked, found, ids, amounts),
        trend=trend_of(asked, found.trend, ids, span),
        time_to_convert=conversion.quantiles(),
        histogram=histogram(conversion, definition.bins),
        excluded=Members(found.attempts.excluded, ids),
    )


def _steps(
    asked: Question, found: Answer, ids: Sequence[Any], amounts: Amounts | None
) -> tuple[StepFigure, ...]:
    rules, attempts = asked.rules, found.attempts
    reached = attempts.chain < SKIPPED
    entered = len(attempts.unit)  # every attempt, whichever step it began with
    result = []
    for step in range(rules.size):
        before = [s for s in rules.required if s < step]
        behind = [s for s in rules.required if s > step]
        here = reached[:, step]
        left = here & ~reached[:, behind[0]] if behind else np.zeros(len(here), np.bool_)
        previous = None
        if step and before:
            whole = int(reached[:, before[-1]].sum())
            previous = Rate(int((here & reached[:, before[-1]]).sum()), whole)
        result.append(
            StepFigure(
                name=asked.definition.steps[step].name,
                reached=Members(attempts.unit[here], ids),
                dropped=Members(attempts.unit[left & ~attempts.is_open], ids),
                open=Members(attempts.unit[left & attempts.is_open], ids),
                rate_from_entry=Rate(int(here.sum()), entered),
                rate_from_previous=previous,
                time_from_previous=_time(asked, found, before, step),
                value=_value(found, step, amounts),
            )
        )
    return tuple(result)


def _time(asked: Question, found: Answer, before: list[int], step: int) -> Quantiles | None:
    """The time since the step that the attempt filled before; in `unordered`, where an optional
    step may lie anywhere, since the required one."""
    if step == 0:
        return None
    if asked.rules.order == "unordered":
        return spans(asked, found, before[-1], step).quantiles() if before else Quantiles.of([])
    chain = found.attempts.chain
    previous = chain[:, 0]
    for one in range(1, step):
        previous = np.where(chain[:, one] < SKIPPED, chain[:, one], previous)
    return spans_between(asked, found, previous, chain[:, step]).quantiles()


def _value(found: Answer, step: int, amounts: Amounts | None) -> ValueFigure | None:
    if amounts is None:
        return None
    places = found.attempts.chain[:, step]
    some = amounts.amount[found.table.row[places[places < SKIPPED]]]
    some = some[~np.isnan(some)]
    if not len(some):
        return ValueFigure(0, 0.0, None, None, amounts.currency)
    total = fsum(some.tolist())  # exact, so the order of the units leaves no trace
    return ValueFigure(
        len(some), total, total / len(some), float(np.median(some)), amounts.currency
    )


def histogram(conversion: Spans, bins: int | None) -> tuple[tuple[float, int], ...]:
    """bins + 1 lower edges from the smallest time, a whole number of seconds apart (A20)."""
    micros = conversion.micros
    if not len(micros):
        return ()
    count = bins or _cube_root(len(micros))
    low, high = int(micros.min()), int(micros.max())
    width = max(1, -((low - high) // (count * 1_000_000))) * 1_000_000
    held = np.bincount((micros - low) // width, minlength=count + 1)
    return tuple(((low + i * width) / 1e6, int(held[i])) for i in range(count + 1))


def _cube_root(n: int) -> int:
    """The least whole number whose cube is at least n."""
    root = max(1, int(float(n) ** (1 / 3)) - 1)
    while root**3 < n:
        root += 1
    return root
