"""Random journals through the real follower: the index and the general columns hold the same."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from happenings import Firm
from packed_rows import rows_of

from tundish.funnel.packed.packing import pack
from tundish.funnel.units import UnitChoice, owned
from tundish.journal.event import Event
from tundish.stores import lake
from tundish.stores.dialect import execute
from tundish.stores.event_columns import event_table
from tundish.stores.index import following, place_of
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
        assert found.upto == workspace.position
        found, answered = found.events, answered + 1
        wanted = expected(workspace, unit)
        assert rows_of(found) == rows_of(wanted), unit
        told = (found.without_unit, found.shared, found.complete)
        assert told == (wanted.without_unit, wanted.shared, True), unit
    return answered


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(4))
def test_after_anything_that_happens_the_index_and_its_tail_hold_what_the_columns_hold(
    workspace, seed
):
    firm, answered = Firm(workspace, seed), 0
    for _ in range(45):
        firm.do()
        if firm.random.random() < 0.3:
            answered += check(workspace)
    indexing.follow(workspace, whole=True)
    assert check(workspace) == len(following.KINDS)
    assert answered
    assert not indexing.follow(workspace, whole=True)


@pytest.mark.usefixtures("small")
def test_a_rebuild_makes_the_same_index_from_the_lake_and_from_the_journal(workspace):
    firm = Firm(workspace, 11)
    for _ in range(40):
        firm.do()
    workspace.rebuild()
    assert check(workspace) == len(following.KINDS)
    for part in lake.parts(workspace.folder):
        part.path.unlink()
    indexing.rebuild(workspace)
    assert check(workspace) == len(following.KINDS)


@pytest.mark.usefixtures("small")
def test_a_backup_that_was_put_back_is_indexed_anew(workspace):
    """The journal then is shorter than the index, or has gone on otherwise."""
    firm = Firm(workspace, 12)
    while workspace.position < 30:
        firm.send()
    indexing.follow(workspace, whole=True)
    execute(workspace.connection, "DELETE FROM event WHERE position > 20")
    assert check(workspace) == 0
    firm.send()
    firm.send()
    assert check(workspace) == 0
    indexing.follow(workspace, whole=True)
    assert check(workspace) == len(following.KINDS)


@pytest.mark.usefixtures("small")
def test_an_index_that_a_reader_found_damaged_is_built_anew(workspace):
    firm = Firm(workspace, 13)
    while workspace.position < 30:
        firm.send()
    indexing.follow(workspace, whole=True)
    firm.send()
    place = place_of(workspace.folder, "person")
    part = next(place.glob("*.part-*"))
    part.write_bytes(part.read_bytes()[:-3])
    assert check(workspace) == len(following.KINDS) - 1
    indexing.follow(workspace, whole=True)
    assert check(workspace) == len(following.KINDS)


@pytest.mark.usefixtures("small")
def test_an_older_event_than_the_index_reaches_begins_it_anew(workspace):
    firm = Firm(workspace, 14)
    while workspace.position < 30:
        firm.send()
    indexing.follow(workspace, whole=True)
    old = Event(
        id="old", name="page_viewed", occurred_at=datetime(2019, 1, 1, tzinfo=UTC), person="p1"
    )
    workspace.append([old])
    assert check(workspace) < len(following.KINDS)
    indexing.follow(workspace, whole=True)
    assert check(workspace) == len(following.KINDS)
    workspace.append([replace(old, id="older", occurred_at=datetime(1971, 1, 1, tzinfo=UTC))])
    assert not indexing.follow(workspace, whole=True)  # no key spans so many years
    assert check(workspace) < len(following.KINDS)
