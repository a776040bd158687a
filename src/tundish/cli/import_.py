"""`tundish import FILE…`: files into the journal, each row once."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tundish.cli import asking
from tundish.cli.printable import printable

if TYPE_CHECKING:
    from tundish.workspace import ImportResult, Workspace

KINDS = ("crm-opportunities", "people", "companies", "events", "weblog")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="files, or a folder of them")
    parser.add_argument(
        "--as", dest="kind", choices=KINDS, help="what they are (default: found by the headers)"
    )
    parser.add_argument(
        "--map",
        dest="mapping",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help='which column is which, as in --map time="Created at"; may be repeated',
    )
    parser.add_argument(
        "--time-unit",
        choices=("s", "ms", "us"),
        help="what numbers in the time column count since 1970 (default: found by the years)",
    )
    parser.add_argument("--currency", metavar="CODE", help="of amounts that carry none, as in USD")
    parser.add_argument(
        "--dry-run", action="store_true", help="read and count everything, write nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, append, fold; tell what came of it."""
    from tundish.cli.progress import progress_bar

    asking.keep_private()
    with _workspace(arguments) as workspace:
        with progress_bar("Importing", "rows") as progress:
            result = workspace.import_files(
                arguments.files,
                kind=arguments.kind,
                mapping=read_mapping(arguments.mapping, time_unit=arguments.time_unit),
                currency=arguments.currency,
                dry_run=arguments.dry_run,
                progress=progress,
            )
        if not arguments.dry_run:
            with progress_bar("Folding", "steps") as progress:
                workspace.catch_up(progress=progress)
    if arguments.json:
        asking.print_json(result.to_dict())
    else:
        _tell(result, dry_run=arguments.dry_run)
    return 0


@contextmanager
def _workspace(arguments: argparse.Namespace) -> "Iterator[Workspace]":
    """The workspace, made if absent; a dry run makes nothing, so it tries an absent one elsewhere."""
    import tundish
    from tundish.terms import WorkspaceError

    if not arguments.dry_run:
        with asking.open_workspace(arguments, create=True) as workspace:
            yield workspace
        return
    with TemporaryDirectory(prefix="tundish-dry-run-") as elsewhere:
        try:
            workspace = asking.open_workspace(arguments)
        except WorkspaceError as wrong:
            if wrong.code != "workspace_missing":
                raise
            workspace = tundish.open(elsewhere, create=True)
        with workspace:
            yield workspace


def read_mapping(pairs: list[str], *, time_unit: str | None = None) -> dict[str, str] | None:
    """`["time=Created at"]` as a mapping; None where nothing is said. Raises InputError."""
    from tundish.terms import InputError

    for pair in pairs:
        if "=" not in pair:
            raise InputError(
                f"“{pair}” does not map a field to a column.",
                "mapping_unreadable",
                'Write --map FIELD=COLUMN, as in --map time="Created at".',
            )
    unit = {"time_unit": f"={time_unit}"} if time_unit else {}
    return dict(pair.split("=", 1) for pair in pairs) | unit or None


def _tell(result: "ImportResult", *, dry_run: bool) -> None:
    began = "Would import" if dry_run else f"Import {result.id}:"
    print(
        f"{began} {result.new:,} new events from {result.read:,} rows ({result.kind}); "
        f"{result.known:,} known before, {result.refused:,} rows refused."
    )
    if result.changed:
        print(f"{result.changed:,} {'values would change' if dry_run else 'values changed'}.")
    for code, (number, reason) in result.reasons.items():
        print(f"  {number:,} refused ({code}): {printable(reason)}")
    told = [
        f"{name.replace('_', ' ')} {number:,}" for name, number in result.notes.items() if number
    ]
    if told:
        print(printable(f"Found: {'; '.join(told)}."))
    if result.notes.get("amounts_without_currency"):
        print("Amounts stand without a currency; undo and add --currency CODE to name it.")
    if result.rejects_path:
        print(f"The refused rows lie in {result.rejects_path}")
    if not dry_run and result.new:
        print(f"Take it back with: tundish undo {result.id}")
