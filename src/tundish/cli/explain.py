"""`tundish explain UNIT`: why it stands where it stands, or why it left."""

import argparse

from tundish.cli import asking
from tundish.cli.printable import printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("unit", metavar="UNIT", help="the id of a person, a company or a deal")
    parser.add_argument(
        "--definition", "-d", metavar="NAME", help="the funnel (default: the active one)"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Explain and print."""
    from tundish.workspace.wording import explanation_lines

    with asking.open_workspace(arguments) as workspace:
        explanation = workspace.explain(arguments.unit, definition=arguments.definition)
    if arguments.json:
        asking.print_json(explanation.to_dict())
        return 0
    for line in explanation_lines(explanation):
        print(printable(line))
    return 0
