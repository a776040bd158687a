"""`tundish stages`: the sales funnel, drawn."""

import argparse
from typing import TYPE_CHECKING, Any

from tundish.cli import asking

if TYPE_CHECKING:
    from tundish.funnel.stages import StageReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "events",
        nargs="*",
        metavar="EVENTS",
        help=".csv, .jsonl or .parquet files, also .gz (default: the workspace's events)",
    )
    parser.add_argument(
        "--definition",
        "-d",
        metavar="FILE",
        help="the funnel: a YAML or JSON file, or a ready-made model's name "
        "(default: the workspace's active one)",
    )
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.add_argument("--lists", action="store_true", help="also the ids behind every number")
    parser.add_argument(
        "--journeys", action="store_true", help="with --json, also every visit of every unit"
    )
    parser.add_argument(
        "--time-unit", choices=("s", "ms", "us"), help="what numbers in the time column count"
    )
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask and draw."""
    report = _report(arguments)
    said = report.to_dict(lists=arguments.lists, journeys=arguments.journeys)
    if arguments.json:
        asking.print_json(said)
    else:
        draw(report, said)
    return 0


def _report(arguments: argparse.Namespace) -> Any:
    import tundish
    from tundish.terms import InputError

    if not arguments.events:
        with asking.open_workspace(arguments) as workspace:
            return workspace.stage_funnel(arguments.definition)
    if arguments.definition is None:
        raise InputError(
            "No funnel is named for these files.",
            "definition_missing",
            "Add --definition FILE, or a model's name as in --definition aida; see tundish models.",
        )
    return tundish.stage_funnel(
        arguments.events, arguments.definition, time_unit=arguments.time_unit
    )


def draw(report: "StageReport", said: dict[str, Any]) -> None:
    """The report, and what it says as plain data: a table with bars and what belongs to it."""
    from tundish.cli import figures, screen
    from tundish.workspace.wins import win_rate

    stages = said["stages"]
    largest = max((stage["reached"] for stage in stages), default=0)
    to = screen.console()
    screen.funnel_table(
        to,
        names=[stage["name"] for stage in stages],
        shares=[stage["reached"] / largest if largest else 0.0 for stage in stages],
        columns=[
            screen.Column("reached", [figures.count(s["reached"]) for s in stages]),
            screen.Column("from previous", [figures.rate(s["rate_from_previous"]) for s in stages]),
            screen.Column("still here", [figures.count(s["still_here"]) for s in stages], 1),
            screen.Column("lost", [figures.count(s["lost"]) for s in stages], 2),
            screen.Column("from entry", [figures.rate(s["rate_from_entry"]) for s in stages], 6),
            screen.Column("median stay", [_stay(s["time_in_stage"]) for s in stages], 3),
            screen.Column("skipped", [_some(s["skipped"]) for s in stages], 5),
            screen.Column("stuck", [_some(s["stuck"]) for s in stages], 7),
            screen.Column("by hand", [_some(s["by_hand"]) for s in stages], 8),
            screen.Column("value", [figures.money(s.get("value")) for s in stages], 4),
        ],
    )
    to.print(f"\nPasses: {figures.count(said['passes'])}", markup=False)
    won = figures.rate(win_rate(report).to_dict(), places=2) or "none closed yet"
    to.print(f"Won of those closed: {won}", markup=False)
    _draw_rest(said, to, loops=report.chosen.definition.loop is not None)
    if "lists" in said:
        asking.print_lists(said["lists"], [stage["name"] for stage in stages])


def _draw_rest(report: dict[str, Any], to: Any, *, loops: bool) -> None:
    from tundish.cli import figures
    from tundish.cli.funnel import print_notes, row_name

    for reason, number in report["losses"].items():
        to.print(f"Lost, {reason}: {figures.count(number)}", markup=False)
    for outcome, times in report["closing_time"].items():
        if times["n"]:
            to.print(
                f"Closed as {outcome}: median {figures.span(times['median'])} "
                f"(n = {figures.count(times['n'])})",
                markup=False,
            )
    loop = report["loop"]
    if loops and loop["rate"]["whole"]:
        took = figures.span(loop["median_seconds"]) or "not known yet"
        to.print(f"Bought again: {figures.rate(loop['rate'])}; median {took}", markup=False)
    for row in report.get("breakdown") or []:
        reached = " > ".join(figures.count(stage["reached"]) for stage in row["stages"])
        to.print(f"{row_name(row)}: {reached}", markup=False)
    print_notes(report["notes"], to)


def _some(number: int) -> str:
    from tundish.cli import figures

    return figures.count(number) if number else ""


def _stay(times: dict[str, Any] | None) -> str:
    from tundish.cli import figures

    return figures.span(times["median"]) if times and times["n"] else ""
