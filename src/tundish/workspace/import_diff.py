"""The plan of a dry run, row by row, in a small file of its own: paged and filtered without reading again.

It holds personal values, so it lies beside the uploaded files, is readable by this program's user
alone, and goes with them.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tundish.journal.event import Event
from tundish.workspace.imports import Asked, import_files
from tundish.workspace.planned import STATUSES, Planned
from tundish.workspace.results import ImportResult

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_TABLES = """
    CREATE TABLE planned (
        place INTEGER PRIMARY KEY, line INTEGER, status TEXT, kind TEXT, record TEXT, title TEXT,
        changes TEXT, events TEXT, code TEXT, reason TEXT, raw TEXT
    );
    CREATE TABLE result (said TEXT);
"""
_LONGEST_RAW = 2_000


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row of the plan: `changes` are (field, old, new), `events` are
    (name, ISO time or None, the stage or tag that it is about)."""

    line: int
    status: str
    kind: str
    record: str
    title: str
    changes: Sequence[tuple[str, Any, Any]]
    events: Sequence[tuple[str, str | None, str]]
    code: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Diff:
    """A page of rows, how many rows there are of each status, and the dry run's counts."""

    rows: Sequence[DiffRow]
    counts: Mapping[str, int]
    result: ImportResult


def make(workspace: "Workspace", paths: Any, *, asked: Asked, at: Path) -> ImportResult:
    """Try the import and keep its plan in the file `at`; gives the counts. Raises InputError."""
    unfinished = at.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as file:
            file.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
            file.execute("BEGIN")
            result = import_files(
                workspace, paths, asked=asked, dry_run=True, progress=None,
                told=lambda rows: _keep(file, rows),
            )  # fmt: skip
            file.execute("INSERT INTO result VALUES (?)", (json.dumps(result.to_dict()),))
            file.execute("CREATE INDEX planned_status ON planned (status, place)")
            file.execute("COMMIT")
        unfinished.replace(at)
    finally:
        unfinished.unlink(missing_ok=True)
    return result


def read(at: Path, *, status: str | None, start: int, most: int) -> Diff:
    """Some rows of a kept plan, of one status where it is given."""
    with closing(sqlite3.connect(f"file:{at}?mode=ro", uri=True)) as file:
        where, values = ("", ()) if status is None else (" WHERE status = ?", (status,))
        found = file.execute(
            "SELECT line, status, kind, record, title, changes, events, code, reason, raw"
            f" FROM planned{where} ORDER BY place LIMIT ? OFFSET ?",
            (*values, most, start),
        ).fetchall()
        counts = dict(file.execute("SELECT status, count(*) FROM planned GROUP BY status"))
        said = json.loads(file.execute("SELECT said FROM result").fetchone()[0])
    said["reasons"] = {code: (n, why) for code, (n, why) in said["reasons"].items()}
    return Diff(
        [_row(row) for row in found],
        {name: counts.get(name, 0) for name in STATUSES},
        ImportResult(**said),
    )


def _keep(file: sqlite3.Connection, rows: Sequence[Planned]) -> None:
    file.executemany(
        "INSERT INTO planned (line, status, kind, record, title, changes, events, code, reason, raw)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_cells(row) for row in rows],
    )


def _cells(row: Planned) -> tuple[Any, ...]:
    changes = [(change.name, change.old, change.new) for change in row.changes]
    events = [
        (event.name, None if event.estimated else event.occurred_at.isoformat(), _detail(event))
        for event in row.events
    ]
    said = row.reject
    return (
        row.line, row.status, row.kind, row.record, row.title,
        json.dumps(changes, ensure_ascii=False, default=str) if changes else None,
        json.dumps(events) if events else None,
        said and said.code, said and said.reason, said and said.raw[:_LONGEST_RAW],
    )  # fmt: skip


def _detail(event: Event) -> str:
    said = event.properties
    if event.name.startswith("deal_") and event.name != "deal_stage_changed":
        return ""
    return str(said.get("stage") or said.get("tag") or said.get("new") or "")


def _row(cells: Sequence[Any]) -> DiffRow:
    line, status, kind, record, title, changes, events, code, reason, raw = cells
    return DiffRow(
        line, status, kind, record, title,
        [tuple(one) for one in json.loads(changes or "[]")],
        [tuple(one) for one in json.loads(events or "[]")],
        code or "", reason or "", raw or "",
    )  # fmt: skip
