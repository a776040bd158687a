"""The firm: its settings, its funnel definitions with their versions, and who follows the journal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from tundish.stores.dialect import Connection, execute, transaction
from tundish.stores.event_rows import json_text
from tundish.terms import InputError, NotFoundError, WorkspaceError


@dataclass(frozen=True, slots=True)
class Settings:
    """The firm's settings; an empty text is one that was not chosen yet.

    `digits` is latin or arabic; `secret` keys the firm's own hashes and signatures.
    """

    name: str = ""
    currency: str = ""
    time_zone: str = ""
    language: str = ""
    digits: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """One version of a funnel definition; `body` is the definition as data."""

    id: int
    name: str
    version: int
    unit: str
    body: Mapping[str, Any]
    active: bool
    created_at: int
    author: str | None


_CHOSEN = ("name", "currency", "time_zone", "language", "digits")
_DEFINITION = "id, name, version, unit, body, active, created_at, author"


def settings(connection: Connection) -> Settings:
    """The firm's settings."""
    rows = execute(connection, "SELECT key, value FROM setting").fetchall()
    return Settings(**{key: value for key, value in rows if key in (*_CHOSEN, "secret")})


def save_settings(connection: Connection, **changes: str) -> Settings:
    """Change some settings (name, currency, time_zone, language, digits); gives all of them."""
    for name in changes:
        if name not in _CHOSEN:
            raise InputError(
                f"“{name}” is not a setting of the firm; there are {', '.join(_CHOSEN)}.",
                "setting_unknown",
                "Choose one of these.",
            )
    with transaction(connection):
        for name, value in changes.items():
            execute(
                connection,
                "INSERT INTO setting (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (name, str(value)),
            )
    return settings(connection)


def secret(connection: Connection) -> str:
    """The firm's secret, made once and never changed: 256 bits as text."""
    found = settings(connection).secret
    if found:
        return found
    with transaction(connection):
        execute(
            connection,
            "INSERT INTO setting (key, value) VALUES ('secret', ?) ON CONFLICT (key) DO NOTHING",
            (token_urlsafe(32),),
        )
    return settings(connection).secret


def definitions(connection: Connection, *, versions: bool = False) -> list[StoredDefinition]:
    """The newest version of each definition, and any active one, by name; or all `versions`."""
    rows = execute(
        connection, f"SELECT {_DEFINITION} FROM definition WHERE offered = 0 ORDER BY name, version"
    ).fetchall()
    found = [_definition(row) for row in rows]
    if versions:
        return found
    newest = {stored.name: stored.id for stored in found}
    return [stored for stored in found if stored.active or newest[stored.name] == stored.id]


def definition(connection: Connection, definition_id: int) -> StoredDefinition:
    """One stored version. Raises NotFoundError."""
    row = execute(
        connection, f"SELECT {_DEFINITION} FROM definition WHERE id = ?", (definition_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(
            f"There is no funnel definition with the number {definition_id}.",
            "definition_not_found",
            "Choose one of the firm's definitions.",
        )
    return _definition(row)


def save_definition(
    connection: Connection,
    *,
    name: str,
    unit: str,
    body: Mapping[str, Any],
    now: int,
    author: str | None = None,
) -> StoredDefinition:
    """Keep a definition: under a known name a new version, unless the newest one says the same."""
    text = json_text(body)
    with transaction(connection):
        known = _newest(connection, name, offered=False)
        if known is not None and known[4] == text and known[3] == unit:
            return _definition(known)
        version = 1 if known is None else known[2] + 1
        made = _newest(connection, name, offered=True)
        if made is not None and made[4] == text and made[3] == unit:
            row = execute(
                connection,
                "UPDATE definition SET offered = 0, version = ?, created_at = ?, author = ?"
                f" WHERE id = ? RETURNING {_DEFINITION}",
                (version, now, author, made[0]),
            ).fetchone()
        else:
            row = _insert(connection, (name, version, unit, text, now, author, 0))
    return _definition(row)


def alike(
    connection: Connection, *, name: str, unit: str, body: Mapping[str, Any]
) -> StoredDefinition | None:
    """The newest kept definition of that name if it says just this, else the offered one that does."""
    text = json_text(body)
    for offered_only in (False, True):
        row = _newest(connection, name, offered=offered_only)
        if row is not None and row[4] == text and row[3] == unit:
            return _definition(row)
    return None


def offer(
    connection: Connection, *, name: str, unit: str, body: Mapping[str, Any], now: int
) -> StoredDefinition:
    """A definition whose visits are kept though nobody chose it: `definitions` leaves it out, and
    `save_definition` makes it a kept one. Where a kept one says the same, that one."""
    with transaction(connection):
        found = alike(connection, name=name, unit=unit, body=body)
        if found is not None:
            return found
        # What was chosen counts its versions from 1, what is offered down from -1.
        lowest = execute(
            connection,
            "SELECT min(version) FROM definition WHERE name = ? AND offered = 1",
            (name,),
        ).fetchone()[0]
        row = _insert(connection, (name, (lowest or 0) - 1, unit, json_text(body), now, None, 1))
    return _definition(row)


def offered(connection: Connection) -> list[StoredDefinition]:
    """The definitions that are offered only, the newest last."""
    rows = execute(
        connection,
        f"SELECT {_DEFINITION} FROM definition WHERE offered = 1 ORDER BY name, version DESC",
    ).fetchall()
    return [_definition(row) for row in rows]


def withdraw(connection: Connection, definition_id: int) -> None:
    """Forget an offered definition; one that was chosen stays."""
    with transaction(connection):
        execute(connection, "DELETE FROM definition WHERE id = ? AND offered = 1", (definition_id,))


def activate(connection: Connection, definition_id: int, *, alone: bool = True) -> StoredDefinition:
    """Make a version live: `alone`, or beside the live definitions of other names."""
    with transaction(connection):
        chosen = definition(connection, definition_id)
        if alone:
            execute(connection, "UPDATE definition SET active = 0")
        else:
            execute(connection, "UPDATE definition SET active = 0 WHERE name = ?", (chosen.name,))
        execute(connection, "UPDATE definition SET active = 1 WHERE id = ?", (definition_id,))
        return definition(connection, definition_id)


def cursor(connection: Connection, name: str) -> int:
    """How far `name` has followed the journal; 0 at first."""
    row = execute(
        connection, "SELECT position FROM follow_cursor WHERE name = ?", (name,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def move_cursor(
    connection: Connection,
    name: str,
    position: int,
    *,
    holder: str | None = None,
    now: int | None = None,
) -> None:
    """Note how far `name` has come, in the caller's transaction.

    With a `holder` the lease of that name must still be held at `now` (microseconds); else raises
    WorkspaceError, and the caller's transaction must be rolled back.
    """
    with transaction(connection):
        if holder is not None:
            _check_lease(connection, name, holder=holder, now=now)
        execute(
            connection,
            "INSERT INTO follow_cursor (name, position) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            (name, position),
        )


def take_lease(connection: Connection, name: str, holder: str, now: int, seconds: float) -> bool:
    """Take or renew the lease of `name` for some seconds; False while another holds it."""
    with transaction(connection):
        taken = execute(
            connection,
            "INSERT INTO lease (name, holder, until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
            " WHERE lease.holder = excluded.holder OR lease.until <= ?",
            (name, holder, now + round(seconds * 1_000_000), now),
        )
        return bool(taken.rowcount == 1)


def lease_holder(connection: Connection, name: str) -> str | None:
    """Who took the lease of `name` last and has not given it back; None where nobody."""
    row = execute(connection, "SELECT holder FROM lease WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def drop_lease(connection: Connection, name: str, *, holder: str) -> None:
    """Give the lease back, so that the next one need not wait for its end."""
    with transaction(connection):
        execute(connection, "DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))


def _check_lease(connection: Connection, name: str, *, holder: str, now: int | None) -> None:
    row = execute(connection, "SELECT holder, until FROM lease WHERE name = ?", (name,)).fetchone()
    if row is None or row[0] != holder or (now is not None and row[1] <= now):
        raise WorkspaceError(
            f"Another process follows the journal as “{name}” by now.",
            "lease_lost",
            "Nothing was written; take the lease again before going on.",
        )


def _newest(connection: Connection, name: str, *, offered: bool) -> Any:
    return execute(
        connection,
        f"SELECT {_DEFINITION} FROM definition WHERE name = ? AND offered = ?"
        f" ORDER BY version {'ASC' if offered else 'DESC'} LIMIT 1",
        (name, int(offered)),
    ).fetchone()


def _insert(connection: Connection, values: tuple[Any, ...]) -> Any:
    return execute(
        connection,
        "INSERT INTO definition (name, version, unit, body, active, created_at, author, offered)"
        f" VALUES (?, ?, ?, ?, 0, ?, ?, ?) RETURNING {_DEFINITION}",
        values,
    ).fetchone()


def _definition(row: Any) -> StoredDefinition:
    return StoredDefinition(
        row[0], row[1], row[2], row[3], json.loads(row[4]), bool(row[5]), row[6], row[7]
    )
