"""A zip of tables, as some systems export them: its files take its place."""

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePath

from tundish.areas.capture.readable import LARGEST, too_large

_TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".log", ".parquet")
_MOST_FILES = 50
_PIECE = 1 << 20


def unzipped(path: Path, *, free_name: Callable[[str], str]) -> list[Path]:
    """The tables of a zip file, which goes; the file itself where it is no zip or holds none.

    A spreadsheet is a zip too, and holds none. Raises InputError where they are too large.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return [path]
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if _is_table(one)][:_MOST_FILES]
            if sum(one.file_size for one in inside) > LARGEST:
                raise too_large(path.name)
            made = [_unpacked(archive, one, path.parent, free_name=free_name) for one in inside]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return [path]
    if made:
        path.unlink()
    return made or [path]


def _is_table(one: zipfile.ZipInfo) -> bool:
    name = PurePath(one.filename)
    hidden = name.name.startswith(".") or "__MACOSX" in name.parts
    return not one.is_dir() and not hidden and name.suffix.lower() in _TABLES


def _unpacked(
    archive: zipfile.ZipFile, one: zipfile.ZipInfo, folder: Path, *, free_name: Callable[[str], str]
) -> Path:
    made = folder / free_name(PurePath(one.filename).name)
    made.touch(mode=0o600)
    written = 0
    with archive.open(one) as packed, made.open("wb") as kept:
        while piece := packed.read(_PIECE):
            written += len(piece)
            if written > LARGEST:
                raise too_large(made.name)
            kept.write(piece)
    return made
