"""The ready views of people: whom we know, and the visitors who never said who they are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from tundish.areas.people.lists import listing
from tundish.areas.people.lists.address import KNOWN, VISITORS, Asked

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_READY = {"known": KNOWN, "visitors": VISITORS}


@dataclass(frozen=True)
class Tab:
    """A ready view with how many this reader finds in it."""

    name: str
    label: str
    query: str
    total: int


def shown(asked: Asked) -> str:
    """The name of the ready view that a list is, its search aside; empty for another list."""
    if asked.kind != "person" or asked.view is not None:
        return ""
    return next((name for name, filter_ in _READY.items() if asked.filter == filter_), "")


def open_first(request: HttpRequest, workspace: "Workspace", kind: str) -> None:
    """Make the bare address of the people ask for the known ones, where there are any.

    The request asks it in full from here on, so that pages, order and search stay within them.
    """
    if kind == "person":
        asked = Asked(kind, filter=KNOWN)
        if listing.count(workspace, request.user, asked=asked):
            request.GET = QueryDict(asked.query)


def tabs(workspace: "Workspace", user: Any, kind: str) -> tuple[list[Tab], int]:
    """(the ready views, how many the whole list has); none for companies and deals."""
    if kind != "person":
        return [], 0
    whole = listing.count(workspace, user, asked=Asked(kind))
    known = listing.count(workspace, user, asked=Asked(kind, filter=KNOWN))
    words = {"known": (_("Known people"), known), "visitors": (_("Visitors"), whole - known)}
    return [
        Tab(name, label, Asked(kind, filter=_READY[name]).query, total)
        for name, (label, total) in words.items()
    ], whole
