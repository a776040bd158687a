"""Where a question's input comes from: events in memory or in files, a definition in any form."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tundish.funnel import reading
from tundish.journal.columns import Bools, Coded, EventColumns
from tundish.terms import DefinitionError, InputError


def columns_of(events: Any, *, time_unit: str | None = None) -> EventColumns:
    """Columns of a list of dicts, an Arrow, pandas or polars table, or paths of files.

    A path ends in .csv, .tsv, .jsonl, .ndjson, .json or .parquet, also with .gz. Raises InputError.
    """
    from tundish.journal.tables import columns_from

    paths = paths_among(events)
    if paths is None:
        return columns_from(events, time_unit=time_unit)
    return joined([_read_file(path, time_unit=time_unit) for path in paths])


def paths_among(events: Any) -> list[Path] | None:
    """The paths that `events` names, or None where it holds the events themselves."""
    if isinstance(events, str | Path):
        return [Path(events)]
    named = isinstance(events, list | tuple) and bool(events)
    if named and all(isinstance(item, str | Path) for item in events):
        return [Path(item) for item in events]
    return None


def content_of(path: Path) -> bytes:
    """A file's bytes as they lie on the disk. Raises InputError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "file_missing", "Check the path.") from None
    except OSError as wrong:
        raise InputError(
            f"The file {path} cannot be read: {wrong.strerror}.",
            "file_unreadable",
            "Check the file.",
        ) from None


def joined(parts: Sequence[EventColumns]) -> EventColumns:
    """The events of several files as one; a column that one of them lacks is missing there."""
    if len(parts) == 1:
        return parts[0]
    kinds = {kind for part in parts for kind in part.units}
    names = {name for part in parts for name in part.properties}
    ids = [Coded.missing(len(part)) if part.ids is None else part.ids for part in parts]
    return EventColumns(
        time=np.concatenate([part.time for part in parts]),
        event=_joined_column([part.event for part in parts]),
        units={k: _joined_column([_units(part, k) for part in parts]) for k in sorted(kinds)},
        properties={
            name: _joined_column([part.property(name) for part in parts]) for name in sorted(names)
        },
        estimated=_joined_flags([(part.estimated, len(part)) for part in parts]),
        day_only=_joined_flags([(part.day_only, len(part)) for part in parts]),
        ids=_joined_column(ids) if any(part.ids is not None for part in parts) else None,
    )


def _units(part: EventColumns, kind: str) -> Coded:
    found = part.units.get(kind)
    return Coded.missing(len(part)) if found is None else found


def _joined_column(columns: Sequence[Coded]) -> Coded:
    places: dict[Any, int] = {}
    codes = []
    for column in columns:
        keys = ((type(value), value) for value in column.values)
        moved = [places.setdefault(key, len(places)) for key in keys]
        codes.append(np.asarray([*moved, -1], dtype=np.int32)[column.codes])
    return Coded(np.concatenate(codes), tuple(value for _, value in places))


def _joined_flags(flags: Sequence[tuple[Bools | None, int]]) -> Bools | None:
    if all(flag is None for flag, _ in flags):
        return None
    return np.concatenate([np.zeros(n, np.bool_) if flag is None else flag for flag, n in flags])


def _read_file(path: Path, *, time_unit: str | None) -> EventColumns:
    from gzip import BadGzipFile

    from tundish.journal.tables import read_table

    content = content_of(path)
    try:
        return read_table(content, path.name, time_unit=time_unit)
    except InputError as wrong:
        place = f"{path.name} {wrong.place}".rstrip()
        raise InputError(wrong.message, wrong.code, wrong.hint, place=place) from None
    except (BadGzipFile, EOFError, UnicodeDecodeError) as wrong:
        raise InputError(
            f"The file {path} cannot be read: {wrong}.",
            "file_unreadable",
            "Save it again, as text in UTF-8; only a compressed file ends in .gz.",
        ) from None


def read_definition(source: Any) -> dict[str, Any]:
    """A definition from a mapping, a path, a ready-made model's name, or YAML or JSON text.

    Raises DefinitionError where there is no such file or the text is neither.
    """
    if isinstance(source, Mapping):
        return dict(source)
    if not isinstance(source, str | Path):
        raise DefinitionError(
            f"A definition is a mapping, a file or a text, not {type(source).__name__}.",
            "definition_unreadable",
            "Give a dict, the path of a YAML or JSON file, or its text.",
        )
    text = str(source)
    if isinstance(source, Path) or _names_a_file(text):
        return reading.read_definition(_definition_text(Path(text)), called=Path(text).name)
    if text.replace("_", "").replace("-", "").isalnum():
        from tundish.funnel.catalogue import model

        return model(text)
    return reading.read_definition(text)


def _names_a_file(text: str) -> bool:
    if "\n" in text or text.lstrip().startswith("{"):
        return False
    return text.endswith((".yaml", ".yml", ".json")) or ("/" in text and ": " not in text)


def _definition_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DefinitionError(
            f"There is no definition file {path}.", "definition_missing", "Check the path."
        ) from None
    except (OSError, UnicodeDecodeError) as wrong:
        raise DefinitionError(
            f"The definition file {path} cannot be read: {wrong}.",
            "definition_unreadable",
            "Give a YAML or JSON file in UTF-8.",
        ) from None
