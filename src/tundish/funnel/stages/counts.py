"""What a report says of each stage: counts, rates, times and values, each with its list."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from tundish.funnel.stages.chosen import Chosen
from tundish.funnel.stages.times import Stay, bought, time_in_stage
from tundish.funnel.stages.visits import HERE, OUTCOMES
from tundish.journal.columns import Bools
from tundish.terms import Money, Rate

OF_VISITS = ("entered", *OUTCOMES, "stuck", "by_hand")
OF_PASSES = ("reached", "visited", "skipped", "strict")


@dataclass(frozen=True)
class Value:
    """Amounts of n passes in major units of one currency; None where it is unknown."""

    n: int
    sum: float
    mean: float | None
    median: float | None
    currency: str | None

    def to_dict(self) -> dict[str, Any]:
        """`{n, sum, mean, median, currency}`."""
        return {
            "n": self.n, "sum": self.sum, "mean": self.mean, "median": self.median,
            "currency": self.currency,
        }  # fmt: skip


@dataclass(frozen=True)
class StageCount:
    """One stage's figures.

    `entered still_here moved_on fell_back lost looped stuck by_hand` count visits, `reached visited
    skipped strict` count passes. `by_hand` are those of `still_here` who were moved there by hand
    and whom behaviour has not confirmed since. The rates are of the definition's counting: their `part` are
    passes counted here, among those (`whole`) counted at the first stage, or at the one before.
    `value` is that of the purchases of the passes counted here.
    """

    name: str
    counts: dict[str, int]
    rate_from_entry: Rate
    rate_from_previous: Rate | None
    time_in_stage: Stay
    value: Value

    def to_dict(self) -> dict[str, Any]:
        """All of it under the names above."""
        previous = self.rate_from_previous
        return {
            "name": self.name,
            **self.counts,
            "rate_from_entry": self.rate_from_entry.to_dict(),
            "rate_from_previous": None if previous is None else previous.to_dict(),
            "time_in_stage": self.time_in_stage.to_dict(),
            "value": self.value.to_dict(),
        }


def stage_counts(chosen: Chosen) -> tuple[StageCount, ...]:
    """The figures of every stage."""
    table, names = chosen.by_counting, chosen.definition.names
    amounts = pass_values(chosen)
    found = []
    for stage, name in enumerate(names):
        here = table[:, stage]
        counts = {key: int(visit_mask(chosen, key, stage).sum()) for key in OF_VISITS}
        counts |= {key: int(pass_mask(chosen, key, stage).sum()) for key in OF_PASSES}
        found.append(
            StageCount(
                name,
                counts,
                _rate(here, table[:, 0]),
                _rate(here, table[:, stage - 1]) if stage else None,
                time_in_stage(chosen, stage),
                amounts.of(here),
            )
        )
    return tuple(found)


def visit_mask(chosen: Chosen, key: str, stage: int) -> Bools:
    """The visits that a count of visits counts, shape (n,)."""
    visits, rows = chosen.visits, chosen.at(stage)
    if key in OUTCOMES:
        return np.asarray(rows & (visits.outcome == OUTCOMES.index(key)), np.bool_)
    if key == "by_hand":
        return np.asarray(rows & visits.by_hand & (visits.outcome == HERE), np.bool_)
    if key == "stuck":
        after = chosen.definition.stages[stage].stuck_after
        if after is None:
            return np.zeros(len(visits), np.bool_)
        here = rows & (visits.outcome == OUTCOMES.index("still_here")) & ~visits.estimated
        return np.asarray(here & (chosen.as_of - visits.entered >= after), np.bool_)
    return rows


def pass_mask(chosen: Chosen, key: str, stage: int) -> Bools:
    """The passes that a count of passes counts, shape (p,)."""
    table: Bools = getattr(chosen, key)
    return table[:, stage]


def lists_of(chosen: Chosen) -> dict[str, Any]:
    """Per count one list of unit ids per stage; a unit stands in it once per visit or pass."""

    def per_stage(rows: Callable[[int], list[Any]]) -> list[list[Any]]:
        return [rows(stage) for stage in range(len(chosen.definition.stages))]

    lists: dict[str, Any] = {}
    for key in OF_VISITS:
        lists[key] = per_stage(lambda s, key=key: chosen.units(visit_mask(chosen, key, s)))  # type: ignore[misc]
    for key in OF_PASSES:
        lists[key] = per_stage(
            lambda s, key=key: chosen.units_of_passes(pass_mask(chosen, key, s))  # type: ignore[misc]
        )
    lists["losses"] = {reason: chosen.units(mask) for reason, mask in loss_masks(chosen).items()}
    lists["passes"] = chosen.units_of_passes(chosen.passes)
    return lists


def loss_masks(chosen: Chosen) -> dict[str, Bools]:
    """Per reason of the definition (and any other that is saved) the visits it ended."""
    reason = chosen.visits.reason
    lost = chosen.counted & chosen.real & (reason.codes >= 0)
    said = [loss.reason for loss in chosen.definition.loss]
    further = sorted({str(v) for v in reason.take(lost).to_list()} - set(said))
    return {name: lost & reason.where(name.__eq__) for name in [*said, *further]}


@dataclass(frozen=True)
class PassValues:
    """The purchase's value of each pass in minor units, shape (p,), in one currency.

    `other` is how many counted passes have a value in another currency.
    """

    minor: Any
    known: Bools
    currency: str | None
    other: int

    def of(self, passes: Bools) -> Value:
        """The values of some passes (mask)."""
        amounts = self.minor[passes & self.known]
        if not len(amounts):
            return Value(0, 0.0, None, None, self.currency or None)
        unit = 10 ** Money.exponent(self.currency or "")
        total = int(amounts.sum())
        return Value(
            len(amounts), total / unit, total / len(amounts) / unit,
            float(median(amounts.tolist())) / unit, self.currency or None,
        )  # fmt: skip


def pass_values(chosen: Chosen) -> PassValues:
    """The passes' values in the definition's currency, else in the one that most are in."""
    visits, p = chosen.visits, len(chosen.first_row)
    rows = np.flatnonzero(bought(chosen) & chosen.counted & (visits.currency.codes >= 0))
    # one value a pass: that of its first purchase row
    passes, first = np.unique(chosen.pass_of[rows], return_index=True)
    rows = rows[first]
    named = visits.currency.take(rows).to_list()
    currency = chosen.definition.currency
    if currency is None and named:
        currency = min(set(named), key=lambda c: (-named.count(c), c))
    ours = np.asarray([c == currency for c in named], np.bool_)
    minor, known = np.zeros(p, np.int64), np.zeros(p, np.bool_)
    minor[passes[ours]] = visits.value[rows[ours]]
    known[passes[ours]] = True
    return PassValues(minor, known, currency, int((~ours).sum()))


def _rate(here: Bools, there: Bools) -> Rate:
    return Rate(int((here & there).sum()), int(there.sum()))
