"""One question asked of packed events, with the units that the general fold answers for."""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.packed.others import Others, rows_of, visits_of
from tundish.funnel.stages.packed.sinks import Figures, Rows, Tally, counting_of, figures_of
from tundish.funnel.stages.packed.walking import question_of, walk_all
from tundish.funnel.stages.visits import Visits
from tundish.journal.columns import Bools, Codes, Ints

General = Callable[[Sequence[Any]], Others]
"""The general fold of the units with these ids."""


class Asking:
    """Walks the units as often as is asked, and counts them or keeps their visits.

    Units have ordinals: the packed ones', then those of `others` from `packed.units` on.
    """

    def __init__(
        self,
        packed: PackedEvents,
        definition: StageDefinition,
        *,
        as_of: int,
        units: Collection[Any] | None,
        others: Sequence[Others],
        general: General | None,
        threads: int,
    ) -> None:
        self._threads = threads
        self.packed, self.definition, self.as_of = packed, definition, as_of
        self._wanted = None if units is None else set(units)
        skipped = np.zeros(packed.units, np.bool_)
        if packed.masked is not None:
            skipped |= packed.masked
        if self._wanted is not None:
            skipped |= np.fromiter(
                (i not in self._wanted for i in packed.ids), np.bool_, packed.units
            )
        self.question = question_of(packed, definition, as_of=as_of, skipped=skipped)
        self._others, self._general = list(others), general
        self._hard = np.zeros(packed.units, np.bool_)
        self._asked_hard = False

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that rows are numbered by."""
        return self._own_rows[1]

    @cached_property
    def other_ids(self) -> tuple[Any, ...]:
        """The ids of the units that the general fold answers for."""
        return tuple(unit for others in self._others for unit in others.visits.unit.values)

    def id_of(self, ordinal: int) -> Any:
        """The id of a unit."""
        if ordinal < self.packed.units:
            return self.packed.ids[ordinal]
        return self.other_ids[ordinal - self.packed.units]

    def touched(self, ordinal: int) -> dict[str, Any]:
        """What the general fold says of a unit's touches."""
        unit = self.id_of(ordinal)
        return dict(next((o.touches[unit] for o in self._others if unit in o.touches), {}))

    def count(
        self, *, number: int = 1, groups: Codes | None = None, passes: bool = False
    ) -> tuple[list[Figures], Codes]:
        """The figures of all units, or of each of `number` groups (by ordinal, -1 for none); with
        `passes` also the number of counted passes of each unit."""
        base, as_of = self.packed.base, self.question.as_of
        q = counting_of(self.definition, base=base, as_of=as_of)
        # room for the units that turn out to be hard
        room = 2 * self.packed.units + len(self.other_ids) + 1
        passes_of = np.zeros(room if passes else 0, np.int32)

        def sink() -> Tally:
            tally = Tally(q.copy(), len(self.definition.loss), number, passes_of=passes_of)
            if groups is not None:
                tally.groups = groups
            return tally

        tallies, hard = walk_all(self.question, sink, threads=self._threads)
        self._resolve(hard)
        rows, _ = self._own_rows
        tallies[0].take(rows, len(rows))
        return figures_of(tallies), passes_of

    def visits(self, units: Bools | None = None) -> Visits:
        """The visits of all units, or of those marked (by ordinal)."""
        sinks, hard = walk_all(self.question, Rows, threads=self._threads)
        self._resolve(hard)
        rows = np.concatenate([*(sink.whole() for sink in sinks), self._own_rows[0]])
        if units is not None:
            rows = rows[units[rows[:, at.R_UNIT]]]
        return visits_of(
            rows, self.definition, base=self.packed.base, ids=self.packed.ids,
            others=self.other_ids, currencies=self.currencies,
        )  # fmt: skip

    def _resolve(self, hard: Bools) -> None:
        """Ask the general fold for the units that only it can walk; the first time."""
        if self._asked_hard or not hard.any():
            return
        if self._general is None:
            raise UnitsLeftError([self.packed.ids[i] for i in np.flatnonzero(hard).tolist()])
        found = self._general([self.packed.ids[i] for i in np.flatnonzero(hard).tolist()])
        self._asked_hard = True
        self._others.append(found)
        for name in ("_own_rows", "other_ids", "currencies"):
            self.__dict__.pop(name, None)

    @cached_property
    def _own_rows(self) -> tuple[Ints, tuple[str, ...]]:
        """The rows of the general fold's units, and the currencies that all rows know."""
        known = self.question.amounts.currencies
        first, parts = self.packed.units, []
        for others in self._others:
            visits = others.visits
            rows, known = rows_of(visits, base=self.packed.base, first_unit=first, currencies=known)
            first += len(visits.unit.values)
            if self._wanted is not None:
                inside = visits.unit.where(self._wanted.__contains__)
                rows = rows[inside]
            parts.append(rows)
        return np.concatenate([*parts, np.zeros((0, at.ROW), np.int64)]), known


class UnitsLeftError(Exception):
    """Some units can only be walked by the general fold, and none was given; `ids` names them."""

    def __init__(self, ids: list[Any]) -> None:
        super().__init__(f"{len(ids)} units")
        self.ids = ids
