"""The stage fold: a pure function of events, definition and `as_of` (FUNNEL_SEMANTICS B6)."""

from operator import attrgetter
from typing import Any

import numpy as np

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.instants import instants_of
from tundish.funnel.stages.matching import program_of
from tundish.funnel.stages.passes import Walk
from tundish.funnel.stages.plan import Plan
from tundish.funnel.stages.visits import Fold, Visits
from tundish.funnel.units import Merges, Owned, UnitProperties, owned
from tundish.journal.columns import Coded, EventColumns


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
    is a unit property. Notes: `events_without_unit`, `events_shared_by_units`.
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
    found: list[tuple[Any, ...]] = []
    per_unit: list[int] = []
    next_change: dict[str, int] = {}
    for i, unit in enumerate(instants.units):
        walk = Walk(plan)
        walk.run(instants.unit_start[i], instants.unit_start[i + 1], until=as_of)
        found.extend(map(_CELLS, walk.journey()))
        per_unit.append(len(walk.visits))
        change = walk.next_change(after=as_of)
        if change is not None:
            next_change[unit] = change
    unit = Coded(
        np.repeat(np.arange(len(per_unit), dtype=np.int32), per_unit), tuple(instants.units)
    )
    notes = {
        "events_without_unit": mine.without_unit,
        "events_shared_by_units": mine.shared,
    }
    return Fold(_visits(unit, found, plan, definition), next_change, notes)


_INTS = {
    "pass_no": np.int32, "stage": np.int32, "entered": np.int64, "left": np.int64,
    "outcome": np.int32, "to_stage": np.int32, "imputed": np.bool_, "by_hand": np.bool_,
    "estimated": np.bool_, "left_estimated": np.bool_, "day_only": np.bool_, "value": np.int64,
}  # fmt: skip
_REST = ("cause", "left_cause", "reason", "currency")
_CELLS = attrgetter(*_INTS, *_REST)


def _visits(
    unit: Coded, found: list[tuple[Any, ...]], plan: Plan, definition: StageDefinition
) -> Visits:
    cells = zip(*found, strict=True)
    columns: dict[str, Any] = dict(zip((*_INTS, *_REST), cells, strict=True)) if found else {}
    reasons = tuple(loss.reason for loss in definition.loss)
    arrays: dict[str, Any] = {
        name: np.asarray(columns.get(name, ()), kind) for name, kind in _INTS.items()
    }
    return Visits(
        unit=unit,
        cause=plan.purchases.named(columns.get("cause", ())),
        left_cause=plan.purchases.named(columns.get("left_cause", ())),
        reason=Coded(np.asarray(columns.get("reason", ()), np.int32), reasons),
        currency=Coded.of(columns.get("currency", ())),
        **arrays,
    )
