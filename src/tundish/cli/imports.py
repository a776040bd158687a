"""`tundish imports`: what came in by files."""

import argparse

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """List them, the latest first."""
    from dataclasses import asdict

    with asking.open_workspace(arguments) as workspace:
        imports = workspace.imports()
    if arguments.json:
        asking.print_json([asdict(one) for one in imports])
        return 0
    from tundish.cli import figures, screen

    rows = [
        [
            str(one.id),
            figures.instant(one.created_at),
            one.kind or "",
            one.status,
            *(figures.count(n) for n in (one.read, one.new, one.known, one.refused)),
            ", ".join(one.files),
        ]
        for one in imports
    ]
    titles = ["id", "when", "kind", "status", "read", "new", "known", "refused", "files"]
    screen.plain_table(screen.console(), titles=titles, rows=rows)
    return 0
