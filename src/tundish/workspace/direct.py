"""The two questions over events that the caller holds or names: no workspace, no database.

Each loads only its own kernel, and none of the stores: `tundish stages FILE` then answers at once.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tundish.workspace.sources import columns_of, read_definition

if TYPE_CHECKING:
    from tundish.funnel.stages import StageReport
    from tundish.funnel.steps import StepReport

Properties = Mapping[Any, Mapping[str, Any]]
Merges = Iterable[tuple[Any, Any]]


def step_funnel(
    events: Any,
    definition: Any,
    *,
    unit_properties: Properties | None = None,
    identity_merges: Merges | None = None,
    time_unit: str | None = None,
) -> "StepReport":
    """The step funnel over `events`; see `tundish.step_funnel`."""
    from tundish.funnel.steps import parse_steps, step_report

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
    unit_properties: Properties | None = None,
    identity_merges: Merges | None = None,
    time_unit: str | None = None,
) -> "StageReport":
    """The stage funnel over `events`; see `tundish.stage_funnel`."""
    from tundish.funnel.stages import parse_stages, stage_report

    wanted = parse_stages(read_definition(definition))
    return stage_report(
        columns_of(events, time_unit=time_unit),
        wanted,
        unit_properties=unit_properties,
        identity_merges=None if identity_merges is None else list(identity_merges),
    )
