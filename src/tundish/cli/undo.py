"""`tundish undo IMPORT`: a whole import taken back."""

import argparse

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("imported", metavar="IMPORT", help="its id, as tundish imports lists it")
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Void the import's events; they can come again."""
    asking.keep_private()
    with asking.open_workspace(arguments) as workspace:
        taken_back = workspace.undo(arguments.imported)
        workspace.catch_up()
    print(f"Took back {taken_back:,} events of import {arguments.imported}.")
    return 0
