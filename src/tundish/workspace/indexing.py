"""The fast index of a workspace: kept up by the follower, asked by batch questions.

The manifest says how far an index goes. What the journal has behind that is read at the question
and laid over it, so an answer always stands for one position of the journal.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path as Place
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from tundish.funnel.packed.events import LAST_MICROS
from tundish.funnel.units import UnitChoice, owned
from tundish.journal.columns import EventColumns
from tundish.stores import firm, journal
from tundish.stores.index import (
    Change,
    Damaged,
    OutOfReach,
    Snapshot,
    Writer,
    following,
    open_snapshot,
    place_of,
    reach,
    serving,
    writing,
)
from tundish.stores.index.manifest import DAMAGED, Manifest, read_manifest
from tundish.stores.index.snapshot import snapshot_of
from tundish.terms import DAY
from tundish.workspace.leases import Held, Overtaken, awaiting, holding

if TYPE_CHECKING:
    from tundish.funnel.packed.events import PackedEvents
    from tundish.workspace.workspace import Workspace

Answer = TypeVar("Answer")
Path = Literal["index", "general", None]
"""Which way a question goes; None is whichever can and is faster."""

FEWEST_EVENTS = 20_000
"""A shorter journal is read at once, so no index is kept of it."""
_STRETCH = 200_000
_TAIL = 500
"""So many events go into a part of their own; fewer are laid over the index at the question."""
_MOST_TAIL = 20_000
_SMALL_PART = 100_000
_MANY_UNITS = 1_000_000
_ROOM = 6 * 365 * DAY
"""Years that must be left in a key besides those that the journal spans: five before, one behind."""
_YEARS_BACK = 7 * 365 * DAY
_MOST_MOVED = 4
"""An index in which units have moved more often than that, each, is begun anew."""
_forced: ContextVar[Path] = ContextVar("path", default=None)
_KEPT = 4
_kept: "OrderedDict[tuple[Any, ...], Asked]" = OrderedDict()
_lock = Lock()


def units_in_use(workspace: "Workspace") -> list[str]:
    """The kinds of unit that an index is kept of: persons, and what the kept definitions count."""
    connection = workspace.connection
    kept = (*firm.definitions(connection), *firm.offered(connection))
    asked = {"person", *(stored.body.get("unit", "person") for stored in kept if stored.active)}
    return [kind for kind in following.KINDS if kind in asked]


def follow(workspace: "Workspace", *, whole: bool = False, small: bool = False) -> bool:
    """Bring each index one step on, or with `whole` to the journal's end; whether more is to do.

    With `small` only what takes no time to speak of: nothing is built and no large part written.
    What another process is writing at this moment is left to it.
    """
    if workspace.position < FEWEST_EVENTS:
        return False
    more = False
    for unit in units_in_use(workspace):
        if small and unit in following.JOINED:
            continue  # they gather the past of all that changed
        again = _follow(workspace, unit, whole=whole, small=small)
        while again and whole:
            again = _follow(workspace, unit, whole=whole, small=small)
        more |= again
    return more


def rebuild(workspace: "Workspace") -> None:
    """Empty every index and build those in use again. Raises WorkspaceError."""
    for unit in following.KINDS:
        if place_of(workspace.folder, unit).is_dir():
            with (
                awaiting(workspace, f"index:{unit}") as held,
                writing(workspace.folder, unit) as writer,
            ):
                if writer is None:
                    raise Overtaken
                writer.begin_anew()
                with held.writing(upto=0):
                    writer.publish()
    follow(workspace, whole=True)


class Asked(NamedTuple):
    """All events that count, packed, when the journal ended at `upto`; without those of the units
    `apart`, which are the general kernel's."""

    events: "PackedEvents"
    upto: int
    apart: Collection[str]


def packed(workspace: "Workspace", unit: str) -> Asked | None:
    """All events that count, as the index and the journal's tail behind it have them; None where
    the general kernel is to answer."""
    way = _forced.get()
    if way == "general" or unit not in following.KINDS:
        return None
    if way is None and workspace.position < FEWEST_EVENTS:
        return None
    place = place_of(workspace.folder, unit)
    try:
        found = open_snapshot(place)
        return None if found is None else _with_tail(workspace, found)
    except (OutOfReach, following.Unsettled):
        return None
    except Damaged:
        _tell(place)
        return None


def unless_damaged(
    workspace: "Workspace", unit: str, *, ask: Callable[[], Answer]
) -> Answer | None:
    """What `ask` answers from an index; None where that turns out to be damaged, of which the
    writer is told."""
    try:
        return ask()
    except Damaged:
        _tell(place_of(workspace.folder, unit))
        return None


def others(workspace: "Workspace", unit: str, *, asked: Asked) -> EventColumns | None:
    """The events of the units that stand apart, with their ids as `unit`; None where there are none."""
    if not asked.apart:
        return None
    return of_units(workspace, unit, ids=asked.apart, upto=asked.upto)


def of_units(workspace: "Workspace", unit: str, *, ids: Collection[str], upto: int) -> EventColumns:
    """All events of some units, merges applied, with their ids as `unit` and as what they are."""
    columns = workspace.events(unit_kind=unit, ids=set(ids), upto=upto)
    mine = owned(columns, UnitChoice("named", unit))
    kept = mine.unit.where(set(ids).__contains__)
    return replace(mine.columns.take(kept), units={"unit": mine.unit.take(kept)})


def compiled(events: "PackedEvents") -> bool:
    """Whether the compiled kernels are worth it: loading them takes longer than numpy needs for an
    index of middling size."""
    return "numba" in sys.modules or (
        events.units >= _MANY_UNITS and find_spec("numba") is not None
    )


@contextmanager
def asking(way: Path) -> Iterator[None]:
    """Send the questions asked within one way or the other, for tests and benchmarks."""
    token = _forced.set(way)
    try:
        yield
    finally:
        _forced.reset(token)


def _tell(place: Place) -> None:
    with suppress(OSError):
        (place / DAMAGED).touch()


def _with_tail(workspace: "Workspace", found: Snapshot) -> Asked | None:
    connection, manifest = workspace.connection, found.manifest
    end = workspace.position
    behind = end - manifest.cursor
    if manifest.unable or manifest.cursor < manifest.built or not 0 <= behind <= _MOST_TAIL:
        return None
    key = (str(workspace.folder), manifest.unit, manifest.epoch, manifest.written, end)
    with _lock:
        kept = _kept.get(key)
    if kept is not None:
        return kept
    if not _same_history(connection, manifest, end):
        return None
    found.ids.check()  # a report's lists read them when nobody can be asked instead
    apart: Collection[str] = manifest.apart
    if behind:
        change = following.tail(connection, manifest.unit, after=manifest.cursor, upto=end)
        if change is None:
            return None
        change, apart = _within(change, manifest)
        made = found.events(change)
        if manifest.unit in following.JOINED:
            made = _counted(made, manifest.events + change.events)
    else:
        made = found.events()
    asked = Asked(made, end, apart)
    with _lock:
        _kept[key] = asked
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return asked


def _within(change: Change, manifest: Manifest) -> tuple[Change, Collection[str]]:
    """The change and the units apart. Raises OutOfReach; companies and deals never stand apart,
    because how many units an event serves would not be known then."""
    change, apart = reach.within(change, base=manifest.base, apart=manifest.apart)
    if apart and manifest.unit in following.JOINED:
        raise OutOfReach
    return change, apart


def _counted(made: "PackedEvents", events: int) -> "PackedEvents":
    serve, several = serving.served(made)
    return replace(made, without_unit=events - serve, shared=several)


def _follow(workspace: "Workspace", unit: str, *, whole: bool, small: bool) -> bool:
    if not _due(workspace, unit, whole=whole, small=small):
        return False
    try:
        with (
            holding(workspace, f"index:{unit}") as held,
            writing(workspace.folder, unit) as writer,
        ):
            return writer is not None and _step(held, writer, whole=whole, small=small)
    except (Overtaken, following.Unsettled):
        return False


def _due(workspace: "Workspace", unit: str, *, whole: bool, small: bool) -> bool:
    """Whether there is work, told without opening the index for writing."""
    end, place = workspace.position, place_of(workspace.folder, unit)
    try:
        said = read_manifest(place)
    except Damaged:
        return not small
    if said is None or (place / DAMAGED).exists():
        return not small
    if said.unable:
        return False
    if said.cursor < said.built or not _same_history(workspace.connection, said, end):
        return not small
    return end - said.cursor >= (1 if whole else _enough(said))


def _enough(said: Manifest) -> int:
    """How many events are worth a step. Companies and deals are gathered whole, so more seldom."""
    if said.unit in following.JOINED:
        return min(max(_TAIL, said.rows // 50), _MOST_TAIL // 2)
    return _TAIL


def _step(held: Held, writer: Writer, *, whole: bool, small: bool) -> bool:
    workspace = held.workspace
    connection, said = workspace.connection, writer.manifest
    end = journal.position(connection)
    worn = said.units > _MOST_MOVED * said.rooted + _MANY_UNITS
    if not said.built or worn or not _same_history(connection, said, end):
        return _begin(held, writer, end)
    if said.cursor < said.built:
        joined = said.unit in following.JOINED
        last = said.built if joined else min(said.cursor + _STRETCH, said.built)
        change = following.stretch(
            workspace.folder, connection, said.unit, after=said.cursor, last=last, built=said.built
        )
    else:
        # Of few units the past is gathered sooner than all is read again.
        most = max(following.MOST_CHANGED, said.units // 4)
        found = following.tail(connection, said.unit, after=said.cursor, upto=end, most=most)
        if found is None:
            return _begin(held, writer, end)
        change = found
    try:
        change, apart = _within(change, said)
        writer.write(change)
        writer.note(apart=tuple(apart))
        if said.unit in following.JOINED:
            made = snapshot_of(writer.place, writer.manifest).events()
            counted = _counted(made, writer.manifest.events)
            writer.note(without=counted.without_unit, shared=counted.shared)
        if writer.manifest.cursor >= said.built:
            writer.note(built=writer.manifest.cursor)
        while writer.compact(most=_SMALL_PART if small else None):
            pass
    except (Damaged, FileNotFoundError):
        return _begin(held, writer, end)
    except OutOfReach:
        return _begin(held, writer, end, again=said)
    with held.writing():
        pass  # the lease still holds
    # The index's own lock keeps others off its files; waiting for the disk must not hold the database.
    writer.publish()
    with held.writing(upto=writer.manifest.cursor):
        pass
    return writer.manifest.cursor < end and (whole or writer.manifest.cursor < said.built)


def _begin(held: Held, writer: Writer, end: int, *, again: Manifest | None = None) -> bool:
    """An empty index that is to be built up to the journal's present end; or none at all, where the
    times of very many units would lie out of reach once more."""
    first, last = following.span(held.workspace.connection)
    wide = last - first > LAST_MICROS - _ROOM
    joined = writer.manifest.unit in following.JOINED
    given_up = wide and (joined or (again is not None and again.wide))
    writer.begin_anew(earliest=max(first, held.workspace.now() - _YEARS_BACK) if wide else first)
    writer.note(built=end, wide=wide, unable="span" if given_up else None)
    with held.writing(upto=0):
        writer.publish()
    return not given_up and end > 0


def _same_history(connection: Any, said: Manifest, end: int) -> bool:
    """Whether the journal still holds the event that the index ended with; not after a backup of
    before was put back."""
    if said.cursor == 0 or said.cursor > end:
        return said.cursor == 0
    return following.event_id(connection, said.cursor) == said.last_id
