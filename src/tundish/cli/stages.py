"""`tundish stages`: the sales funnel, drawn."""

import argparse
from typing import Any

from tundish.cli import asking


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
    report = _report(arguments).to_dict(lists=arguments.lists, journeys=arguments.journeys)
    if arguments.json:
        asking.print_json(report)
    else:
        draw(report)
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


def draw(report: dict[str, Any]) -> None:
    """The report as a table with bars."""
    from tundish.cli import figures, screen

    stages = report["stages"]
    largest = max((stage["reached"] for stage in stages), default=0)
    to = screen.console()
    screen.funnel_table(
        to,
        names=[stage.get("title") or stage["name"] for stage in stages],
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
    _draw_rest(report, to)
    if "lists" in report:
        _print_lists(report)


def _draw_rest(report: dict[str, Any], to: Any) -> None:
    from tundish.cli import figures
    from tundish.cli.funnel import print_notes

    to.print(f"\nPasses: {figures.count(_number(report['passes']))}", markup=False)
    losses = report.get("losses") or {}
    rows = (
        losses.items() if isinstance(losses, dict) else [(r["reason"], r["count"]) for r in losses]
    )
    for reason, number in rows:
        to.print(f"Lost, {reason or 'no reason given'}: {figures.count(number)}", markup=False)
    for outcome, times in (report.get("closing_time") or {}).items():
        if times and times["n"]:
            to.print(
                f"Closed as {outcome}: median {figures.span(times['median'])} "
                f"(n = {figures.count(times['n'])})",
                markup=False,
            )
    loop = report.get("loop")
    if loop and loop["rate"] and loop["rate"]["whole"]:
        to.print(
            f"Loop: {figures.rate(loop['rate'])}; "
            f"median {figures.span(loop['median_seconds']) or 'not known yet'}",
            markup=False,
        )
    print_notes(report.get("notes"), to)


def _print_lists(report: dict[str, Any]) -> None:
    asking.print_lists(report["lists"], [stage["name"] for stage in report["stages"]])


def _number(passes: Any) -> int:
    return int(passes if isinstance(passes, int) else passes["n"])


def _some(number: int) -> str:
    from tundish.cli import figures

    return figures.count(number) if number else ""


def _stay(times: dict[str, Any] | None) -> str:
    from tundish.cli import figures

    return figures.span(times["median"]) if times and times["n"] else ""
