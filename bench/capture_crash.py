"""kill -9 of the server while senders send: what it had acknowledged must stand in the journal."""

import sqlite3
import threading
from pathlib import Path

from bench.capture_load import send
from bench.capture_server import Web, free_port
from tundish.workspace.opening import DATABASE


def lost_after_kills(
    folder: Path, key: str, *, rounds: int, seconds: float, senders: int = 4
) -> tuple[int, int]:
    """(events acknowledged, how many of them the journal has not) after so many kills."""
    acknowledged: list[str] = []
    for number in range(rounds):
        web = Web.started(folder, free_port())
        over = threading.Event()
        killer = threading.Timer(seconds, _kill, (web, over))
        killer.start()
        found = send(
            web.port, key, prefix=f"kill{number}", senders=senders, until=over.is_set, ahead=20
        )
        killer.join()
        acknowledged += [f"bench:{ident}" for ids in found.ids for ident in ids]
    return len(acknowledged), len(set(acknowledged) - _kept(folder))


def _kill(web: Web, over: threading.Event) -> None:
    web.kill()
    over.set()


def _kept(folder: Path) -> set[str]:
    connection = sqlite3.connect(folder / DATABASE)
    try:
        rows = connection.execute(
            "SELECT id FROM event WHERE id >= 'bench:kill' AND id < 'bench:kilm'"
        )
        return {row[0] for row in rows}
    finally:
        connection.close()
