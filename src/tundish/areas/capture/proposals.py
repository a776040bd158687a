"""What the import page proposes for uploaded files, and what its reader chose instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tundish.areas.capture.choices import IGNORED, NEW, OWN, Choice, choice_of
from tundish.journal.readers.columns_guess import DEAL_FIELDS, EVENT_FIELDS, guess
from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.deal_rows import entered_columns
from tundish.journal.readers.detect import Detected
from tundish.journal.readers.habits_told import DateOrder, date_order_told
from tundish.journal.readers.mapping_words import Said, columns_of
from tundish.journal.readers.presets import Preset, presets
from tundish.journal.readers.record_fields import (
    COMPANY_FIELDS,
    MATCHES,
    PEOPLE,
    PEOPLE_FIELDS,
    RECORDS,
)
from tundish.journal.readers.record_fields import TIMES as RECORD_TIMES
from tundish.terms import InputError
from tundish.workspace.import_kinds import ALONG, CRM, KINDS
from tundish.workspace.import_kinds import EVENTS as TABLE
from tundish.workspace.import_sources import File, open_files

COMPANIES = "companies"
_HIDDEN_FIELDS = frozenset(("sent_form", "also", "ip", "marketing"))
FIELDS_SHOWN: Mapping[str, tuple[str, ...]] = {
    CRM: tuple(DEAL_FIELDS),
    TABLE: tuple(EVENT_FIELDS),
    PEOPLE: tuple(name for name in PEOPLE_FIELDS if name not in _HIDDEN_FIELDS),
    COMPANIES: tuple(COMPANY_FIELDS),
}
_GUESSED = {CRM: DEAL_FIELDS, TABLE: EVENT_FIELDS}
# Of each group one field must be told; the first stands for it on the page.
_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    CRM: (("deal", "name"), ("stage", "status", "is_won", "is_closed")),
    TABLE: (("event",), ("time",)),
    PEOPLE: (("email", "name", "first_name", "last_name", "phone", "mobile", "external_id"),),
    COMPANIES: (("name", "domain", "external_id"),),
}
_TIMES = {
    CRM: ("created", "engaged", "closed", "won_time", "lost_time", "stage_time"),
    TABLE: ("time",),
    PEOPLE: RECORD_TIMES,
    COMPANIES: RECORD_TIMES,
}
_LOOKED_AT = 5_000
_WITH_NAME = "phone and name"
RULED = (CRM, PEOPLE, COMPANIES)
"""Kinds whose records may be there already, so that a column needs a rule."""


@dataclass(frozen=True)
class Column:
    """One column of the main file: its header, first values, what it becomes, by which rule."""

    header: str
    samples: list[str]
    field: str
    clash: bool
    rule: str = ""


@dataclass(frozen=True)
class Proposal:
    """The kind of the files together, the columns of the main one, and what hinders the import."""

    kind: str | None
    files: list[File]
    columns: list[Column]
    fields: tuple[str, ...]
    missing: tuple[str, ...]
    clashes: Mapping[str, list[str]]
    preset: Preset | None = None
    evidence: tuple[str, ...] = ()
    dates: DateOrder = field(default_factory=DateOrder)
    match: str | None = None
    stages: Sequence[tuple[str, str, int]] = ()
    own: Sequence[tuple[str, str]] = ()

    @property
    def ready(self) -> bool:
        """Whether a dry run or an import makes sense."""
        return self.kind is not None and not self.missing and not self.clashes

    @property
    def chosen(self) -> str:
        """What the select of kinds shows: a preset's name or a kind."""
        return self.preset.name if self.preset else self.kind or ""

    @property
    def only_companions(self) -> bool:
        """Whether these are tables that only say more about deals which are not here."""
        return all(one.detected.kind in ALONG for one in self.files)

    @property
    def has_rules(self) -> bool:
        """Whether the columns' values may meet others that are there already."""
        return self.kind in RULED

    @property
    def matches(self) -> tuple[str, ...]:
        """The keys by which a record may be found again; the first one is proposed."""
        return MATCHES.get(self.kind or "", ())

    @property
    def match_keys(self) -> tuple[str, ...]:
        """The keys that the files have columns for, in the order in which they are asked."""
        first = self.match or next(iter(self.matches), "")
        order = (first, *(name for name in self.matches if name != first))
        told = [name for name in order if name and self._has(name)]
        if "phone" in told and first != "phone":
            # A number that was not chosen as the key finds nobody without a name.
            told[told.index("phone")] = _WITH_NAME if self._has("name") else ""
        return tuple(filter(None, told))

    @property
    def match_without_column(self) -> str:
        """The chosen match key where no column says it; else empty."""
        first = self.match or next(iter(self.matches), "")
        return "" if not first or self._has(first) else first

    def _has(self, key: str) -> bool:
        fields = {"phone", "mobile"} if key == "phone" else {key}
        if key == "name":
            fields |= {"first_name", "last_name"}
        return any(column.field in fields for column in self.columns)

    @property
    def has_money(self) -> bool:
        """Whether amounts may want a currency."""
        return any(column.field == "value" for column in self.columns)

    @property
    def names_currency(self) -> bool:
        """Whether a column says each row's currency."""
        return any(column.field == "currency" for column in self.columns)

    @property
    def wants_event(self) -> bool:
        """Whether no column says what happened, so that every row must be the same event."""
        named = self.preset is not None and "event" in self.preset.constants
        return self.kind == TABLE and not named and all(c.field != "event" for c in self.columns)

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(len(one.data) for one in self.files)

    def mapping(self, choice: Choice) -> dict[str, str] | None:
        """What the import is told (see journal/readers/mapping_words.py)."""
        if self.kind not in FIELDS_SHOWN:
            return None
        said = dict.fromkeys(self.fields, "")
        if self.preset is not None:
            said = {name: "" for name in said if name not in self.preset.constants}
        for column in self.columns:
            said |= _told(column)
            if column.rule:
                said[f"rule:{column.header}"] = f"={column.rule}"
        if choice.currency and not said.get("currency") and said.get("value"):
            said["currency"] = f"={choice.currency}"
        if choice.event and self.wants_event:
            said["event"] = f"={choice.event}"
        said["preset"] = f"={self.preset.name if self.preset else ''}"
        settings = {
            "match": self.match, "date_order": choice.date_order or self.dates.order,
            "decimal": choice.decimal, "time_unit": choice.time_unit,
            "definition": choice.definition if self.stages else None,
        }  # fmt: skip
        said |= {name: f"={text}" for name, text in settings.items() if text}
        return said | {f"stage:{word}": f"={stage}" for word, stage in choice.stages.items()}


def opened(
    paths: list[Path], data: Mapping[str, str], *, own: Sequence[tuple[str, str]] = ()
) -> tuple[Choice, Proposal]:
    """Detect the files and lay the form's choice over it. Raises InputError where it makes no sense.

    `own` are the firm's own fields of the kind, (key, title).
    """
    files = open_files(paths)
    main = _main(files, _kind_said(data.get("kind") or None))
    choice = choice_of(data, main, fields=FIELDS_SHOWN)
    return choice, proposal(files, choice=choice, own=own)


def proposal(files: list[File], *, choice: Choice, own: Sequence[tuple[str, str]] = ()) -> Proposal:
    """What the files are and what their columns become."""
    main = _main(files, choice.kind)
    kind = choice.kind or (main.kind if main.kind in KINDS else None)
    fields = FIELDS_SHOWN.get(kind or "", ())
    preset = _preset(main, kind, choice=choice)
    field_of = choice.fields
    if field_of is None:
        field_of = _guessed(main, kind, preset=preset, own=own)
        if choice.mapped is not None:
            before = _guessed(main, kind, preset=presets().get(choice.mapped_as), own=own)
            field_of = _kept(choice.mapped, before, field_of)
    claims: dict[str, list[str]] = {}
    for header in main.headers if fields else ():
        if (said := field_of.get(header, "")) and said in fields:
            claims.setdefault(said, []).append(header)
    clashes = {said: headers for said, headers in claims.items() if len(headers) > 1}
    told = {*claims, *(["event"] if choice.event else []), *(preset.constants if preset else ())}
    if preset is not None and kind == TABLE:
        told.add("time")  # what such a table does not date is estimated
    columns = [
        Column(
            header,
            main.samples.get(header, []),
            said,
            said in clashes,
            choice.rules.get(header, ""),
        )
        for header in (main.headers if fields else ())
        for said in [field_of.get(header, "")]
    ]
    dates, words = _looked(files, main, kind, claims)
    missing = [g[0] for g in _NEEDED.get(kind or "", ()) if not told.intersection(g)]
    if dates.must_ask and not choice.date_order:
        missing.append("date_order")
    return Proposal(
        kind=kind,
        files=files,
        columns=columns,
        fields=fields,
        missing=tuple(missing),
        clashes=clashes,
        preset=preset,
        evidence=main.found.evidence if main.found and main.found.preset is preset else (),
        dates=dates,
        match=choice.match or (preset.match if preset else None),
        stages=words,
        own=own if kind in RECORDS else (),
    )


def _kind_said(said: str | None) -> str | None:
    return presets()[said].kind if said and said in presets() else said


def _preset(main: Detected, kind: str | None, *, choice: Choice) -> Preset | None:
    if choice.preset is not None:
        return presets().get(choice.preset)
    if choice.kind is not None or main.found is None or main.found.preset.kind != kind:
        return None
    return main.found.preset


def _guessed(
    main: Detected, kind: str | None, *, preset: Preset | None, own: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """`{header: field}` before anybody chose."""
    if kind in RECORDS:
        found = columns_of(
            main.headers, kind=kind, said=Said(preset=preset), contents=main.contents
        )
    elif kind in _GUESSED:
        known = {}
        if preset is not None:
            known = guess(main.headers, fields={f: tuple(a) for f, a in preset.columns.items()})
        rest = [header for header in main.headers if header not in known.values()]
        unsaid = {f: a for f, a in _GUESSED[kind].items() if f not in known}
        found = ({} if preset and kind == TABLE else guess(rest, fields=unsaid)) | known
    else:
        found = {}
    by_header = {header: name for name, header in found.items() if not header.startswith("=")}
    titles = {title.casefold(): key for key, title in own}
    for header in main.headers:
        if header not in by_header and (key := titles.get(header.casefold())):
            by_header[header] = f"{OWN}{key}"
    return by_header


def _kept(
    mapped: Mapping[str, str], before: Mapping[str, str], guessed: Mapping[str, str]
) -> dict[str, str]:
    """The guess, with what the user made of columns against the guess `before`."""
    own = {header: said for header, said in mapped.items() if said != before.get(header, "")}
    taken = {said for said in own.values() if said and said != IGNORED}
    return {h: said for h, said in guessed.items() if said not in taken} | own


def _looked(
    files: list[File], main: Detected, kind: str | None, claims: Mapping[str, list[str]]
) -> tuple[DateOrder, list[tuple[str, str, int]]]:
    """(how dates are written, the lifecycle stages that stand in the file) of the first rows."""
    one = next((file for file in files if file.detected is main), None)
    if one is None or main.format != "csv" or kind not in _TIMES:
        return DateOrder(), []
    headers = [h for name in _TIMES[kind] for h in claims.get(name, ())]
    headers += list(entered_columns(main.headers)) if kind != TABLE else []
    lifecycle = claims.get("lifecycle", [""])[0] if kind == PEOPLE else ""
    if not headers and not lifecycle:
        return DateOrder(), []
    try:
        rows = _first_rows(one.data)
    except InputError:
        return DateOrder(), []
    dates = date_order_told(text for row in rows for h in headers if (text := row.cells.get(h)))
    return dates, _words(rows, lifecycle)


def _first_rows(data: bytes) -> list[Row]:
    from itertools import islice

    return [row for row in islice(csv_rows(data)[1], _LOOKED_AT) if isinstance(row, Row)]


def _words(rows: list[Row], lifecycle: str) -> list[tuple[str, str, int]]:
    """(word, as it is written, how often) of the lifecycle stages, the commonest first."""
    from tundish.journal.readers.record_rows import stage_word

    found: dict[str, list[Any]] = {}
    for row in rows if lifecycle else ():
        if (text := row.cells.get(lifecycle, "")) and (word := stage_word(text)):
            found.setdefault(word, [text, 0])[1] += 1
    ranked = sorted(found.items(), key=lambda one: -one[1][1])[:12]
    return [(word, text, number) for word, (text, number) in ranked]


def _told(column: Column) -> dict[str, str]:
    """What one column's choice says in the mapping."""
    if column.field == IGNORED:
        return {f"ignore:{column.header}": "="}
    if column.field.startswith(OWN):
        return {f"own:{column.field.removeprefix(OWN)}": column.header}
    if column.field.startswith(NEW):
        return {}  # becomes an own field when the import is ordered
    return {column.field: column.header} if column.field else {}


def _main(files: list[File], kind: str | None) -> Detected:
    """The file whose columns are mapped: of the chosen kind, else of a kind that stands alone."""
    found = [file.detected for file in files]
    # Where two kinds are there at once, deals come first: the companies say more about them.
    for wanted in [kind] if kind else (*(k for k in KINDS if k != COMPANIES), COMPANIES):
        for one in found:
            if one.kind == wanted:
                return one
    return next((one for one in found if one.kind not in ALONG), found[0])
