"""One change of many records: owner, tag, field, stage or target list, with progress and undo."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen, Done
from tundish.areas.people.models import MODELS
from tundish.areas.people.standing import active_funnel
from tundish.stores import bulk_changes, journal
from tundish.stores.bulk_changes import DONE, RUNNING, UNDOING, UNDONE, BulkChange
from tundish.stores.dialect import transaction
from tundish.terms import DAY, InputError, NotFoundError
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import visible_ids

if TYPE_CHECKING:
    from tundish.workspace import Workspace

KEPT = 30 * DAY
AT_ONCE = 250
"""Records changed in one transaction: other writers wait for it."""
VOIDED_AT_ONCE = 40
CHANGES = ("owner", "tag", "untag", "field", "stage", "target_list")


def begin(
    workspace: "Workspace",
    kind: str,
    *,
    ids: Sequence[str],
    change: dict[str, Any],
    by: User,
    back: str,
) -> BulkChange:
    """Keep a change and make its first step, which refuses what cannot be. Raises InputError."""
    actions.require_change(by)
    if change.get("do") not in CHANGES:
        raise InputError("Choose what to change.", "bulk_change_unknown", "Choose one of the list.")
    if not ids:
        raise InputError("Nothing is selected.", "nothing_selected", "Select at least one entry.")
    connection = workspace.connection
    bulk_changes.forget_before(connection, workspace.now() - KEPT)
    with transaction(connection):
        made = bulk_changes.begin(
            connection, kind, actor=by.public_id, change=change, records=ids, back=back,
            now=workspace.now(),
        )  # fmt: skip
        return step(workspace, bulk_changes.get(connection, made, actor=by.public_id), by=by)


def step(workspace: "Workspace", asked: BulkChange, *, by: User) -> BulkChange:
    """The next step of a change or of its undo; a finished one stays as it is."""
    connection = workspace.connection
    with transaction(connection):
        # As it stands now: another window may have made a step since it was read.
        asked = bulk_changes.get(connection, asked.id, actor=asked.actor)
        if asked.status == RUNNING:
            some = asked.records[asked.done : asked.done + AT_ONCE]
            batches = [*asked.batches]
            there = _still_there(asked.kind, some, by=by)
            if there:
                found = _apply(workspace, Chosen(asked.kind, there, by), asked.change)
                batches += [found.batch] if found.changed else []
            done = asked.done + len(some)
            status = DONE if done >= asked.total else RUNNING
            bulk_changes.went_on(connection, asked.id, done=done, status=status, batches=batches)
        elif asked.status == UNDOING:
            _undo_some(workspace, asked, by=by)
        return bulk_changes.get(connection, asked.id, actor=asked.actor)


def undo(workspace: "Workspace", asked: BulkChange, *, by: User) -> BulkChange:
    """Begin to take a change back, wherever it stands, and make the first step of it."""
    actions.require_change(by)
    if asked.status in (UNDOING, UNDONE):
        return asked
    status = UNDOING if asked.batches else UNDONE
    connection = workspace.connection
    bulk_changes.went_on(
        connection, asked.id, done=asked.done, status=status, batches=asked.batches
    )
    return step(workspace, bulk_changes.get(connection, asked.id, actor=asked.actor), by=by)


def follows_later(asked: BulkChange) -> bool:
    """Whether the rows of an undone change are left to the follower: it remakes each from its past."""
    return asked.total > 2 * AT_ONCE


def _undo_some(workspace: "Workspace", asked: BulkChange, *, by: User) -> None:
    # The last steps first, so that a value that two steps changed comes back as it was.
    rest, last = asked.batches[:-VOIDED_AT_ONCE], asked.batches[-VOIDED_AT_ONCE:]
    for batch in reversed(last):
        with suppress(NotFoundError):  # taken back already, by another way
            if follows_later(asked):
                journal.void(
                    workspace.connection, batch=batch, now=workspace.now(), actor=by.public_id
                )
            else:
                actions.undo(workspace, batch, by=by)
    bulk_changes.went_on(
        workspace.connection, asked.id,
        done=min(asked.total, len(rest) * AT_ONCE),
        status=UNDOING if rest else UNDONE, batches=rest,
    )  # fmt: skip


def _still_there(kind: str, ids: Sequence[str], *, by: User) -> list[str]:
    """Those that exist and that the one who asked may still see."""
    there = set(MODELS[kind].objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
    return [one for one in visible_ids(by, kind, ids) if one in there]


def _apply(workspace: "Workspace", chosen: Chosen, change: Any) -> Done:
    do = change["do"]
    if do == "owner":
        found = (
            User.objects.filter(pk=change["owner"], is_active=True).first()
            if change["owner"]
            else None
        )
        if change["owner"] and found is None:
            raise InputError("The owner must be one of our users.", "owner_unknown")
        return actions.set_owner(workspace, chosen, owner=found)
    if do == "tag":
        return actions.add_tag(workspace, chosen, tag=str(change["tag"]))
    if do == "untag":
        return actions.remove_tag(workspace, chosen, tag=str(change["tag"]))
    if do == "field":
        return actions.set_field(
            workspace, chosen, name=str(change["field"]), value=change["value"]
        )
    if do == "stage":
        return _move(workspace, chosen, str(change["stage"]))
    return _put_on_list(workspace, chosen, str(change["list"]))


def _move(workspace: "Workspace", chosen: Chosen, stage: str) -> Done:
    funnel, active = active_funnel(workspace), workspace.active
    names = [str(one["name"]) for one in funnel.stages] if funnel else []
    if funnel is None or active is None or funnel.unit != chosen.kind or stage not in names:
        raise InputError("There is no such stage for these records.", "stage_unknown")
    said = {"definition": active.name, "stage": stage}
    return actions.write(workspace, chosen, lambda _: {"name": "stage_moved", "properties": said})


def _put_on_list(workspace: "Workspace", chosen: Chosen, name: str) -> Done:
    plain = " ".join(name.split())
    if chosen.kind != "person" or not plain or len(plain) > 80:
        raise InputError("A target list needs a name of up to 80 letters.", "list_name_wrong")
    return actions.write(
        workspace, chosen, lambda _: {"name": "list_joined", "properties": {"list": plain}}
    )
