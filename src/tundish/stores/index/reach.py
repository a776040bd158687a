"""Units with an event that no key can tell: a date of 1970, or of 2099, that some form let through.

Such a unit stands apart: none of its events is in the index, the general kernel answers for it.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from tundish.funnel.packed.events import LAST_MICROS
from tundish.journal.columns import Bools, Coded, Ints
from tundish.stores.index.changes import Change, Rows

MOST_APART = 200
"""More units than that begin the index anew, or leave all to the general kernel."""


class OutOfReach(Exception):  # noqa: N818 - not the user's error: the index is begun anew
    """Events lie further from the index's base than a key can say."""


def outside(rows: Rows, base: int) -> Bools:
    """Which rows (m,) no key counting from `base` can tell the time of."""
    time: Ints = rows.columns.time
    return np.asarray((time < base) | (time - base > LAST_MICROS), np.bool_)


def check(rows: Rows, base: int) -> None:
    """Raises OutOfReach where there is such a row."""
    if outside(rows, base).any():
        raise OutOfReach


def within(change: Change, *, base: int, apart: Collection[str]) -> tuple[Change, Collection[str]]:
    """(the change without the units that stand apart, those units). Raises OutOfReach where they
    are too many."""
    rows = change.rows
    assert isinstance(rows.unit, Coded)
    far = outside(rows, base)
    if not far.any() and not apart:
        return change, apart
    new = {rows.unit.at(row) for row in np.flatnonzero(far).tolist()} - set(apart)
    together = {*apart, *new}
    if len(together) > MOST_APART:
        raise OutOfReach
    kept = np.flatnonzero(~rows.unit.where(together.__contains__))
    inside = Rows(rows.columns.take(kept), rows.unit.take(kept), rows.position[kept])
    return replace(change, rows=inside, changed={*change.changed, *new}), sorted(together)
