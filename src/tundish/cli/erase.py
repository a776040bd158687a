"""`tundish erase PERSON`: who somebody is, deleted; what happened stays."""

import argparse
import sys

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("person", metavar="PERSON", help="the person's id")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask, then erase."""
    from tundish.terms import InputError

    asking.keep_private()
    with asking.open_workspace(arguments) as workspace:
        if not arguments.yes and not _agreed(arguments.person):
            raise InputError(
                f"Nothing was erased of {arguments.person}.",
                "not_confirmed",
                "It cannot be taken back; answer yes, or add --yes, to do it.",
            )
        erased = workspace.erase(arguments.person)
    print(
        f"Erased {erased:,} personal values of {arguments.person}; the events stay, without them."
    )
    return 0


def _agreed(person: str) -> bool:
    if not sys.stdin.isatty():
        return False
    asked = f"Erase the names, addresses, numbers and texts of {person} for good? Type yes: "
    return input(asked).strip().lower() == "yes"
