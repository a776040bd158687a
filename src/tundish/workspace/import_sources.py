"""The files of an import: found, opened, their kind told, their reader chosen."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tundish.journal.readers import (
    csv_events,
    jsonl_events,
    opportunities,
    parquet_events,
    preset_events,
    record_rows,
    weblog,
)
from tundish.journal.readers.detect import Detected, detect
from tundish.journal.readers.mapping_words import Said, read_said
from tundish.journal.readers.presets import Preset
from tundish.journal.readers.reading import Options, Reading, Reject
from tundish.journal.readers.record_fields import RECORDS
from tundish.journal.readers.record_rows import RecordRow
from tundish.journal.readers.text import text_of, unpacked
from tundish.terms import NO_CURRENCY, InputError
from tundish.workspace.import_kinds import ALONG, CRM, EVENTS, KINDS, WEBLOG
from tundish.workspace.sources import content_of, paths_among

if TYPE_CHECKING:
    from tundish.workspace.imports import Asked
    from tundish.workspace.workspace import Workspace

__all__ = ["CRM", "EVENTS", "KINDS", "WEBLOG", "File", "Source", "open_files", "source_of"]

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
    """What is to be read: file names, kind, rows where they can be counted, batches of events or, of
    people and companies, of rows; `said` is what the mapping says, `system` whose export it is."""

    names: tuple[str, ...]
    kind: str
    rows: int | None
    batches: Iterator[Reading | list[RecordRow | Reject]]
    said: Said
    secret: bytes


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
    kind = asked.kind or kind_of(files)
    if kind not in KINDS:
        raise InputError(
            f"“{kind}” is not a kind of file; there are {', '.join(KINDS)}.",
            "file_kind_unknown",
            "Choose one of these with --as.",
        )
    main = [one for one in files if one.detected.kind == kind]
    main = main or [one for one in files if one.detected.kind not in ALONG] or list(files)
    said = _with_preset(read_said(asked.mapping), main, kind=kind)
    options = _options(workspace, asked, said=said)
    others = [one for one in files if one not in main]
    return Source(
        names=tuple(one.name for one in files),
        kind=kind,
        rows=_rows(main),
        batches=_batches(kind, main, others, options, said, now=workspace.now()),
        said=said,
        secret=options.secret,
    )


def kind_of(files: Sequence[File]) -> str:
    """The one kind that the files have; companions and what is unknown beside it do not count."""
    kinds = {one.detected.kind for one in files} & set(KINDS)
    if len(kinds) > 1:
        kinds -= {"companies"}  # along with deals, or to be imported by itself
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
        f"It cannot be told what {names} is: the headers name no people, no companies, no deals with "
        "stages and no events with times, and the lines are no web server's.",
        "file_kind_unknown",
        f"Say it with --as ({', '.join(KINDS)}) and name the columns, as in --map time=COLUMN.",
    )


def _with_preset(said: Said, main: Sequence[File], *, kind: str) -> Said:
    """Whose export it is, where nobody said."""
    found = main[0].detected.found if main else None
    if said.preset_said or found is None or found.preset.kind != kind:
        return said
    return replace(said, preset=found.preset)


def _preset_of(one: File, kind: str, *, said: Said, first: bool) -> Preset | None:
    """The preset of one of several files: another table of the chosen system has its own."""
    found = one.detected.found
    if first or said.preset is None or found is None or found.preset.kind != kind:
        return said.preset
    return found.preset if found.preset.system == said.preset.system else said.preset


def _batches(
    kind: str,
    main: Sequence[File],
    others: Sequence[File],
    options: Options,
    said: Said,
    *,
    now: int,
) -> Iterator[Reading | list[RecordRow | Reject]]:
    presets = {one.name: _preset_of(one, kind, said=said, first=one is main[0]) for one in main}
    # Who wants no mail is known before anybody is told to be on a list.
    for one in sorted(main, key=lambda file: not ((p := presets[file.name]) and p.first)):
        preset = presets[one.name]
        with _named(one.name):
            if kind in RECORDS:
                own = said if one is main[0] else said.for_further_file(preset)
                yield from record_rows.record_batches(
                    one.data, kind=kind, said=own, options=options
                )
            elif kind == CRM:
                along = [other.data for other in others]
                yield from opportunities.batches(
                    one.data, options=replace(options, preset=preset), others=along
                )
            elif kind == WEBLOG:
                yield from weblog.batches(one.data, options=options)
            elif preset is not None:
                yield from preset_events.batches(one.data, preset=preset, options=options, now=now)
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


def _options(workspace: "Workspace", asked: "Asked", *, said: Said) -> Options:
    firm = workspace.firm
    # A dry run on a new workspace has no secret yet and must not make one: its hashes only count.
    secret = firm.secret.encode() or token_bytes(32)
    return Options(
        secret=secret,
        mapping=said.columns,
        time_unit=said.time_unit,
        date_order=said.date_order,
        decimal=said.decimal,
        zone=ZoneInfo(firm.time_zone or "UTC"),
        currency=(asked.currency or firm.currency or NO_CURRENCY).upper(),
        ignored=said.ignored,
    )


def _rows(files: Sequence[File]) -> int | None:
    if any(one.detected.format == "parquet" for one in files):
        return None
    return sum(one.data.count(b"\n") for one in files) or None
