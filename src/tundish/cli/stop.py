"""`tundish stop`: end what `start` or `demo` left running."""

import argparse
import os
from pathlib import Path

from tundish.cli.serving import stop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which workspace."""
    parser.add_argument(
        "--data", help="the workspace's folder (without it: one's own and the demo's)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Stop the named workspace, or both usual ones."""
    usual = [os.environ.get("TUNDISH_DATA") or "tundish-data", "demo-data"]
    folders = [Path(name).resolve() for name in ([arguments.data] if arguments.data else usual)]
    stopped = [(folder, address) for folder in dict.fromkeys(folders) if (address := stop(folder))]
    for folder, address in stopped:
        print(f"Stopped {address} ({folder}).")
    if not stopped:
        print("Nothing was running.")
    return 0
