"""The files of an import: found, opened, their kind told, their reader chosen."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tundish.journal.readers import (
    csv_events,
    jsonl_events,
    opportunities,
    parquet_events,
    weblog,
)
from tundish.journal.readers.detect import Detected, detect
from tundish.journal.readers.reading import Options, Reading
from tundish.journal.readers.text import text_of, unpacked
from tundish.journal.table_times import micros_per_unit
from tundish.terms import InputError
from tundish.workspace.sources import content_of, paths_among

if TYPE_CHECKING:
    from tundish.workspace.imports import Asked
    from tundish.workspace.workspace import Workspace

CRM, WEBLOG, EVENTS = KINDS = ("crm-opportunities", "weblog", "events")
TIME_UNIT = "time_unit"
"""A mapping may say it beside its columns, always as a constant: `=s`, `=ms` or `=us`."""
NO_CURRENCY = "XXX"
"""ISO 4217's code for amounts without a currency: neither the file nor the firm named one."""

_LOOKED_AT = 4096  # even, so that no letter of two bytes is cut
_BINARY = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"SQLite format 3",
)
_EVENT_READERS: dict[str, Callable[..., Iterator[Reading]]] = {
    "csv": csv_events.batches,
    "jsonl": jsonl_events.batches,
    "parquet": parquet_events.batches,
}


@dataclass(frozen=True)
class File:
    """One file: its name, its bytes, and what it seems to be."""

    name: str
    data: bytes
    detected: Detected


@dataclass(frozen=True)
class Source:
    """What is to be read: file names, kind, rows where they can be counted, batches of events."""

    names: tuple[str, ...]
    kind: str
    rows: int | None
    batches: Iterator[Reading]


def open_files(paths: Any) -> list[File]:
    """The files that `paths` names, those of a folder included. Raises InputError."""
    found = []
    for path in _files(paths):
        content = content_of(path)
        with _named(path.name):
            data = unpacked(content)
            _check_text(path, data)
            found.append(File(path.name, data, detect(data, name=path.name)))
            _check_objects(found[-1])
    return found


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Whatever is wrong with a file is told with its name."""
    try:
        yield
    except InputError as wrong:
        place = f"{name} {wrong.place}".rstrip()
        raise InputError(wrong.message, wrong.code, wrong.hint, place=place) from None


def _check_text(path: Path, data: bytes) -> None:
    if data.startswith(b"PAR1"):
        return
    if path.name.lower().endswith(".parquet"):
        raise InputError(
            "The file is not a Parquet file.", "parquet_unreadable", "Write it again, or give CSV."
        )
    head = text_of(data[:_LOOKED_AT])
    control = sum(letter < " " and letter not in "\t\n\r\f" for letter in head)
    if data.startswith(_BINARY) or "\0" in head or control * 20 > len(head):
        raise InputError(
            "The file is no text: it holds no table and no log.",
            "file_unreadable",
            "Give CSV, JSON Lines, Parquet or a web server's log; leave other files out.",
        )


def _check_objects(file: File) -> None:
    if file.detected.format == "jsonl" and not file.detected.headers:
        raise InputError(
            "None of its lines is a JSON object.", "json_unreadable", "Write one object a line."
        )


def source_of(workspace: "Workspace", files: Sequence[File], *, asked: "Asked") -> Source:
    """The reader of these files together. Raises InputError where they cannot be read as one."""
    kind = asked.kind or _kind(files)
    if kind not in KINDS:
        raise InputError(
            f"“{kind}” is not a kind of file; there are {', '.join(KINDS)}.",
            "file_kind_unknown",
            "Choose one of these with --as.",
        )
    main = [one for one in files if one.detected.kind == kind]
    main = main or [one for one in files if one.detected.kind not in _COMPANIONS]
    options = _options(workspace, asked)
    return Source(
        names=tuple(one.name for one in files),
        kind=kind,
        rows=_rows(main),
        batches=_batches(kind, main, [one for one in files if one not in main], options),
    )


_COMPANIONS = ("companies", "teams", "products")


def _kind(files: Sequence[File]) -> str:
    """The one kind that the files have; companions and what is unknown beside it do not count."""
    kinds = {one.detected.kind for one in files} & set(KINDS)
    if len(kinds) == 1:
        return str(kinds.pop())
    names = ", ".join(one.name for one in files)
    if kinds:
        raise InputError(
            f"The files {names} are of several kinds: {', '.join(sorted(map(str, kinds)))}.",
            "files_of_several_kinds",
            "Import them one after the other.",
        )
    raise InputError(
        f"It cannot be told what {names} is: the headers name no deals with stages and no events "
        "with times, and the lines are no web server's.",
        "file_kind_unknown",
        f"Say it with --as ({', '.join(KINDS)}) and name the columns, as in --map time=COLUMN.",
    )


def _batches(
    kind: str, main: Sequence[File], others: Sequence[File], options: Options
) -> Iterator[Reading]:
    for one in main:
        with _named(one.name):
            if kind == CRM:
                along = [other.data for other in others]
                yield from opportunities.batches(one.data, options=options, others=along)
            elif kind == WEBLOG:
                yield from weblog.batches(one.data, options=options)
            else:
                reader = _EVENT_READERS.get(one.detected.format, csv_events.batches)
                yield from reader(one.data, options=options)


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


def _options(workspace: "Workspace", asked: "Asked") -> Options:
    firm = workspace.firm
    # A dry run on a new workspace has no secret yet and must not make one: its hashes only count.
    mapping = dict(asked.mapping or {})
    unit = mapping.pop(TIME_UNIT, "")
    micros_per_unit(unit.removeprefix("=") or None)
    secret = firm.secret.encode() or token_bytes(32)
    return Options(
        secret=secret,
        mapping=mapping,
        time_unit=unit.removeprefix("=") or None,
        zone=ZoneInfo(firm.time_zone or "UTC"),
        currency=(asked.currency or firm.currency or NO_CURRENCY).upper(),
    )


def _rows(files: Sequence[File]) -> int | None:
    if any(one.detected.format == "parquet" for one in files):
        return None
    return sum(one.data.count(b"\n") for one in files) or None
