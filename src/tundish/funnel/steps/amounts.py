"""The amount that each event carries, in one currency (A21)."""

from math import isfinite
from typing import Any

import numpy as np

from tundish.funnel.steps.definition import Amount
from tundish.funnel.steps.figures import Amounts
from tundish.funnel.steps.matching import Masks
from tundish.funnel.units import Owned


def amounts_of(owned: Owned, asked: Amount | None, steps: Masks) -> tuple[Amounts | None, int]:
    """(amounts per owned event, how many matching events have theirs in another currency).

    Where the definition names no currency, the most frequent one among matching events is taken;
    an amount without a currency counts as being in it.
    """
    if asked is None:
        return None, 0
    column, currency = owned.property(asked.property), owned.property("currency")
    table = np.asarray([*map(_amount, column.values), np.nan], np.float64)
    amount = table[column.codes]
    there = ~np.isnan(amount) & (steps != 0)
    wanted = asked.currency
    if wanted is None:
        codes = currency.codes[there]
        counts = np.bincount(codes[codes >= 0], minlength=len(currency.values))
        ranked = sorted((-int(c), str(v)) for c, v in zip(counts, currency.values, strict=True))
        wanted = ranked[0][1] if ranked and ranked[0][0] else None
    foreign = currency.where(lambda v: str(v) != wanted)
    lost = int((foreign & there).sum())
    return Amounts(np.where(foreign, np.nan, amount), wanted), lost


def _amount(said: Any) -> float:
    """A number, or a text that reads as one; NaN for everything else."""
    if isinstance(said, bool):
        return float("nan")
    try:
        number = float(said)
    except (TypeError, ValueError):
        return float("nan")
    return number if isfinite(number) else float("nan")
