"""What a purchase is worth, and which of several events to name as a cause."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.instants import Instants
from tundish.journal.columns import Coded
from tundish.terms import InputError, Money

UNKNOWN_CURRENCY = ""


class Purchase(NamedTuple):
    """Minor units of one currency; no currency (None) where the events carry no amount."""

    value: int
    currency: str | None


class Purchases:
    """Reads amounts and ids from the events that the walk points at."""

    def __init__(self, definition: StageDefinition, instants: Instants) -> None:
        columns = instants.columns
        self._instants = instants
        self._amount = columns.property(definition.value_property)
        self._currency = columns.property("currency")
        self._default = definition.currency
        self._ids: Coded = columns.event if columns.ids is None else columns.ids
        self._event = columns.event

    def made(self, rows: list[int]) -> Purchase:
        """The value of one instant's purchase: the sum of its events' amounts.

        Where they are of several currencies, the definition's counts, else the first by name.
        """
        sums: dict[str, int] = {}
        for row in rows:
            place = int(self._instants.rows[row])
            amount = self._amount.at(place)
            if amount is None or isinstance(amount, bool):
                continue
            currency = self._currency.at(place) or self._default or UNKNOWN_CURRENCY
            try:
                minor = Money.from_major(amount, str(currency)).minor_units
            except InputError:
                continue
            sums[str(currency)] = sums.get(str(currency), 0) + minor
        if not sums:
            return Purchase(0, None)
        kept = self._default if self._default in sums else min(sums)
        return Purchase(sums[kept or UNKNOWN_CURRENCY], kept)

    def naming(self, row: int) -> tuple[bool, str, str]:
        """By which tied events are ordered: dated first, then by id, then by name."""
        place = int(self._instants.rows[row])
        return (
            self._instants.estimated[row],
            str(self._ids.at(place) or ""),
            str(self._event.at(place)),
        )

    def named(self, rows: Sequence[int]) -> Coded:
        """The ids of events, of one without an id its name; missing for -1 (time alone)."""
        at = np.asarray(rows, np.int64)
        some = at >= 0
        places = self._instants.rows[at[some]]
        ids, names = self._ids.take(places), self._event.take(places)
        said = [
            str(name if ident is None else ident)
            for ident, name in zip(ids.to_list(), names.to_list(), strict=True)
        ]
        coded = Coded.of(said)
        codes = np.full(len(at), -1, np.int32)
        codes[some] = coded.codes
        return Coded(codes, coded.values)
