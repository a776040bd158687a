"""Uploaded files on their way into the journal: folders under `<workspace>/imports/`.

A fresh upload waits in `waiting-<token>-<user>`, for that user alone; once the import is ordered
its folder is named after the import record, where the worker looks for it.
"""

import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath
from secrets import token_urlsafe
from typing import Protocol

from django.utils.translation import gettext as _

from tundish.areas.capture.archives import unzipped
from tundish.areas.capture.readable import LARGEST, check, too_large
from tundish.stores import imports
from tundish.stores.imports import ImportRecord
from tundish.terms import InputError, NotFoundError
from tundish.workspace import Workspace

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_DAY_SECONDS = 24 * 3600.0
_IN_NO_NAME = frozenset('\\/:*?"<>|')
_LONGEST_NAME_BYTES = 160


class Pasted:
    """A table that somebody pasted, as if it were a file."""

    name = "pasted.csv"

    def __init__(self, text: str) -> None:
        self._text = text

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, all at once."""
        yield self._text.encode("utf-8", "replace")


class Upload(Protocol):
    """A file as Django hands it over."""

    @property
    def name(self) -> str | None:
        """Its file name."""

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, piece by piece."""


def keep(workspace: Workspace, files: Sequence[Upload], *, by: int) -> str:
    """Write the uploads of the user `by` to a folder of their own; gives its token.

    Raises InputError for none, and where one of them can never be read.
    """
    if not files:
        raise InputError(
            _("No file was chosen."), "file_missing", _("Choose one, or drop it on this page.")
        )
    root = _root(workspace)
    token = token_urlsafe(18)
    folder = _waiting(workspace, token, by=by)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    try:
        _write(folder, files)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sweep(workspace)
    return token


def paths(workspace: Workspace, token: str, *, by: int) -> list[Path]:
    """The waiting files of an upload, by name. Raises NotFoundError, also for another user's."""
    folder = _waiting(workspace, token, by=by)
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise NotFoundError(
            _("This upload is not here any more."),
            "upload_missing",
            _(
                "It was imported or left already, or it waited for more than a day. Upload it again."
            ),
        )
    return sorted(folder.iterdir())


def plan_path(workspace: Workspace, token: str, *, by: int, name: str) -> Path:
    """Where the plan of a dry run of these files lies; it goes with them."""
    return _root(workspace) / f"look-{token}-{by}" / f"{name}.sqlite3"


def order(
    workspace: Workspace, token: str, *, by: int, record: Callable[[], ImportRecord]
) -> ImportRecord:
    """Give the waiting files to the worker under the record that `record` makes.

    Raises NotFoundError, also for the second of two orders at once, before a record is made.
    """
    waiting = paths(workspace, token, by=by)[0].parent
    claimed = waiting.with_name(f"claimed-{token}")
    try:
        waiting.rename(claimed)
    except FileNotFoundError:
        paths(workspace, token, by=by)
        raise
    made = record()
    claimed.rename(_root(workspace) / f"upload-{made.id}")
    _forget_plan(workspace, token, by=by)
    return made


def drop(workspace: Workspace, token: str, *, by: int) -> None:
    """Throw the waiting files away."""
    shutil.rmtree(paths(workspace, token, by=by)[0].parent)
    _forget_plan(workspace, token, by=by)


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


def sweep(workspace: Workspace) -> None:
    """Uploads that nobody ordered go after a day."""
    root = _root(workspace)
    for folder in (*root.glob("waiting-*"), *root.glob("claimed-*"), *root.glob("look-*")):
        try:
            old = time.time() - folder.stat().st_mtime > _DAY_SECONDS
        except FileNotFoundError:
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)


def _forget_plan(workspace: Workspace, token: str, *, by: int) -> None:
    shutil.rmtree(_root(workspace) / f"look-{token}-{by}", ignore_errors=True)


def _write(folder: Path, files: Sequence[Upload]) -> None:
    room = LARGEST
    for file in files:
        path = folder / _free_name(folder, file.name or "")
        written = 0
        path.touch(mode=0o600)
        with path.open("wb") as kept:
            for piece in file.chunks():
                written += len(piece)
                if written > room:
                    raise too_large(path.name)
                kept.write(piece)
        for one in unzipped(path, free_name=lambda name: _free_name(folder, name)):
            room -= check(one, room=room)


def _root(workspace: Workspace) -> Path:
    return workspace.folder / "imports"


def _waiting(workspace: Workspace, token: str, *, by: int) -> Path:
    return _root(workspace) / f"waiting-{token}-{by}"


def _free_name(folder: Path, name: str) -> str:
    plain = _plain_name(name)
    free, number = plain, 2
    while (folder / free).exists():
        stem, dot, ending = plain.partition(".")
        free, number = f"{stem}-{number}{dot}{ending}", number + 1
    return free


def _plain_name(name: str) -> str:
    # The name comes from outside: no path, no control or direction characters, no hidden file.
    base = PurePath(name.replace("\\", "/")).name
    kept = "".join(
        "_" if letter in _IN_NO_NAME else letter
        for letter in base
        if unicodedata.category(letter)[0] != "C"
    )
    # Its end says what it is; so a name that is too long for the disk loses its start.
    short = kept.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return " ".join(short.split()).strip(" .") or "file"
