"""The worker: brings what is derived up to date within a second, and runs the imports that wait.

Both loops are safe to kill at any instant: each piece of work commits with the cursor or record
that says it is done, and a lease keeps a second worker out.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tundish

if TYPE_CHECKING:
    from tundish.workspace import Workspace
    from tundish.workspace.follow import Projection

PAUSE_SECONDS = 0.2
_AFTER_FAILURE_SECONDS = 2.0
_log = logging.getLogger("tundish.worker")


def work(
    folder: Path, stopping: threading.Event, *, projections: "Sequence[Projection]" = ()
) -> None:
    """Follow the journal of the workspace in `folder`, and import what waits, until `stopping`."""
    follow = threading.Thread(
        target=_loop, args=(folder, stopping, lambda w: w.catch_up(projections=projections))
    )
    imports = threading.Thread(target=_loop, args=(folder, stopping, _import_next))
    follow.start()
    imports.start()
    # Waiting with a time-out lets the main thread take signals.
    while not stopping.wait(0.5):
        pass
    follow.join()
    imports.join()


def _loop(folder: Path, stopping: threading.Event, once: "Callable[[Workspace], object]") -> None:
    """Call `once` again and again on a workspace of this thread's own; a failure is told and retried."""
    workspace = None
    while not stopping.is_set():
        try:
            workspace = workspace or tundish.open(folder)
            busy = once(workspace)
        except Exception:  # a disk that was full must not end the worker
            _log.exception("The worker met an error and goes on in a moment.")
            if workspace is not None:
                workspace.close()
            workspace = None
            stopping.wait(_AFTER_FAILURE_SECONDS)
        else:
            stopping.wait(0 if busy else PAUSE_SECONDS)
    if workspace is not None:
        workspace.close()


def _import_next(workspace: "Workspace") -> bool:
    """Run the import that has waited longest, if one does."""
    from tundish.stores import imports
    from tundish.terms import TundishError

    waiting = imports.next_waiting(workspace.connection)
    if waiting is None:
        return False
    try:
        workspace.import_files(
            waiting.files,
            kind=waiting.kind,
            mapping=waiting.mapping,
            actor=waiting.actor,
            record=waiting.id,
        )
    except TundishError as wrong:
        imports.fail(workspace.connection, waiting.id, error=str(wrong), now=workspace.now())
    return True
