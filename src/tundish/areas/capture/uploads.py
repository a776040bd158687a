"""Uploaded files on their way into the journal: folders under `<workspace>/imports/`.

A fresh upload waits in `waiting-<token>`; once the import is ordered its folder is named after the
import record, where the worker looks for it.
"""

import re
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from secrets import token_urlsafe
from typing import Protocol

from tundish.stores import imports
from tundish.stores.imports import ImportRecord
from tundish.terms import InputError, NotFoundError
from tundish.workspace import Workspace

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_DAY_SECONDS = 24 * 3600.0
_STRANGE = re.compile(r"[^\w.()\- ]+")
_LONGEST_NAME = 120


class Upload(Protocol):
    """A file as Django hands it over."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, piece by piece."""


def keep(workspace: Workspace, files: Sequence[Upload]) -> str:
    """Write the uploads to a folder of their own; gives its token. Raises InputError for none."""
    if not files:
        raise InputError("No file was chosen.", "file_missing", "Choose at least one file.")
    token = token_urlsafe(18)
    folder = _root(workspace) / f"waiting-{token}"
    folder.mkdir(parents=True)
    for file in files:
        with (folder / _free_name(folder, file.name or "")).open("wb") as kept:
            for piece in file.chunks():
                kept.write(piece)
    _sweep(_root(workspace))
    return token


def paths(workspace: Workspace, token: str) -> list[Path]:
    """The waiting files of an upload, by name. Raises NotFoundError."""
    folder = _root(workspace) / f"waiting-{token}"
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise NotFoundError(
            "This upload is not here any more.", "upload_missing", "Upload the file again."
        )
    return sorted(folder.iterdir())


def order(workspace: Workspace, token: str, *, record: ImportRecord) -> None:
    """Give the waiting files to the worker, which takes them from `ready(record)`."""
    folder = paths(workspace, token)[0].parent
    folder.rename(_root(workspace) / f"upload-{record.id}")


def drop(workspace: Workspace, token: str) -> None:
    """Throw the waiting files away."""
    shutil.rmtree(paths(workspace, token)[0].parent)


def next_ready(workspace: Workspace) -> tuple[ImportRecord, list[Path]] | None:
    """The import that has waited longest, or was broken off, with its files."""
    waiting = imports.imports(workspace.connection, status="queued")
    broken_off = imports.imports(workspace.connection, status="running")
    for record in sorted((*waiting, *broken_off), key=lambda one: one.id):
        folder = _root(workspace) / f"upload-{record.id}"
        # An import from the command line has no folder here and is its own affair.
        if folder.is_dir():
            return record, sorted(folder.iterdir())
    return None


def finished(workspace: Workspace, record: ImportRecord) -> None:
    """The files have been read; what they said is in the journal now."""
    shutil.rmtree(_root(workspace) / f"upload-{record.id}", ignore_errors=True)


def _root(workspace: Workspace) -> Path:
    return workspace.folder / "imports"


def _free_name(folder: Path, name: str) -> str:
    # The name comes from outside: no path, no control characters, no hidden file.
    plain = PurePath(name.replace("\\", "/")).name
    plain = _STRANGE.sub("_", plain).strip(" .")[-_LONGEST_NAME:] or "file"
    free, number = plain, 2
    while (folder / free).exists():
        stem, dot, ending = plain.partition(".")
        free, number = f"{stem}-{number}{dot}{ending}", number + 1
    return free


def _sweep(root: Path) -> None:
    """Uploads that nobody ordered go after a day."""
    for folder in root.glob("waiting-*"):
        if time.time() - folder.stat().st_mtime > _DAY_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
