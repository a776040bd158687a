"""Amounts in minor units by their codes, so that the compiled walk only adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.packed.places import NONE
from tundish.funnel.stages.packed.runs import CURRENCY
from tundish.terms import InputError, Money


@dataclass(frozen=True)
class Amounts:
    """The currencies C by name; `own` the number of the definition's, -1 where it has none.

    `minor` (C + 1, n): in each currency the amount of each code (NONE where it is none; the last
    line: the number of the currency of each code, -1 where it is none; its last place is of events
    that name no currency).
    """

    currencies: tuple[str, ...]
    own: int
    minor: NDArray[np.int64]


def amounts_of(packed: PackedEvents, definition: StageDefinition) -> Amounts:
    """The amounts of the definition's value property."""
    said = [_named(code, definition) for code in packed.dictionaries.get(CURRENCY, ())]
    said.append(_named(None, definition))
    currencies = tuple(sorted({name for name in said if name and _is_money(name)}))
    number = {name: i for i, name in enumerate(currencies)}
    values = packed.dictionaries.get(definition.value_property, ())
    minor = np.full((len(currencies) + 1, max(len(values), len(said)) + 1), NONE, np.int64)
    by_exponent: dict[int, NDArray[np.int64]] = {}
    for name, line in number.items():
        exponent = Money.exponent(name)
        if exponent not in by_exponent:
            by_exponent[exponent] = _minor_units(values, name)
        minor[line, : len(values)] = by_exponent[exponent]
    minor[-1] = -1
    minor[-1, : len(said) - 1] = [number.get(name, -1) for name in said[:-1]]
    minor[-1, -1] = number.get(said[-1], -1)
    own = number.get(definition.currency or "", -1)
    return Amounts(currencies, own, minor)


def _named(currency: Any, definition: StageDefinition) -> str:
    return str(currency or definition.currency or "")


def _is_money(name: str) -> bool:
    try:
        Money.from_major(0, name)
    except InputError:
        return False
    return True


def _minor_units(values: Sequence[Any], currency: str) -> NDArray[np.int64]:
    return np.asarray([_minor_unit(value, currency) for value in values], np.int64)


@lru_cache(maxsize=1 << 17, typed=True)
def _minor_unit(value: Any, currency: str) -> int:
    """The amount in minor units, NONE where it is none; kept, because a question asks it of every
    amount that there is."""
    if isinstance(value, bool):
        return int(NONE)
    try:
        return Money.from_major(value, currency).minor_units
    except InputError:
        return int(NONE)
