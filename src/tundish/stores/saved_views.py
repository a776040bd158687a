"""Views of lists that users have saved, and which of them each user has as tabs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tundish.stores.dialect import Connection, execute, transaction
from tundish.terms import InputError, NotFoundError

_COLUMNS = "v.id, v.kind, v.name, v.owner, v.shared, v.body"
_LONGEST, _MOST = 80, 500


@dataclass(frozen=True)
class SavedView:
    """A list's question under a name. `body` holds filter, q, sort and columns; `owner` a public id.

    `pinned` and `opens` (first, in place of the whole list) are as one reader has them.
    """

    id: int
    kind: str
    name: str
    owner: str
    shared: bool
    body: Mapping[str, Any]
    pinned: bool = False
    opens: bool = False


def views(connection: Connection, kind: str, *, reader: str) -> list[SavedView]:
    """The views of a kind that `reader` may open: their own and the shared ones, by name."""
    rows = execute(
        connection,
        f"SELECT {_COLUMNS}, p.view_id IS NOT NULL, COALESCE(p.opens, 0) FROM saved_view v"
        " LEFT JOIN pinned_view p ON p.view_id = v.id AND p.reader = ?"
        " WHERE v.kind = ? AND v.removed_at IS NULL AND v.name <> '' AND (v.owner = ? OR v.shared = 1)"
        " ORDER BY v.name, v.id",
        (reader, kind, reader),
    ).fetchall()
    return [_view(row) for row in rows]


def view(connection: Connection, view_id: int, *, reader: str) -> SavedView:
    """One view that `reader` may open. Raises NotFoundError."""
    row = execute(
        connection,
        f"SELECT {_COLUMNS}, p.view_id IS NOT NULL, COALESCE(p.opens, 0) FROM saved_view v"
        " LEFT JOIN pinned_view p ON p.view_id = v.id AND p.reader = ?"
        " WHERE v.id = ? AND v.removed_at IS NULL AND (v.owner = ? OR v.shared = 1)",
        (reader, view_id, reader),
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such view.", "view_not_found", "It may have been removed.")
    return _view(row)


def save(
    connection: Connection,
    kind: str,
    *,
    name: str,
    owner: str,
    shared: bool,
    body: Mapping[str, Any],
    now: int,
) -> int:
    """Keep a new view as a tab of its owner's; gives its id. Raises InputError."""
    name = checked_name(name)
    with transaction(connection):
        held = execute(
            connection,
            "SELECT count(*), COALESCE(sum(CASE WHEN name = ? THEN 1 ELSE 0 END), 0) FROM saved_view"
            " WHERE owner = ? AND kind = ? AND removed_at IS NULL AND name <> ''",
            (name, owner, kind),
        ).fetchone()
        if held[1]:
            raise InputError(
                f"You have a view “{name}” already.", "view_name_taken", "Choose another name."
            )
        if held[0] >= _MOST:
            raise InputError("You have very many views.", "views_too_many", "Remove some first.")
        made = _insert(connection, kind, name=name, owner=owner, shared=shared, body=body, now=now)
        pin(connection, made, reader=owner, pinned=True)
    return made


def change(
    connection: Connection,
    view_id: int,
    *,
    name: str | None = None,
    shared: bool | None = None,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Change what is said of a view. Raises InputError for a name that is none."""
    said: dict[str, Any] = {}
    if name is not None:
        said["name"] = checked_name(name)
    if shared is not None:
        said["shared"] = int(shared)
    if body is not None:
        said["body"] = _text(body)
    if said:
        execute(
            connection,
            f"UPDATE saved_view SET {', '.join(f'{column} = ?' for column in said)} WHERE id = ?",
            (*said.values(), view_id),
        )


def remove(connection: Connection, view_id: int, *, now: int) -> None:
    """Take a view away; `restore` brings it back with its tabs."""
    execute(connection, "UPDATE saved_view SET removed_at = ? WHERE id = ?", (now, view_id))


def restore(connection: Connection, view_id: int, *, owner: str) -> None:
    """Bring a removed view of `owner` back. Raises NotFoundError."""
    cursor = execute(
        connection,
        "UPDATE saved_view SET removed_at = NULL WHERE id = ? AND owner = ?",
        (view_id, owner),
    )
    if cursor.rowcount == 0:
        raise NotFoundError("There is no such view.", "view_not_found")


def pin(
    connection: Connection, view_id: int, *, reader: str, pinned: bool, opens: bool = False
) -> None:
    """Make a view a tab of a reader's or no tab; one view of a kind at most opens first."""
    with transaction(connection):
        execute(
            connection,
            "DELETE FROM pinned_view WHERE reader = ? AND view_id = ?",
            (reader, view_id),
        )
        if opens:
            execute(
                connection,
                "UPDATE pinned_view SET opens = 0 WHERE reader = ? AND view_id IN"
                " (SELECT id FROM saved_view WHERE kind ="
                " (SELECT kind FROM saved_view WHERE id = ?))",
                (reader, view_id),
            )
        if pinned or opens:
            execute(
                connection,
                "INSERT INTO pinned_view (reader, view_id, opens) VALUES (?, ?, ?)",
                (reader, view_id, int(opens)),
            )


def own_columns(connection: Connection, kind: str, *, owner: str) -> list[str]:
    """The columns that somebody chose for the whole list; empty: as delivered."""
    row = execute(
        connection,
        "SELECT body FROM saved_view WHERE kind = ? AND owner = ? AND name = ''",
        (kind, owner),
    ).fetchone()
    return [] if row is None else [str(one) for one in json.loads(row[0]).get("columns", [])]


def choose_columns(
    connection: Connection, kind: str, *, owner: str, columns: list[str], now: int
) -> None:
    """Remember the columns of the whole list for one user."""
    with transaction(connection):
        execute(
            connection,
            "DELETE FROM saved_view WHERE kind = ? AND owner = ? AND name = ''",
            (kind, owner),
        )
        body = {"columns": columns}
        _insert(connection, kind, name="", owner=owner, shared=False, body=body, now=now)


def checked_name(name: str) -> str:
    """A view's name without odd spaces. Raises InputError."""
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST:
        raise InputError(
            f"A view needs a name of up to {_LONGEST} letters.", "view_name_wrong", "Name it."
        )
    return plain


def _insert(
    connection: Connection,
    kind: str,
    *,
    name: str,
    owner: str,
    shared: bool,
    body: Mapping[str, Any],
    now: int,
) -> int:
    row = execute(
        connection,
        "INSERT INTO saved_view (kind, name, owner, shared, body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (kind, name, owner, int(shared), _text(body), now),
    ).fetchone()
    return int(row[0])


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _view(row: Any) -> SavedView:
    return SavedView(
        int(row[0]), row[1], row[2], row[3], bool(row[4]), json.loads(row[5]), bool(row[6]),
        bool(row[7]),
    )  # fmt: skip
