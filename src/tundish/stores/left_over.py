"""What else holds a person's values, beside the journal and the rows: mails, refused forms, views.

The mails and forms are tables of the web application; where it never ran there are none.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import unquote_plus

from tundish.stores.dialect import Connection, among, execute, is_sqlite, transaction


def forget(connection: Connection, persons: Collection[str], texts: Collection[str]) -> None:
    """Delete mails to `persons` (all ids of one) or to an address among `texts`, and refused forms,
    saved views and finished bulk changes that say one of the texts."""
    wanted = frozenset(text.strip().casefold() for text in texts)
    with transaction(connection):
        if _there(connection, "outbox_mail"):
            _delete(connection, "outbox_mail", _mails(connection, persons, wanted))
        if _there(connection, "pages_refusedform"):
            rows = execute(connection, "SELECT id, said FROM pages_refusedform").fetchall()
            _delete(connection, "pages_refusedform", (i for i, said in rows if _says(said, wanted)))
        rows = execute(connection, "SELECT id, body FROM saved_view").fetchall()
        views = [i for i, body in rows if _says(body, wanted)]
        _delete(connection, "saved_view", views)
        _delete(connection, "pinned_view", views, column="view_id")
        rows = execute(
            connection,
            "SELECT id, change, back FROM bulk_change WHERE status IN ('done', 'undone')",
        ).fetchall()
        _delete(
            connection,
            "bulk_change",
            (i for i, *said in rows if any(_says(one, wanted) for one in said)),
        )


def _mails(connection: Connection, persons: Collection[str], wanted: frozenset[str]) -> list[int]:
    test, value = among(connection, "person", sorted(persons))
    of_person = execute(connection, f"SELECT id FROM outbox_mail WHERE {test}", (value,)).fetchall()
    every = execute(connection, 'SELECT id, "to" FROM outbox_mail').fetchall()
    return [row[0] for row in of_person] + [i for i, to in every if to.casefold() in wanted]


def _says(said: Any, wanted: frozenset[str]) -> bool:
    """Whether JSON, or an address' query, has one of the texts as a value, or an address within one."""
    values = [text.strip().casefold() for text in _strings(said)]
    long = [text for text in wanted if "@" in text]
    return any(one in wanted or any(text in one for text in long) for one in values)


def _strings(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        try:
            found = json.loads(said)
        except ValueError:
            found = None
        if isinstance(found, dict | list):
            yield from _strings(found)
        else:
            yield said
            for part in unquote_plus(said).split("&"):
                yield part.partition("=")[2].rpartition(":")[2]
    elif isinstance(said, dict):
        for value in said.values():
            yield from _strings(value)
    elif isinstance(said, list):
        for value in said:
            yield from _strings(value)


def _there(connection: Connection, table: str) -> bool:
    sql = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        if is_sqlite(connection)
        else "SELECT count(to_regclass(?))"
    )
    return bool(execute(connection, sql, (table,)).fetchone()[0])


def _delete(
    connection: Connection, table: str, ids: Iterator[int] | list[int], *, column: str = "id"
) -> None:
    for one in ids:
        execute(connection, f"DELETE FROM {table} WHERE {column} = ?", (one,))
