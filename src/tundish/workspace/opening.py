"""Finding, making and opening a workspace's folder."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISLNK

from tundish.terms import WorkspaceError
from tundish.workspace.workspace import Workspace

DATABASE = "tundish.sqlite3"


def open_workspace(
    folder: str | Path, *, clock: Callable[[], int] | None = None, create: bool = False
) -> Workspace:
    """The workspace in `folder`; with `create` the folder and its database are made if absent.

    What lies in it is its owner's alone: a folder that others could read is closed to them when
    its owner opens it. Raises WorkspaceError where the folder is no workspace, or one of a newer
    version.
    """
    place = Path(folder).expanduser()
    if not create and not (place / DATABASE).is_file():
        raise _no_workspace(place)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its other files the mode of the database.
        if not (place / DATABASE).exists():
            (place / DATABASE).touch(mode=0o600)
        _close_to_others(place)
    except OSError as wrong:
        raise WorkspaceError(
            f"The folder {place} cannot be made or written: {wrong.strerror}.",
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


def _close_to_others(place: Path) -> None:
    """Take from everybody but the owner what older versions, or another umask, left open."""
    if os.name != "posix":
        return
    for path in _own(place) if _open_to_others(place) else (place / DATABASE,):
        if _open_to_others(path):
            path.chmod(path.stat().st_mode & 0o700)


def _own(place: Path) -> Iterator[Path]:
    """The workspace's own files and folders, the folder itself last: until then all is done again."""
    yield from place.glob(f"{DATABASE}*")
    for name in ("lake", "index", "imports"):
        yield from (place / name).rglob("*")
        yield place / name
    yield place


def _open_to_others(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    mine = found.st_uid == os.geteuid()
    return mine and not S_ISLNK(found.st_mode) and bool(found.st_mode & 0o077)


def _no_workspace(place: Path) -> WorkspaceError:
    found = "is no workspace" if place.is_dir() else "does not exist"
    return WorkspaceError(
        f"The folder {place} {found}: it holds no {DATABASE}.",
        "workspace_missing",
        "Name the right one with --data or TUNDISH_DATA, or make one: tundish import FILE, "
        "or tundish.open(folder, create=True).",
    )
