"""The files of an import: found, opened, their kind told, their reader chosen."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tundish.journal.readers.reading import Options, Reading
from tundish.terms import InputError
from tundish.workspace.sources import content_of, paths_among

if TYPE_CHECKING:
    from tundish.workspace.imports import Asked
    from tundish.workspace.workspace import Workspace

CRM = "crm-opportunities"
NO_CURRENCY = "XXX"
"""ISO 4217's code for amounts without a currency: neither the file nor the firm named one."""


@dataclass(frozen=True)
class Source:
    """What is to be read: file names, kind, rows where they can be counted, batches of events."""

    names: tuple[str, ...]
    kind: str
    rows: int | None
    batches: Iterator[Reading]


def open_source(workspace: "Workspace", paths: Any, *, asked: "Asked") -> Source:
    """Open the files and choose their reader. Raises InputError."""
    from tundish.journal.readers import detect, read_files

    files = [(path.name.removesuffix(".gz"), _unpacked(path)) for path in _files(paths)]
    kind = asked.kind or detect(files)
    return Source(
        names=tuple(name for name, _ in files),
        kind=kind,
        rows=_rows(files),
        batches=read_files(files, kind=kind, options=_options(workspace, asked)),
    )


def _files(paths: Any) -> list[Path]:
    named = paths_among(paths)
    if not named:
        raise InputError(
            "No file is named.", "file_missing", "Name one or several files, or a folder of them."
        )
    found: list[Path] = []
    for path in named:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found += [one for one in inside if path == one or _readable(one)]
    if not found:
        raise InputError(
            f"The folder {named[0]} holds no file to import.", "file_missing", "Name the files."
        )
    return found


def _readable(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _unpacked(path: Path) -> bytes:
    content = content_of(path)
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError):
        raise InputError(
            f"The compressed file {path} is damaged.", "file_unreadable", "Fetch it again."
        ) from None


def _options(workspace: "Workspace", asked: "Asked") -> Options:
    firm = workspace.firm
    # A dry run on a new workspace has no secret yet and must not make one: its hashes only count.
    secret = firm.secret.encode() or token_bytes(32)
    return Options(
        secret=secret,
        mapping=dict(asked.mapping or {}),
        zone=ZoneInfo(firm.time_zone or "UTC"),
        currency=(asked.currency or firm.currency or NO_CURRENCY).upper(),
    )


def _rows(files: Sequence[tuple[str, bytes]]) -> int | None:
    if any(name.lower().endswith(".parquet") for name, _ in files):
        return None
    return max(data.count(b"\n") for _, data in files)
