"""What the import page proposes for uploaded files, and what its reader chose instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from tundish.journal.readers.columns_guess import DEAL_FIELDS, EVENT_FIELDS, guess
from tundish.journal.readers.detect import Detected
from tundish.terms import InputError
from tundish.weblib.page.event_names import EVENTS
from tundish.workspace.import_sources import KINDS, File, open_files

CRM, WEBLOG, TABLE = KINDS
COMPANIONS = ("companies", "teams", "products")
_FIELDS: Mapping[str, tuple[str, ...]] = {CRM: tuple(DEAL_FIELDS), TABLE: tuple(EVENT_FIELDS)}
_GUESSED = {CRM: DEAL_FIELDS, TABLE: EVENT_FIELDS}
# Of each group one field must be told; the first stands for it on the page.
_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    CRM: (("deal", "name"), ("stage", "status", "is_won", "is_closed")),
    TABLE: (("event",), ("time",)),
}
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Column:
    """One column of the main file: its header, first values, and the field it is mapped to."""

    header: str
    samples: list[str]
    field: str
    clash: bool


@dataclass(frozen=True)
class Choice:
    """What the page's form says: kind, `{header: field}`, currency, one event for every row."""

    kind: str | None = None
    fields: Mapping[str, str] | None = None
    currency: str | None = None
    event: str | None = None


@dataclass(frozen=True)
class Proposal:
    """The kind of the files together, the columns of the main one, and what hinders the import."""

    kind: str | None
    files: list[File]
    columns: list[Column]
    fields: tuple[str, ...]
    missing: tuple[str, ...]
    clashes: Mapping[str, list[str]]

    @property
    def ready(self) -> bool:
        """Whether a dry run or an import makes sense."""
        return self.kind is not None and not self.missing and not self.clashes

    @property
    def only_companions(self) -> bool:
        """Whether these are tables that only say more about deals which are not here."""
        return all(file.detected.kind in COMPANIONS for file in self.files)

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
        return self.kind == TABLE and all(column.field != "event" for column in self.columns)

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(len(file.data) for file in self.files)

    def mapping(self, choice: Choice) -> dict[str, str] | None:
        """`{field: header}`: empty for what is not to be guessed, `=value` for a constant."""
        if self.kind not in _FIELDS:
            return None
        said = dict.fromkeys(self.fields, "")
        said |= {column.field: column.header for column in self.columns if column.field}
        if choice.currency and not said["currency"] and said["value"]:
            said["currency"] = f"={choice.currency}"
        if choice.event and self.wants_event:
            said["event"] = f"={choice.event}"
        return said


def opened(paths: list[Path], data: Mapping[str, str]) -> tuple[Choice, Proposal]:
    """Detect the files and lay the form's choice over it. Raises InputError where it makes no sense."""
    files = open_files(paths)
    main = _main(files, data.get("kind") or None)
    choice = choice_of(data, main)
    return choice, proposal(files, choice=choice)


def proposal(files: list[File], *, choice: Choice) -> Proposal:
    """What the files are and what their columns become."""
    main = _main(files, choice.kind)
    kind = choice.kind or (main.kind if main.kind in KINDS else None)
    fields = _FIELDS.get(kind or "", ())
    field_of = choice.fields
    if field_of is None:
        guessed = guess(main.headers, fields=_GUESSED[kind]) if kind in _GUESSED else {}
        field_of = {header: field for field, header in guessed.items()}
    claims: dict[str, list[str]] = {}
    for header in main.headers if fields else ():
        if field := field_of.get(header, ""):
            claims.setdefault(field, []).append(header)
    clashes = {field: headers for field, headers in claims.items() if len(headers) > 1}
    told = {*claims, *(["event"] if choice.event else [])}
    return Proposal(
        kind=kind,
        files=files,
        columns=[
            Column(header, main.samples.get(header, []), field, field in clashes)
            for header in (main.headers if fields else ())
            for field in [field_of.get(header, "")]
        ],
        fields=fields,
        missing=tuple(
            group[0] for group in _NEEDED.get(kind or "", ()) if not told.intersection(group)
        ),
        clashes=clashes,
    )


def choice_of(data: Mapping[str, str], main: Detected) -> Choice:
    """The choice in a submitted form; `map-<n>` is the field of the n-th header.

    The columns' fields count only where they were chosen for this kind (`as`).
    """
    kind = data.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise InputError(
            _("“%(kind)s” is not a kind of file; there are %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(KINDS)},
            "file_kind_unknown",
            _("Choose one of these."),
        )
    allowed = _FIELDS.get(kind or "", ())
    said = {
        header: field
        for index, header in enumerate(main.headers)
        if (field := data.get(f"map-{index}", "")) in allowed
    }
    chosen = data.get("as") == kind and any(name.startswith("map-") for name in data)
    event = data.get("event", "")
    return Choice(
        kind, said if chosen else None, _currency(data), event if event in EVENTS else None
    )


def _currency(data: Mapping[str, str]) -> str | None:
    said = data.get("currency", "").strip().upper()
    if said and not _CURRENCY.fullmatch(said):
        raise InputError(
            _("“%(said)s” is not a currency.") % {"said": said},
            "currency_unknown",
            _("Write its three letters, such as EUR, USD or SAR."),
        )
    return said or None


def _main(files: list[File], kind: str | None) -> Detected:
    """The file whose columns are mapped: of the chosen kind, else of a kind that stands alone."""
    found = [file.detected for file in files]
    for wanted in [kind] if kind else KINDS:
        for one in found:
            if one.kind == wanted:
                return one
    return next((one for one in found if one.kind not in COMPANIONS), found[0])
