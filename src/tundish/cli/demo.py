"""`tundish demo`: the app on a believable firm, made for the day on which it is first opened."""

import argparse
import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tundish.cli.serving import add_serving, prepare, serve, stop

_DONE = "demo.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it lies, which firm it is, where to serve it."""
    add_serving(parser)
    parser.add_argument("--seed", type=int, default=1, help="another number, another firm")
    parser.add_argument(
        "--variant",
        choices=("planted", "null", "confounded"),
        default="planted",
        help="with planted effects, with none, or with one that only seems to be",
    )
    parser.add_argument("--fresh", action="store_true", help="make the firm anew, for today")
    parser.add_argument("--only-seed", action="store_true", help="make the firm and stop there")


def run(arguments: argparse.Namespace) -> int:
    """Make the firm if it is not there yet, then serve it until Ctrl-C."""
    # The sign-in stands in a file; nobody else on this machine may read it.
    os.umask(0o077)
    folder = Path(arguments.data or os.environ.get("TUNDISH_DATA") or "demo-data").resolve()
    if arguments.fresh and (folder / _DONE).exists():
        stop(folder)
        shutil.rmtree(folder)
    if not (folder / _DONE).exists():
        _make(folder, seed=arguments.seed, variant=arguments.variant)
    made = json.loads((folder / _DONE).read_text())
    if arguments.only_seed:
        return 0
    return serve(folder, arguments, sign_in=_sign_in(made))


def _make(folder: Path, *, seed: int, variant: str) -> None:
    """Seed the workspace; a run that was cut off is begun again."""
    if folder.exists() and any(folder.iterdir()):
        _refuse_other_firms(folder)
        shutil.rmtree(folder)
    began = time.monotonic()
    prepare(folder)
    from tundish.cli.seeding import seed_workspace

    def progress(step: str, done: int, total: int | None) -> None:
        share = f" {100 * done // total:3d} %" if total else ""
        end = "\r" if sys.stderr.isatty() else "\n"
        if sys.stderr.isatty() or not total or done >= total:
            print(f"  Demo firm: {step}{share}      ", end=end, file=sys.stderr, flush=True)

    now = datetime.now(UTC)
    made = seed_workspace(folder, seed=seed, variant=variant, now=now, progress=progress)
    (folder / _DONE).write_text(json.dumps(made | {"day": now.date().isoformat()}))
    print(
        f"  Demo firm made in {time.monotonic() - began:.0f} s:"
        f" {made['people']:,} people, {made['companies']:,} companies, {made['events']:,} events.",
        file=sys.stderr,
    )


def _refuse_other_firms(folder: Path) -> None:
    from tundish.terms import WorkspaceError

    database = folder / "tundish.sqlite3"
    half_made = folder / "demo.begun"
    if database.exists() and not half_made.exists():
        raise WorkspaceError(
            f"The folder {folder} holds a firm that is not the demo's.",
            "demo_folder_taken",
            "Name another folder with --data, or open this one with: ./run start --data",
        )


def _sign_in(made: dict[str, object]) -> str:
    lines = [f"  Sign in: {made['owner']}   password: {made['password']}"]
    lines.append(f"  Others with the same password: {', '.join(made['others'])}")  # type: ignore[arg-type]
    if made["day"] != datetime.now(UTC).date().isoformat():
        lines.append(
            f"  The firm ends on {made['day']}; ./run demo --fresh makes it anew for today."
        )
    return "\n".join(lines)
