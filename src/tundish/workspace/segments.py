"""What is known of units, and which of them satisfy a rule now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tundish.funnel.conditions import all_hold, parse_conditions
from tundish.journal.columns import Coded

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_PERSONAL = frozenset({"name", "email", "phone"})
_OWN = frozenset({"value", "currency", "first_seen", "last_seen", "stage_hint", "title", "person"})
"""What a person or a company says of itself only, not of its deals and people."""


def members(
    known: Mapping[str, Mapping[str, Any]] | None, *, segment: Mapping[str, Any] | None
) -> set[str] | None:
    """The units that satisfy `segment`, a filter as in a definition's `where`; None: all units."""
    if not segment:
        return None
    about = known or {}
    rows = list(about.values())
    held = all_hold(
        parse_conditions(segment, place="segment"),
        len(rows),
        lambda name: Coded.of(row.get(name) for row in rows),
    )
    return {unit for unit, inside in zip(about, held.tolist(), strict=True) if inside}


def unit_properties(workspace: "Workspace", kind: str) -> dict[str, dict[str, Any]]:
    """What is known of each unit of a kind, by id, without name, e-mail and phone.

    A person and a deal also have what is known of their company, where they do not say it
    themselves: the company's country segments its deals.
    """
    from tundish.stores import profiles

    known = profiles.unit_properties(workspace.connection, kind)
    companies = profiles.unit_properties(workspace.connection, "company") if known else {}
    people = profiles.unit_properties(workspace.connection, "person") if kind == "deal" else {}
    found = {}
    for unit, record in known.items():
        said = dict(record)
        for above in (people.get(said.get("person", "")), companies.get(said.get("company", ""))):
            if above is not None and kind != "company":
                said = {name: v for name, v in above.items() if name not in _OWN} | said
        found[unit] = {name: v for name, v in said.items() if name not in _PERSONAL}
    return found
