"""Figures as plain data: the names of the report's keys."""

from typing import Any

from tundish.funnel.steps.figures import Figures, StepFigure
from tundish.funnel.steps.trend import TrendFigure


def figures_dict(figures: Figures, *, lists: bool) -> dict[str, Any]:
    """`{steps, time_to_convert, excluded, trend}`, with `lists` the ids behind each number too."""
    written: dict[str, Any] = {
        "steps": [_step(s) for s in figures.steps],
        "time_to_convert": figures.time_to_convert.to_dict()
        | {"histogram": [[edge, count] for edge, count in figures.histogram]},
        "excluded": len(figures.excluded),
        "trend": [_bucket(b, lists=lists) for b in figures.trend],
    }
    if lists:
        written["lists"] = {
            "reached": [s.reached.to_list() for s in figures.steps],
            "dropped": [s.dropped.to_list() for s in figures.steps],
            "open": [s.open.to_list() for s in figures.steps],
            "excluded": figures.excluded.to_list(),
        }
    return written


def _step(step: StepFigure) -> dict[str, Any]:
    value = step.value
    return {
        "name": step.name,
        "reached": len(step.reached),
        "dropped": len(step.dropped),
        "open": len(step.open),
        "rate_from_entry": step.rate_from_entry.to_dict(),
        "rate_from_previous": _or_none(step.rate_from_previous),
        "time_from_previous": _or_none(step.time_from_previous),
        "value": None
        if value is None
        else {
            "n": value.n,
            "sum": value.sum,
            "mean": value.mean,
            "median": value.median,
            "currency": value.currency,
        },
    }


def _bucket(bucket: TrendFigure, *, lists: bool) -> dict[str, Any]:
    written: dict[str, Any] = {
        "bucket": bucket.bucket,
        "entered": len(bucket.entered),
        "converted": len(bucket.converted),
        "rate": bucket.rate.to_dict(),
    }
    if lists:
        written["lists"] = {
            "entered": bucket.entered.to_list(),
            "converted": bucket.converted.to_list(),
        }
    return written


def _or_none(number: Any) -> dict[str, Any] | None:
    return None if number is None else number.to_dict()
