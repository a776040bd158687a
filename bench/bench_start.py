"""How long one waits: for the help, for a demo that was made before, and for making it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.pairs import paired, timed

HELP_MS, SECOND_START, FIRST_SEED = 60, 3, 60
"""Milliseconds more than bare Python, and seconds; the issue's 90 s hold the installation too."""
_COMMAND = [sys.executable, "-m", "tundish"]
_SCRIPT = Path(sys.executable).with_name("tundish")


def run() -> bool:
    """Print the waits; True where `--help`, the second start and the seed hold their limits."""
    held = _help()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "demo"
        demo = [*_COMMAND, "demo", "--data", str(folder)]
        seconds = timed(lambda: _quiet([*demo, "--only-seed"]))
        held &= _said("first seed of the demo firm", seconds, FIRST_SEED)
        waits = [_started(demo) for _ in range(5)]
        name = "second start of the demo, until it is open"
        held &= _said(name, median(waits), SECOND_START)
        _first_page(demo)
    return held


def _help() -> bool:
    """`tundish --help` beside a Python that does nothing: at most so many milliseconds more."""

    def bare() -> None:
        _quiet([sys.executable, "-c", "pass"])

    def ours() -> None:
        _quiet([str(_SCRIPT), "--help"])

    paired("tundish --help beside bare Python", ours, bare)
    more = 1000 * median(timed(ours) - timed(bare) for _ in range(15))
    held = more <= HELP_MS
    print(f"{'tundish --help, more than bare Python':<52} {more:10.1f} ms  limit {HELP_MS:6d} ms"
          f"  {'held' if held else 'MISSED'}", flush=True)  # fmt: skip
    return held


def _said(name: str, seconds: float, limit: float) -> bool:
    held = seconds <= limit
    print(f"{name:<52} {seconds:10.1f} s   limit {limit:6.0f} s    {'held' if held else 'MISSED'}",
          flush=True)  # fmt: skip
    return held


def _started(demo: list[str], *, then: Callable[[str], None] = lambda _: None) -> float:
    """Start, wait for the address, do something with it, stop; gives the seconds until it is open."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*demo, "--no-open", "--port", "8750"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "Tundish is open at" in line)
        seconds = time.perf_counter() - began
        then(line.split()[-1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return seconds


def _first_page(demo: list[str]) -> None:
    """The sign-in page right after the start: the first request that a person makes."""

    def ask(address: str) -> None:
        for name in ("first page after the start", "second page after the start"):
            began = time.perf_counter()
            urllib.request.urlopen(f"{address}sign-in", timeout=30).read()
            print(f"{name:<52} {1000 * (time.perf_counter() - began):10.1f} ms", flush=True)

    _started(demo, then=ask)


def _quiet(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
