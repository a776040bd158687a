"""The follower: events after the cursor to profiles, projections, visits, the lake and the index.

Each part has a cursor of its own, which moves in the transaction that writes what it stands for:
a kill loses nothing and doubles nothing. Profiles come first, because a company's people and a
deal's buying group are known from them; units are folded once a batch, however many events came.
An event of which no profile can be made is set aside, so that it never holds up those behind it.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tundish.journal.event import Event
from tundish.stores import firm, journal, lake, set_aside
from tundish.stores.dialect import of_the_machine
from tundish.workspace import indexing, profiles, refold
from tundish.workspace.leases import Held, Overtaken, holding

if TYPE_CHECKING:
    from tundish.workspace.workspace import Progress, Workspace

PROFILES = "profiles"
"""The cursor of the profiles."""
LAKE = "lake"
_EVENTS_AT_ONCE = 250
"""So many events' profiles take 10 ms to write, and less than 50 on a machine that is busy."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Projection:
    """Rows of an area made from events: `apply` is called in commit order, within the transaction
    that moves the cursor; `clear` empties the rows before a replay (rebuild, undo, a merge)."""

    name: str
    apply: "Callable[[Workspace, Sequence[tuple[int, Event]]], None]"
    clear: "Callable[[Workspace], None]"

    @property
    def cursor(self) -> str:
        """The cursor that says how far it has come."""
        return f"projection:{self.name}"


def catch_up(
    workspace: "Workspace",
    *,
    projections: Sequence[Projection] = (),
    progress: "Progress | None" = None,
) -> int:
    """Bring all that is derived up to the journal's end; gives how many events were new to it.

    What another process is doing at this moment is left to it.
    """
    new = _unless_overtaken(lambda: _follow_profiles(workspace, progress=progress))
    for projection in projections:
        _unless_overtaken(lambda one=projection: _follow(workspace, one))  # type: ignore[misc]
    for stored in workspace.definitions():
        if stored.active:
            _unless_overtaken(lambda one=stored: refold.refold(workspace, one, progress=progress))  # type: ignore[misc]
    _unless_overtaken(lambda: _follow_lake(workspace))
    indexing.follow(workspace, small=True)
    return new


def _unless_overtaken(work: Callable[[], int | bool]) -> int:
    try:
        return int(work())
    except Overtaken:
        return 0


def _follow_profiles(workspace: "Workspace", *, progress: "Progress | None") -> int:
    connection = workspace.connection
    total = journal.position(connection)
    if firm.cursor(connection, PROFILES) == total:
        return 0
    new = 0
    with holding(workspace, PROFILES) as held:
        # From the very beginning the journal is read as it stands now: merged, the voided left out.
        settled = 0 if held.at else total
        while batch := journal.read(connection, after=held.at, limit=_EVENTS_AT_ONCE):
            upto = batch[-1][0]
            _make_profiles(held, batch, settled=settled)
            new += len(batch)
            if progress is not None:
                progress(upto, total)
            if len(batch) == _EVENTS_AT_ONCE:
                held.rest()
    return new


def _made_again(
    held: Held, batch: Sequence[tuple[int, Event]], *, settled: int, without: Collection[int]
) -> profiles.Touched:
    """Make again what the batch rewrites, an undo of thousands say, in small transactions; gives it.

    Each is made from all up to the batch's end, so that a kill in between repeats it unharmed.
    """
    connection = held.workspace.connection
    touched = profiles.rewritten(connection, batch, settled=settled)
    for some in profiles.in_parts(touched):
        with held.writing():
            profiles.make_again(connection, some, upto=batch[-1][0], without=without)
        held.rest()
    return touched


def _make_profiles(held: Held, batch: Sequence[tuple[int, Event]], *, settled: int) -> None:
    """All events of a batch in one transaction; where that fails, each by itself."""
    connection = held.workspace.connection
    without = set_aside.positions(connection, PROFILES)
    try:
        made = _made_again(held, batch, settled=settled, without=without)
        with held.writing(upto=batch[-1][0]):
            profiles.advance(connection, batch, settled=settled, without=without, made=made)
    except Overtaken:
        raise
    except Exception as failure:
        if of_the_machine(failure):
            raise
        if len(batch) > 1:
            for one in batch:
                _make_profiles(held, [one], settled=settled)
            return
        place, event = batch[0]
        with held.writing(upto=place):
            why = type(failure).__name__
            set_aside.note(connection, PROFILES, position=place, event_id=event.id, why=why)
        _log.warning("no profile can be made of event %d (%s): %s", place, event.id, why)


def _follow(workspace: "Workspace", projection: Projection) -> int:
    connection = workspace.connection
    if firm.cursor(connection, projection.cursor) == journal.position(connection):
        return 0
    with holding(workspace, projection.cursor) as held:
        # Up to here the journal is read as it stands now, without what was taken back since.
        settled = 0 if held.at else journal.position(connection)
        while batch := journal.read(connection, after=held.at, limit=refold.ROWS_AT_ONCE):
            if any(place > settled and event.name in profiles.REWRITING for place, event in batch):
                settled = journal.position(connection)
                with held.writing(upto=0):
                    projection.clear(workspace)
                continue
            with held.writing(upto=batch[-1][0]):
                projection.apply(workspace, batch)
            if len(batch) == refold.ROWS_AT_ONCE:
                held.rest()
    return 1


def _follow_lake(workspace: "Workspace") -> int:
    """The lake knows by its files' names how far it goes; the lease only keeps a second writer off."""
    upto = journal.position(workspace.connection)
    if firm.cursor(workspace.connection, LAKE) == upto:
        return 0
    with holding(workspace, LAKE) as held:
        written = lake.append(workspace.folder, workspace.connection, upto=upto)
        with held.writing(upto=upto):
            pass
    return written
