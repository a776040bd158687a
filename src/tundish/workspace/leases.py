"""One follower at a time: the lease and the cursor are checked where the cursor moves."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from platform import node
from secrets import token_hex
from time import monotonic, sleep
from typing import TYPE_CHECKING

from tundish.stores import firm
from tundish.stores.dialect import transaction
from tundish.terms import WorkspaceError

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_SECONDS = 15.0
_SHORTEST_REST, _REST_SHARE, _LONGEST_REST = 0.002, 0.7, 0.05
_WAITS, _WAIT_SECONDS = 300, 0.2


class Overtaken(Exception):  # noqa: N818 - no error: the work is being done by another
    """Another process follows the same cursor; it does what was to be done here."""


@dataclass
class Held:
    """A held lease on the cursor `name`; `at` is the position up to which all is done."""

    workspace: "Workspace"
    name: str
    holder: str
    at: int
    took: float = 0.0

    def rest(self) -> None:
        """Leave the database to others for a while, in proportion to how long it was held last: on
        a busy machine who waits needs longer to notice that it is free."""
        sleep(min(max(_SHORTEST_REST, self.took * _REST_SHARE), _LONGEST_REST))

    @contextmanager
    def writing(self, *, upto: int | None = None) -> Iterator[None]:
        """A transaction in which the lease holds and the cursor stands where it was left.

        With `upto` the cursor moves there with the same commit. Raises Overtaken; then nothing was
        written.
        """
        connection = self.workspace.connection
        now = self.workspace.now()
        with transaction(connection):
            began = monotonic()
            if not firm.take_lease(connection, self.name, self.holder, now, _SECONDS):
                raise Overtaken
            # A lease that ran out may have been taken, used and given back in the meantime.
            if firm.cursor(connection, self.name) != self.at:
                raise Overtaken
            yield
            if upto is not None:
                firm.move_cursor(connection, self.name, upto)
        self.took = monotonic() - began
        if upto is not None:
            self.at = upto


@contextmanager
def holding(workspace: "Workspace", name: str) -> Iterator[Held]:
    """Take the lease of a cursor for as long as the block runs. Raises Overtaken."""
    connection = workspace.connection
    holder = f"{node()}/{os.getpid()}/{token_hex(6)}"
    last = firm.lease_holder(connection, name)
    if last is not None and _is_dead(last):
        firm.drop_lease(connection, name, holder=last)
    if not firm.take_lease(connection, name, holder, workspace.now(), _SECONDS):
        raise Overtaken
    try:
        yield Held(workspace, name, holder, firm.cursor(connection, name))
    finally:
        firm.drop_lease(connection, name, holder=holder)


@contextmanager
def awaiting(workspace: "Workspace", name: str) -> Iterator[Held]:
    """The same for what must be done now: another's turn is waited for. Raises WorkspaceError."""
    with ExitStack() as stack:
        for _ in range(_WAITS):
            with suppress(Overtaken):
                held = stack.enter_context(holding(workspace, name))
                break
            sleep(_WAIT_SECONDS)
        else:
            raise _busy(name)
        try:
            yield held
        except Overtaken:
            raise _busy(name) from None


def _busy(name: str) -> WorkspaceError:
    return WorkspaceError(
        f"Another process has been busy with the {name} for a minute.",
        "workspace_busy",
        "Try again in a while, or stop what imports or rebuilds beside it.",
    )


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more (as after kill -9)."""
    machine, _, rest = holder.partition("/")
    pid = rest.partition("/")[0]
    if machine != node() or not pid.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
