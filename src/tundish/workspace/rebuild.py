"""The proof that the journal is the truth: everything derived is emptied and made again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tundish.stores import firm, journal, lake, profiles, set_aside, visits
from tundish.stores.dialect import transaction
from tundish.workspace import follow, indexing, refold
from tundish.workspace.leases import awaiting

if TYPE_CHECKING:
    from tundish.workspace.workspace import Progress, Workspace

_EVENTS_AT_ONCE = 200_000


def rebuild(
    workspace: "Workspace",
    *,
    projections: "Sequence[follow.Projection]" = (),
    progress: "Progress | None" = None,
) -> int:
    """Empty profiles, projections, visits, lake, index and cursors, then replay; gives the events read."""
    connection = workspace.connection
    with transaction(connection):
        profiles.clear(connection)
        set_aside.clear(connection)
        firm.move_cursor(connection, follow.PROFILES, 0)
        visits.clear(connection)
        for stored in (*firm.definitions(connection, versions=True), *firm.offered(connection)):
            firm.move_cursor(connection, refold.cursor_name(stored.id), 0)
        for projection in projections:
            projection.clear(workspace)
            firm.move_cursor(connection, projection.cursor, 0)
    follow.catch_up(workspace, projections=projections, progress=progress)
    _fill_lake(workspace)
    indexing.rebuild(workspace)
    return journal.position(connection)


def _fill_lake(workspace: "Workspace") -> None:
    """Write the lake anew, alone: a running worker's turn is waited for, then kept off."""
    with awaiting(workspace, follow.LAKE) as held:
        lake.rebuild(workspace.folder, workspace.connection, upto=0)
        end = journal.position(workspace.connection)
        for upto in (*range(_EVENTS_AT_ONCE, end, _EVENTS_AT_ONCE), end):
            lake.append(workspace.folder, workspace.connection, upto=upto)
            with held.writing(upto=upto):  # the lease lasts for seconds only
                pass
