"""Tundish: one journal of events, one pure fold, one funnel.

The stable Python interface is `step_funnel`, `stage_funnel` and `open`. The functions import what
they need when they are called: `import tundish` then costs milliseconds, which keeps `tundish
--help` quick and lets a notebook import the package without numpy, pyarrow or a database driver.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, whose import would cost more than this whole file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from tundish.funnel.stages import StageReport
    from tundish.funnel.steps import StepReport
    from tundish.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["open", "stage_funnel", "step_funnel"]


def step_funnel(
    events: Any,
    definition: Mapping[str, Any] | str | Path,
    *,
    unit_properties: Mapping[Any, Mapping[str, Any]] | None = None,
    identity_merges: Iterable[tuple[Any, Any]] | None = None,
    time_unit: str | None = None,
) -> StepReport:
    """Count who did A, then B, then C within a window.

    `events` is a list of dicts, an Arrow, pandas or polars table, or one or several paths of .csv,
    .jsonl or .parquet files (also .gz); `definition` a mapping, or YAML or JSON as text or file.
    `time_unit` (s, ms or us) must be given where times are numbers. Raises TundishError.
    """
    from tundish.workspace import direct

    return direct.step_funnel(
        events,
        definition,
        unit_properties=unit_properties,
        identity_merges=identity_merges,
        time_unit=time_unit,
    )


def stage_funnel(
    events: Any,
    definition: Mapping[str, Any] | str | Path,
    *,
    unit_properties: Mapping[Any, Mapping[str, Any]] | None = None,
    identity_merges: Iterable[tuple[Any, Any]] | None = None,
    time_unit: str | None = None,
) -> StageReport:
    """Fold the events into journeys through a sales funnel and count them.

    Takes what `step_funnel` takes; `definition` may also be the name of a ready-made model.
    Raises TundishError.
    """
    from tundish.workspace import direct

    return direct.stage_funnel(
        events,
        definition,
        unit_properties=unit_properties,
        identity_merges=identity_merges,
        time_unit=time_unit,
    )


def open(
    folder: str | Path, *, clock: Callable[[], int] | None = None, create: bool = False
) -> Workspace:
    """The workspace in `folder`; with `create` it is made where there is none.

    `clock` gives the present as microseconds since 1970, UTC. Raises WorkspaceError.
    """
    from tundish.workspace import open_workspace

    return open_workspace(folder, clock=clock, create=create)
