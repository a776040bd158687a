"""The stage report: counted from visits alone, so that every page says the same (B7, B10)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tundish.funnel.stages.breakdown import Row, rows_of, touch_values
from tundish.funnel.stages.chosen import Chosen, choose
from tundish.funnel.stages.counts import (
    StageCount,
    lists_of,
    loss_masks,
    pass_values,
    stage_counts,
)
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.flows import flow_units, flows_of
from tundish.funnel.stages.fold import as_of_default, fold_owned, units_of
from tundish.funnel.stages.loop import LoopCount, loop_count
from tundish.funnel.stages.times import Closing, closing_times
from tundish.funnel.stages.visits import NEVER, OUTCOMES, Flow, Visits
from tundish.funnel.units import Merges, UnitProperties
from tundish.journal.columns import EventColumns
from tundish.terms import from_micros


@dataclass(frozen=True)
class StageReport:
    """What a stage funnel counts, of one choice of visits; with its rows where it is divided.

    Every list holds a unit once per visit (`entered` and its parts, `stuck`, `by_hand`, `losses`,
    flows) or once per pass (`reached visited skipped strict passes`), so that its length is its
    number.
    """

    chosen: Chosen
    notes: Mapping[str, int]
    rows: tuple[tuple[Row, "StageReport"], ...] = ()

    @cached_property
    def stages(self) -> tuple[StageCount, ...]:
        """The figures of every stage."""
        return stage_counts(self.chosen)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The bands of the picture."""
        return flows_of(self.chosen)

    @cached_property
    def closing_time(self) -> Closing:
        """Seconds from start to close, of passes won and lost."""
        return closing_times(self.chosen)

    @cached_property
    def loop(self) -> LoopCount:
        """Who bought again."""
        return loop_count(self.chosen)

    @property
    def losses(self) -> dict[str, int]:
        """Lost visits by reason."""
        return {reason: int(mask.sum()) for reason, mask in loss_masks(self.chosen).items()}

    @property
    def passes(self) -> int:
        """How many passes are counted."""
        return int(self.chosen.passes.sum())

    @cached_property
    def lists(self) -> dict[str, Any]:
        """Per count one list of unit ids per stage; `losses` by reason; `passes`; and `loop`, the
        buyers and those who returned."""
        found = lists_of(self.chosen)
        found["loop"] = {"buyers": list(self.loop.buyers), "returned": list(self.loop.returned)}
        return found

    def flow_list(self, flow: Flow) -> list[Any]:
        """The units of a flow, once per visit."""
        return flow_units(self.chosen, flow)

    def to_dict(self, lists: bool = False, journeys: bool = False) -> dict[str, Any]:
        """The report as plain data; see the reference for the keys."""
        found = self._figures(lists=lists)
        found["counting"] = self.chosen.definition.counting
        found["period_counts"] = self.chosen.definition.period_counts
        found["notes"] = dict(self.notes)
        if self.chosen.definition.breakdown is not None:
            found["breakdown"] = [
                row.to_dict() | report._figures(lists=lists) for row, report in self.rows
            ]
        if journeys:
            found["journeys"] = journeys_of(self.chosen)
        return found

    def _figures(self, *, lists: bool) -> dict[str, Any]:
        found: dict[str, Any] = {
            "stages": [stage.to_dict() for stage in self.stages],
            "losses": self.losses,
            "closing_time": self.closing_time.to_dict(),
            "loop": self.loop.to_dict(),
            "passes": self.passes,
        }
        if lists:
            found["lists"] = self.lists
        return found


def report(
    visits: Visits,
    definition: StageDefinition,
    *,
    as_of: int,
    unit_properties: UnitProperties | None = None,
    units: Collection[Any] | None = None,
    notes: Mapping[str, int] | None = None,
) -> StageReport:
    """Count visits, of all units or of some (a segment). `as_of` is that of the fold, in
    microseconds. A breakdown reads `unit_properties`; `notes` of the fold are passed on."""
    chosen = choose(visits, definition, as_of=as_of, units=units)
    said = dict(notes or {}) | _notes(chosen)
    if definition.breakdown is None:
        return StageReport(chosen, said)
    divided = rows_of(chosen, definition.breakdown, unit_properties or {})
    rows = tuple(
        (row, StageReport(choose(visits, definition, as_of=as_of, units=members), said))
        for row, members in divided
    )
    return StageReport(chosen, said, rows)


def stage_report(
    columns: EventColumns,
    definition: StageDefinition,
    *,
    unit_properties: UnitProperties | None = None,
    identity_merges: Merges | None = None,
) -> StageReport:
    """Fold, then report. A breakdown of scope `event` reads each unit's matching events."""
    as_of = as_of_default(columns, definition)
    mine = units_of(
        columns, definition, unit_properties=unit_properties, identity_merges=identity_merges
    )
    folded = fold_owned(mine, definition, as_of=as_of)
    known = unit_properties
    if definition.breakdown is not None and definition.breakdown.scope == "event":
        known = touch_values(mine, definition, as_of=as_of)
    return report(folded.visits, definition, as_of=as_of, unit_properties=known, notes=folded.notes)


def journeys_of(chosen: Chosen) -> dict[Any, list[dict[str, Any]]]:
    """Per unit its counted visits and skipped stages in order."""
    visits = chosen.visits.take(chosen.counted)
    names = chosen.definition.names
    found: dict[Any, list[dict[str, Any]]] = {}
    for i, unit in enumerate(visits.unit.to_list()):
        left = int(visits.left[i])
        found.setdefault(unit, []).append(
            {
                "stage": names[int(visits.stage[i])],
                "pass": int(visits.pass_no[i]),
                "entered": from_micros(int(visits.entered[i])).isoformat(),
                "left": None if left == NEVER else from_micros(left).isoformat(),
                "outcome": OUTCOMES[int(visits.outcome[i])],
                "cause": visits.cause.at(i),
                "left_cause": visits.left_cause.at(i),
                "by_hand": bool(visits.by_hand[i]),
                "imputed": bool(visits.imputed[i]),
                "estimated": bool(visits.estimated[i]),
                "reason": visits.reason.at(i),
            }
        )
    return found


def _notes(chosen: Chosen) -> dict[str, int]:
    visits = chosen.visits
    guessed = chosen.counted & chosen.real & (visits.estimated | visits.left_estimated)
    return {
        "estimated_times": int(guessed.sum()),
        "closing_times_left_out": closing_times(chosen).left_out,
        "other_currencies": pass_values(chosen).other,
    }
