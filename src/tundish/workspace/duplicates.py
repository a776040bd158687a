"""The workspace's duplicates: found by the worker, suggested by senders, denied by one of us."""

from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any

from tundish.journal.identity import is_known
from tundish.journal.likeness import Described, Likeness, likely_pairs
from tundish.stores import firm, likeness, profiles
from tundish.stores.dialect import transaction
from tundish.workspace.follow import PROFILES

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

CURSOR = "duplicates"
AT_LEAST = 0.3
_PAUSE_SECONDS = 20.0
_PAUSE_TIMES = 20
_next: dict[str, float] = {}


def find(workspace: "Workspace") -> int:
    """Compare all known people afresh and keep the likely pairs; gives how many."""
    connection = workspace.connection
    upto = firm.cursor(connection, PROFILES)
    rows = profiles.rows(connection, "person")
    people = [_described(ident, row) for ident, row in rows.items() if is_known(ident)]
    found = likely_pairs(people, at_least=AT_LEAST, apart=likeness.apart(connection))
    with transaction(connection):
        likeness.replace_found(connection, found)
        firm.move_cursor(connection, CURSOR, upto)
    return len(found)


def find_if_changed(workspace: "Workspace") -> bool:
    """The worker's job: find again where people changed, but spend at most a twentieth of the time."""
    connection = workspace.connection
    if firm.cursor(connection, CURSOR) == firm.cursor(connection, PROFILES):
        return False
    key = str(workspace.folder)
    if monotonic() < _next.get(key, 0.0):
        return False
    # Work, not waiting: on a busy machine the pause must not grow with the time of others.
    began = thread_time()
    find(workspace)
    took = thread_time() - began
    _next[key] = monotonic() + max(_PAUSE_SECONDS, _PAUSE_TIMES * took)
    return False


def pairs(workspace: "Workspace") -> list[Likeness]:
    """The found pairs of whom both still stand and nobody said that they are two."""
    connection = workspace.connection
    found = likeness.found(connection)
    denied = {frozenset(pair) for pair in likeness.apart(connection)}
    there = profiles.rows(
        connection, "person", ids={i for pair in found for i in (pair.one, pair.other)},
        names=("name",),
    )  # fmt: skip
    return [
        pair
        for pair in found
        if pair.one in there and pair.other in there
        and frozenset((pair.one, pair.other)) not in denied
    ]  # fmt: skip


def suggested(workspace: "Workspace") -> list[tuple[str, str]]:
    """(kept, other) that senders say are one, both of whom stand and whom nobody said to be two."""
    connection = workspace.connection
    found = likeness.suggested(connection)
    denied = {frozenset(pair) for pair in likeness.apart(connection)}
    ids = {one for pair in found for one in pair}
    there = profiles.rows(connection, "person", ids=ids, names=("name",))
    return [
        pair for pair in found if set(pair) <= there.keys() and frozenset(pair) not in denied
    ]  # fmt: skip


def _described(ident: str, row: dict[str, Any]) -> Described:
    def several(first: str, held: str) -> tuple[str, ...]:
        others = row.get(held)
        more = others if isinstance(others, dict) else {}
        return tuple(dict.fromkeys(str(v) for v in (row.get(first), *more) if v))

    return Described(
        ident,
        str(row.get("name") or ""),
        several("email", "emails"),
        several("phone", "phones"),
        str(row.get("company") or ""),
        str(row.get("country") or ""),
    )
