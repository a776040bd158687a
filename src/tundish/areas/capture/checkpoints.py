"""The database's log is copied back beside the writer, so that no sender waits for it.

SQLite would else do it within whichever commit makes the log long: one request in some thousands
then takes as long as hundreds of others.
"""

import logging
import threading
from pathlib import Path

from tundish.stores.connect import open_database
from tundish.stores.dialect import Connection, execute, is_sqlite
from tundish.workspace.opening import DATABASE

_LOG_BYTES = 32 * 1024 * 1024
_LONG_FRAMES = 8_192
"""Half of what makes the worker's connections do it, within a commit of theirs."""
_PAUSE_SECONDS = 1.0
_TURN_MS = 50
"""So long it waits for the writer's turn; otherwise the next round tries again."""
_log = logging.getLogger("tundish.capture")


def beside(connection: Connection, folder: Path) -> threading.Event:
    """Let commits on `connection` leave the log alone; a thread looks after it until the event that
    is given is set. The worker's and the imports' connections still do it by themselves."""
    over = threading.Event()
    if is_sqlite(connection):
        execute(connection, "PRAGMA wal_autocheckpoint = 0")
        threading.Thread(target=_run, args=(folder, over), name="checkpoints", daemon=True).start()
    return over


def _opened(folder: Path) -> Connection:
    connection = open_database(folder / DATABASE)
    execute(connection, f"PRAGMA busy_timeout = {_TURN_MS}")
    return connection


def _run(folder: Path, over: threading.Event) -> None:
    log_file = folder / f"{DATABASE}-wal"
    connection = None
    while not over.wait(_PAUSE_SECONDS):
        try:
            if not log_file.exists() or log_file.stat().st_size < _LOG_BYTES:
                continue
            connection = connection or _opened(folder)
            # PASSIVE waits for nobody and makes nobody wait.
            _, frames, _ = execute(connection, "PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if frames > _LONG_FRAMES:
                # Under a steady stream there is always a rest, and with a rest the log never begins
                # anew. This takes the little that is left in one writer's turn.
                execute(connection, "PRAGMA wal_checkpoint(FULL)").fetchone()
        except Exception:  # the next round tries again; the worker's connections do it as well
            _log.exception("the database's log could not be copied back")
    if connection is not None:
        connection.close()
