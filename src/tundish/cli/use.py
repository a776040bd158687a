"""`tundish use MODEL`: the funnel that the workspace follows."""

import argparse

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "definition",
        metavar="MODEL",
        help="a ready-made model by name (tundish models lists them), or a file with a definition",
    )
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Keep the definition, fold the past by it, make it the active one."""
    with asking.open_workspace(arguments) as workspace:
        chosen = workspace.use(arguments.definition)
        workspace.catch_up()
    print(f"The funnel in use is {chosen.name}, version {chosen.version}.")
    return 0
