"""Reads of the definition page: a definition in words, and what another one would change."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tundish.funnel import catalogue
from tundish.funnel.stages import StageDefinition, StageReport, parse_stages
from tundish.stores import journal
from tundish.terms import SECOND
from tundish.weblib.page.event_names import shown_event
from tundish.weblib.page.wording import rule_phrase
from tundish.workspace import Workspace, warm

NOWHERE = -1
"""The place of units that stand in no stage: lost, or never in."""


@dataclass(frozen=True)
class StageShown:
    """One stage in words; `phrases` is its entry rule, several where any or all of them are asked."""

    title: str
    phrases: tuple[str, ...]
    asks_all: bool
    purchase: bool
    owner: str
    activities: tuple[str, ...]
    touchpoints: tuple[str, ...]
    target: float | None
    stuck_seconds: float | None
    falls_back: bool


@dataclass(frozen=True)
class Standing:
    """Where units stand today (rows) and would stand (columns), NOWHERE included, with counts."""

    today: tuple[str, ...]
    then: tuple[str, ...]
    today_counts: tuple[int, ...]
    then_counts: tuple[int, ...]
    moves: Mapping[tuple[int, int], int]
    same_unit: bool

    @property
    def today_rows(self) -> list[dict[str, Any]]:
        """Today's stages with their counts and their share of the largest, in percent."""
        return _bars(self.today, self.today_counts)

    @property
    def then_rows(self) -> list[dict[str, Any]]:
        """The other model's."""
        return _bars(self.then, self.then_counts)

    @property
    def matrix(self) -> list[dict[str, Any]]:
        """One row for each of today's stages: where its units would stand."""
        places = [*range(len(self.then)), NOWHERE]
        rows = [*range(len(self.today)), NOWHERE]
        return [
            {
                "title": self.today[row] if row >= 0 else _("in no stage"),
                "cells": [self.moves.get((row, place), 0) for place in places],
            }
            for row in rows
            if any(self.moves.get((row, place)) for place in places)
        ]


def _bars(titles: tuple[str, ...], counts: tuple[int, ...]) -> list[dict[str, Any]]:
    most = max(counts, default=0) or 1
    return [
        {"title": title, "count": count, "share": round(100 * count / most, 1)}
        for title, count in zip(titles, counts, strict=True)
    ]


def said(text: Any, otherwise: str = "") -> str:
    """A text in the reader's language, of a mapping by language or as it is."""
    if isinstance(text, Mapping):
        language = get_language() or "en"
        return str(text.get(language) or text.get("") or text.get("en") or otherwise)
    return str(text or otherwise)


@cache
def ready_models() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The catalogue: names with their definitions as data."""
    return tuple((name, catalogue.model(name)) for name in catalogue.names())


def stages_shown(body: Mapping[str, Any]) -> list[StageShown]:
    """The stages of a definition in the reader's language."""
    parsed = parse_stages(body)
    return [
        _stage(raw, parsed, place)
        for place, raw in enumerate(body["stages"])
    ]  # fmt: skip


def losses_shown(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """The loss rules in words."""
    return [
        {
            "title": said(loss.get("title"), str(loss["reason"])),
            "rule": rule_phrase(loss["when"]),
        }
        for loss in body.get("loss") or ()
    ]


def loop_shown(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The loop's two stages and its span in seconds."""
    parsed = parse_stages(body)
    if parsed.loop is None:
        return None
    titles = titles_of(parsed)
    within = parsed.loop.within
    return {
        "source": titles[parsed.loop.source],
        "target": titles[parsed.loop.target],
        "seconds": None if within is None else within / SECOND,
    }


def titles_of(definition: StageDefinition) -> tuple[str, ...]:
    """The stages' names in the reader's language."""
    return tuple(said(stage.title, stage.name) for stage in definition.stages)


def standing(workspace: Workspace, name: str) -> Standing:
    """Where everyone stands today, against where the model `name` would put them."""
    today, then = _today(workspace), _under(workspace, name)
    same = today.chosen.definition.unit == then.chosen.definition.unit
    here, there = _places(today), _places(then)
    moves: Counter[tuple[int, int]] = Counter()
    if same:
        moves.update((here.get(u, NOWHERE), there.get(u, NOWHERE)) for u in {*here, *there})
    return Standing(
        titles_of(today.chosen.definition), titles_of(then.chosen.definition),
        tuple(s.counts["still_here"] for s in today.stages),
        tuple(s.counts["still_here"] for s in then.stages), moves, same,
    )  # fmt: skip


def _stage(raw: Mapping[str, Any], parsed: StageDefinition, place: int) -> StageShown:
    stage, rule = parsed.stages[place], raw["enter"]
    parts = rule.get("any") or rule.get("all") or [rule]
    return StageShown(
        title=said(stage.title, stage.name),
        phrases=tuple(rule_phrase(part) for part in parts),
        asks_all="all" in rule,
        purchase=stage.purchase,
        owner={"marketing": _("Marketing"), "sales": _("Sales")}.get(stage.owner or "", ""),
        activities=tuple(said(activity) for activity in stage.activities),
        touchpoints=tuple(str(shown_event(name).label) for name in stage.touchpoints),
        target=stage.target,
        stuck_seconds=None if stage.stuck_after is None else stage.stuck_after / SECOND,
        falls_back=stage.falls_back,
    )


def _today(workspace: Workspace) -> StageReport:
    return workspace.live_report()


def _under(workspace: Workspace, name: str) -> StageReport:
    body = dict(ready_models())[name]
    like = warm.kept_like(workspace, body)
    if like is not None and warm.current(workspace, like, behind=60 * SECOND):
        return workspace.live_report(like, behind=60 * SECOND)
    place = journal.position(workspace.connection)
    return _folded(_Asked(workspace), name, place, workspace.now() // (3600 * SECOND))


def _places(report: StageReport) -> dict[Any, int]:
    """The stage of every unit that stands in one, of its latest pass."""
    found: dict[Any, int] = {}
    for place, units in enumerate(report.lists["still_here"]):
        found.update(dict.fromkeys(units, place))
    return found


class _Asked:
    """A workspace as a key: two of the same folder are alike."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.folder = str(workspace.folder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)


@lru_cache(maxsize=8)
def _folded(asked: _Asked, name: str, place: int, hour: int) -> StageReport:  # noqa: ARG001
    return asked.workspace.stage_funnel(name)
