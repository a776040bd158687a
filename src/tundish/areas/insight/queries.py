"""Reads of the funnel page: one report for a look, remembered while the journal stands still."""

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Any

from tundish.areas.insight.filters import Look, period_of
from tundish.funnel import catalogue
from tundish.funnel.stages import Breakdown, StageDefinition, StageReport, report
from tundish.stores import journal, saved_views
from tundish.stores.firm import StoredDefinition
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.models import Scope, User
from tundish.weblib.access.visibility import visible_ids
from tundish.workspace import Workspace, filtered, refold, segments, warm

_KEPT = 40
_MINUTE = (
    60_000_000  # microseconds after which a picture is counted anew: stays grow without events
)
_remembered: "OrderedDict[tuple[Any, ...], tuple[int, Any]]" = OrderedDict()
_folded_at: dict[tuple[str, str], tuple[int, int]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Choice:
    """Which definition a look means: the active one, a kept one, or a ready-made model.

    `stored` is the definition whose kept visits answer; None where the events are asked.
    """

    name: str
    body: Mapping[str, Any]
    stored: StoredDefinition | None
    version: str


def choice_of(workspace: Workspace, name: str) -> Choice:
    """The definition named in the address, or the active one. Raises NotFoundError."""
    active = workspace.active
    if active is not None and name in ("", active.name):
        version = f"{active.id}:{refold.writes(workspace, active.id)}"
        return Choice(active.name, active.body, active, version)
    kept = [one for one in workspace.definitions() if one.name == name]
    if name in _models() or kept:
        body = _models()[name] if name in _models() else kept[-1].body
        like = warm.kept_like(workspace, body)
        if like is not None and warm.current(workspace, like, behind=_MINUTE):
            version = f"{like.id}:{refold.writes(workspace, like.id)}"
            return Choice(name, body, like, version)
        return Choice(name, body, None, f"@{_made_at(workspace, name)}")
    raise NotFoundError(
        f"“{name}” is no funnel of this workspace." if name else "No funnel has been chosen yet.",
        "definition_not_found",
        "Choose one on the page Definition.",
    )


@cache
def _models() -> dict[str, Mapping[str, Any]]:
    return {model.name: model.body for model in catalogue.models()}


@cache
def model_titles() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The names of the ready-made models with their titles by language."""
    return tuple((model.name, model.title) for model in catalogue.models())


def report_of(
    workspace: Workspace, look: Look, *, choice: Choice, reader: User | None = None
) -> StageReport:
    """The stage report of a look. Its period, segment and division are asked of the same visits.

    A saved view as the segment must be one of the `reader`'s, and counts whom its list shows them: a
    view can be narrowed to one person, so a count of hidden ones would tell of each. Raises
    NotFoundError, InputError.
    """
    whole = _whole(workspace, choice)
    view = None if look.view is None else _view(workspace, look.view, whole=whole, reader=reader)
    asked = "" if view is None else json.dumps([dict(view.body), _whose(reader)], sort_keys=True)
    key = (
        str(workspace.folder),
        choice.name,
        choice.version,
        whole.chosen.as_of,
        look.query,
        asked,
    )
    return _remember(
        key,
        now=workspace.now(),
        make=lambda: _looked_at(workspace, look, whole, view=view, reader=reader),
    )


def token(choice: Choice) -> str:
    """What changes when the picture may: the version of its visits, or the journal's position."""
    return f"{choice.name}-{choice.version}"


def weekly_entries(whole: StageReport) -> tuple[tuple[int, ...], ...]:
    """Visits entered per stage in each of the last twelve weeks, oldest first; estimated ones left out."""
    visits, chosen = whole.chosen.visits, whole.chosen
    week = 7 * 86_400_000_000
    ago = (chosen.as_of - visits.entered) // week
    dated = chosen.real & ~visits.estimated & (ago >= 0) & (ago < 12)
    counts = [[0] * 12 for _ in chosen.definition.stages]
    for stage, weeks in zip(visits.stage[dated].tolist(), ago[dated].tolist(), strict=True):
        counts[stage][11 - weeks] += 1
    return tuple(tuple(row) for row in counts)


def values_of(workspace: Workspace, kind: str, *, names: tuple[str, ...]) -> dict[str, list[str]]:
    """For each property that the firm's records have, its most frequent values, at most 30."""
    # Choices in a list need not be counted anew with every event of a large journal.
    place = journal.position(workspace.connection)
    place = place if place < 20_000 else place // 1_000
    key = (str(workspace.folder), "values", kind, place)

    def make() -> dict[str, list[str]]:
        counts: dict[str, dict[str, int]] = {name: {} for name in names}
        for record in workspace.unit_properties(kind, names=names).values():
            for name in names:
                value = record.get(name)
                if value not in (None, ""):
                    counts[name][str(value)] = counts[name].get(str(value), 0) + 1
        return {
            name: sorted(found, key=lambda v, found=found: (-found[v], v))[:30]
            for name, found in counts.items()
            if len(found) > 1
        }

    return _remember(key, now=workspace.now(), make=make, keep=10 * _MINUTE)


def _known(
    workspace: Workspace, kind: str, *, names: Collection[str]
) -> Mapping[str, Mapping[str, Any]]:
    """What the records say of each unit, read once for a position of the journal."""
    place = journal.position(workspace.connection)
    key = (str(workspace.folder), "known", kind, place, *sorted(names))

    def make() -> Mapping[str, Mapping[str, Any]]:
        return workspace.unit_properties(kind, names=names)

    return _remember(key, now=workspace.now(), make=make, keep=10 * _MINUTE)


def _made_at(workspace: Workspace, name: str) -> int:
    """When a model that no follower keeps was folded last, or the present if it is due again.

    Folding the whole past takes a moment, so while events stream in it is done once a minute.
    """
    now, place = workspace.now(), journal.position(workspace.connection)
    with _lock:
        made_at, upto = _folded_at.get((str(workspace.folder), name), (0, -1))
    fresh = now - made_at < (10 * _MINUTE if upto == place else _MINUTE)
    if fresh and now >= made_at:
        return made_at
    with _lock:
        _folded_at[str(workspace.folder), name] = (now, place)
    return now


def _whole(workspace: Workspace, choice: Choice) -> StageReport:
    if choice.stored is not None:
        return workspace.live_report(choice.stored, behind=_MINUTE)
    key = (str(workspace.folder), "model", choice.name, choice.version)
    keep = 10 * _MINUTE
    return _remember(
        key, now=workspace.now(), keep=keep, make=lambda: workspace.stage_funnel(choice.body)
    )


def _view(
    workspace: Workspace, view_id: int, *, whole: StageReport, reader: User | None
) -> saved_views.SavedView:
    """The saved view that is the segment; it must be of what the funnel counts."""
    view = saved_views.view(
        workspace.connection, view_id, reader=reader.public_id if reader else ""
    )
    if view.kind != str(whole.chosen.definition.unit):
        raise InputError(
            f"The view “{view.name}” is a list of another kind than this funnel counts.",
            "view_of_another_kind",
            "Choose a view of what the funnel counts.",
        )
    return view


def _looked_at(
    workspace: Workspace,
    look: Look,
    whole: StageReport,
    *,
    view: saved_views.SavedView | None = None,
    reader: User | None = None,
) -> StageReport:
    definition = _definition(workspace, look, whole.chosen.definition)
    kind = str(definition.unit)
    asked = look.property_and_value
    names = {name for name in (asked[0] if asked else "", look.breakdown) if name}
    known = _known(workspace, kind, names=names) if names else None
    return report(
        whole.chosen.visits, definition, as_of=whole.chosen.as_of, unit_properties=known,
        units=_units(workspace, kind, view, reader=reader)
        if view
        else segments.members(known, segment=dict([asked]) if asked else None),
        notes=whole.notes,
    )  # fmt: skip


def _units(
    workspace: Workspace, kind: str, view: saved_views.SavedView, *, reader: User | None
) -> set[str] | None:
    found = filtered.of_view(workspace, kind, view.body)
    return found if found is None else set(visible_ids(reader, kind, found))


def _whose(reader: User | None) -> int | None:
    """Who asks, where not everybody is told the same of a view."""
    return None if reader is None or reader.scope == Scope.ALL else int(reader.pk)


def _definition(workspace: Workspace, look: Look, own: StageDefinition) -> StageDefinition:
    period = period_of(look, now=workspace.now(), zone=workspace.firm.time_zone)
    division = Breakdown((look.breakdown,), scope="unit", limit=6) if look.breakdown else None
    asked = bool(look.period)
    return replace(
        own,
        start=period.start if asked else own.start,
        end=period.end if asked else own.end,
        period_counts=look.per,
        counting=look.counting or own.counting,
        breakdown=division,
    )


def _remember(key: tuple[Any, ...], *, now: int, make: Any, keep: int = _MINUTE) -> Any:
    with _lock:
        kept = _remembered.get(key)
    if kept is not None and 0 <= now - kept[0] <= keep:
        return kept[1]
    made = make()
    with _lock:
        _remembered[key] = (now, made)
        while len(_remembered) > _KEPT:
            _remembered.popitem(last=False)
    return made
