"""The workspace's stage funnel: from its events, and from the kept visits."""

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from tundish.funnel.stages import (
    StageDefinition,
    StageReport,
    fold,
    parse_stages,
    report,
)
from tundish.funnel.stages.breakdown import touch_values
from tundish.funnel.stages.fold import units_of
from tundish.stores import firm, visits
from tundish.stores.firm import StoredDefinition
from tundish.terms import Period, from_micros
from tundish.workspace import choosing, filtered, indexing, refold, warm
from tundish.workspace.follow import PROFILES

if TYPE_CHECKING:
    from tundish.funnel.stages.packed.others import Others
    from tundish.workspace.workspace import Workspace

_KEPT_REPORTS = 64
_FRESH_FOR = 60_000_000  # microseconds: stays grow and units get stuck without any event
_reports: "OrderedDict[tuple[Any, ...], tuple[int, StageReport]]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class View:
    """How a stage funnel is looked at: passes of a period, units of a segment, counting, breakdown."""

    period: Period | None = None
    segment: Mapping[str, Any] | None = None
    counting: str | None = None
    breakdown: Any = None

    def over(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The definition `body` with what the view says in place of its own."""
        said = dict(body)
        if self.period is not None:
            said["from"] = _instant(self.period.start)
            said["to"] = _instant(self.period.end)
        if self.counting is not None:
            said["counting"] = self.counting
        if self.breakdown is not None:
            named = isinstance(self.breakdown, str)
            by = {"property": self.breakdown, "scope": "unit"}
            said["breakdown"] = by if named else self.breakdown
        return said


@dataclass(frozen=True)
class _Question:
    """A definition with what it needs to be answered: `known` of the units, `units` of the segment."""

    wanted: StageDefinition
    as_of: int
    known: dict[str, dict[str, Any]] | None
    units: set[str] | None


def stage_funnel(workspace: "Workspace", definition: Any, *, view: View) -> StageReport:
    """The stage funnel from the events, as of the workspace's clock."""
    body = view.over(refold.in_the_firms_zone(workspace, choosing.body_of(workspace, definition)))
    wanted = parse_stages(body)
    known = _known(workspace, wanted, view=view)
    asked = _Question(
        wanted,
        workspace.now() if wanted.as_of is None else wanted.as_of,
        known,
        filtered.members(workspace, str(wanted.unit), segment=view.segment, known=known),
    )
    fast = _from_the_index(workspace, asked)
    return _from_events(workspace, asked) if fast is None else fast


def _from_events(
    workspace: "Workspace", asked: _Question, *, upto: int | None = None
) -> StageReport:
    """By the general fold of all events, up to a position of the journal or its end."""
    wanted, as_of = asked.wanted, asked.as_of
    columns = workspace.events() if upto is None else workspace.events(upto=upto)
    found = fold(columns, wanted, as_of=as_of, unit_properties=asked.known)
    by_event = wanted.breakdown is not None and wanted.breakdown.scope == "event"
    return report(
        found.visits,
        wanted,
        as_of=as_of,
        unit_properties=touch_values(units_of(columns, wanted), wanted, as_of=as_of)
        if by_event
        else asked.known,
        units=asked.units,
        notes=found.notes,
    )


def _from_the_index(workspace: "Workspace", asked: _Question) -> StageReport | None:
    """The same report many times faster, where the index can give it; the few units that only the
    general fold can walk are folded by it."""
    wanted = asked.wanted
    if not isinstance(wanted.unit, str):
        return None
    found = indexing.packed(workspace, wanted.unit)
    if found is None:
        return None
    from tundish.funnel.stages.packed import can_answer, packed_stage_report

    kind = wanted.unit

    def general(ids: Collection[str]) -> "Others":
        from tundish.funnel.stages.packed.others import others_of

        some = indexing.of_units(workspace, kind, ids=ids, upto=found.upto)
        return others_of(some, replace(wanted, choice=None), as_of=asked.as_of)

    def answer() -> StageReport | None:
        if not can_answer(wanted, found.events):
            return None
        return packed_stage_report(
            found.events,
            wanted,
            as_of=asked.as_of,
            unit_properties=asked.known,
            units=asked.units,
            others=[general(found.apart)] if found.apart else [],
            general=general,
            whole=lambda: _from_events(workspace, asked, upto=found.upto),
        )

    return indexing.unless_damaged(workspace, kind, ask=answer)


def live_report(
    workspace: "Workspace", definition: Any, *, view: View, behind: int = 0
) -> StageReport:
    """The same, from the visits that the follower keeps; remembered while nothing has changed.

    A definition that is not active is answered from its events, unless its visits are kept warm and
    miss nothing older than `behind` microseconds.
    """
    body: Mapping[str, Any]
    if isinstance(definition, Mapping):
        stored, body = warm.kept_like(workspace, definition), definition
    else:
        known = isinstance(definition, StoredDefinition)
        stored = definition if known else choosing.stored(workspace, definition)
        body = stored.body
    kept = stored is not None and (stored.active or warm.current(workspace, stored, behind=behind))
    key = (
        str(workspace.folder),
        None if stored is None else (stored.id, stored.created_at),
        refold.writes(workspace, stored.id) if kept and stored else workspace.position,
        firm.cursor(workspace.connection, PROFILES),  # segments and breakdowns read these
        json.dumps([_plain(vars(view)), workspace.firm.time_zone], sort_keys=True, default=str),
        json.dumps(body, sort_keys=True, default=str) if stored is None else "",
    )
    now = workspace.now()
    with _lock:
        remembered = _reports.get(key)
    if remembered is not None and 0 <= now - remembered[0] < _FRESH_FOR:
        return remembered[1]
    wanted = parse_stages(view.over(refold.in_the_firms_zone(workspace, body)))
    by_event = wanted.breakdown is not None and wanted.breakdown.scope == "event"
    if by_event or not kept or stored is None:
        # Visits do not know their events' properties.
        answer = stage_funnel(workspace, body, view=view)
    else:
        answer = _from_visits(workspace, stored.id, wanted, now=now, view=view)
    with _lock:
        _reports[key] = (now, answer)
        while len(_reports) > _KEPT_REPORTS:
            _reports.popitem(last=False)
    return answer


def _from_visits(
    workspace: "Workspace", stored_id: int, wanted: StageDefinition, *, now: int, view: View
) -> StageReport:
    known = _known(workspace, wanted, view=view)
    return report(
        visits.load(workspace.connection, stored_id),
        wanted,
        as_of=now if wanted.as_of is None else wanted.as_of,
        unit_properties=known,
        units=filtered.members(workspace, str(wanted.unit), segment=view.segment, known=known),
    )


def _known(
    workspace: "Workspace", wanted: StageDefinition, *, view: View
) -> dict[str, dict[str, Any]] | None:
    """What is known of the units, read only where the question needs it."""
    by_unit = wanted.breakdown is not None and wanted.breakdown.scope == "unit"
    counted_by = isinstance(wanted.unit, Mapping) and "unit_property" in wanted.unit
    if not (view.segment or by_unit or counted_by):
        return None
    return workspace.unit_properties("person" if counted_by else str(wanted.unit))


def _instant(micros: int | None) -> str | None:
    return None if micros is None else from_micros(micros).isoformat()


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    period = said["period"]
    return {**said, "period": None if period is None else [period.start, period.end]}
