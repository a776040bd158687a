"""Random journals through the real follower: the index and the general columns hold the same."""

import numpy as np
import pytest
from happenings import Firm
from packed_rows import rows_of

import tundish
from tundish.funnel.packed.packing import pack
from tundish.funnel.units import UnitChoice, owned
from tundish.stores.event_columns import event_table
from tundish.stores.index import following
from tundish.workspace import indexing


def expected(workspace, unit):
    """The same from all columns, with positions, by the general rules of membership."""
    columns = workspace.events()
    packed = pack(columns, unit)
    place = event_table(workspace.connection, upto=workspace.position).column("position")
    rows = owned(columns, UnitChoice("named", unit)).rows
    assert len(rows) == sum(len(run) for runs in packed.kinds.values() for run in runs)
    for runs in packed.kinds.values():
        for run in runs:
            run.position[:] = np.asarray(place.to_numpy())[run.position]
    return packed


def check(workspace):
    answered = 0
    for unit in following.KINDS:
        with indexing.asking("index"):
            found = indexing.packed(workspace, unit)
        if found is None:
            continue
        answered += 1
        wanted = expected(workspace, unit)
        assert rows_of(found) == rows_of(wanted), unit
        told = (found.without_unit, found.shared, found.complete)
        assert told == (wanted.without_unit, wanted.shared, True), unit
    return answered


@pytest.mark.parametrize("seed", range(6))
def test_after_anything_that_happens_the_index_and_its_tail_hold_what_the_columns_hold(
    tmp_path, seed
):
    with tundish.open(tmp_path / "w", create=True) as workspace:
        firm, answered = Firm(workspace, seed), 0
        for _ in range(50):
            firm.do()
            if firm.random.random() < 0.3:
                answered += check(workspace)
        indexing.follow(workspace, whole=True)
        assert check(workspace) == len(following.KINDS)
        assert answered
