"""Deleting a record that should not be there: its events are taken back, and may come again."""

from typing import TYPE_CHECKING

from tundish.areas.people.actions import require_change
from tundish.areas.people.models import MODELS
from tundish.stores import journal
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import may_see
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace import Workspace

MOST = 500
"""A record with more events has a history that is no mistake of typing."""


def obstacle(workspace: "Workspace", kind: str, record: str) -> str:
    """Why a record cannot be deleted: people, deals, events or nothing (empty)."""
    if kind == "company" and MODELS["person"].objects.filter(company=record).exists():
        return "people"
    if kind == "company" and MODELS["deal"].objects.filter(company=record).exists():
        return "deals"
    if kind == "person" and MODELS["deal"].objects.filter(person=record).exists():
        return "deals"
    return "events" if len(_events(workspace, kind, record)) > MOST else ""


def delete(workspace: "Workspace", kind: str, record: str, *, by: User) -> tuple[int, int]:
    """Take back all events of a record; gives what `recording.bring_back` takes to undo it.

    Raises InputError where an obstacle stands, NotFoundError.
    """
    require_change(by)
    if not may_see(by, kind, record):
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    if obstacle(workspace, kind, record):
        raise InputError(
            "Too much depends on this record for it to be deleted.",
            "record_in_use",
            "Delete what belongs to it first, or take back the import that brought it.",
        )
    events = _events(workspace, kind, record)
    if not events:
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    return recording.take_back_events(workspace, events, actor=by.public_id)


def _events(workspace: "Workspace", kind: str, record: str) -> list[str]:
    ids = aliases(workspace.connection, [record]) if kind == "person" else [record]
    test, value = among(workspace.connection, f"e.{kind}", ids)
    rows = execute(
        workspace.connection,
        f"SELECT e.id FROM event e{LIVE_JOIN} WHERE {test} AND {LIVE} LIMIT {MOST + 1}",
        (value,),
    ).fetchall()
    found = [row[0] for row in rows]
    return list(journal.live(workspace.connection, found))
