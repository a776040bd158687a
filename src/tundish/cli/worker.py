"""`tundish worker`: follows the journal and runs the waiting imports; `start` starts one by itself."""

import argparse
import os
import signal
import threading
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which workspace."""
    parser.add_argument("--data", help="the workspace's folder")


def run(arguments: argparse.Namespace) -> int:
    """Work until a signal says stop."""
    from tundish.weblib.follower import work

    folder = Path(arguments.data or os.environ.get("TUNDISH_DATA") or "tundish-data")
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    work(folder, stopping)
    return 0
