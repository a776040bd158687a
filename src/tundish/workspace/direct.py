"""The two questions over events that the caller holds or names: no workspace, no database."""

from collections.abc import Iterable, Mapping
from typing import Any

from tundish.funnel.stages import StageReport, parse_stages, stage_report
from tundish.funnel.steps import StepReport, parse_steps, step_report
from tundish.workspace.sources import columns_of, read_definition

Properties = Mapping[Any, Mapping[str, Any]] | None
Merges = Iterable[tuple[Any, Any]] | None


def step_funnel(
    events: Any,
    definition: Any,
    *,
    unit_properties: Properties = None,
    identity_merges: Merges = None,
    time_unit: str | None = None,
) -> StepReport:
    """The step funnel of `definition` over `events`; see `tundish.step_funnel`."""
    wanted = parse_steps(read_definition(definition))
    return step_report(
        columns_of(events, time_unit=time_unit),
        wanted,
        unit_properties=unit_properties,
        identity_merges=None if identity_merges is None else list(identity_merges),
    )


def stage_funnel(
    events: Any,
    definition: Any,
    *,
    unit_properties: Properties = None,
    identity_merges: Merges = None,
    time_unit: str | None = None,
) -> StageReport:
    """The stage funnel of `definition` over `events`; see `tundish.stage_funnel`."""
    wanted = parse_stages(read_definition(definition))
    return stage_report(
        columns_of(events, time_unit=time_unit),
        wanted,
        unit_properties=unit_properties,
        identity_merges=None if identity_merges is None else list(identity_merges),
    )
