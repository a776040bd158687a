"""What one of us writes: into the journal and into the rows in one transaction, so that a page shows it."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import TYPE_CHECKING

from tundish.journal.event import Event
from tundish.journal.ids import uuid7
from tundish.stores import journal, set_aside
from tundish.stores.dialect import execute, transaction
from tundish.terms import NotFoundError
from tundish.workspace import profiles
from tundish.workspace.follow import PROFILES

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

AT_ONCE = 2_000
"""So many events a transaction, and so many taken back are seen at once; more are left to the follower."""
_MARK = "hand-"


def new_batch(workspace: "Workspace") -> str:
    """The name of what is written in one go by hand; `take_back` takes it."""
    return f"{_MARK}{new_id(workspace)}"


def new_id(workspace: "Workspace") -> str:
    """An id for an event, person, company or deal made now."""
    return uuid7(workspace.now(), token_bytes(8))


def record(workspace: "Workspace", events: Sequence[Event]) -> None:
    """Append events and bring the rows of whom they speak up to date, all or nothing.

    The follower meets them again and comes to the same rows; the journeys are its work alone.
    """
    connection = workspace.connection
    with transaction(connection):
        before = journal.position(connection)
        journal.append(connection, events, now=workspace.now())
        _follow(workspace, after=before)


def written_by(workspace: "Workspace", batch: str) -> str | None:
    """Who wrote a batch by hand; None where there is none of that name."""
    if not batch.startswith(_MARK):
        return None
    row = execute(
        workspace.connection, "SELECT actor FROM event WHERE batch = ? LIMIT 1", (batch,)
    ).fetchone()
    return None if row is None else row[0]


def take_back(workspace: "Workspace", batch: str, *, actor: str) -> int:
    """Void what was written in one go; gives how many events. Raises NotFoundError."""
    connection = workspace.connection
    with transaction(connection):
        before = journal.position(connection)
        count = journal.void(connection, batch=batch, now=workspace.now(), actor=actor)
        if count <= AT_ONCE:
            _follow(workspace, after=before)
    return count


def take_back_events(workspace: "Workspace", ids: Sequence[str], *, actor: str) -> tuple[int, int]:
    """Void single events in one transaction; gives (first, last) position of what says so."""
    connection = workspace.connection
    with transaction(connection):
        before = journal.position(connection)
        for one in ids:
            journal.void(connection, event=one, now=workspace.now(), actor=actor)
        _follow(workspace, after=before)
        return before + 1, journal.position(connection)


def bring_back(workspace: "Workspace", first: int, last: int, *, actor: str) -> int:
    """Append again the events that `take_back_events` voided, as they were; gives how many.

    Raises NotFoundError where somebody else took them back, they came again already, or they are more
    than one press takes back.
    """
    connection = workspace.connection
    with transaction(connection):
        rows = execute(
            connection,
            "SELECT v.position FROM voided_event v JOIN event e ON e.position = v.voided_by"
            " WHERE v.voided_by >= ? AND v.voided_by <= ? AND e.actor = ? ORDER BY v.position LIMIT ?",
            (first, last, actor, AT_ONCE + 1),
        ).fetchall()
        if len(rows) > AT_ONCE or last - first > AT_ONCE:
            raise _nothing()
        events = [journal.at(connection, row[0]) for row in rows]
        before = journal.position(connection)
        journal.append(connection, events, now=workspace.now())
        if journal.position(connection) == before:
            raise _nothing()
        _follow(workspace, after=before)
    return len(events)


def _nothing() -> NotFoundError:
    return NotFoundError("There is nothing to bring back.", "nothing_to_bring_back")


def _follow(workspace: "Workspace", *, after: int) -> None:
    connection = workspace.connection
    # With the voids themselves, which `read` gives too: what they rewrite is made again.
    if batch := journal.read(connection, after=after, limit=2**31):
        without = set_aside.positions(connection, PROFILES)
        profiles.advance(connection, batch, settled=after, without=without)
