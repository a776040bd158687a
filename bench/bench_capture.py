"""Capture over HTTP against the real server, beside a bare loop that inserts the same rows.

`./run bench capture [--seconds 60] [--journal 10M] [--senders 8] [--rounds 10]`; in short
`./run bench capture --journal 2M --seconds 20`
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.capture_crash import lost_after_kills
from bench.capture_load import EVENTS
from bench.capture_past import fill
from bench.capture_server import Web, environment, free_port, prepared
from bench.capture_together import all_at_once
from tundish.stores import connect
from tundish.stores.known import id_hash
from tundish.workspace.opening import DATABASE

_WINDOW = 5.0
_LAG_SECONDS = 600


def run(arguments: list[str]) -> bool:
    """Print every line; whether the absolute limits (p99, nothing lost, nothing locked) held."""
    asked = argparse.ArgumentParser(prog="./run bench capture")
    asked.add_argument("--seconds", type=float, default=60, help="of requests, in all windows")
    asked.add_argument("--journal", type=_number, default="10M", help="events before: 300k, 2M")
    asked.add_argument("--senders", type=int, default=8, help="connections at once")
    asked.add_argument("--rounds", type=int, default=10, help="of kill -9 under load")
    said = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tundish-bench-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / "firm"
        key = prepared(folder)
        began = time.perf_counter()
        _say(f"journal: making {said.journal:,} events in {place} …")
        fill(folder / DATABASE, said.journal)
        _say(f"journal: {said.journal:,} events after {time.perf_counter() - began:.0f} s")
        _say(f"disk: {_disk(folder)}")
        held = [_throughput(folder, key, said), _follower(folder, key, said)]
        held.append(_nothing_lost(folder, key, said))
        held.append(all_at_once(folder, key, seconds=min(said.seconds, 20)))
    return all(held)


def _number(text: str) -> int:
    """10M, 300k or plain digits."""
    many = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower())
    return int(text) if many is None else int(float(text[:-1]) * many)


def _say(line: str) -> None:
    print(line, flush=True)


def _disk(folder: Path) -> str:
    """How long this disk takes to keep a page of the log: no request can be answered sooner."""
    taken = []
    with (folder / "disk-probe").open("wb") as probe:
        for _ in range(200):
            probe.write(b"x" * 4096)
            probe.flush()
            began = time.perf_counter()
            os.fsync(probe.fileno())
            taken.append(time.perf_counter() - began)
    (folder / "disk-probe").unlink()
    taken.sort()
    return f"a write is kept after {taken[100] * 1000:.1f} ms, p99 {taken[198] * 1000:.1f} ms"


def _throughput(folder: Path, key: str, said: argparse.Namespace) -> bool:
    bare_path = folder.parent / "bare.sqlite3"
    shutil.copyfile(folder / DATABASE, bare_path)
    bare = connect.open_database(bare_path)
    ours = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)
    window = min(_WINDOW, said.seconds)
    rates: list[tuple[float, float]] = []
    latencies: list[float] = []
    web = Web.started(folder, free_port())
    try:
        load(web.port, key, prefix="warm", seconds=1, senders=said.senders)
        _repeat(ours, bare, said.senders * EVENTS)
        for number in range(max(1, round(said.seconds / window))):
            requests, seconds, found = load(
                web.port, key, prefix=f"w{number}", seconds=window, senders=said.senders
            )
            latencies += found
            rows, bare_seconds = _repeat(ours, bare, said.senders * EVENTS)
            rates.append((requests * EVENTS / seconds, rows / bare_seconds))
            _say(
                f"  window {number + 1}: {rates[-1][0]:,.0f} events/s, bare {rates[-1][1]:,.0f};"
                f" p99 {sorted(found)[int(len(found) * 0.99)] * 1000:.0f} ms"
            )
    finally:
        web.kill()
        bare.close()
        ours.close()
        bare_path.unlink()
    mine, other = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(a / b for a, b in rates)
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * part)] * 1000 for part in (0.5, 0.99))
    _say(
        f"capture: {mine:,.0f} events/s over HTTP, {other:,.0f} in a bare loop,"
        f" {said.senders * EVENTS} a transaction: ratio {ratio:.2f} (aim 0.5)"
    )
    _say(
        f"capture: {len(latencies):,} requests of {EVENTS}: p50 {p50:.1f} ms, p99 {p99:.1f} ms (limit 50)"
    )
    return p99 < 50


def load(
    port: int, key: str, *, prefix: str, seconds: float, senders: int, pause: float = 0
) -> tuple[int, float, list[float]]:
    """(requests answered 200, seconds it took, seconds of each) of senders in their own process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.capture_senders", str(port), key, prefix, str(seconds),
         str(senders), str(pause)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    took, *each = map(float, done.stdout.split())
    return len(each), took, each


def _repeat(ours: sqlite3.Connection, bare: sqlite3.Connection, size: int) -> tuple[int, float]:
    """Insert what our journal has more than the bare one, so many rows a transaction: the events
    and the keys of their ids, which are all the rows that these events are."""
    (end,) = bare.execute("SELECT max(position) FROM event").fetchone()
    rows = ours.execute(
        "SELECT * FROM event WHERE position > ? ORDER BY position", (end,)
    ).fetchall()
    marks = ", ".join("?" * len(rows[0]))
    keys = [(id_hash(row[1], 0), row[0]) for row in rows]
    began = time.perf_counter()
    for start in range(0, len(rows), size):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO event VALUES ({marks})", rows[start : start + size])
        bare.executemany("INSERT INTO event_key VALUES (?, ?)", keys[start : start + size])
        bare.execute("COMMIT")
    return len(rows), time.perf_counter() - began


def _follower(folder: Path, key: str, said: argparse.Namespace) -> bool:
    """How fast the follower takes in what comes, and how long it still has to work afterwards."""
    watched = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True, timeout=30)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tundish", "worker", "--data", str(folder)],
        env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    web = Web.started(folder, free_port())
    try:
        _say("follower: the worker brings the past into the lake …")
        wait = _behind(watched, until=0, seconds=_LAG_SECONDS, lake=True)
        _say(f"follower: the past is in the lake, nothing is behind after {wait:.0f} s")
        first = _followed(watched)
        seconds = min(20.0, said.seconds)
        # As much as it is meant to keep up with, and not all that capture could take.
        load(web.port, key, prefix="follow", seconds=seconds, senders=4, pause=4 * EVENTS / 5_000)
        folded = (_followed(watched) - first) / seconds
        left = _position(watched) - _followed(watched)
        lag = _behind(watched, until=0, seconds=_LAG_SECONDS)
        sent = (_position(watched) - first) / seconds
    finally:
        web.kill()
        worker.kill()
        worker.wait()
        watched.close()
    _say(
        f"follower: {folded:,.0f} events/s folded of known people (aim 5,000) while {sent:,.0f}/s came;"
        f" {left:,} behind at the end, all folded after {lag:.1f} s"
    )
    return True


def _followed(watched: sqlite3.Connection, *, lake: bool = False) -> int:
    """How far the slowest of profiles and visits has come, and the lake where asked for."""
    return int(
        watched.execute(
            "SELECT min(position) FROM follow_cursor WHERE name = 'profiles' OR name IN"
            " (SELECT 'visits:' || id FROM definition WHERE active = 1) OR name = ?",
            ("lake" if lake else "profiles",),
        ).fetchone()[0]
    )


def _position(watched: sqlite3.Connection) -> int:
    return int(watched.execute("SELECT max(position) FROM event").fetchone()[0])


def _behind(
    watched: sqlite3.Connection, *, until: int, seconds: float, lake: bool = False
) -> float:
    """Seconds until no more than `until` events are not followed."""
    began = time.perf_counter()
    while _position(watched) - _followed(watched, lake=lake) > until:
        if time.perf_counter() - began > seconds:
            _say(f"follower: MISSED, still behind after {seconds:.0f} s")
            break
        time.sleep(0.05)
    return time.perf_counter() - began


def _nothing_lost(folder: Path, key: str, said: argparse.Namespace) -> bool:
    acknowledged, lost = lost_after_kills(folder, key, rounds=said.rounds, seconds=2)
    _say(
        f"kill -9 under load, {said.rounds} rounds: {acknowledged:,} events acknowledged, {lost} lost"
    )
    return lost == 0
