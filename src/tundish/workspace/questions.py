"""The workspace's questions: the same kernels and reports as for a notebook's events."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from tundish.funnel.stages import StageDefinition, StageReport, fold, parse_stages, report
from tundish.funnel.stages.visits import Visits
from tundish.funnel.steps import StepReport, parse_steps, step_report
from tundish.terms import Period, from_micros
from tundish.workspace import choosing, refold, segments
from tundish.workspace.sources import read_definition

if TYPE_CHECKING:
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
            said["breakdown"] = {"property": self.breakdown} if named else self.breakdown
        return said


def step_funnel(workspace: "Workspace", definition: Any) -> StepReport:
    """The step funnel of `definition` over all events of the workspace."""
    body = refold.in_the_firms_zone(workspace, read_definition(definition))
    body.setdefault("now", _instant(workspace.now()))
    kind = body.get("unit", "person")
    return step_report(
        workspace.events(),
        parse_steps(body),
        unit_properties=workspace.unit_properties(kind) if _asks_units(body) else None,
    )


def stage_funnel(workspace: "Workspace", definition: Any, *, view: View) -> StageReport:
    """The stage funnel from the events, as of the workspace's clock."""
    body = view.over(refold.in_the_firms_zone(workspace, choosing.body_of(workspace, definition)))
    wanted = parse_stages(body)
    as_of = workspace.now() if wanted.as_of is None else wanted.as_of
    visits = fold(workspace.events(), wanted, as_of=as_of).visits
    return _report(workspace, wanted, visits=visits, as_of=as_of, view=view)


def live_report(workspace: "Workspace", name: str | None, *, view: View) -> StageReport:
    """The same, from the visits that the follower keeps; remembered while nothing has changed."""
    from tundish.stores import visits

    stored = choosing.stored(workspace, name)
    key = (
        str(workspace.folder),
        stored.id,
        stored.created_at,
        refold.writes(workspace, stored.id),
        json.dumps([_plain(vars(view)), workspace.firm.time_zone], sort_keys=True, default=str),
    )
    now = workspace.now()
    with _lock:
        kept = _reports.get(key)
    if kept is not None and 0 <= now - kept[0] < _FRESH_FOR:
        return kept[1]
    wanted = parse_stages(view.over(refold.in_the_firms_zone(workspace, stored.body)))
    found = visits.load(workspace.connection, stored.id)
    answer = _report(workspace, wanted, visits=found, as_of=now, view=view)
    with _lock:
        _reports[key] = (now, answer)
        while len(_reports) > _KEPT_REPORTS:
            _reports.popitem(last=False)
    return answer


def _report(
    workspace: "Workspace", wanted: StageDefinition, *, visits: Visits, as_of: int, view: View
) -> StageReport:
    needed = bool(view.segment) or wanted.breakdown is not None
    known = workspace.unit_properties(str(wanted.unit)) if needed else None
    if view.segment:
        visits = visits.take(segments.members(visits.unit, known or {}, segment=view.segment))
    return report(visits, wanted, as_of=as_of, unit_properties=known)


def _asks_units(body: Mapping[str, Any]) -> bool:
    said = json.dumps(body, default=str)
    return any(
        word in said for word in ("unit_where", "unit_property", '"unit"}', '"scope": "unit"')
    )


def _instant(micros: int | None) -> str | None:
    return None if micros is None else from_micros(micros).isoformat()


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    period = said["period"]
    return {**said, "period": None if period is None else [period.start, period.end]}
