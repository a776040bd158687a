"""Pairs as a page shows them, and the merges that can be taken back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.areas.people.models import Person
from tundish.journal.likeness import Likeness
from tundish.stores.dialect import among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import visible_ids
from tundish.workspace import duplicates

if TYPE_CHECKING:
    from tundish.workspace import Workspace

SURE = 0.95


@dataclass(frozen=True)
class Pair:
    """Two people that may be one; without `likeness` a sender says so."""

    one: Person
    other: Person
    likeness: Likeness | None


@dataclass(frozen=True)
class Merge:
    """A merge by one of us: `kept` as it stands, the batch that takes it back, who and when."""

    kept: Person
    batch: str
    actor: str
    at: int


def kinds_of(workspace: "Workspace", *, by: User) -> dict[str, list[Pair]]:
    """The pairs whose two people `by` may both see: suggested, exact, likely, possible."""
    found = duplicates.pairs(workspace)
    said = [(one, other, None) for one, other in duplicates.suggested(workspace)]
    told = {frozenset(pair[:2]) for pair in said}
    groups: dict[str, list[Any]] = {"suggested": said, "exact": [], "likely": [], "possible": []}
    for pair in found:
        if frozenset((pair.one, pair.other)) not in told:
            kind = "exact" if pair.exact else "likely" if pair.probability >= SURE else "possible"
            groups[kind].append((pair.one, pair.other, pair))
    return {kind: _seen(pairs, by) for kind, pairs in groups.items()}


def moved(workspace: "Workspace", person: str) -> dict[str, int]:
    """What would move with a person: how many events, and how many deals."""
    connection = workspace.connection
    test, value = among(connection, "e.person", aliases(connection, [person]))
    events = execute(
        connection, f"SELECT count(*) FROM event e{LIVE_JOIN} WHERE {test} AND {LIVE}", (value,)
    ).fetchone()[0]
    deals = execute(connection, "SELECT count(*) FROM deal WHERE person = ?", (person,)).fetchone()[
        0
    ]
    return {"events": int(events), "deals": int(deals)}


def merges(workspace: "Workspace", *, by: User, most: int = 200) -> list[Merge]:
    """The newest merges by one of us that still hold, of people whom `by` may see."""
    rows = execute(
        workspace.connection,
        f"SELECT e.properties, e.batch, e.actor, e.occurred FROM event e{LIVE_JOIN}"
        f" WHERE e.name = 'person_merged' AND e.actor IS NOT NULL AND e.batch LIKE 'hand-%' AND {LIVE}"
        " ORDER BY e.position DESC LIMIT ?",
        (most * 5,),
    ).fetchall()
    # An address that was typed makes a merge as well; only compared records are listed.
    said = [(json.loads(row[0]), row) for row in rows]
    found = [(str(told["kept"]), *row[1:]) for told, row in said if told.get("compared")]
    people = Person.objects.in_bulk(visible_ids(by, "person", {row[0] for row in found}))
    return [Merge(people[row[0]], *row[1:]) for row in found if row[0] in people][:most]


def _seen(pairs: Iterable[tuple[str, str, Likeness | None]], by: User) -> list[Pair]:
    pairs = list(pairs)
    ids = {one for pair in pairs for one in pair[:2]}
    people = Person.objects.in_bulk(visible_ids(by, "person", ids))
    return [
        Pair(people[one], people[other], like)
        for one, other, like in pairs
        if one in people and other in people
    ]
