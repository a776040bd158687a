"""What is known of units, and which of them satisfy a rule now."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from tundish.funnel.conditions import all_hold, parse_conditions
from tundish.journal.columns import Coded

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_NONE: Mapping[str, Any] = {}
_PERSONAL = frozenset({"name", "email", "phone", "emails", "phones"})
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


def unit_properties(
    workspace: "Workspace", kind: str, *, names: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """What is known of each unit of a kind, by id, without name, e-mail and phone.

    A person and a deal also have what is known of their company, where they do not say it
    themselves: the company's country segments its deals. With `names` only these are told.
    """
    from tundish.stores import profiles

    read = None if names is None else {*names, "company", "person"}
    known = profiles.unit_properties(workspace.connection, kind, names=read)
    above: list[tuple[str, dict[str, dict[str, Any]]]] = []
    if known and kind == "deal":
        people = profiles.unit_properties(workspace.connection, "person", names=read)
        above.append(("person", _handed_down(people)))
    if known and kind != "company":
        companies = profiles.unit_properties(workspace.connection, "company", names=read)
        above.append(("company", _handed_down(companies)))
    found = {}
    for unit, record in known.items():
        said: dict[str, Any] = {}
        for link, records in reversed(above):
            said |= records.get(record.get(link, ""), _NONE)
        said |= record
        found[unit] = {
            name: value
            for name, value in said.items()
            if name not in _PERSONAL and (names is None or name in names)
        }
    return found


def _handed_down(records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        unit: {name: value for name, value in record.items() if name not in _OWN}
        for unit, record in records.items()
    }
