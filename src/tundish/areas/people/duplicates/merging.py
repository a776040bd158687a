"""Two people made one, with a choice of values; and said to be two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen, by_hand, held_value, require_change
from tundish.areas.people.addresses import KINDS as ADDRESSES
from tundish.journal.fields import Field
from tundish.stores import fields, profiles
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import visible_ids
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace import Workspace

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field of which at least one of two people says something, as `held_value` gives it."""

    field: Field
    one: Any
    other: Any

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.one is not None and self.other is not None and self.one != self.other


def rows_of(workspace: "Workspace", one: str, other: str, *, by: User) -> tuple[Row, Row]:
    """The rows of two people whom `by` may see. Raises NotFoundError, InputError for one and the same."""
    if one == other:
        raise InputError("This is one and the same person.", "merge_of_one", "Choose another.")
    seen = visible_ids(by, "person", [one, other])
    rows = profiles.rows(workspace.connection, "person", ids=seen)
    if len(rows) < 2:
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    return rows[one], rows[other]


def differences(workspace: "Workspace", one: Row, other: Row) -> list[Difference]:
    """Every field that either says, in the order of the record."""
    found = [
        Difference(field, held_value(field, one), held_value(field, other))
        for field in fields.fields_of(workspace.connection, "person")
    ]
    return [each for each in found if each.one is not None or each.other is not None]


def merge(
    workspace: "Workspace", *, kept: str, other: str, from_other: frozenset[str], by: User
) -> str:
    """Make `other` a part of `kept`; where both say a field, `from_other` names those of `other`'s
    that hold. Gives the batch that `actions.undo` takes back. Raises NotFoundError, InputError.
    """
    require_change(by)
    has, had = rows_of(workspace, kept, other, by=by)
    chosen, batch = Chosen("person", [kept], by), recording.new_batch(workspace)
    said: list[dict[str, Any]] = [
        {"name": "person_merged", "properties": {"other": other, "kept": kept, "compared": "yes"}}
    ]
    for each in differences(workspace, has, had):
        if each.differs:
            said += _settled(each, theirs=each.field.name in from_other)
    recording.record(
        workspace,
        [by_hand(workspace, chosen, batch=batch, person=kept, **event) for event in said],
    )
    return batch


def keep_apart(workspace: "Workspace", one: str, other: str, *, by: User) -> str:
    """Say that two people are two; gives the batch that `actions.undo` takes back."""
    require_change(by)
    rows_of(workspace, one, other, by=by)
    said = {"name": "persons_differ", "properties": {"one": one, "other": other}}
    return actions.write(workspace, Chosen("person", [one], by), lambda _row: said).batch


def _settled(each: Difference, *, theirs: bool) -> list[dict[str, Any]]:
    """The events after which the merged person says the chosen value; no address is lost."""
    value, lost = (each.other, each.one) if theirs else (each.one, each.other)
    said = [actions.changed_field(each.field, old=lost, new=value)]
    if (kind := each.field.name) in ADDRESSES:
        properties = {"kind": kind, "label": ""}
        said.append({"name": "address_added", "properties": properties, "personal": {kind: lost}})
    return said
