"""Which definition a question means, and making one the firm's own."""

from collections.abc import Mapping
from contextlib import suppress
from time import sleep
from typing import TYPE_CHECKING, Any

from tundish.funnel.stages import parse_stages
from tundish.stores import firm
from tundish.stores.firm import StoredDefinition
from tundish.terms import NotFoundError
from tundish.workspace import warm
from tundish.workspace.sources import read_definition

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_TRIES, _WAIT_SECONDS = 300, 0.05


def use(workspace: "Workspace", definition: Any, *, author: str | None) -> StoredDefinition:
    """Keep a definition and make it active, once the past has been folded by it.

    For a model that is kept warm this takes no time.
    """
    from tundish.workspace import refold
    from tundish.workspace.leases import Overtaken

    kept = keep(workspace, definition, author=author)
    for _ in range(_TRIES):
        with suppress(Overtaken):
            refold.refold(workspace, kept)
            break
        sleep(_WAIT_SECONDS)  # another process folds the past by it at this moment
    return firm.activate(workspace.connection, kept.id)


def keep(workspace: "Workspace", definition: Any, *, author: str | None) -> StoredDefinition:
    """Keep a definition without making it active. Raises DefinitionError."""
    body = _body(workspace, definition)
    parse_stages(body)
    return firm.save_definition(
        workspace.connection,
        name=warm.name_of(body),
        unit=warm.unit_of(body),
        body=body,
        now=workspace.now(),
        author=author,
    )


def stored(workspace: "Workspace", name: str | None) -> StoredDefinition:
    """The kept definition of that name, or the active one. Raises NotFoundError."""
    if name is None:
        active = workspace.active
        if active is None:
            raise NotFoundError(
                "No funnel has been chosen for this workspace yet.",
                "no_active_definition",
                "Choose one with: tundish use MODEL; tundish models lists them.",
            )
        return active
    found = _kept(workspace, name)
    if found is None:
        known = ", ".join(sorted({one.name for one in workspace.definitions()})) or "none yet"
        raise NotFoundError(
            f"“{name}” is not a funnel of this workspace; there are: {known}.",
            "definition_not_found",
            "Choose one of these, or make a model the firm's own with use().",
        )
    return found


def body_of(workspace: "Workspace", definition: Any) -> Mapping[str, Any]:
    """The body of the active definition (None), of a kept one by name, of a model, or as given."""
    if definition is None:
        return stored(workspace, None).body
    return _body(workspace, definition)


def _body(workspace: "Workspace", definition: Any) -> Mapping[str, Any]:
    if isinstance(definition, StoredDefinition):
        return definition.body
    kept = _kept(workspace, definition) if isinstance(definition, str) else None
    return kept.body if kept is not None else read_definition(definition)


def _kept(workspace: "Workspace", name: str) -> StoredDefinition | None:
    named = [one for one in workspace.definitions() if one.name == name]
    return next((one for one in named if one.active), named[-1] if named else None)
