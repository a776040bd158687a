"""What the import page proposes for uploaded files, and what its reader chose instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tundish.journal.readers.detect import Detected
from tundish.terms import InputError
from tundish.workspace.import_sources import KINDS, File, open_files

_COMPANIONS = ("companies", "teams", "products")


@dataclass(frozen=True)
class Column:
    """One column of the main file: its header, first values, and the field it is mapped to."""

    header: str
    samples: list[str]
    field: str


@dataclass(frozen=True)
class Proposal:
    """The kind of the files together, the columns of the main one, and what is still missing."""

    kind: str | None
    files: list[File]
    columns: list[Column]
    fields: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def has_money(self) -> bool:
        """Whether amounts may want a currency."""
        return any(column.field == "value" for column in self.columns)

    @property
    def names_currency(self) -> bool:
        """Whether a column says each row's currency."""
        return any(column.field == "currency" for column in self.columns)


@dataclass(frozen=True)
class Choice:
    """What the page's form says: kind, `{field: header}`, currency; empty means as proposed."""

    kind: str | None = None
    mapping: Mapping[str, str] | None = None
    currency: str | None = None


def opened(paths: list[Path], data: Mapping[str, str]) -> tuple[Choice, Proposal]:
    """Detect the files and lay the form's choice over it. Raises InputError where it makes no sense."""
    files = open_files(paths)
    choice = choice_of(data, _main(files, data.get("kind") or None).headers)
    return choice, proposal(files, choice=choice)


def proposal(files: list[File], *, choice: Choice) -> Proposal:
    """What the files are and what their columns become."""
    main = _main(files, choice.kind)
    kind = choice.kind or main.kind
    mapping = main.mapping if choice.mapping is None else choice.mapping
    field_of = {header: field for field, header in mapping.items()}
    columns = [
        Column(header, main.samples.get(header, []), field_of.get(header, ""))
        for header in main.headers
    ]
    needed = (
        ("event", "time") if kind == "events" else ("deal",) if kind == "crm-opportunities" else ()
    )
    return Proposal(
        kind=kind if kind in KINDS else None,
        files=files,
        columns=columns if kind != "weblog" else [],
        fields=main.fields,
        missing=tuple(field for field in needed if field not in mapping),
    )


def choice_of(data: Mapping[str, str], headers: list[str]) -> Choice:
    """The choice in a submitted form; `map-<n>` is the field of the n-th header.

    Raises InputError where two columns claim one field.
    """
    kind = data.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise InputError(
            f"“{kind}” is not a kind of file; there are {', '.join(KINDS)}.",
            "file_kind_unknown",
            "Choose one of these.",
        )
    mapping: dict[str, str] = {}
    for index, header in enumerate(headers):
        field = data.get(f"map-{index}", "")
        if field and field in mapping:
            raise InputError(
                f"The columns “{mapping[field]}” and “{header}” both claim to be {field}.",
                "field_claimed_twice",
                "Set one of them to another field, or ignore it.",
            )
        if field:
            mapping[field] = header
    said = any(name.startswith("map-") for name in data)
    return Choice(kind, mapping if said else None, (data.get("currency") or "").upper() or None)


def _main(files: list[File], kind: str | None) -> Detected:
    """The file whose columns are mapped: of the chosen kind, else of a kind that stands alone."""
    found = [file.detected for file in files]
    for wanted in [kind] if kind else KINDS:
        for one in found:
            if one.kind == wanted:
                return one
    return next((one for one in found if one.kind not in _COMPANIONS), found[0])
