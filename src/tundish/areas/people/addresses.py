"""A person's e-mail addresses and telephone numbers: one first, any number of others with a label."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tundish.areas.people.actions import Chosen, Done, by_hand, check_address, write
from tundish.journal.event import Event
from tundish.journal.gathered import EMAILS, PHONES
from tundish.journal.identity import mail_ref
from tundish.stores import firm, journal, profiles
from tundish.terms import InputError
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace import Workspace

KINDS = {"email": EMAILS, "phone": PHONES}
LABELS = {"work": _("Work"), "mobile": _("Mobile"), "home": _("Home"), "other": _("Other")}
_MOST = 20


@dataclass(frozen=True)
class Address:
    """One address of a `kind` (email, phone); the first one is where we write or call."""

    kind: str
    value: str
    label: Any
    first: bool


def addresses_of(row: Mapping[str, Any], kind: str) -> list[Address]:
    """All addresses of a kind on a person's row, the first one first."""
    first = row.get(kind)
    held = row.get(KINDS[kind])
    others = held if isinstance(held, Mapping) else {}
    found = [Address(kind, first, _label(others.get(first)), True)] if first else []
    return found + [
        Address(kind, v, _label(said), False) for v, said in others.items() if v != first
    ]


def add_address(
    workspace: "Workspace", chosen: Chosen, *, kind: str, value: str, label: str = ""
) -> Done:
    """Give a person one more address; the only one is its first. Raises InputError.

    From then on whoever writes with that e-mail address is this person, unless another is known by it.
    """
    value = check_address(kind, " ".join(value.split()))
    label = label if label in LABELS else ""

    def event(row: Mapping[str, Any]) -> dict[str, Any] | None:
        known = addresses_of(row, kind)
        if any(one.value.casefold() == value.casefold() for one in known):
            return None
        if len(known) >= _MOST:
            raise InputError(f"A person has at most {_MOST} addresses.", "addresses_too_many")
        if not known:
            said = {"new": value}
            return {"name": "field_changed", "properties": {"field": kind}, "personal": said}
        properties = {"kind": kind, "label": label}
        return {"name": "address_added", "properties": properties, "personal": {kind: value}}

    done = write(workspace, chosen, event)
    if kind == "email" and done.changed:
        _know_by(workspace, chosen, value, batch=done.batch)
    return done


def remove_address(workspace: "Workspace", chosen: Chosen, *, kind: str, value: str) -> Done:
    """Take an address away; where it was the first, the next one takes its place."""

    def events(row: Mapping[str, Any]) -> list[dict[str, Any]]:
        known = addresses_of(row, kind)
        if value not in [one.value for one in known]:
            return []
        others = [one.value for one in known if one.value != value]
        said = [_removed(kind, value)] if value in (row.get(KINDS[kind]) or ()) else []
        if row.get(kind) == value:
            personal = {"old": value} | ({"new": others[0]} if others else {})
            said.append(_first(kind, personal))
            if others:
                said.append(_removed(kind, others[0]))
        return said

    return write(workspace, chosen, events)


def make_first(workspace: "Workspace", chosen: Chosen, *, kind: str, value: str) -> Done:
    """Make one of a person's further addresses the first; the former first stays as a further one."""

    def events(row: Mapping[str, Any]) -> list[dict[str, Any]]:
        others, first = row.get(KINDS[kind]) or {}, row.get(kind)
        if value not in others or first == value:
            return []
        said = [_removed(kind, value)]
        if first:
            properties = {"kind": kind, "label": ""}
            said.append(
                {"name": "address_added", "properties": properties, "personal": {kind: first}}
            )
        return [*said, _first(kind, {"new": value} | ({"old": first} if first else {}))]

    return write(workspace, chosen, events)


def known_by(
    workspace: "Workspace", chosen: Chosen, person: str, email: str, *, batch: str
) -> Event | None:
    """The event by which `email` means `person` from now on; None where it means somebody already."""
    other = mail_ref(email, secret=firm.secret(workspace.connection).encode())
    final = journal.final_ids(workspace.connection)
    taken = other in final or profiles.rows(workspace.connection, "person", ids=[other])
    if other == person or taken:
        return None
    said = {"other": other, "kept": person}
    return by_hand(
        workspace, chosen, batch=batch, name="person_merged", person=person, properties=said
    )


def _know_by(workspace: "Workspace", chosen: Chosen, email: str, *, batch: str) -> None:
    found = [known_by(workspace, chosen, one, email, batch=batch) for one in chosen.ids]
    recording.record(workspace, [event for event in found if event is not None])


def _removed(kind: str, value: str) -> dict[str, Any]:
    return {"name": "address_removed", "properties": {"kind": kind}, "personal": {kind: value}}


def _first(kind: str, personal: dict[str, str]) -> dict[str, Any]:
    return {"name": "field_changed", "properties": {"field": kind}, "personal": personal}


def _label(said: Any) -> Any:
    return LABELS.get(str(said), "") if said else ""
