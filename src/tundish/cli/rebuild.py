"""`tundish rebuild`: everything derived, made afresh from the journal."""

import argparse

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Empty and replay."""
    from tundish.cli.progress import progress_bar

    asking.keep_private()
    with (
        asking.open_workspace(arguments) as workspace,
        progress_bar("Rebuilding", "events") as progress,
    ):
        events = workspace.rebuild(progress=progress)
    print(f"Rebuilt from {events:,} events.")
    return 0
