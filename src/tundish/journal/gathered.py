"""What a row gathers from several events: tags, further addresses, consent, the buying group.

An event says one addition or removal. `gather` notes them in the order of the events, and
`with_gathered` applies them to what a row holds, so that a batch of events and all of history
come to the same row.
"""

from collections.abc import Mapping
from typing import Any

from tundish.journal.event import Event

GATHERED = "_gathered"
"""In a row: `{name: {member: value, or None where it went}}`, to be applied to what is kept."""
TAGS, EMAILS, PHONES, CONSENT, GROUP = "tags", "emails", "phones", "consent", "group"
_ADDRESSES = {"email": EMAILS, "phone": PHONES}
_BY_US = frozenset(
    "tag_added tag_removed address_added address_removed group_joined group_left".split()
)
ABOUT = frozenset({*_BY_US, "consent_granted", "consent_withdrawn", "note_added", "note_pinned"})
"""Events that tell a row nothing else: not to whom it belongs, and no name or address."""
CONSENTS = ("consent_granted", "consent_withdrawn", "mail_unsubscribed")
EVERY_MAIL = "every_mail"
"""The purpose of a yes or no that names none: mail of any kind."""


def gather(row: dict[str, Any], kind: str, *, event: Event, is_open: bool) -> None:
    """Note what `event` adds to or takes from the row of a `kind`.

    What anybody may have sent (`is_open`) tags nobody, and changes no address and no group.
    """
    if is_open and event.name in _BY_US:
        return
    said = event.properties
    if event.name in ("tag_added", "tag_removed"):
        if _narrowest(event) == kind and (tag := str(said.get("tag") or "").strip()):
            _note(row, TAGS, tag, "" if event.name == "tag_added" else None)
    elif event.name in ("address_added", "address_removed"):
        of = str(said.get("kind"))
        if kind == "person" and of in _ADDRESSES and (value := event.personal.get(of)):
            label = str(said.get("label") or "") if event.name == "address_added" else None
            _note(row, _ADDRESSES[of], value, label)
    elif event.name in CONSENTS:
        if kind == "person":
            _consent(row, str(said.get("purpose") or EVERY_MAIL), event.name == "consent_granted")
    elif event.person and kind == ("deal" if event.deal else "company"):
        if event.name == "group_joined":
            _note(row, GROUP, event.person, _joined(event))
        elif event.name == "group_left":
            _note(row, GROUP, event.person, None)


def with_gathered(record: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `record` that `changes` alter; None for one that holds nothing any more."""
    told: dict[str, Any] = {}
    for name, members in changes.items():
        held = record.get(name)
        now: dict[str, Any] = dict.fromkeys(held, "") if isinstance(held, list) else {}
        now |= held if isinstance(held, Mapping) else {}
        for member, value in members.items():
            if value is None:
                now.pop(member, None)
            else:
                now[member] = value
        told[name] = (sorted(now) if name == TAGS else now) or None
    return told


def _note(row: dict[str, Any], name: str, member: str, value: Any) -> None:
    members = row.setdefault(GATHERED, {}).setdefault(name, {})
    members.pop(member, None)  # the last one stands last
    members[member] = value


def _consent(row: dict[str, Any], purpose: str, granted: bool) -> None:
    _note(row, CONSENT, purpose, "granted" if granted else "withdrawn")
    if granted and purpose != EVERY_MAIL:
        _note(row, CONSENT, EVERY_MAIL, None)  # a later yes to one purpose lifts a no to all


def _joined(event: Event) -> dict[str, str]:
    return {"role": str(event.properties.get("role") or ""), "event": event.id}


def _narrowest(event: Event) -> str:
    """The kind of unit that an event of several units speaks of."""
    return "deal" if event.deal else "person" if event.person else "company"
