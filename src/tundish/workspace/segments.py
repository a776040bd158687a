"""What is known of units, and which of them satisfy a rule now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tundish.funnel.conditions import all_hold, parse_conditions
from tundish.journal.columns import Bools, Coded

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_PERSONAL = frozenset({"name", "email", "phone"})
_OWN = frozenset({"value", "currency", "first_seen", "last_seen", "stage_hint", "title", "person"})
"""What a person or a company says of itself only, not of its deals and people."""


def members(
    units: Coded, known: Mapping[str, Mapping[str, Any]], *, segment: Mapping[str, Any]
) -> Bools:
    """Mask of the rows whose unit satisfies `segment`, a filter as in a definition's `where`."""
    conditions = parse_conditions(segment, place="segment")
    about = [known.get(unit, {}) for unit in units.values]
    held = all_hold(conditions, len(about), lambda name: Coded.of(one.get(name) for one in about))
    return np.append(held, False)[units.codes]


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
