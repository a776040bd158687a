"""Units that the packed walk leaves to the general fold, and rows to visits and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tundish.funnel.stages.breakdown import touch_values
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.fold import fold_owned, units_of
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.visits import NEVER, Visits
from tundish.funnel.units import Merges, UnitProperties
from tundish.journal.columns import Bools, Coded, EventColumns, Ints

_FLAGS = {
    "imputed": at.IMPUTED, "by_hand": at.BY_HAND, "estimated": at.ESTIMATED,
    "left_estimated": at.LEFT_ESTIMATED, "day_only": at.DAY_ONLY,
}  # fmt: skip
_THE_CAUSE = "packed"
"""Stands for an event as a cause: which one it is, packed rows do not tell."""


@dataclass(frozen=True)
class Others:
    """Visits of the general fold, of units that are masked or hard; with their `touches` (per unit
    and property) where the definition's breakdown is by events."""

    visits: Visits
    touches: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)


def others_of(
    columns: EventColumns,
    definition: StageDefinition,
    *,
    as_of: int,
    identity_merges: Merges | None = None,
    unit_properties: UnitProperties | None = None,
) -> Others:
    """The general fold of some units' events, as the packed report takes it."""
    mine = units_of(
        columns, definition, unit_properties=unit_properties, identity_merges=identity_merges
    )
    visits = fold_owned(mine, definition, as_of=as_of).visits
    by_event = definition.breakdown is not None and definition.breakdown.scope == "event"
    return Others(visits, touch_values(mine, definition, as_of=as_of) if by_event else {})


def rows_of(
    visits: Visits, *, base: int, first_unit: int, currencies: Sequence[str]
) -> tuple[Ints, tuple[str, ...]]:
    """Visits as packed rows, their units numbered from `first_unit` on, their currencies among
    those given and some more, which come back with the rows."""
    more = [str(c) for c in visits.currency.values if str(c) not in currencies]
    known = (*currencies, *more)
    number = [known.index(str(c)) for c in visits.currency.values]
    rows = np.zeros((len(visits), at.ROW), np.int64)
    rows[:, at.R_UNIT] = visits.unit.codes + first_unit
    rows[:, at.R_PASS] = visits.pass_no
    rows[:, at.R_STAGE] = visits.stage
    rows[:, at.R_ENTERED] = visits.entered - base
    rows[:, at.R_LEFT] = np.where(visits.left == NEVER, at.NONE, visits.left - base)
    rows[:, at.R_OUTCOME] = visits.outcome
    rows[:, at.R_TO] = visits.to_stage
    rows[:, at.R_REASON] = visits.reason.codes
    rows[:, at.R_VALUE] = visits.value
    rows[:, at.R_CURRENCY] = np.asarray([*number, -1], np.int64)[visits.currency.codes]
    for name, bit in _FLAGS.items():
        rows[getattr(visits, name), at.R_FLAGS] |= bit
    rows[visits.cause.codes >= 0, at.R_FLAGS] |= at.CAUSED
    rows[visits.left_cause.codes >= 0, at.R_FLAGS] |= at.LEFT_CAUSED
    return rows, known


def visits_of(
    rows: Ints,
    definition: StageDefinition,
    *,
    base: int,
    ids: Sequence[Any],
    others: Sequence[Any],
    currencies: tuple[str, ...],
) -> Visits:
    """Packed rows as visits, whose causes are there but not named. Ordinals past `ids` are those
    of `others`."""
    units, codes = np.unique(rows[:, at.R_UNIT], return_inverse=True)
    named = tuple(ids[u] if u < len(ids) else others[u - len(ids)] for u in units.tolist())
    flags = rows[:, at.R_FLAGS]
    left = rows[:, at.R_LEFT]
    return Visits(
        unit=Coded(codes.astype(np.int32), named),
        pass_no=rows[:, at.R_PASS].astype(np.int32),
        stage=rows[:, at.R_STAGE].astype(np.int32),
        entered=rows[:, at.R_ENTERED] + base,
        left=np.where(left == at.NONE, NEVER, left + base),
        outcome=rows[:, at.R_OUTCOME].astype(np.int32),
        to_stage=rows[:, at.R_TO].astype(np.int32),
        **{name: flags & bit != 0 for name, bit in _FLAGS.items()},
        cause=_some(flags & at.CAUSED != 0),
        left_cause=_some(flags & at.LEFT_CAUSED != 0),
        reason=Coded(
            rows[:, at.R_REASON].astype(np.int32), tuple(loss.reason for loss in definition.loss)
        ),
        value=rows[:, at.R_VALUE].copy(),
        currency=Coded(rows[:, at.R_CURRENCY].astype(np.int32), currencies),
    )


def _some(there: Bools) -> Coded:
    return Coded(np.where(there, 0, -1).astype(np.int32), (_THE_CAUSE,))
