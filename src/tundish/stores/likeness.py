"""Pairs of people who may be one: found ones, suggested ones, and those said to be two."""

import json
from collections.abc import Iterable

from tundish.journal.likeness import Likeness, Reason
from tundish.stores.dialect import Connection, execute, insert_many, transaction
from tundish.stores.identity import LIVE, LIVE_JOIN, final_ids

Pair = tuple[str, str]


def replace_found(connection: Connection, found: Iterable[Likeness]) -> None:
    """Keep these pairs in place of those found before."""
    rows = [
        (pair.one, pair.other, pair.bits, int(pair.exact), json.dumps(
            [[r.what, round(r.bits, 2), r.agrees, r.share] for r in pair.reasons]))
        for pair in found
    ]  # fmt: skip
    with transaction(connection):
        execute(connection, "DELETE FROM likeness")
        insert_many(connection, "likeness", columns="one, other, bits, exact, reasons", rows=rows)


def found(connection: Connection) -> list[Likeness]:
    """The kept pairs, the likeliest first."""
    rows = execute(
        connection,
        "SELECT one, other, bits, reasons FROM likeness ORDER BY bits DESC, one, other",
    ).fetchall()
    return [
        Likeness(one, other, bits, tuple(Reason(*reason) for reason in json.loads(reasons)))
        for one, other, bits, reasons in rows
    ]


def suggested(connection: Connection) -> list[Pair]:
    """(kept, other), after merges, that senders say are one; the newest first."""
    return _pairs(connection, "merge_suggested", ("kept", "other"))


def apart(connection: Connection) -> list[Pair]:
    """Pairs, after merges, that one of us said are two persons."""
    return _pairs(connection, "persons_differ", ("one", "other"))


def _pairs(connection: Connection, name: str, keys: Pair) -> list[Pair]:
    rows = execute(
        connection,
        f"SELECT e.properties FROM event e{LIVE_JOIN} WHERE e.name = '{name}' AND {LIVE}"
        " ORDER BY e.position DESC",
    ).fetchall()
    final = final_ids(connection)
    pairs = []
    for row in rows:
        said = json.loads(row[0] or "{}")
        one, other = (str(said.get(key)) for key in keys)
        pairs.append((final.get(one, one), final.get(other, other)))
    return list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
