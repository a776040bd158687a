"""Finding, making and opening a workspace's folder."""

from collections.abc import Callable
from pathlib import Path

from tundish.terms import WorkspaceError
from tundish.workspace.workspace import Workspace

DATABASE = "tundish.sqlite3"


def open_workspace(
    folder: str | Path, *, clock: Callable[[], int] | None = None, create: bool = False
) -> Workspace:
    """The workspace in `folder`; with `create` the folder and its database are made if absent.

    Raises WorkspaceError where the folder is no workspace, or one of a newer version.
    """
    place = Path(folder).expanduser()
    if not create and not (place / DATABASE).is_file():
        raise _no_workspace(place)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise WorkspaceError(
            f"The folder {place} cannot be made: {wrong.strerror}.",
            "workspace_unwritable",
            "Name another folder with --data or TUNDISH_DATA.",
        ) from None
    from tundish.stores import ensure_all, firm
    from tundish.stores.connect import open_database

    connection = open_database(place / DATABASE)
    try:
        ensure_all(connection)
        if create:
            firm.secret(connection)  # made now, so that a dry run need not
    except BaseException:
        connection.close()
        raise
    return Workspace(connection, folder=place, clock=clock)


def _no_workspace(place: Path) -> WorkspaceError:
    found = "is no workspace" if place.is_dir() else "does not exist"
    return WorkspaceError(
        f"The folder {place} {found}: it holds no {DATABASE}.",
        "workspace_missing",
        "Name the right one with --data or TUNDISH_DATA, or make one: tundish import FILE, "
        "or tundish.open(folder, create=True).",
    )
