"""Models kept warm: their visits are kept up beside the active funnel's, for a look and a switch.

Kept are the ready-made models and the firm's own funnels that were active before. They are behind
the active one at all times: none is folded while that has something to do. A journal of more than
MOST_EVENTS keeps none, because each of them costs a fold of the whole past and a table of visits;
looking at a model is then a question to the events, as it is until the visits stand.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from tundish.funnel import catalogue
from tundish.stores import firm, journal, visits
from tundish.stores.firm import StoredDefinition
from tundish.workspace import refold
from tundish.workspace.leases import Overtaken

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

MOST_EVENTS = 2_000_000
_SECONDS = 2_000_000
"""While events stream in, the active funnel is always a moment behind; that alone stops nothing."""
_MOST_OWN = 8
"""So many of the firm's other funnels, the newest first: others are seldom looked at."""


def keep_warm(workspace: "Workspace") -> bool:
    """Bring the model that is furthest behind up to the journal; whether there was one.

    None where the active funnel is behind itself, or where another process does it.
    """
    if not 0 < workspace.position <= MOST_EVENTS or not _active_is_current(workspace):
        return False
    with suppress(Overtaken):
        return any(refold.refold(workspace, stored) for stored in _others(workspace))
    return False


def current(workspace: "Workspace", stored: StoredDefinition, *, behind: int = 0) -> bool:
    """Whether the kept visits tell all that happened up to `behind` microseconds ago."""
    connection = workspace.connection
    at = firm.cursor(connection, refold.cursor_name(stored.id))
    if not at:
        return False
    latest = workspace.now() - behind
    missed = journal.recorded_behind(connection, at)
    due = visits.next_due(connection, stored.id)
    return (missed is None or (behind > 0 and missed >= latest)) and (due is None or due > latest)


def kept_like(workspace: "Workspace", body: Mapping[str, Any]) -> StoredDefinition | None:
    """The kept definition, or the model kept warm, that says just what `body` says."""
    return firm.alike(workspace.connection, name=name_of(body), unit=unit_of(body), body=body)


def name_of(body: Mapping[str, Any]) -> str:
    """The name under which a definition is kept."""
    return str(body.get("name") or "own funnel")


def unit_of(body: Mapping[str, Any]) -> str:
    """The unit's kind, or the name of the property that is one."""
    unit = body.get("unit", "person")
    return unit if isinstance(unit, str) else str(next(iter(unit.values())))


def _others(workspace: "Workspace") -> list[StoredDefinition]:
    """What is to be kept warm, what is furthest behind first; models of a former Tundish go."""
    connection = workspace.connection
    kept = workspace.definitions()
    if not any(one.active for one in kept):
        return []
    models = [
        firm.offer(
            connection, name=name_of(body), unit=unit_of(body), body=body, now=workspace.now()
        )
        for body in _models()
    ]
    wanted = {one.id for one in models}
    for old in firm.offered(connection):
        if old.id not in wanted:
            visits.clear(connection, old.id)
            firm.withdraw(connection, old.id)
    own = sorted(kept, key=lambda one: one.created_at, reverse=True)[:_MOST_OWN]
    others = {one.id: one for one in (*models, *own) if not one.active}
    return sorted(
        others.values(), key=lambda one: firm.cursor(connection, refold.cursor_name(one.id))
    )


def _active_is_current(workspace: "Workspace") -> bool:
    kept = workspace.definitions()
    return all(current(workspace, one, behind=_SECONDS) for one in kept if one.active)


@cache
def _models() -> tuple[Mapping[str, Any], ...]:
    return tuple(model.body for model in catalogue.models())
