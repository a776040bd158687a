"""What forms ask consent for: the firm's own purposes, and some that many firms have."""

from typing import TYPE_CHECKING, Any

from tundish.areas.pages.content import Content, form_of
from tundish.areas.pages.wording import PURPOSES
from tundish.stores import purposes
from tundish.stores.purposes import Purpose

if TYPE_CHECKING:
    from tundish.workspace import Workspace


def offered(workspace: "Workspace") -> list[tuple[str, Any]]:
    """(name, title) of the purposes that a consent box may have; those put away are left out."""
    known = purposes.purposes(workspace.connection, archived=True)
    names = {one.name for one in known}
    own = [(one.name, one.title) for one in known if not one.archived]
    return own + [(name, title) for name, title in PURPOSES.items() if name not in names]


def keep(workspace: "Workspace", content: Content) -> None:
    """Make the usual purposes that a page asks for the firm's own, so that records show them."""
    form = form_of(content)
    known = {one.name for one in purposes.purposes(workspace.connection, archived=True)}
    for said in form["fields"] if form else ():
        name = said["purpose"]
        if said["to"] == "consent" and name in PURPOSES and name not in known:
            # The store makes a purpose's name of its title; the firm may change the title later.
            made = Purpose("", name.capitalize(), wording=said["wording"])
            known.add(purposes.save_purpose(workspace.connection, made, now=workspace.now()).name)
