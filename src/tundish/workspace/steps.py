"""The workspace's step funnel."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tundish.funnel.steps import StepDefinition, StepReport, parse_steps, step_report
from tundish.terms import from_micros
from tundish.workspace import indexing
from tundish.workspace.refold import in_the_firms_zone
from tundish.workspace.sources import read_definition

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


def step_funnel(workspace: "Workspace", definition: Any) -> StepReport:
    """The step funnel over all events of the workspace; `now` is its clock unless said."""
    body = in_the_firms_zone(workspace, read_definition(definition))
    body.setdefault("now", from_micros(workspace.now()).isoformat())
    wanted = parse_steps(body)
    fast = _from_the_index(workspace, wanted)
    if fast is not None:
        return fast
    unit = body.get("unit", "person")
    kind = unit if isinstance(unit, str) else "person"
    return step_report(
        workspace.events(),
        wanted,
        unit_properties=workspace.unit_properties(kind) if _asks_units(body) else None,
    )


def _from_the_index(workspace: "Workspace", wanted: StepDefinition) -> StepReport | None:
    """The same report many times faster, where the index can give it."""
    if wanted.unit is not None and wanted.unit.how != "named":
        return None
    kind = "person" if wanted.unit is None else wanted.unit.name
    asked = indexing.packed(workspace, kind)
    if asked is None:
        return None
    from tundish.funnel.packed.plan import can_answer
    from tundish.funnel.packed.report import packed_step_report

    def answer() -> StepReport | None:
        if not can_answer(wanted, asked.events):
            return None
        return packed_step_report(
            asked.events,
            wanted,
            others=indexing.others(workspace, kind, asked=asked),
            compiled=indexing.compiled(asked.events),
        )

    return indexing.unless_damaged(workspace, kind, ask=answer)


def _asks_units(body: Mapping[str, Any]) -> bool:
    said = json.dumps(body, default=str)
    return any(word in said for word in ('"unit_where"', '"unit_property"', '"scope": "unit"'))
