"""Where units stand by the active definition, from the saved visits: for lists and headers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tundish.areas.people.hidden import hidden_events
from tundish.funnel.stages.visits import HERE, LOST, NEVER, Visits
from tundish.stores import visits as visit_store
from tundish.terms import SECOND, parse_span
from tundish.weblib.page import labels
from tundish.weblib.page.wording import said, stage_title

if TYPE_CHECKING:
    from tundish.stores.firm import StoredDefinition
    from tundish.workspace import Workspace


@dataclass(frozen=True)
class Standing:
    """A unit's present stage, or the one it was lost from; `since` in microseconds UTC.

    `reason` is in the reader's words, and empty where they may not know it.
    """

    stage: int
    title: str
    since: int
    lost: bool
    reason: str
    estimated: bool
    stuck: bool
    pass_no: int
    last: bool

    def seconds(self, now: int) -> float:
        """How long it has stood there at `now` (microseconds UTC)."""
        return max(0, now - self.since) / SECOND


@dataclass(frozen=True)
class Funnel:
    """The active definition as the pages need it: its unit, and its stages in order."""

    id: int
    title: str
    version: int
    unit: str
    stages: tuple[Mapping[str, Any], ...]
    purchase: int
    losses: Mapping[str, Any]

    def loss_title(self, reason: str) -> str:
        """A loss's reason in this reader's language: the definition's title for it, else our word."""
        return said(self.losses.get(reason)) or labels.reason(reason)

    @property
    def titles(self) -> list[str]:
        """The stages' titles in this reader's language."""
        return [stage_title(stage) for stage in self.stages]


def active_funnel(workspace: "Workspace") -> Funnel | None:
    """The active definition; None before a choice."""
    stored = workspace.active
    return None if stored is None else _funnel(stored)


def standings(
    workspace: "Workspace", funnel: Funnel | None, *, ids: Sequence[str], reader: Any
) -> dict[str, Standing]:
    """The standing of each of `ids` that is or was in the funnel, as far as `reader` may know why."""
    if funnel is None or not ids:
        return {}
    visits = visit_store.load(workspace.connection, funnel.id, units=list(ids))
    names = visits.unit.to_list()
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, []).append(row)
    titles = funnel.titles
    stuck = [_stuck_after(stage) for stage in funnel.stages]
    now = workspace.now()
    at = {name: standing_row(visits, own) for name, own in rows.items()}
    places = {name: row for name, row in at.items() if row is not None}
    reasons = loss_reasons(workspace, visits, funnel=funnel, rows=places.values(), reader=reader)
    return {
        name: _standing(visits, row, titles, stuck=stuck, now=now, reason=reasons.get(row, ""))
        for name, row in places.items()
    }


def loss_reasons(
    workspace: "Workspace", visits: Visits, *, funnel: Funnel, rows: Iterable[int], reader: Any
) -> dict[int, str]:
    """In this reader's words why the lost among `rows` were, but for events that `reader` may not see."""
    lost = [row for row in rows if int(visits.outcome[row]) == LOST]
    causes = {row: str(visits.left_cause.at(row) or "") for row in lost}
    hidden = hidden_events(workspace, reader, ids={cause for cause in causes.values() if cause})
    return {
        row: funnel.loss_title(str(visits.reason.at(row) or ""))
        for row in lost
        if causes[row] not in hidden
    }


def standing_row(visits: Visits, rows: Sequence[int]) -> int | None:
    """Among a unit's rows the visit in which it stands, else the one it was lost from last."""
    for outcome in (HERE, LOST):
        own = [r for r in rows if int(visits.outcome[r]) == outcome and not visits.imputed[r]]
        if own:
            return max(
                own,
                key=lambda r: (
                    int(visits.pass_no[r]),
                    int(visits.entered[r]),
                    int(visits.stage[r]),
                ),
            )
    return None


def _standing(
    visits: Visits,
    row: int,
    titles: Sequence[str],
    *,
    stuck: Sequence[int | None],
    now: int,
    reason: str,
) -> Standing:
    stage, lost = int(visits.stage[row]), int(visits.outcome[row]) == LOST
    since = (
        int(visits.left[row])
        if lost and int(visits.left[row]) != NEVER
        else int(visits.entered[row])
    )
    limit, estimated = stuck[stage], bool(np.asarray(visits.estimated)[row])
    return Standing(
        stage=stage,
        title=titles[stage],
        since=since,
        lost=lost,
        reason=reason,
        estimated=estimated,
        stuck=not (lost or estimated) and limit is not None and now - since >= limit,
        pass_no=int(visits.pass_no[row]),
        last=stage == len(titles) - 1,
    )


def _stuck_after(stage: Mapping[str, Any]) -> int | None:
    return parse_span(stage.get("stuck_after"))


def _funnel(stored: "StoredDefinition") -> Funnel:
    stages = tuple(stored.body["stages"])
    purchase = next((i for i, stage in enumerate(stages) if stage.get("purchase")), len(stages) - 1)
    return Funnel(
        stored.id,
        said(stored.body.get("title")) or stored.name,
        stored.version,
        stored.unit,
        stages,
        purchase,
        {str(loss["reason"]): loss.get("title") for loss in stored.body.get("loss") or ()},
    )
