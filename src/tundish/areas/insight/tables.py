"""The table twin of the picture: the same report in cells, each number with its list."""

from typing import Any

from tundish.areas.insight import drawing, wording
from tundish.areas.insight.filters import Look
from tundish.funnel.stages import StageReport
from tundish.terms import NO_CURRENCY, Money, Rate
from tundish.weblib.page import formats
from tundish.workspace.wins import win_rate

COLUMNS = (
    "entered",
    "moved_on",
    "still_here",
    "stuck",
    "lost",
    "fell_back",
    "looped",
    "skipped",
    "by_hand",
)


def stage_rows(report: StageReport, look: Look) -> list[dict[str, Any]]:
    """One row a stage: title, reached, rates, counts with addresses, time, value."""
    href, counting = drawing.lists_at(look), report.chosen.definition.counting
    titles, kinds = wording.stage_titles(report.chosen.definition), wording.kinds()
    rows = []
    for k, stage in enumerate(report.stages):
        rows.append(
            {
                "title": titles[k],
                "reached": (stage.counts[counting], href(counting, k)),
                "rates": (stage.rate_from_previous, stage.rate_from_entry if k else None),
                "cells": [
                    {
                        "kind": name,
                        "word": kinds[name],
                        "count": stage.counts[name],
                        "href": href(name, k),
                    }
                    for name in COLUMNS
                ],
                "median": stage.time_in_stage.median,
                "timed": stage.time_in_stage.n,
                "value": money(stage.value.sum, stage.value.currency),
            }
        )
    return rows


def loss_rows(report: StageReport, look: Look) -> list[dict[str, Any]]:
    """The reasons, the most frequent first, each with its share of all losses and its list."""
    titles = wording.loss_titles(report.chosen.definition)
    whole = sum(report.losses.values())
    # Equal ones in the order of the definition, which is the same in every language.
    ranked = sorted(report.losses.items(), key=lambda pair: -pair[1])
    start = drawing.lists_at(look)
    return [
        {
            "title": titles.get(reason, reason),
            "count": count,
            "rate": Rate(count, whole),
            "href": start("loss", 0, reason=reason),
        }
        for reason, count in ranked
        if count
    ]


def loop_row(report: StageReport, look: Look) -> dict[str, Any] | None:
    """The loyalty loop: rate, time, how many came round; None where the definition has no loop."""
    if report.chosen.definition.loop is None:
        return None
    href, loop = drawing.lists_at(look), report.loop
    return {
        "rate": loop.rate,
        "median": loop.median_seconds,
        "buyers": href("buyers", 0),
        "returned": href("returned", 0),
        "round": sum(stage.counts["looped"] for stage in report.stages),
    }


def closing_row(report: StageReport) -> dict[str, Any] | None:
    """Won and lost: the win rate, the worth of what was won, and how long closing took; None while
    nothing is closed."""
    rate = win_rate(report)
    if not rate.whole:
        return None
    stages = report.chosen.definition.stages
    bought = report.stages[next(k for k, stage in enumerate(stages) if stage.purchase)]
    closing = report.closing_time
    return {
        "rate": rate,
        "lost": rate.whole - rate.part,
        "value": money(bought.value.sum, bought.value.currency),
        "won_time": closing.won,
        "lost_time": closing.lost,
    }


def row_cells(report: StageReport, look: Look, *, row: int) -> list[dict[str, Any]]:
    """One row of the division's table: reached with its address, and the rate from the one before."""
    href, counting = drawing.lists_at(look, row=row), report.chosen.definition.counting
    return [
        {"count": s.counts[counting], "href": href(counting, k), "rate": s.rate_from_previous}
        for k, s in enumerate(report.stages)
    ]


def money(amount: float, currency: str | None) -> str:
    """An amount of a report as text; a bare number where no currency is known."""
    if not amount:
        return "–"
    if currency in (None, "", NO_CURRENCY):
        return formats.number(amount)
    return formats.money(Money.from_major(amount, str(currency)), whole=True)
