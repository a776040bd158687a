"""`tundish funnel`: the step search, drawn."""

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
        "--definition", "-d", required=True, metavar="FILE", help="the funnel, as YAML or JSON"
    )
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.add_argument("--lists", action="store_true", help="also the ids behind every number")
    parser.add_argument(
        "--time-unit", choices=("s", "ms", "us"), help="what numbers in the time column count"
    )
    asking.add_data(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask and draw."""
    report = _report(arguments).to_dict(lists=arguments.lists)
    if arguments.json:
        asking.print_json(report)
    else:
        draw(report)
    return 0


def _report(arguments: argparse.Namespace) -> Any:
    import tundish

    if not arguments.events:
        with asking.open_workspace(arguments) as workspace:
            return workspace.step_funnel(arguments.definition)
    return tundish.step_funnel(
        arguments.events, arguments.definition, time_unit=arguments.time_unit
    )


def draw(report: dict[str, Any]) -> None:
    """The report as a table with bars."""
    from tundish.cli import figures, screen

    steps = report["steps"]
    first = max((step["reached"] for step in steps), default=0)
    to = screen.console()
    screen.funnel_table(
        to,
        names=[step["name"] or "any event" for step in steps],
        shares=[step["reached"] / first if first else 0.0 for step in steps],
        columns=[
            screen.Column("reached", [figures.count(s["reached"]) for s in steps]),
            screen.Column("from previous", [figures.rate(s["rate_from_previous"]) for s in steps]),
            screen.Column("from entry", [figures.rate(s["rate_from_entry"]) for s in steps], 1),
            screen.Column("dropped", [figures.count(s["dropped"]) for s in steps], 3),
            screen.Column("open", [figures.count(s["open"]) for s in steps], 4),
            screen.Column("median time", [_median(s["time_from_previous"]) for s in steps], 2),
            screen.Column("value", [figures.money(s.get("value")) for s in steps], 5),
        ],
    )
    _draw_rest(report, to)
    if "lists" in report:
        asking.print_lists(report["lists"], [step["name"] for step in steps])


def _draw_rest(report: dict[str, Any], to: Any) -> None:
    from tundish.cli import figures

    times = report.get("time_to_convert") or {}
    if times.get("n"):
        to.print(
            f"\nTime to convert: median {figures.span(times['median'])} "
            f"(10 % under {figures.span(times['p10'])}, 90 % under {figures.span(times['p90'])}; "
            f"n = {figures.count(times['n'])})",
            markup=False,
        )
    if report.get("excluded"):
        to.print(f"Excluded: {figures.count(report['excluded'])}", markup=False)
    for row in report.get("breakdown") or []:
        reached = " > ".join(figures.count(step["reached"]) for step in row["steps"])
        to.print(f"{row_name(row)}: {reached}", markup=False)
    print_notes(report["notes"], to)


def row_name(row: dict[str, Any]) -> str:
    """What a row of a breakdown is called."""
    if row["is_total"] or row["is_other"]:
        return "all" if row["is_total"] else "other"
    return "(none)" if row["value"] is None else str(row["value"])


def print_notes(notes: dict[str, int], to: Any) -> None:
    """What was left out or shared, with how many; zeros are no news."""
    for name, number in notes.items():
        if number:
            to.print(f"Note: {str(name).replace('_', ' ')}: {number}", markup=False)


def _median(times: dict[str, Any] | None) -> str:
    from tundish.cli import figures

    return figures.span(times["median"]) if times and times["n"] else ""
