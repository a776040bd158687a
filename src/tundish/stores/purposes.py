"""What a firm asks consent for, and every wording that it asked with."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from tundish.journal.fields import key_of
from tundish.stores.dialect import Connection, execute, transaction
from tundish.terms import InputError, NotFoundError

Basis = Literal["consent", "legitimate_interest", "contract"]
BASES: tuple[Basis, ...] = ("consent", "legitimate_interest", "contract")
_COLUMNS = (
    "p.name, p.title, p.basis, p.version, p.place, p.archived, w.wording FROM purpose p"
    " LEFT JOIN purpose_wording w ON w.name = p.name AND w.version = p.version"
)
_LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that we need a person's yes for; `wording` is asked with now, `version` its number."""

    name: str
    title: str
    basis: str = "consent"
    wording: str = ""
    version: int = 1
    place: int = 0
    archived: bool = False


def purposes(connection: Connection, *, archived: bool = False) -> list[Purpose]:
    """The firm's purposes in their order."""
    only = "" if archived else " WHERE p.archived = 0"
    rows = execute(connection, f"SELECT {_COLUMNS}{only} ORDER BY p.place, p.name").fetchall()
    return [_purpose(row) for row in rows]


def purpose(connection: Connection, name: str) -> Purpose:
    """One purpose by its key, archived or not. Raises NotFoundError."""
    rows = execute(connection, f"SELECT {_COLUMNS} WHERE p.name = ?", (name,)).fetchall()
    if not rows:
        raise NotFoundError(
            f"There is no purpose “{name[:40]}”.", "purpose_not_found", "Make it in the settings."
        )
    return _purpose(rows[0])


def wording(connection: Connection, name: str, version: int) -> str:
    """The exact words of a version; empty where they are not known."""
    row = execute(
        connection,
        "SELECT wording FROM purpose_wording WHERE name = ? AND version = ?",
        (name, version),
    ).fetchone()
    return "" if row is None else str(row[0])


def save_purpose(connection: Connection, said: Purpose, *, now: int) -> Purpose:
    """Make a purpose (its name is empty) or change it; another wording is another version.

    Raises InputError, NotFoundError.
    """
    said = replace(said, title=" ".join(said.title.split()), wording=said.wording.strip())
    if not said.title or len(said.title) > 80 or len(said.wording) > _LONGEST:
        raise InputError(
            f"A purpose needs a name of up to 80 letters and a wording of up to {_LONGEST}.",
            "purpose_unreadable",
        )
    if said.basis not in BASES:
        raise InputError(f"A basis is one of {', '.join(BASES)}.", "basis_unknown")
    with transaction(connection):
        known = purposes(connection, archived=True)
        plain = said.title.casefold()
        if any(p.title.casefold() == plain and p.name != said.name for p in known):
            raise InputError(f"There is a purpose “{said.title}” already.", "purpose_taken")
        if not said.name:
            name = key_of(said.title, taken=[p.name for p in known])
            said = replace(said, name=name, version=1, place=len(known))
        else:
            before = purpose(connection, said.name)
            newer = said.wording != before.wording
            said = replace(said, version=before.version + newer, place=before.place)
        _write(connection, said, now=now)
    return said


def _write(connection: Connection, said: Purpose, *, now: int) -> None:
    execute(
        connection,
        "INSERT INTO purpose (name, title, basis, version, place, archived)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET title = excluded.title,"
        " basis = excluded.basis, version = excluded.version, archived = excluded.archived",
        (said.name, said.title, said.basis, said.version, said.place, int(said.archived)),
    )
    execute(
        connection,
        "INSERT INTO purpose_wording (name, version, wording, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name, version) DO NOTHING",
        (said.name, said.version, said.wording, now),
    )


def _purpose(row: Any) -> Purpose:
    return Purpose(row[0], row[1], row[2], row[6] or "", row[3], row[4], bool(row[5]))
