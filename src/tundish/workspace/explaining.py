"""Why a unit stands where it stands, why it left, and what would move it next."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tundish.funnel.stages.visits import HERE, LOST, Visits
from tundish.stores import journal
from tundish.terms import to_micros
from tundish.workspace import choosing
from tundish.workspace.explanation import Cause, Explanation, Loss, Missing, Step, Title
from tundish.workspace.journey import Folded, folded
from tundish.workspace.sources import read_definition

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


def explain(workspace: "Workspace", unit: str, *, definition: Any) -> Explanation:
    """The explanation of one unit by the active definition, or another. Raises NotFoundError."""
    body, name, version = _definition(workspace, definition)
    found = folded(workspace, unit, body=body)
    kind = body.get("unit", "person")
    outside = Explanation(
        unit=found.unit,
        kind=kind if isinstance(kind, str) else "unit",
        definition=name,
        version=version,
        status="outside",
        missing=_missing(body, after=-1),
        next_change=found.next_change,
    )
    if not len(found.visits):
        return outside
    return _of_latest_pass(workspace, found, outside)


def _of_latest_pass(workspace: "Workspace", found: Folded, base: Explanation) -> Explanation:
    visits, body = found.visits, found.body
    rows = np.flatnonzero(visits.pass_no == visits.pass_no.max())
    rows = rows[np.lexsort((visits.stage[rows], visits.entered[rows]))]
    last = _standing(visits, rows.tolist())
    stage = int(visits.stage[last])
    stages = body["stages"]
    lost = int(visits.outcome[last]) == LOST
    return Explanation(
        unit=base.unit,
        kind=base.kind,
        definition=base.definition,
        version=base.version,
        status="lost" if lost else "here",
        stage=stages[stage]["name"],
        title=_title(stages[stage]),
        pass_no=int(visits.pass_no[last]),
        since=int(visits.entered[last]),
        since_day_only=bool(visits.day_only[last]),
        since_estimated=bool(visits.estimated[last]),
        by_hand=bool(visits.by_hand[last]),
        cause=_cause(workspace, visits.cause.at(last)),
        rule=stages[stage]["enter"],
        skipped=tuple(
            _title(stages[int(visits.stage[row])]) for row in rows if visits.imputed[row]
        ),
        attempt=tuple(_step(visits, int(row), stages) for row in rows if not visits.imputed[row]),
        loss=_loss(workspace, visits, last, body=body) if lost else None,
        missing=_missing(body, after=stage),
        next_change=base.next_change,
    )


def _standing(visits: Visits, rows: Sequence[int]) -> int:
    """The visit in which the latest pass stands, or with which it ended."""
    for outcome in (HERE, LOST):
        for row in reversed(rows):
            if int(visits.outcome[row]) == outcome and not visits.imputed[row]:
                return int(row)
    return int(rows[-1])


def _step(visits: Visits, row: int, stages: Sequence[Mapping[str, Any]]) -> Step:
    stage = stages[int(visits.stage[row])]
    return Step(
        stage=str(stage["name"]),
        title=_title(stage),
        entered=int(visits.entered[row]),
        day_only=bool(visits.day_only[row]),
        imputed=bool(visits.imputed[row]),
    )


def _loss(workspace: "Workspace", visits: Visits, row: int, *, body: Mapping[str, Any]) -> Loss:
    reason = str(visits.reason.at(row) or "")
    told: Mapping[str, Any] = next(
        (one for one in body.get("loss") or () if one["reason"] == reason), {}
    )
    rule = told.get("when")
    cause = _cause(workspace, visits.left_cause.at(row))
    return Loss(
        reason=reason,
        title=told.get("title") or reason,
        rule=rule,
        at=int(visits.left[row]),
        day_only=bool(visits.day_only[row]),
        cause=cause,
        window=_silence(rule) if rule is not None else None,
    )


def _silence(rule: Mapping[str, Any]) -> str | None:
    """The span of silence that a rule waits for, wherever it stands in the rule."""
    if "silent_for" in rule:
        return str(rule["silent_for"])
    for part in (*rule.get("any", ()), *rule.get("all", ())):
        found = _silence(part)
        if found is not None:
            return found
    return None


def _missing(body: Mapping[str, Any], *, after: int) -> tuple[Missing, ...]:
    """The stages that may come next, each with its rule; from the last one the loop's target."""
    stages = body["stages"]
    coming = list(stages[after + 1 :])
    loop = body.get("loop")
    if not coming and loop:
        coming = [stage for stage in stages if stage["name"] == loop["to"]]
    return tuple(Missing(str(stage["name"]), _title(stage), stage["enter"]) for stage in coming)


def _cause(workspace: "Workspace", event_id: Any) -> Cause | None:
    if event_id is None:
        return None
    found = journal.live(workspace.connection, [str(event_id)]).get(str(event_id))
    if found is None:
        return None
    event = found[1]
    return Cause(
        id=event.id,
        name=event.name,
        occurred=to_micros(event.occurred_at),
        day_only=event.precision == "day",
        estimated=event.estimated,
        actor=event.actor,
        reason=event.properties.get("reason"),
    )


def _title(stage: Mapping[str, Any]) -> Title:
    return stage.get("title") or str(stage["name"])


def _definition(workspace: "Workspace", definition: Any) -> tuple[Mapping[str, Any], str, int]:
    if definition is None or isinstance(definition, str):
        kept = {one.name for one in workspace.definitions()}
        if definition is None or definition in kept:
            stored = choosing.stored(workspace, definition)
            return stored.body, stored.name, stored.version
    body = read_definition(definition)
    return body, str(body.get("name") or "own funnel"), 0
