"""Taking an import back: its events are voided, its values forgotten; the file may come again."""

from typing import TYPE_CHECKING

from tundish.stores import import_keys, imports, journal
from tundish.stores.dialect import transaction
from tundish.terms import NotFoundError
from tundish.workspace.rejects import rejects_path

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


def undo(workspace: "Workspace", imported: int | str, *, actor: str | None) -> int:
    """Void the import's batch; gives how many events no longer count. Raises NotFoundError."""
    connection = workspace.connection
    record = imports.get(connection, _number(imported))
    if record.status == "undone":
        raise NotFoundError(
            f"Import {record.id} has been undone already.",
            "import_undone",
            "Its files may be imported again.",
        )
    with transaction(connection):
        try:
            count = journal.void(connection, batch=record.batch, now=workspace.now(), actor=actor)
        except NotFoundError:
            count = 0  # it brought nothing new, so there is nothing to void
        journal.erase_batch(connection, record.batch)
        imports.drop_record_fields(connection, record.id)
        import_keys.drop(connection, record.id)
        imports.update(connection, record.id, status="undone", rejects=None)
    rejects_path(workspace.folder, record.batch).unlink(missing_ok=True)
    return count


def _number(imported: int | str) -> int:
    text = str(imported).strip().removeprefix("import-")
    if not text.isdecimal():
        raise NotFoundError(
            f"“{imported}” is not the number of an import.",
            "import_not_found",
            "`tundish imports` lists them.",
        )
    return int(text)
