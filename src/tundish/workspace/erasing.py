"""Erasing a person: what says who somebody is goes; what happened stays, under a key without a name."""

from typing import TYPE_CHECKING

from tundish.stores import imports, journal, left_over, set_aside
from tundish.stores.dialect import is_sqlite
from tundish.stores.identity import aliases
from tundish.terms import NotFoundError
from tundish.workspace import profiles, rejects
from tundish.workspace.follow import PROFILES
from tundish.workspace.leases import awaiting

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_SHORTEST = 3  # a shorter text stands by chance in too much else


def erase(workspace: "Workspace", person: str) -> int:
    """Delete a person's personal values, under all of its ids; gives how many.

    They go from the journal's own table, from the person's profile with its search text, from what
    imports keep of earlier files and refused rows, from mails, refused forms, saved views and bulk
    changes. Raises NotFoundError.
    """
    connection = workspace.connection
    kept = journal.final_ids(connection).get(person, person)
    if not any(True for _ in journal.columns(connection, unit_kind="person", ids={kept}).time):
        raise NotFoundError(
            f"There is no person with the id “{person}”.",
            "person_not_found",
            "The list of people shows the ids; `tundish explain` knows them too.",
        )
    # The follower must not put back what it read just before.
    with awaiting(workspace, PROFILES) as held:
        if is_sqlite(connection):
            connection.execute(
                "PRAGMA secure_delete = ON"
            )  # else it stays in the file's free pages
        with held.writing():
            values = journal.personal_values(connection, kept)
            texts = {text for said in values.values() for text in said if len(text) >= _SHORTEST}
            erased = journal.erase_personal(connection, kept)
            imports.forget_values(connection, texts)
            left_over.forget(connection, aliases(connection, [kept]), texts)
            touched = {"person": {kept}, "company": set[str](), "deal": set[str]()}
            aside = set_aside.positions(connection, PROFILES)
            profiles.make_again(connection, touched, upto=held.at, without=aside)
    rejects.forget(workspace.folder, texts)
    return erased
