"""What a person agreed to, by purpose: given and withdrawn as events, with words, source and evidence."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tundish.areas.people.actions import Chosen, Done, Row, write
from tundish.journal.gathered import CONSENTS, EVERY_MAIL
from tundish.stores import purposes
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.terms import InputError

if TYPE_CHECKING:
    from tundish.stores.purposes import Purpose
    from tundish.workspace import Workspace

BASES = {
    "consent": _("Consent"), "legitimate_interest": _("Legitimate interest"), "contract": _("Contract"),
}  # fmt: skip
SOURCES = {
    "by_hand": _("Told to one of us"), "telephone": _("On the telephone"), "letter": _("In writing"),
    "form": _("By a form"), "mail": _("By a link in a mail"), "import": _("From an import"),
}  # fmt: skip
HAND_SOURCES = ("by_hand", "telephone", "letter")


@dataclass(frozen=True)
class Statement:
    """One yes or no to a purpose; `evidence` is the id of the event that proves it, `at` microseconds."""

    purpose: str
    granted: bool
    at: int
    basis: Any
    source: Any
    version: int | None
    wording: str
    evidence: str
    actor: str
    text: str


@dataclass(frozen=True)
class Consent:
    """Where a person stands on a purpose; `history` newest first; `now` is its first, None before any."""

    purpose: "Purpose"
    history: tuple[Statement, ...]

    @property
    def now(self) -> Statement | None:
        """The latest statement."""
        return self.history[0] if self.history else None

    @property
    def granted(self) -> bool:
        """Whether the purpose is allowed at present."""
        return self.now is not None and self.now.granted


def grant(
    workspace: "Workspace", chosen: Chosen, *, purpose: str, source: str = "by_hand", text: str = ""
) -> Done:
    """Note that people agreed, in the purpose's present words. Raises InputError, NotFoundError."""
    asked = purposes.purpose(workspace.connection, purpose)
    if asked.archived:
        raise InputError(f"The purpose {asked.title} is archived.", "purpose_archived")
    said = {"basis": asked.basis, "version": asked.version}
    return _state(
        workspace, chosen, "consent_granted", purpose=purpose, source=source, text=text, said=said
    )


def withdraw(
    workspace: "Workspace", chosen: Chosen, *, purpose: str, source: str = "by_hand", text: str = ""
) -> Done:
    """Note that people no longer agree. Raises InputError, NotFoundError."""
    purposes.purpose(workspace.connection, purpose)
    return _state(
        workspace, chosen, "consent_withdrawn", purpose=purpose, source=source, text=text, said={}
    )


def consents(workspace: "Workspace", person: str) -> list[Consent]:
    """A person's standing on every purpose that is asked for, and on archived ones that were answered."""
    found: dict[str, list[Statement]] = {}
    for statement in _statements(workspace, person):
        found.setdefault(statement.purpose, []).append(statement)
    known = purposes.purposes(workspace.connection, archived=True)
    if EVERY_MAIL in found:
        known.append(purposes.Purpose(EVERY_MAIL, str(_("Mail of any kind")), archived=True))
    return [
        Consent(one, tuple(found.get(one.name, ())))
        for one in known
        if not one.archived or one.name in found
    ]


def may_contact(row: Row, *, purpose: str) -> bool:
    """Whether a person's row (stores.profiles) allows a message for a purpose at present.

    Not where the person is not to be contacted, not without a yes that still holds, and not after a
    no to every mail.
    """
    held = row.get("consent")
    said = held.get(purpose) if isinstance(held, dict) else None
    no_mail = isinstance(held, dict) and held.get(EVERY_MAIL) == "withdrawn"
    return row.get("do_not_contact") is not True and said == "granted" and not no_mail


def _state(
    workspace: "Workspace", chosen: Chosen, name: str, *, purpose: str, source: str, text: str,
    said: dict[str, Any],
) -> Done:  # fmt: skip
    if source not in SOURCES:
        raise InputError(f"A source is one of {', '.join(SOURCES)}.", "consent_source_unknown")
    wanted = name.removeprefix("consent_")
    personal = {"text": text.strip()[:2_000]} if text.strip() else {}

    def event(row: Row) -> dict[str, Any] | None:
        held = row.get("consent")
        if isinstance(held, dict) and held.get(purpose) == wanted:
            return None
        properties = {"purpose": purpose, "source": source, **said}
        return {"name": name, "properties": properties, "personal": personal}

    return write(workspace, chosen, event)


def _statements(workspace: "Workspace", person: str) -> list[Statement]:
    whose, value = among(workspace.connection, "e.person", aliases(workspace.connection, [person]))
    named, names = among(workspace.connection, "e.name", CONSENTS)
    rows = execute(
        workspace.connection,
        "SELECT e.id, e.name, e.occurred, e.properties, e.actor, p.value FROM event e"
        f"{LIVE_JOIN} LEFT JOIN personal p ON p.key = e.personal_key AND p.kind = 'text'"
        f" WHERE {whose} AND {named} AND {LIVE} ORDER BY e.occurred DESC, e.position DESC",
        (value, names),
    ).fetchall()
    return [_statement(workspace, row) for row in rows]


def _statement(workspace: "Workspace", row: Any) -> Statement:
    said = json.loads(row[3] or "{}")
    purpose, version = str(said.get("purpose") or EVERY_MAIL), said.get("version")
    number = version if isinstance(version, int) else None
    basis, source = str(said.get("basis") or ""), str(said.get("source") or "")
    return Statement(
        purpose=purpose, granted=row[1] == "consent_granted", at=row[2],
        basis=BASES.get(basis, basis), source=SOURCES.get(source, source), version=number,
        wording=str(said.get("wording") or "")
        or ("" if number is None else purposes.wording(workspace.connection, purpose, number)),
        evidence=str(said.get("evidence") or row[0]), actor=row[4] or "", text=row[5] or "",
    )  # fmt: skip
