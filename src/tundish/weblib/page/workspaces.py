"""One open workspace for each thread: an SQLite connection belongs to the thread that opened it."""

from threading import local
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

import tundish

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_open = local()


def workspace_for(request: HttpRequest | None = None) -> "Workspace":  # noqa: ARG001
    """This thread's workspace of the firm that this process serves; `request` says for whom."""
    folder = settings.TUNDISH_FOLDER
    if getattr(_open, "folder", None) != folder:
        close_workspace()
        _open.workspace = tundish.open(folder, clock=settings.TUNDISH_CLOCK)
        _open.folder = folder
    return _open.workspace


def close_workspace() -> None:
    """Close this thread's workspace, if it has one open."""
    if getattr(_open, "folder", None) is not None:
        _open.workspace.close()
        _open.folder = None
