"""The buying group of a company or deal: who is in it, which parts are missing, how far it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tundish.areas.people.actions import Chosen, Done, Row, write
from tundish.areas.people.models import Person, Record
from tundish.areas.people.standing import Standing
from tundish.stores import journal, profiles
from tundish.stores.event_columns import linked
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.visibility import may_see, visible_ids

if TYPE_CHECKING:
    from tundish.workspace import Workspace

ROLES = {
    "decider": _("Decides"), "influencer": _("Influences"), "champion": _("Speaks for us"),
    "user": _("Uses"), "buyer": _("Buys"), "gatekeeper": _("Guards the door"),
    "blocker": _("Is against it"),
}  # fmt: skip
NEEDED = ("decider", "influencer", "champion", "user", "buyer")
"""The parts without which a group seldom buys; the other two nobody misses."""
_ALSO = {
    "decides": "decider", "decision_maker": "decider", "decision maker": "decider", "approves": "decider",
    "executive sponsor": "champion", "influences": "influencer", "evaluator": "influencer",
    "uses": "user", "business user": "user", "checks": "gatekeeper", "buys": "buyer",
    "economic buyer": "buyer", "economic decision maker": "buyer", "speaks for us": "champion",
}  # fmt: skip
_MOST = 200


@dataclass(frozen=True)
class Member:
    """Someone in a group; `chosen` if one of us put them there; `note` is what was said of them."""

    person: Record
    role: str
    chosen: bool
    note: str
    standing: Standing | None

    @property
    def role_title(self) -> Any:
        """The part in words; empty for none."""
        return ROLES.get(self.role, self.role)


@dataclass(frozen=True)
class Group:
    """`missing` are the NEEDED parts that nobody has; `furthest` the group's stage, None outside the
    funnel; `inside` of its members stand in the funnel; `hidden` are not told."""

    members: tuple[Member, ...]
    missing: tuple[Any, ...]
    furthest: int | None
    inside: int
    hidden: int


def role_of(said: object) -> str:
    """A key of ROLES for what a file or person calls the part; an unknown one as it is."""
    plain = " ".join(str(said or "").replace("_", " ").casefold().split())
    return _ALSO.get(plain, plain.replace(" ", "_"))


def missing_roles(roles: Iterable[str]) -> list[str]:
    """The NEEDED parts that none of `roles` is, in their order."""
    taken = set(roles)
    return [role for role in NEEDED if role not in taken]


def furthest_stage(stages: Iterable[int | None]) -> int | None:
    """The stage of a group: the furthest in which one of its units stands at present.

    Each unit gives the place of its stage from 0; None for one that is lost or outside. A group
    none of whose units stands anywhere has no stage.
    """
    return max((stage for stage in stages if stage is not None), default=None)


def group_of(
    workspace: "Workspace", record: Record, *, reader: Any, standings: Mapping[str, Standing]
) -> Group:
    """The group of a company or deal as `reader` may see it; `standings` of people, if they are counted."""
    said = group_said(workspace, record)
    ids = list(dict.fromkeys([*said, *member_ids(workspace, record)]))[:_MOST]
    seen = visible_ids(reader, "person", ids)
    found = Person.objects.in_bulk(seen)
    notes = _notes(workspace, [str(said[one].get("event", "")) for one in seen if one in said])
    members = [
        Member(
            person=found[one],
            role=role_of(said[one].get("role") if one in said else found[one].more.get("role")),
            chosen=one in said,
            note=notes.get(str(said.get(one, {}).get("event", "")), ""),
            standing=standings.get(one),
        )
        for one in seen
        if one in found
    ]
    order = list(ROLES)
    members.sort(
        key=lambda m: (order.index(m.role) if m.role in order else len(order), m.person.shown_name)
    )
    stages = [None if m.standing is None or m.standing.lost else m.standing.stage for m in members]
    return Group(
        tuple(members),
        tuple(ROLES[role] for role in missing_roles(m.role for m in members)),
        furthest_stage(stages),
        sum(stage is not None for stage in stages),
        len(ids) - len(seen),
    )


def member_ids(workspace: "Workspace", record: Record) -> list[str]:
    """Who belongs to the group without our saying so: a company's people, and who is named with a deal."""
    if record.kind == "company":
        return list(
            Person.objects.filter(company=record.pk)
            .order_by("pk")
            .values_list("pk", flat=True)[:_MOST]
        )
    final = journal.final_ids(workspace.connection)
    named = linked(workspace.connection, "deal", ids=[record.pk], to="person")
    contact = getattr(record, "person", None)
    return list(
        dict.fromkeys([*([contact] if contact else []), *(final.get(one, one) for one in named)])
    )


def group_said(workspace: "Workspace", record: Record) -> dict[str, Mapping[str, Any]]:
    """What we said of a group's members, by their present ids."""
    held = record.more.get("group")
    final = journal.final_ids(workspace.connection)
    if not isinstance(held, dict):
        return {}
    return {final.get(one, one): said for one, said in held.items() if isinstance(said, dict)}


def join(
    workspace: "Workspace", chosen: Chosen, *, person: str, role: str = "", note: str = ""
) -> Done:
    """Put a person into the group of a company or deal, or change their part.

    Whoever has no company joins this one by it. Raises InputError for somebody of another company,
    and for an unknown part; NotFoundError.
    """
    if role and role not in ROLES:
        raise InputError(f"A part is one of {', '.join(ROLES)}.", "role_unknown")
    own = profiles.rows(workspace.connection, "person", ids=[person]).get(person)
    if own is None or not may_see(chosen.by, "person", person):
        raise NotFoundError("There is no such person.", "prospect_not_found")
    if chosen.kind == "company" and own.get("company") not in (None, *chosen.ids):
        raise InputError(
            "This person belongs to another company.",
            "group_of_another",
            "Put them into the group of the deal, or change their company first.",
        )
    text = note.strip()[:2_000]

    def event(row: Row) -> dict[str, Any] | None:
        held = row.get("group")
        known = held.get(person) if isinstance(held, dict) else None
        if known is not None and known.get("role") == role and not text:
            return None
        return {
            "name": "group_joined", "person": person, "properties": {"role": role},
            "personal": {"text": text} if text else {},
        }  # fmt: skip

    return write(workspace, chosen, event)


def leave(workspace: "Workspace", chosen: Chosen, *, person: str) -> Done:
    """Take back that a person is in the group; a company's own people stay its people."""

    def event(row: Row) -> dict[str, Any] | None:
        held = row.get("group")
        if not isinstance(held, dict) or person not in held:
            return None
        return {"name": "group_left", "person": person}

    return write(workspace, chosen, event)


def _notes(workspace: "Workspace", events: Collection[str]) -> dict[str, str]:
    found = journal.live(workspace.connection, [one for one in events if one])
    return {one: event.personal.get("text", "") for one, (_place, event) in found.items()}
