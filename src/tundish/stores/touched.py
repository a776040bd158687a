"""Which units a stretch of the journal concerns: those that must be folded again."""

import json
from collections.abc import Iterable

from tundish.stores.dialect import Connection, among, execute
from tundish.stores.event_columns import linked
from tundish.stores.identity import aliases, final_ids

_KINDS = ("person", "company", "deal", "session")


def touched(connection: Connection, after: int, upto: int) -> dict[str, set[str]]:
    """Ids by kind of unit on the events behind `after` up to `upto`, bots left out.

    Events that were taken back in that stretch count too, as do both sides of a merge made or
    taken back there (the merged id, so that its own rows go). People bring their companies and
    deals, deals their companies, because those are folded from their people's events as well.
    """
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    mentioned: set[str] = set()
    here, there = "position > ? AND position <= ?", (after, upto)
    _collect(connection, where=here, values=there, into=found, mentioned=mentioned)
    for (said,) in execute(
        connection,
        f"SELECT properties FROM event WHERE name = 'events_voided' AND {here}",
        there,
    ).fetchall():
        void = json.loads(said)
        where, value = ("batch = ?", void["batch"]) if "batch" in void else (
            "position = ?", void["position"],
        )  # fmt: skip
        _collect(connection, where=where, values=(value,), into=found, mentioned=mentioned)
    _after_merges(connection, found, mentioned=mentioned)
    _with_linked(connection, found)
    return found


def _collect(
    connection: Connection,
    *,
    where: str,
    values: Iterable[int | str],
    into: dict[str, set[str]],
    mentioned: set[str],
) -> None:
    values = tuple(values)
    for kind in _KINDS:
        rows = execute(
            connection,
            f"SELECT DISTINCT {kind} FROM event WHERE bot = 0 AND {kind} IS NOT NULL AND {where}",
            values,
        ).fetchall()
        into[kind] |= {row[0] for row in rows}
    for (said,) in execute(
        connection,
        f"SELECT properties FROM event WHERE name = 'person_merged' AND {where}",
        values,
    ).fetchall():
        both = json.loads(said or "{}")
        mentioned |= {str(both[side]) for side in ("other", "kept") if both.get(side)}


def _after_merges(
    connection: Connection, found: dict[str, set[str]], *, mentioned: set[str]
) -> None:
    final = final_ids(connection)
    found["person"] = {final.get(name, name) for name in found["person"]}
    found["person"] |= mentioned | {final.get(name, name) for name in mentioned}


def _with_linked(connection: Connection, found: dict[str, set[str]]) -> None:
    if found["person"]:
        people = aliases(connection, found["person"])
        for kind in ("company", "deal"):
            found[kind] |= set(linked(connection, "person", ids=people, to=kind))
    if found["deal"]:
        test, value = among(connection, "deal", found["deal"])
        rows = execute(
            connection,
            f"SELECT DISTINCT company FROM event WHERE {test} AND company IS NOT NULL",
            (value,),
        ).fetchall()
        found["company"] |= {row[0] for row in rows}
