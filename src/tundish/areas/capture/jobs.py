"""The capture area's work for the worker: the imports that wait, and what was kept long enough."""

from os import getpid
from pathlib import Path
from secrets import token_hex
from sqlite3 import OperationalError

from tundish.areas.capture import uploads
from tundish.stores import firm, imports
from tundish.stores.imports import ImportRecord
from tundish.terms import TundishError
from tundish.workspace import Workspace, rejects

# A worker that was killed keeps the next one waiting for no longer than this.
_LEASE, _SECONDS = "imports", 20
_HOUR = 3_600_000_000
_swept: dict[Path, int] = {}
_HOLDER = f"{getpid()}-{token_hex(6)}"


def import_next(workspace: Workspace) -> bool:
    """Run the import that has waited longest or was broken off; False where there is none.

    A kill loses and doubles nothing: rows have ids of their own, and the next worker goes on.
    """
    _sweep(workspace)
    found = uploads.next_ready(workspace)
    if found is None or not _lease(workspace):
        return False
    record, paths = found
    try:
        workspace.import_files(
            paths,
            kind=record.kind,
            mapping=record.mapping,
            actor=record.actor,
            record=record.id,
            progress=lambda *_: _lease(workspace),
        )
    except TundishError as wrong:
        if wrong.code == "import_running":
            return False
        # The record says what was wrong; the page shows it.
    except (OperationalError, OSError):
        # A disk that is full, a database that is busy: the import goes on later.
        raise
    except Exception as broken:
        _fail(workspace, record, broken)
        raise
    finally:
        firm.drop_lease(workspace.connection, _LEASE, holder=_HOLDER)
    uploads.finished(workspace, record)
    return True


def _sweep(workspace: Workspace) -> None:
    """Once an hour: uploads that nobody ordered, and refused rows after their time."""
    now = workspace.now()
    if now >= _swept.get(workspace.folder, 0) + _HOUR:
        _swept[workspace.folder] = now
        uploads.sweep(workspace)
        rejects.sweep(workspace.folder, now=now)


def _fail(workspace: Workspace, record: ImportRecord, broken: Exception) -> None:
    """A file that breaks the reader must not stand before all later ones for ever."""
    imports.update(
        workspace.connection,
        record.id,
        status="failed",
        error=f"Reading broke off: {type(broken).__name__}: {broken}",
        finished_at=workspace.now(),
    )
    uploads.finished(workspace, record)


def _lease(workspace: Workspace) -> bool:
    return firm.take_lease(workspace.connection, _LEASE, _HOLDER, workspace.now(), _SECONDS)
