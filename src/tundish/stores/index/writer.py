"""The one who writes an index: appends, compacts, and makes each state live in one step."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tundish.funnel.packed.packing import pack_runs
from tundish.journal.columns import EventColumns
from tundish.stores.index import compaction, reach
from tundish.stores.index.changes import Change
from tundish.stores.index.disk import remove_all_but
from tundish.stores.index.ids import UnitIds, keep_ids
from tundish.stores.index.manifest import DAMAGED, Damaged, Manifest, publish, read_manifest
from tundish.stores.index.part import Part, write_part
from tundish.stores.index.turning import Turned, assign, keep_turned, read_turned
from tundish.stores.index.values import Coding, Dictionaries, keep_values
from tundish.terms import DAY

_EARLIER = 5 * 365 * DAY
"""How far before the first event that is seen the index reaches, for older ones that come later."""


def place_of(folder: str | Path, unit: str) -> Path:
    """Where the index of a kind of unit lies in a workspace's folder."""
    return Path(folder) / "index" / unit


@contextmanager
def writing(folder: str | Path, unit: str, *, ids: str = "text") -> Iterator["Writer | None"]:
    """The index's writer; None while another process writes it. `ids`: "text" or "number"."""
    place = place_of(folder, unit)
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("ab") as lock:
        if not _locked(lock.fileno()):
            yield None
            return
        yield Writer(place, unit, ids=ids)


class Writer:
    """What is prepared (`write`, `compact`, `begin_anew`) is seen by nobody before `publish`.

    One at a time may write in a folder: `writing` sees to it.
    """

    _turned: Turned
    _coding: Coding

    def __init__(self, place: Path, unit: str, *, ids: str = "text") -> None:
        self.place = place
        self._ids_kind = ids
        self.manifest = _found(place, ids) or _blank(unit, ids)
        try:
            self._open()
        except (Damaged, FileNotFoundError):
            self.manifest = _blank(unit, ids)
            self._open()
        self._live = self.manifest
        remove_all_but(place, ["lock", *(self.manifest.files() if self.manifest.written else ())])

    def begin_anew(self, *, earliest: int | None = None) -> None:
        """An empty index beside the live one, to which `publish` then switches; `earliest` is the
        time of the first event that there will be, where it is known."""
        self.manifest = _blank(self.manifest.unit, self._ids_kind)
        if earliest is not None:
            self.manifest = replace(self.manifest, base=earliest - _EARLIER)
        self._open()

    def write(self, change: Change) -> None:
        """Add one step's events. Raises reach.OutOfReach; then nothing is added."""
        rows = change.rows
        manifest = self.manifest
        if not manifest.base and len(rows):
            manifest = replace(manifest, base=int(rows.columns.time.min()) - _EARLIER)
        reach.check(rows, manifest.base)
        given = assign(
            change, ids=UnitIds(self.place, manifest), turned=self._turned, seed=manifest.seed
        )
        columns = coded_columns(rows.columns, self._coding)
        manifest = keep_values(self.place, manifest, self._coding)
        manifest = keep_ids(self.place, manifest, given.fresh, rooted=given.rooted)
        if given.turned is not self._turned:
            manifest = keep_turned(self.place, manifest, given.turned)
        if len(rows):
            runs = pack_runs(
                columns, given.ordinal,
                base=manifest.base, units=manifest.units, position=rows.position,
            )  # fmt: skip
            part = write_part(self.place, f"{manifest.epoch}.part-{manifest.made}", runs)
            manifest = replace(
                manifest, parts=(*manifest.parts, part), made=manifest.made + 1,
                latest=max(manifest.latest, int(rows.columns.time.max())),
            )  # fmt: skip
        self.manifest = replace(
            manifest, cursor=change.cursor, last_id=change.last_id,
            events=manifest.events + change.events, without=manifest.without + change.without,
            shared=manifest.shared if change.shared is None else change.shared,
        )  # fmt: skip
        self._turned = given.turned
        self._coding.settle(Dictionaries(self.place, self.manifest))

    def compact(self, *, all: bool = False, most: int | None = None) -> bool:
        """Join parts into a larger one where it is time, or all of them; whether any were joined.

        With `most` only where the larger one has no more events than that. Raises Damaged
        where a part is not what was written.
        """
        chosen = compaction.chosen(self.manifest, dead=len(self._turned.dead), all=all)
        if not chosen or (most is not None and sum(part.events for part in chosen) > most):
            return False
        whole = len(chosen) == len(self.manifest.parts)
        if whole:
            UnitIds(self.place, self.manifest).verify()
        file = f"{self.manifest.epoch}.part-{self.manifest.made}"
        joined = compaction.joined(
            self.place, [Part(self.place, name) for name in chosen], file,
            dead=self._turned.dead, names=self._coding.names(),
        )  # fmt: skip
        rest = tuple(part for part in self.manifest.parts if part not in chosen)
        self.manifest = replace(self.manifest, parts=(*rest, *joined), made=self.manifest.made + 1)
        if whole and len(self._turned.dead):
            self._turned = replace(self._turned, dead=self._turned.dead[:0])
            self.manifest = keep_turned(self.place, self.manifest, self._turned)
        return True

    def note(self, **said: object) -> None:
        """Set fields of the manifest that stand for no event: `built`, `unable`, counts."""
        self.manifest = replace(self.manifest, **said)  # type: ignore[arg-type]

    def publish(self) -> None:
        """Make live what was prepared; files that are of no more use go."""
        before = set(self._live.files())
        self.manifest = replace(self.manifest, written=self._live.written + 1)
        publish(self.place, self.manifest)
        self._live = self.manifest
        for name in before - set(self.manifest.files()):
            with suppress(PermissionError):  # a reader holds it (Windows)
                (self.place / name).unlink(missing_ok=True)

    def verify(self) -> None:
        """Read all parts, dictionaries and lists again. Raises Damaged."""
        read_turned(self.place, self.manifest)
        known = Dictionaries(self.place, self.manifest)
        for name in known:
            known[name]
        UnitIds(self.place, self.manifest).verify()
        for part in self.manifest.parts:
            Part(self.place, part).verify()

    def _open(self) -> None:
        self._turned = read_turned(self.place, self.manifest)
        self._coding = Coding(
            Dictionaries(self.place, self.manifest), left_out=self.manifest.left_out
        )


def coded_columns(columns: EventColumns, coding: Coding) -> EventColumns:
    """The columns with properties in the codes of `coding`; those without a column left out."""
    found = {name: coding.coded(name, column) for name, column in columns.properties.items()}
    kept = {name: column for name, column in found.items() if column is not None}
    return EventColumns(columns.time, columns.event, {}, kept, columns.estimated, columns.day_only)


def _found(place: Path, ids: str) -> Manifest | None:
    """The index that there is, unless a reader found it damaged."""
    with suppress(Damaged):
        found = read_manifest(place)
        if found is not None and found.ids == ids and not (place / DAMAGED).exists():
            return found
    return None


def _blank(unit: str, ids: str) -> Manifest:
    # A name of its own, so that no file of an earlier index is ever taken for one of this.
    return Manifest(unit, secrets.token_hex(4), ids=ids, seed=secrets.randbits(63))


def _locked(handle: int) -> bool:
    """Whether this process now holds the lock; it ends with the process, however that ends."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows: the follower's lease is all there is
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
