"""What one of us changes on people, companies and deals: one or many, as events, with a way back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import sleep
from typing import TYPE_CHECKING, Any

from tundish.areas.people.models import MODELS
from tundish.journal.event import Event
from tundish.journal.fields import Field, read_value, written
from tundish.journal.names import BY_HAND
from tundish.journal.redaction import is_mail_address
from tundish.stores import fields, profiles, record_index
from tundish.terms import InputError, NotAllowedError, NotFoundError, from_micros
from tundish.weblib.access.models import User
from tundish.weblib.access.rights import may
from tundish.weblib.access.staff import name_for_owner, shown_names
from tundish.weblib.access.visibility import visible_ids, visible_to
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace import Workspace

TAG_LIMIT, NAME_LIMIT = 60, 200
_AT_ONCE, _PAUSE_SECONDS = 250, 0.002
"""A bulk change lets other writers in between its transactions."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Chosen:
    """Records of one kind that `by` wants to change: one from its page, many from a list."""

    kind: str
    ids: Sequence[str]
    by: User


@dataclass(frozen=True)
class Done:
    """`changed` records were written under `batch`, which `undo` takes; the others said so already."""

    batch: str
    changed: int
    unchanged: int


def set_field(workspace: "Workspace", chosen: Chosen, *, name: str, value: Any) -> Done:
    """Give a field (fields.fields_of) a value, read as its kind says; empty clears it.

    Raises InputError for a value that the field does not take, NotFoundError, NotAllowedError.
    """
    field = fields.field_of(workspace.connection, chosen.kind, name)
    if field.kind == "money" and not field.currency:
        field = replace(field, currency=workspace.firm.currency)
    new = _read(field, value)

    def event(row: Row) -> dict[str, Any] | None:
        old = held_value(field, row)
        return None if old == new else changed_field(field, old=old, new=new)

    return write(workspace, chosen, event)


def set_owner(workspace: "Workspace", chosen: Chosen, *, owner: User | None) -> Done:
    """Make one of us the owner, or nobody."""
    said = None if owner is None else name_for_owner(owner)
    return set_field(workspace, chosen, name="owner", value=said)


def set_company(workspace: "Workspace", chosen: Chosen, *, company: str | None) -> Done:
    """Say to which company people or deals belong from now on; None: to none. Raises NotFoundError."""
    if chosen.kind == "company" or (company and not is_there(chosen.by, "company", company)):
        raise NotFoundError("There is no such company.", "prospect_not_found")

    def event(row: Row) -> dict[str, Any] | None:
        old = row.get("company")
        if old == company:
            return None
        said = {"field": "company", "old": old, "new": company}
        # With the company's own id, so that their events are the company's from now on.
        return {"name": "field_changed", "company": company, "properties": said}

    return write(workspace, chosen, event)


def add_tag(workspace: "Workspace", chosen: Chosen, *, tag: str) -> Done:
    """Put a tag on records; one that differs in case only from a known one is that one."""
    wanted = _tag(workspace, tag)

    def event(row: Row) -> dict[str, Any] | None:
        if wanted in tags_of(row):
            return None
        return {"name": "tag_added", "properties": {"tag": wanted}}

    return write(workspace, chosen, event)


def remove_tag(workspace: "Workspace", chosen: Chosen, *, tag: str) -> Done:
    """Take a tag off records."""

    def event(row: Row) -> dict[str, Any] | None:
        if tag not in tags_of(row):
            return None
        return {"name": "tag_removed", "properties": {"tag": tag}}

    return write(workspace, chosen, event)


def undo(workspace: "Workspace", batch: str, *, by: User) -> int:
    """Take back what was written in one go; gives how many events.

    One's own, or anybody's for who manages the firm. Raises NotFoundError where there is none.
    """
    actor = recording.written_by(workspace, batch)
    if actor is None or (actor != by.public_id and not may(by, "manage_firm")):
        raise NotFoundError("There is nothing to take back.", "nothing_to_void")
    require_change(by)
    return recording.take_back(workspace, batch, actor=by.public_id)


def write(
    workspace: "Workspace",
    chosen: Chosen,
    say: Callable[[Row], dict[str, Any] | list[dict[str, Any]] | None],
) -> Done:
    """Append for each chosen record the event, or the events, that `say` makes of its row, if any.

    What it gives are fields of Event but for the record, the time and who did it. All of them have
    one batch, which `undo` takes back. Raises NotFoundError, NotAllowedError; then nothing is written.
    """
    require_change(chosen.by)
    ids = list(dict.fromkeys(chosen.ids))
    if len(visible_ids(chosen.by, chosen.kind, ids)) < len(ids):
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    batch, changed = recording.new_batch(workspace), 0
    for some in _chunks(ids):
        rows = profiles.rows(workspace.connection, chosen.kind, ids=some)
        if len(rows) < len(some):
            raise NotFoundError("There is no such prospect.", "prospect_not_found")
        said = {one: _as_list(made) for one in some if (made := say(rows[one]))}
        recording.record(
            workspace,
            [
                by_hand(workspace, chosen, batch=batch, **{chosen.kind: one, **event})
                for one, events in said.items()
                for event in events
            ],
        )
        changed += len(said)
    return Done(batch, changed, len(ids) - changed)


def by_hand(workspace: "Workspace", chosen: Chosen, *, batch: str, **said: Any) -> Event:
    """An event that a user of ours makes, now unless `said` gives its `occurred_at`."""
    return Event(
        id=recording.new_id(workspace),
        inlet=BY_HAND,
        batch=batch,
        actor=chosen.by.public_id,
        **{"occurred_at": from_micros(workspace.now()), **said},
    )


def is_there(user: Any, kind: str, record: str) -> bool:
    """Whether there is such a record, and `user` may see it."""
    return visible_to(user, MODELS[kind].objects.filter(pk=record), kind=kind).exists()


def require_change(user: Any) -> None:
    """Raises NotAllowedError for who may change no record."""
    if not may(user, "change_record"):
        raise NotAllowedError(
            "Your role does not allow this.",
            "role_forbids",
            "Ask an owner or administrator of this workspace.",
        )


def check_address(kind: str, value: str) -> str:
    """An e-mail address (kind email) or telephone number (phone) as it came. Raises InputError."""
    if kind == "email" and not is_mail_address(value):
        raise InputError(f"“{value[:60]}” is not an e-mail address.", "mail_unreadable",
                         "Write it as in name@example.com.")  # fmt: skip
    digits = sum(letter.isdigit() for letter in value)
    if kind == "phone" and (not 5 <= digits <= 20 or len(value) > 40):
        raise InputError(f"“{value[:60]}” is not a telephone number.", "phone_unreadable",
                         "Write it with digits, as in +49 30 901820.")  # fmt: skip
    return value


def held_value(field: Field, row: Row) -> Any:
    """What a row (stores.profiles.rows) holds of a field, as `read_value` gives it; None for nothing."""
    if field.name == "value" and field.built_in:
        amount, currency = row.get("value"), row.get("currency")
        return None if amount is None else {"minor_units": amount, "currency": currency}
    return row.get(field.name)


def changed_field(field: Field, *, old: Any, new: Any) -> dict[str, Any]:
    """The event of a changed field; values that are or may be personal stay out of its properties."""
    if field.is_personal:
        said = {"old": written(old), "new": written(new)}
        personal = {key: text for key, text in said.items() if text}
        return {"name": "field_changed", "properties": {"field": field.name}, "personal": personal}
    if field.name == "value" and field.built_in:
        old, new = written(old) or None, written(new) or None
    return {"name": "field_changed", "properties": {"field": field.name, "old": old, "new": new}}


def tags_of(row: Row) -> list[str]:
    """The tags on a row."""
    held = row.get("tags")
    return list(held) if isinstance(held, list) else []


def _read(field: Field, value: Any) -> Any:
    if field.archived:
        raise InputError(f"The field {field.title} is archived.", "field_archived",
                         "Bring it back in the settings.")  # fmt: skip
    new = read_value(field, value)
    if field.built_in and new is not None:
        if field.kind == "owner" and new not in shown_names():
            raise InputError("The owner must be one of our users.", "owner_unknown")
        if field.name in ("email", "phone"):
            check_address(field.name, new)
        if field.name == "name" and len(new) > NAME_LIMIT:
            raise InputError(f"A name of up to {NAME_LIMIT} letters is needed.", "name_missing")
    return new


def _tag(workspace: "Workspace", said: str) -> str:
    tag = " ".join(said.split())
    if not tag or len(tag) > TAG_LIMIT:
        raise InputError(f"A tag has 1 to {TAG_LIMIT} letters.", "tag_unreadable")
    known = record_index.tags(workspace.connection)
    return next((one for one in known if one.casefold() == tag.casefold()), tag)


def _as_list(made: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return made if isinstance(made, list) else [made]


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        if start:
            sleep(_PAUSE_SECONDS)
        yield list(ids[start : start + _AT_ONCE])
