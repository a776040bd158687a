"""The stage fold: a pure function of events, definition and `as_of` (FUNNEL_SEMANTICS B6)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.instants import instants_of
from tundish.funnel.stages.matching import program_of
from tundish.funnel.stages.passes import Walk, rows_in_order
from tundish.funnel.stages.plan import Plan, Visit
from tundish.funnel.stages.visits import Fold, Visits
from tundish.funnel.units import Merges, Owned, UnitProperties, owned
from tundish.journal.columns import Coded, EventColumns

Found = list[tuple[Any, Visit]]


def as_of_default(columns: EventColumns, definition: StageDefinition) -> int:
    """The definition's `as_of`, else the latest event's time (B12); microseconds."""
    if definition.as_of is not None:
        return definition.as_of
    return int(columns.time.max()) if len(columns) else 0


def units_of(
    columns: EventColumns,
    definition: StageDefinition,
    *,
    unit_properties: UnitProperties | None = None,
    identity_merges: Merges | None = None,
) -> Owned:
    """The events of every unit that the definition counts."""
    return owned(
        columns,
        definition.choice,
        unit_properties=unit_properties,
        identity_merges=identity_merges,
        stand_in="unit" in columns.units,
    )


def fold(
    columns: EventColumns,
    definition: StageDefinition,
    *,
    as_of: int | None = None,
    identity_merges: Merges | None = None,
    unit_properties: UnitProperties | None = None,
) -> Fold:
    """The visits of every unit as of an instant (microseconds; default: the latest event's).

    Events after `as_of` are not seen. `unit_properties` is needed only where the definition's unit
    is a unit property. Notes: `without_unit` and `shared` events.
    """
    if as_of is None:
        as_of = as_of_default(columns, definition)
    mine = units_of(
        columns, definition, unit_properties=unit_properties, identity_merges=identity_merges
    )
    return fold_owned(mine, definition, as_of=as_of)


def fold_owned(mine: Owned, definition: StageDefinition, *, as_of: int) -> Fold:
    """The fold over events whose units are known."""
    program = program_of(definition)
    instants = instants_of(mine, definition, program=program, as_of=as_of)
    plan = Plan(definition, program, instants=instants)
    found: Found = []
    next_change: dict[str, int] = {}
    for i, unit in enumerate(instants.units):
        walk = Walk(plan)
        walk.run(instants.unit_start[i], instants.unit_start[i + 1], until=as_of)
        found.extend((unit, visit) for visit in rows_in_order(walk.visits))
        change = walk.next_change(after=as_of)
        if change is not None:
            next_change[unit] = change
    notes = {"without_unit": mine.without_unit, "shared": mine.shared}
    return Fold(_visits(found, plan, definition), next_change, notes)


def _visits(found: Found, plan: Plan, definition: StageDefinition) -> Visits:
    rows = [visit for _, visit in found]
    reasons = [loss.reason for loss in definition.loss]
    named: Callable[[int], str | None] = plan.purchases.id_of

    def ints(get: Callable[[Visit], int], kind: Any) -> Any:
        return np.fromiter((get(v) for v in rows), kind, len(rows))

    return Visits(
        unit=Coded.of(unit for unit, _ in found),
        pass_no=ints(lambda v: v.pass_no, np.int32),
        stage=ints(lambda v: v.stage, np.int32),
        entered=ints(lambda v: v.entered, np.int64),
        left=ints(lambda v: v.left, np.int64),
        outcome=ints(lambda v: v.outcome, np.int32),
        to_stage=ints(lambda v: v.to_stage, np.int32),
        imputed=ints(lambda v: v.imputed, np.bool_),
        by_hand=ints(lambda v: v.by_hand, np.bool_),
        estimated=ints(lambda v: v.estimated, np.bool_),
        left_estimated=ints(lambda v: v.left_estimated, np.bool_),
        day_only=ints(lambda v: v.day_only, np.bool_),
        cause=Coded.of(named(v.cause) for v in rows),
        left_cause=Coded.of(named(v.left_cause) for v in rows),
        reason=Coded.of(reasons[v.reason] if v.reason >= 0 else None for v in rows),
        value=ints(lambda v: v.value, np.int64),
        currency=Coded.of(v.currency for v in rows),
    )
