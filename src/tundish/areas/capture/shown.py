"""Imports, files and dry runs as the pages show them."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tundish.areas.capture import wording
from tundish.areas.capture.proposals import Proposal
from tundish.journal.readers import record_rows
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.record_fields import RECORDS
from tundish.stores.imports import ImportRecord
from tundish.terms import SECOND
from tundish.weblib.page.event_names import shown_event
from tundish.weblib.page.formats import number
from tundish.workspace import Workspace, import_diff
from tundish.workspace.import_kinds import ALONG, CRM
from tundish.workspace.imports import Asked
from tundish.workspace.results import ImportResult

_LATE_SECONDS = 15
ROWS_A_PAGE = 50
_LONGEST_RAW = 1 << 26  # a refused row is kept as it came, however long


@dataclass(frozen=True)
class Shown:
    """An import with its state in words; `late` where no worker has taken it."""

    record: ImportRecord
    state: Any
    tone: str
    kind: Any
    late: bool

    @property
    def files(self) -> str:
        """The file names, with commas between."""
        return ", ".join(self.record.files)

    @property
    def percent(self) -> int:
        """How far it has come, from 0 to 100."""
        return round(100 * self.record.progress)

    @property
    def working(self) -> bool:
        """Whether it still waits or runs."""
        return self.record.status in ("queued", "running")

    @property
    def can_undo(self) -> bool:
        """Whether it brought anything that can be taken back."""
        return self.record.status in ("done", "failed", "cancelled") and self.record.new > 0

    @property
    def changed_nothing(self) -> bool:
        """Whether all of it stood in the journal already."""
        return self.record.status == "done" and self.record.new == 0 and self.record.known > 0


@dataclass(frozen=True)
class File:
    """One uploaded file: what it seems to be, and whether this import reads it."""

    name: str
    size: int
    kind: Any
    read: bool

    @property
    def size_text(self) -> str:
        """Its size in words."""
        if self.size < 1_000_000:
            return _("%(n)s KB") % {"n": number(max(0.1, self.size / 1000), 1)}
        return _("%(n)s MB") % {"n": number(self.size / 1_000_000, 1)}


@dataclass(frozen=True)
class Refused:
    """Rows refused for one reason."""

    code: str
    text: Any
    count: int


@dataclass(frozen=True)
class RefusedRow:
    """One refused row: its line, why, and as it came."""

    line: int
    code: str
    reason: Any
    raw: str


@dataclass(frozen=True)
class View:
    """Which rows of a plan are looked at: of one status (None: all), and which page from 1."""

    status: str | None = None
    page: int = 1


@dataclass(frozen=True)
class PlannedRow:
    """One row of a plan in words: `fields` are (name, old, new), `facts` (what happened, ISO time)."""

    row: import_diff.DiffRow
    word: Any
    tone: str
    fields: list[tuple[Any, str, str]]
    facts: list[tuple[Any, str | None]]
    reason: Any

    @property
    def is_new(self) -> bool:
        """Whether nothing stood there before, so that only the new values are worth showing."""
        return self.row.status == "new"


@dataclass(frozen=True)
class Outcome:
    """A dry run in words: what it counts, why it refuses, and its rows, filtered and paged."""

    result: ImportResult
    notes: list[tuple[Any, int]]
    refused: list[Refused]
    rows: list[PlannedRow]
    filters: list[tuple[str, Any, int]]
    view: View
    pages: int

    @property
    def status(self) -> str:
        """The chosen filter; empty for all rows."""
        return self.view.status or ""

    @property
    def before(self) -> int:
        """The page before this one; 0 where there is none."""
        return self.view.page - 1

    @property
    def after(self) -> int:
        """The next page; 0 where there is none."""
        return self.view.page + 1 if self.view.page < self.pages else 0

    @property
    def of_records(self) -> bool:
        """Whether the rows are people or companies."""
        return self.result.kind in RECORDS

    @property
    def by_rows(self) -> bool:
        """Whether rows are records that may be there already, and not events."""
        return self.result.kind != "weblog" and self.result.kind != "events"

    @property
    def nothing_new(self) -> bool:
        """Whether the import would change nothing because all of it is known."""
        return self.result.new == 0 and self.result.changed == 0 and self.result.known > 0

    @property
    def nothing_readable(self) -> bool:
        """Whether every row is refused, as in a file of another kind."""
        return self.result.read > 0 and self.result.refused == self.result.read

    @property
    def empty(self) -> bool:
        """Whether the files have no rows."""
        return self.result.read == 0

    @property
    def worth_it(self) -> bool:
        """Whether the import would change anything."""
        return self.result.new > 0 or self.result.changed > 0


def shown(record: ImportRecord, *, now: int) -> Shown:
    """One import with its state in words."""
    state, tone = wording.STATES[record.status]
    waited = (now - record.created_at) / SECOND
    return Shown(
        record,
        state,
        tone,
        wording.KINDS.get(record.kind or "", ""),
        late=record.status == "queued" and waited > _LATE_SECONDS,
    )


def files(proposed: Proposal) -> list[File]:
    """The uploaded files; `read` says whether an import of the proposed kind reads them."""
    kinds = [one.detected.kind for one in proposed.files]
    of_the_kind = proposed.kind in kinds
    return [
        File(
            one.name,
            len(one.data),
            wording.file_kind(kind if kind or of_the_kind else proposed.kind, chosen=proposed.kind),
            read=_is_read(kind, proposed.kind, of_the_kind=of_the_kind),
        )
        for one, kind in zip(proposed.files, kinds, strict=True)
    ]


def check(
    workspace: Workspace,
    paths: list[Path],
    *,
    proposed: Proposal,
    asked: Asked,
    at: Path,
    view: View,
    stages: Mapping[str, str],
) -> Outcome:
    """The dry run in words, its plan kept at `at`; `stages` are the funnel's, title by name.

    Raises InputError as the import would.
    """
    if not at.is_file():
        at.parent.mkdir(mode=0o700, exist_ok=True)
        for older in at.parent.iterdir():
            older.unlink(missing_ok=True)
        import_diff.make(workspace, paths, asked=asked, at=at)
    start = (view.page - 1) * ROWS_A_PAGE
    diff = import_diff.read(at, status=view.status, start=start, most=ROWS_A_PAGE)
    found = diff.result
    notes = [(wording.note(name), count) for name, count in _in_order(found)]
    reasons = sorted(found.reasons.items(), key=lambda one: -one[1][0])
    number_of = sum(diff.counts.values()) if view.status is None else diff.counts[view.status]
    titles = {record_rows.slug(column.header): column.header for column in proposed.columns}
    titles |= dict(proposed.own)
    return Outcome(
        found,
        [(text, count) for text, count in notes if text and count],
        [Refused(code, wording.refusal(code, why), n) for code, (n, why) in reasons],
        [_diff_row(row, titles, stages) for row in diff.rows],
        filters=[
            (name, label, sum(diff.counts.values()) if name == "" else diff.counts[name])
            for name, label in wording.ROWS.items()
        ],
        view=view,
        pages=max(1, -(-number_of // ROWS_A_PAGE)),
    )


def _diff_row(
    row: import_diff.DiffRow, titles: Mapping[str, str], stages: Mapping[str, str]
) -> PlannedRow:
    fields = [
        (wording.FIELDS.get(name) or titles.get(name, name), _value(old), _value(new))
        for name, old, new in row.changes
    ]
    facts = [(_fact(name, stages.get(detail, detail)), at) for name, at, detail in row.events]
    word, tone = wording.ROW_STATES[row.status]
    reason = wording.exact_refusal(row.code, row.reason) if row.code else ""
    return PlannedRow(row, word, tone, fields, facts, reason)


def _fact(name: str, detail: str) -> str:
    if name == "stage_moved":
        return _("Stage: %(stage)s") % {"stage": detail}
    label = str(shown_event(name).label)
    return f"{label}: {detail}" if detail else label


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return number(value) if isinstance(value, int | float) else str(value)


def rejects(record: ImportRecord, *, most: int) -> tuple[list[Refused], list[RefusedRow]]:
    """An import's refused rows: how many for which reason, and the first of them."""
    path = Path(record.rejects or "")
    if not record.rejects or not path.is_file():
        return [], []
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    rows: list[RefusedRow] = []
    csv.field_size_limit(_LONGEST_RAW)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            counts[row["code"]] += 1
            reasons.setdefault(row["code"], row["reason"])
            if len(rows) < most:
                rows.append(_row(Reject(int(row["line"]), row["code"], row["reason"], row["raw"])))
    refused = [
        Refused(code, wording.refusal(code, reasons[code]), n) for code, n in counts.most_common()
    ]
    return refused, rows


def _row(reject: Reject) -> RefusedRow:
    reason = wording.exact_refusal(reject.code, reject.reason)
    return RefusedRow(reject.line, reject.code, reason, reject.raw)


def _in_order(found: ImportResult) -> Iterable[tuple[str, int]]:
    places = {name: place for place, name in enumerate(wording.NOTES)}
    return sorted(found.notes.items(), key=lambda one: (places.get(one[0], 99), -one[1]))


def _is_read(kind: str | None, chosen: str | None, *, of_the_kind: bool) -> bool:
    if kind in ALONG and kind != chosen:
        return chosen == CRM
    return kind == chosen or (chosen is not None and not of_the_kind)
