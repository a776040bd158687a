"""Units that moved or ended: which ordinal an id leads to now, and which ordinals no longer count.

A unit whose past changed gets a new ordinal and all of its events once more under it; the events
under the old one stay in their parts, masked, until all parts are compacted into one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tundish.journal.columns import Bools, Coded, Ints
from tundish.stores.index.changes import Change
from tundish.stores.index.disk import array, checksum, mapped, replace_file
from tundish.stores.index.ids import Packed, UnitIds
from tundish.stores.index.manifest import Damaged, Manifest

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Turned:
    """`root` (k,) the first ordinals of units that moved, in order, `now` (k,) their present ones;
    `dead` (d,) the ordinals, in order, whose events do not count."""

    root: Ints
    now: Ints
    dead: Ints

    def current(self, roots: Ints) -> Ints:
        """The present ordinals of units by their first ones; -1 stays -1."""
        if not len(self.root):
            return roots
        at = np.minimum(np.searchsorted(self.root, roots), len(self.root) - 1)
        return np.asarray(np.where(self.root[at] == roots, self.now[at], roots), np.int64)

    def with_more(self, root: Ints, now: Ints, dead: Ints) -> "Turned":
        """After some units moved once more."""
        stay = ~np.isin(self.root, root)
        roots = np.concatenate([self.root[stay], root])
        places = np.concatenate([self.now[stay], now])
        order = np.argsort(roots)
        return Turned(roots[order], places[order], np.union1d(self.dead, dead))


NOTHING = Turned(_NONE, _NONE, _NONE)


@dataclass(frozen=True)
class Assigned:
    """The ordinals (m,) of a change's rows. `fresh` are ids for the ordinals behind the known ones,
    of which the first `rooted` are of units never seen; `turned` as it is after the change."""

    ordinal: Ints
    fresh: Packed
    fresh_ids: Sequence[Any]
    rooted: int
    turned: Turned


def assign(change: Change, *, ids: UnitIds, turned: Turned, seed: int) -> Assigned:
    """Give every row its unit's ordinal: the known one, or a new one."""
    said, of_row = _distinct(change.rows.unit)
    root = ids.look_up(Packed(said, seed=seed, numbers=ids.numbers))
    gone_ids, gone = _known(change.changed, ids, seed)
    new = root < 0
    again = _among(root, gone)
    # A changed unit that has no event left moves too: the old place stays dead for good.
    bare = ~_among(gone, root)
    rooted, n, ordinal = int(new.sum()), len(ids), turned.current(root)
    ordinal[new] = n + np.arange(rooted)
    moved = np.concatenate([root[again], gone[bare]])
    places = n + rooted + np.arange(len(moved))
    ordinal[again] = places[: int(again.sum())]
    fresh_ids = [*_taken(said, new), *_taken(said, again), *_taken(gone_ids, bare)]
    after = turned.with_more(moved, places, turned.current(gone)) if len(gone) else turned
    fresh = Packed(fresh_ids, seed=seed, numbers=ids.numbers)
    return Assigned(ordinal[of_row], fresh, fresh_ids, rooted, after)


def read_turned(folder: Path, manifest: Manifest) -> Turned:
    """What the manifest says moved. Raises Damaged."""
    if manifest.turned is None:
        return NOTHING
    file, moved, dead, known = manifest.turned
    try:
        content = mapped(folder / file, size=(2 * moved + dead) * 8)
    except EOFError:
        raise Damaged(f"{file} is cut off") from None
    found = array(content, "<i8", at=0, count=2 * moved + dead)
    if checksum(found) != known:
        raise Damaged(file)
    return Turned(found[:moved], found[moved : 2 * moved], found[2 * moved :])


def keep_turned(folder: Path, manifest: Manifest, turned: Turned) -> Manifest:
    """Write it under a new name; gives the manifest that knows it."""
    said = np.concatenate([turned.root, turned.now, turned.dead])
    if not len(said):
        return replace(manifest, turned=None)
    file = f"{manifest.epoch}.turned-{manifest.made}"
    replace_file(folder / file, said.tobytes())
    entry = (file, len(turned.root), len(turned.dead), checksum(said))
    return replace(manifest, turned=entry, made=manifest.made + 1)


def _distinct(unit: Coded | Ints) -> tuple[Any, Ints]:
    """(ids that the rows name, each row's place among them)."""
    if isinstance(unit, Coded):
        used = np.zeros(len(unit.values), np.bool_)
        used[unit.codes] = True
        place = np.cumsum(used) - 1
        values = unit.values
        return [values[i] for i in np.flatnonzero(used).tolist()], place[unit.codes]
    found, of_row = np.unique(unit, return_inverse=True)
    return found, np.asarray(of_row, np.int64)


def _among(some: Ints, others: Ints) -> Bools:
    """Which of some ordinals (of which each stands there once, or is -1) are among others."""
    if not len(some) or not len(others):
        return np.zeros(len(some), np.bool_)
    return np.asarray(np.isin(some, others), np.bool_)


def _taken(ids: Any, which: Bools) -> list[Any]:
    if isinstance(ids, np.ndarray):
        found: list[Any] = ids[which].tolist()
        return found
    return [ids[i] for i in np.flatnonzero(which).tolist()]


def _known(changed: Collection[Any], ids: UnitIds, seed: int) -> tuple[list[Any], Ints]:
    """Those of the changed units that the index has, with their first ordinals."""
    if not changed:
        return [], _NONE
    asked = sorted(changed)
    found = ids.look_up(Packed(asked, seed=seed, numbers=ids.numbers))
    known = found >= 0
    return [asked[i] for i in np.flatnonzero(known).tolist()], found[known]
