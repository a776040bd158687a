"""Which events count, and which ids are one person, as the journal says at present."""

from collections.abc import Iterable

from tundish.stores.dialect import Connection, execute

LIVE_JOIN = (
    " LEFT JOIN voided_batch vb ON vb.batch = e.batch AND e.position <= vb.upto"
    " LEFT JOIN voided_event ve ON ve.position = e.position"
)
"""Joined to `event e`; LIVE then says whether the event still counts."""
LIVE = "vb.batch IS NULL AND ve.position IS NULL"


def merges(connection: Connection) -> list[tuple[str, str]]:
    """(other id, kept id) of every `person_merged` event that counts, in commit order.

    To un-merge, void the event.
    """
    import json

    rows = execute(
        connection,
        f"SELECT e.properties FROM event e{LIVE_JOIN}"
        f" WHERE e.name = 'person_merged' AND {LIVE} ORDER BY e.position",
    ).fetchall()
    said = [json.loads(row[0] or "{}") for row in rows]
    return [(str(s["other"]), str(s["kept"])) for s in said if s.get("other") and s.get("kept")]


def resolved(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every merged id to the id that is kept at the end of its chain; kept ids are not in it."""
    into: dict[str, str] = {}

    def end(name: str) -> str:
        trail = []
        while name in into:
            trail.append(name)
            name = into[name]
        for passed in trail:
            into[passed] = name
        return name

    for other, kept in pairs:
        other, kept = end(other), end(kept)
        if other != kept:
            into[other] = kept
    return {name: end(name) for name in list(into)}


def aliases(connection: Connection, persons: Iterable[str]) -> list[str]:
    """The ids under which the events of these persons stand, sorted; their own ids included."""
    final = resolved(merges(connection))
    wanted = {final.get(person, person) for person in persons}
    return sorted(wanted | {other for other, kept in final.items() if kept in wanted})
