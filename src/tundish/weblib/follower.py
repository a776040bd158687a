"""The worker: brings what is derived up to date within a second, and does the areas' jobs.

Every loop is safe to kill at any instant: each piece of work commits with the cursor or record
that says it is done, and a lease keeps a second worker out.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tundish

if TYPE_CHECKING:
    from tundish.workspace import Workspace

Job = Callable[["Workspace"], Any]
"""One piece of work on a workspace; true while there may be more."""

_PAUSE_SECONDS = 0.2
_AFTER_FAILURE_SECONDS = 2.0
_log = logging.getLogger("tundish.worker")


def work(folder: Path, stopping: threading.Event, *, jobs: Sequence[Job] = ()) -> None:
    """Follow the journal of the workspace in `folder`, and do the jobs beside it, until `stopping`."""
    all_jobs = (_follow, _keep_warm, _keep_indexed, *jobs)
    loops = [threading.Thread(target=_loop, args=(folder, stopping, job)) for job in all_jobs]
    for loop in loops:
        loop.start()
    # Waiting with a time-out lets the main thread take signals.
    while not stopping.wait(0.5):
        pass
    for loop in loops:
        loop.join()


def _follow(workspace: "Workspace") -> bool:
    return workspace.catch_up() > 0


def _keep_warm(workspace: "Workspace") -> bool:
    workspace.keep_warm()
    return False  # a pause after each model: the active funnel's events go first


def _keep_indexed(workspace: "Workspace") -> bool:
    return workspace.keep_indexed()


def _loop(folder: Path, stopping: threading.Event, job: Job) -> None:
    """Do a job again and again on a workspace of this thread's own; a failure is told and retried."""
    workspace = None
    while not stopping.is_set():
        try:
            workspace = workspace or tundish.open(folder)
            busy = job(workspace)
        except Exception:  # a disk that was full must not end the worker
            _log.exception("The worker met an error and goes on in a moment.")
            if workspace is not None:
                workspace.close()
            workspace = None
            stopping.wait(_AFTER_FAILURE_SECONDS)
        else:
            stopping.wait(0 if busy else _PAUSE_SECONDS)
    if workspace is not None:
        workspace.close()
