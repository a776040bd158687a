"""The worker: brings what is derived up to date within a second, and does the areas' jobs.

Every loop is safe to kill at any instant: each piece of work commits with the cursor or record
that says it is done, and a lease keeps a second worker out. What nobody waits for (models kept
warm, the index, duplicates) has a process of its own: beside the follower it would take the
interpreter from it, in the midst of a transaction too.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tundish
from tundish.stores.connect import unhurried
from tundish.workspace.duplicates import find_if_changed

if TYPE_CHECKING:
    from tundish.workspace import Workspace

Job = Callable[["Workspace"], Any]
"""One piece of work on a workspace; true while there may be more."""

_PAUSE_SECONDS = 0.2
_AFTER_FAILURE_SECONDS = 2.0
_SWITCH_SECONDS = 0.001
"""After so long a loop that computes lets another on: that one may be holding the database."""
_log = logging.getLogger("tundish.worker")


def work(folder: Path, stopping: threading.Event, *, jobs: Sequence[Job] = ()) -> None:
    """Follow the journal of the workspace in `folder`, and do the jobs beside it, until `stopping`."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    loops = _started(folder, stopping, (_follow, *jobs))
    quiet = _quiet(folder)
    # Waiting with a time-out lets the main thread take signals.
    while not stopping.wait(0.5):
        if quiet.poll() is not None and not stopping.wait(_AFTER_FAILURE_SECONDS):
            quiet = _quiet(folder)
    quiet.communicate()
    for loop in loops:
        loop.join()


def quietly(folder: Path) -> None:
    """The loops of the process beside the worker, until the worker closes our input or is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # they are meant for the worker, which ends us
    _started(folder, threading.Event(), (_keep_warm, _keep_indexed, find_if_changed))
    sys.stdin.buffer.read()
    os._exit(0)  # whatever it is doing is safe to kill


def _quiet(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tundish.weblib.follower", str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def _started(
    folder: Path, stopping: threading.Event, jobs: Sequence[Job]
) -> list[threading.Thread]:
    loops = [threading.Thread(target=_loop, args=(folder, stopping, job)) for job in jobs]
    for loop in loops:
        loop.start()
    return loops


def _follow(workspace: "Workspace") -> bool:
    unhurried(workspace.connection)  # all that it writes can be made again
    return workspace.catch_up() > 0


def _keep_warm(workspace: "Workspace") -> bool:
    unhurried(workspace.connection)
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


if __name__ == "__main__":
    quietly(Path(sys.argv[1]))
