"""Notes on a record: free text of ours, kept apart as a personal value; pinned ones stand on top."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.areas.people.actions import Chosen, Done, require_change, write
from tundish.areas.people.hidden import hidden_events
from tundish.journal.event import Event
from tundish.journal.names import BY_HAND
from tundish.stores import journal
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.terms import InputError, NotFoundError, from_micros
from tundish.weblib.access.models import User
from tundish.weblib.access.rights import may
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace import Workspace

LIMIT = 10_000
_MOST_PINNED = 20


@dataclass(frozen=True)
class Note:
    """A note; `id` is its event's; times in microseconds UTC."""

    id: str
    text: str
    at: int
    actor: str


def add_note(workspace: "Workspace", chosen: Chosen, *, text: str) -> Done:
    """Write a note on records. Raises InputError."""
    said = {"text": _checked(text)}
    return write(workspace, chosen, lambda _row: {"name": "note_added", "personal": said})


def edit_note(workspace: "Workspace", note: str, *, text: str, by: User) -> None:
    """Put other words in place of one's own note: the old one is taken back, the time stays.

    Raises NotFoundError where it is nobody's or another's, InputError.
    """
    before, text = _own(workspace, note, by), _checked(text)
    pins = _pins_of(workspace, before)
    edited = Event(
        id=recording.new_id(workspace), name="note_added", occurred_at=before.occurred_at,
        person=before.person, company=before.company, deal=before.deal, inlet=BY_HAND,
        batch=recording.new_batch(workspace), actor=before.actor, personal={"text": text},
        properties={"edited": True},
    )  # fmt: skip
    recording.take_back_events(workspace, [note, *pins], actor=by.public_id)
    again = [_pin(workspace, edited, by)] if pins else []
    recording.record(workspace, [edited, *again])


def delete_note(workspace: "Workspace", note: str, *, by: User) -> tuple[int, int]:
    """Take a note back, with its pin; gives what `recording.bring_back` takes. Raises NotFoundError."""
    before = _own(workspace, note, by)
    ids = [note, *_pins_of(workspace, before)]
    return recording.take_back_events(workspace, ids, actor=by.public_id)


def pin_note(workspace: "Workspace", note: str, *, on: bool, by: User) -> None:
    """Pin a note above the timeline, or take it down. Raises NotFoundError."""
    found = _note(workspace, note, by)
    pins = _pins_of(workspace, found)
    if on and not pins:
        recording.record(workspace, [_pin(workspace, found, by)])
    elif pins and not on:
        recording.take_back_events(workspace, pins, actor=by.public_id)


def pinned(workspace: "Workspace", kind: str, record: str, *, reader: Any) -> list[Note]:
    """The pinned notes of a record that `reader` may see, the latest first."""
    ids = aliases(workspace.connection, [record]) if kind == "person" else [record]
    test, value = among(workspace.connection, f"e.{kind}", ids)
    rows = execute(
        workspace.connection,
        f"SELECT e.properties FROM event e{LIVE_JOIN} WHERE {test} AND e.name = 'note_pinned'"
        f" AND {LIVE} ORDER BY e.position DESC LIMIT {_MOST_PINNED}",
        (value,),
    ).fetchall()
    named = [str(json.loads(row[0] or "{}").get("pinned")) for row in rows]
    hidden = hidden_events(workspace, reader, ids=named)
    found = journal.live(workspace.connection, named)
    events = [found[one][1] for one in dict.fromkeys(named) if one in found and one not in hidden]
    return [
        Note(
            one.id,
            one.personal.get("text", ""),
            round(one.occurred_at.timestamp() * 1e6),
            one.actor or "",
        )
        for one in events
        if one.personal.get("text")
    ]


def may_edit(event_actor: str, user: Any) -> bool:
    """Whether `user` may edit or delete a note of `event_actor`: one's own; any for who manages the firm."""
    if not may(user, "change_record"):
        return False
    return event_actor == user.public_id or may(user, "manage_firm")


def _own(workspace: "Workspace", note: str, by: User) -> Event:
    found = _note(workspace, note, by)
    if not may_edit(found.actor or "", by):
        raise _absent()
    return found


def _note(workspace: "Workspace", note: str, by: User) -> Event:
    require_change(by)
    found = journal.live(workspace.connection, [note]).get(note)
    if found is None or found[1].name != "note_added" or hidden_events(workspace, by, ids=[note]):
        raise _absent()
    return found[1]


def _pins_of(workspace: "Workspace", note: Event) -> list[str]:
    kind = "deal" if note.deal else "person" if note.person else "company"
    rows = execute(
        workspace.connection,
        f"SELECT e.id, e.properties FROM event e{LIVE_JOIN} WHERE e.{kind} = ?"
        f" AND e.name = 'note_pinned' AND {LIVE}",
        (getattr(note, kind),),
    ).fetchall()
    return [row[0] for row in rows if json.loads(row[1] or "{}").get("pinned") == note.id]


def _pin(workspace: "Workspace", note: Event, by: User) -> Event:
    return Event(
        id=recording.new_id(workspace), name="note_pinned", inlet=BY_HAND, actor=by.public_id,
        occurred_at=from_micros(workspace.now()), person=note.person, company=note.company,
        deal=note.deal, batch=recording.new_batch(workspace), properties={"pinned": note.id},
    )  # fmt: skip


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LIMIT:
        raise InputError(f"A note has 1 to {LIMIT} letters.", "note_unreadable")
    return text


def _absent() -> NotFoundError:
    return NotFoundError("There is no such note.", "note_not_found")
