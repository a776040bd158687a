"""One unit's journey, folded afresh from its own events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.funnel.stages import StageDefinition, fold, parse_stages
from tundish.funnel.stages.visits import Visits
from tundish.journal.columns import EventColumns
from tundish.stores import journal
from tundish.terms import NotFoundError
from tundish.workspace import choosing
from tundish.workspace.refold import columns_for, in_the_firms_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tundish.workspace.workspace import Workspace

KINDS = ("person", "company", "deal", "session")


@dataclass(frozen=True)
class Folded:
    """A unit's visits with the definition that made them; `next_change` in microseconds UTC."""

    unit: str
    body: "Mapping[str, Any]"
    definition: StageDefinition
    visits: Visits
    next_change: int | None


def journey(workspace: "Workspace", unit: str, *, definition: Any) -> Visits:
    """Every visit of one unit, ordered by pass and time; none where it never entered."""
    return folded(workspace, unit, body=choosing.body_of(workspace, definition)).visits


def folded(workspace: "Workspace", unit: str, *, body: "Mapping[str, Any]") -> Folded:
    """One unit's fold as of the workspace's clock. Raises NotFoundError for an unknown unit."""
    kind = body.get("unit", "person")
    unit = kept_id(workspace, unit) if kind == "person" else unit
    columns = columns_for(workspace, kind, {unit})
    if kind in KINDS and not _holds(columns, kind, unit):
        raise _unknown(workspace, unit, kind=kind, funnel=str(body.get("name") or "own funnel"))
    definition = parse_stages(in_the_firms_zone(workspace, body))
    as_of = workspace.now() if definition.as_of is None else definition.as_of
    found = fold(columns, definition, as_of=as_of)
    own = found.visits.unit.where(lambda name: str(name) == unit)
    return Folded(unit, body, definition, found.visits.take(own), found.next_change.get(unit))


def kept_id(workspace: "Workspace", person: str) -> str:
    """The id under which a person stands after all merges."""
    return str(journal.final_ids(workspace.connection).get(person, person))


def _holds(columns: EventColumns, kind: str, unit: str) -> bool:
    column = columns.units.get(kind)
    return column is not None and bool(column.where(lambda name: str(name) == unit).any())


def _unknown(workspace: "Workspace", unit: str, *, kind: str, funnel: str) -> NotFoundError:
    for other in KINDS:
        if other == kind:
            continue
        columns = journal.columns(workspace.connection, unit_kind=other, ids={unit})
        if _holds(columns, other, unit):
            mask = columns.units[other].where(lambda name: str(name) == unit)
            found = sorted({str(v) for v in columns.units[kind].take(mask).to_list() if v})
            named = f"Its: {', '.join(found[:5])}." if found else f"It has no {kind} yet."
            return NotFoundError(
                f"“{unit}” is a {other}, and the funnel {funnel} counts by {kind}.",
                "unit_of_another_kind",
                f"Ask for one of its {kind} ids. {named}",
            )
    return NotFoundError(
        f"There is no {kind} “{unit}” in the journal.",
        "unit_not_found",
        "Check the id; ids are kept as the sender or the file wrote them.",
    )
