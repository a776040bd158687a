"""The workspace's target lists: their members and how far they have come."""

from typing import TYPE_CHECKING

from tundish.funnel.targets import Reach, reach, standing
from tundish.stores import targets
from tundish.terms import NotFoundError
from tundish.workspace import recording

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace


def lists(workspace: "Workspace") -> dict[str, Reach]:
    """Every target list with its reach, by name."""
    connection = workspace.connection
    found = targets.joined(connection)
    everybody = {person for members in found.values() for person in members}
    own, bought = targets.first_own(connection, everybody), targets.bought(connection)
    return {name: reach(found[name], own, bought) for name in sorted(found)}


def members(workspace: "Workspace", name: str) -> tuple[Reach, dict[str, tuple[str, int]]]:
    """A list's reach, and each member's standing and when they were put on it, the latest first.

    Raises NotFoundError where nobody stands on a list of that name.
    """
    connection = workspace.connection
    found = targets.joined(connection).get(name)
    if found is None:
        raise NotFoundError(f"There is no target list “{name[:80]}”.", "target_list_not_found")
    own = targets.first_own(connection, found)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return (
        reach(found, own, targets.bought(connection)),
        {person: (standing(at, own.get(person)), at) for person, at in ordered},
    )


def take_off(workspace: "Workspace", name: str, *, person: str, actor: str) -> tuple[int, int]:
    """Void what put a person on a list; gives (first, last), which `recording.bring_back` takes.

    Raises NotFoundError where they do not stand on it.
    """
    ids = targets.entries(workspace.connection, name, person=person)
    if not ids:
        raise NotFoundError("Nobody of that id is on the list.", "target_list_not_found")
    return recording.take_back_events(workspace, ids, actor=actor)
