"""Before an import: what the files seem to be, and what importing them would bring."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.journal.readers.detect import Detected
from tundish.terms import TundishError
from tundish.workspace.import_sources import open_files, source_of
from tundish.workspace.imports import Asked, try_source
from tundish.workspace.results import ImportResult

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Preview:
    """`files` are (name, what it seems to be); `result` what a dry run counted, None where the files
    cannot be read as they are mapped, with `wrong` saying why."""

    files: tuple[tuple[str, Detected], ...]
    result: ImportResult | None
    wrong: TundishError | None = None


def preview(workspace: "Workspace", paths: Any, *, asked: Asked) -> Preview:
    """Look at the files and dry-run them. Raises InputError where they cannot be opened."""
    files = open_files(paths)
    seen = tuple((one.name, one.detected) for one in files)
    try:
        source = source_of(workspace, files, asked=asked)
        return Preview(seen, try_source(workspace, source))
    except TundishError as wrong:
        return Preview(seen, None, wrong)
