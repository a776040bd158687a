"""Writes of the definition page."""

from typing import Any

from tundish.stores.firm import StoredDefinition
from tundish.weblib.access.models import User
from tundish.workspace import Workspace


def use(workspace: Workspace, definition: Any, *, author: User) -> StoredDefinition:
    """Make a definition the firm's own once the past is folded by it; raises DefinitionError."""
    return workspace.use(definition, author=author.public_id)
