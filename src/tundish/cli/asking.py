"""What several commands share: where the workspace lies, and how an answer leaves as JSON."""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from tundish.cli.printable import printable

if TYPE_CHECKING:
    from tundish.workspace import Workspace


def add_data(parser: argparse.ArgumentParser) -> None:
    """The option that names the workspace."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="the workspace's folder (default: TUNDISH_DATA, else ./tundish-data)",
    )


def data_folder(arguments: argparse.Namespace) -> str:
    """The folder that was named, or TUNDISH_DATA, or ./tundish-data."""
    return str(arguments.data or os.environ.get("TUNDISH_DATA") or "tundish-data")


def open_workspace(arguments: argparse.Namespace, *, create: bool = False) -> "Workspace":
    """The workspace that the arguments name."""
    import tundish

    return tundish.open(data_folder(arguments), create=create)


def keep_private() -> None:
    """What the command writes into the folder is for nobody else on this machine."""
    os.umask(0o077)


def print_json(answer: Any) -> None:
    """One JSON document, ASCII where the pipe knows no more."""
    wide = "utf" in (sys.stdout.encoding or "").lower()
    json.dump(answer, sys.stdout, ensure_ascii=not wide, indent=2, default=str)
    sys.stdout.write("\n")


def print_lists(lists: dict[str, Any], names: list[str]) -> None:
    """The ids behind each number, one block a number, as `tundish … --lists` shows them."""
    for what, members in lists.items():
        if isinstance(members, list) and members and isinstance(members[0], list):
            for name, ids in zip(names, members, strict=False):
                _print_list(f"{what} {name}", ids)
        elif isinstance(members, list):
            _print_list(what, members)
        elif isinstance(members, dict):
            for name, ids in members.items():
                _print_list(f"{what} {name}", ids)


def _print_list(title: str, ids: list[Any]) -> None:
    print(f"\n{printable(title)} ({len(ids):,})")
    for unit in ids:
        print(f"  {printable(str(unit))}")
