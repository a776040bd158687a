"""`tundish start`: the app on one's own firm."""

import argparse
import os
from pathlib import Path

from tundish.cli.serving import add_serving, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the firm lies and where to serve it."""
    add_serving(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    folder = Path(arguments.data or os.environ.get("TUNDISH_DATA") or "tundish-data")
    return serve(folder, arguments)
