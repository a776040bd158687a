"""The proof that the journal is the truth: everything derived is emptied and made again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tundish.stores import firm, journal, lake, profiles, set_aside, visits
from tundish.stores.dialect import transaction
from tundish.workspace import follow, refold

if TYPE_CHECKING:
    from tundish.workspace.workspace import Progress, Workspace


def rebuild(
    workspace: "Workspace",
    *,
    projections: "Sequence[follow.Projection]" = (),
    progress: "Progress | None" = None,
) -> int:
    """Empty profiles, projections, visits, lake and cursors, then replay; gives the events read."""
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
    lake.rebuild(workspace.folder, connection)
    return journal.position(connection)
