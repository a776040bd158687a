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
_PAUSE_SECONDS = 0.25
_log = logging.getLogger("tundish.capture")


def beside(connection: Connection, folder: Path) -> threading.Event:
    """Let commits on `connection` leave the log alone; a thread looks after it until the event that
    is given is set. The worker's and the imports' connections still do it by themselves."""
    over = threading.Event()
    if is_sqlite(connection):
        execute(connection, "PRAGMA wal_autocheckpoint = 0")
        threading.Thread(target=_run, args=(folder, over), name="checkpoints", daemon=True).start()
    return over


def _run(folder: Path, over: threading.Event) -> None:
    log_file = folder / f"{DATABASE}-wal"
    connection = None
    while not over.wait(_PAUSE_SECONDS):
        try:
            if not log_file.exists() or log_file.stat().st_size < _LOG_BYTES:
                continue
            connection = connection or open_database(folder / DATABASE)
            # PASSIVE waits for nobody and makes nobody wait.
            execute(connection, "PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except Exception:  # the next round tries again; the worker's connections do it as well
            _log.exception("the database's log could not be copied back")
    if connection is not None:
        connection.close()
