"""Columns that become fields of the firm's own: their keys before and after the fields are made."""

from collections.abc import Mapping
from typing import Any

from tundish.areas.capture.choices import NEW, OWN
from tundish.areas.capture.proposals import Proposal
from tundish.journal.fields import Field, key_of
from tundish.journal.readers.record_fields import RECORDS
from tundish.stores.fields import own_fields, save_field
from tundish.terms import InputError
from tundish.workspace import Workspace

_READ_AS = {"number": "number", "money": "number", "date": "date", "yes_no": "yes_no"}
_KIND_OF: Mapping[str, str] = RECORDS


def own_of(workspace: Workspace, kind: str | None) -> list[tuple[str, str]]:
    """(key, title) of the firm's own fields of what such a file describes."""
    of = _KIND_OF.get(kind or "")
    if of is None:
        return []
    fields = own_fields(workspace.connection, of, archived=False)
    return [(field.name, field.title) for field in fields]


def mapping(
    workspace: Workspace, proposed: Proposal, said: dict[str, str] | None, *, make: bool
) -> dict[str, str] | None:
    """The mapping with the own fields in it; with `make` those that are new are made.

    Without, they have the keys that they would get, so that a dry run shows what will be.
    """
    of = _KIND_OF.get(proposed.kind or "")
    if said is None or of is None:
        return said
    known: Mapping[str, Field] = {
        field.name: field for field in own_fields(workspace.connection, of)
    }
    told = dict(said)
    taken = list(known)
    for column in proposed.columns:
        if column.field.startswith(OWN):
            field = known.get(column.field.removeprefix(OWN))
            read_as = _READ_AS.get(field.kind if field else "text")
            if field and read_as:
                told[f"type:{field.name}"] = f"={read_as}"
        elif column.field.startswith(NEW):
            type_ = column.field.removeprefix(NEW)
            key = _made(workspace, of, column.header, type_) if make else ""
            key = key or key_of(column.header, taken=taken)
            taken.append(key)
            told[f"own:{key}"] = column.header
            told[f"type:{key}"] = f"={type_}"
    return told


def _made(workspace: Workspace, of: str, title: str, type_: Any) -> str:
    try:
        return save_field(workspace.connection, Field(of, "", title[:80], kind=type_)).name
    except InputError as wrong:
        if wrong.code != "field_title_taken":
            raise
        same = title[:80].strip().casefold()
        fields = own_fields(workspace.connection, of)
        return next((field.name for field in fields if field.title.casefold() == same), "")
