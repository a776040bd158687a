"""Random journals through the real follower: the index and the general columns hold the same."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from happenings import STAGES, Firm
from packed_rows import rows_of

from tundish.funnel.units import UnitChoice, owned
from tundish.journal.event import Event
from tundish.stores import lake
from tundish.stores.dialect import execute
from tundish.stores.event_columns import event_table
from tundish.stores.index import following, open_snapshot, place_of, reach
from tundish.workspace import indexing


def expected(workspace, unit):
    """(rows, owned events) from all columns, with positions, by the general rules of membership."""
    columns = workspace.events()
    places = event_table(workspace.connection, upto=workspace.position).column("position")
    ours = owned(columns, UnitChoice("named", unit))
    position = places.to_numpy()[ours.rows].tolist()
    flags = [
        np.zeros(len(position), np.bool_) if flag is None else flag
        for flag in (ours.columns.estimated, ours.columns.day_only)
    ]
    said = {name: column.to_list() for name, column in ours.columns.properties.items()}
    rows = Counter(
        (
            ours.unit.at(row), ours.columns.event.at(row), int(ours.columns.time[row]), place,
            tuple(sorted((n, type(v[row]).__name__, v[row]) for n, v in said.items()
                         if v[row] is not None)),
            *(bool(flag[row]) for flag in flags),
        )
        for row, place in enumerate(position)
    )  # fmt: skip
    return rows, ours


def check(workspace):
    answered = 0
    for unit in following.KINDS:
        with indexing.asking("index"):
            found = indexing.packed(workspace, unit)
        if found is None:
            continue
        assert found.upto == workspace.position
        apart, packed, answered = set(found.apart), found.events, answered + 1
        rows, ours = expected(workspace, unit)
        wanted = {row: n for row, n in rows.items() if row[0] not in apart}
        assert rows_of(packed) == wanted, unit
        told = (packed.without_unit, packed.shared, packed.complete)
        assert told == (ours.without_unit, ours.shared, True), unit
    return answered


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(3))
def test_after_anything_that_happens_the_index_and_its_tail_hold_what_the_columns_hold(
    workspace, seed
):
    firm, answered = Firm(workspace, seed), 0
    for _ in range(36):
        firm.do()
        if firm.random.random() < 0.3:
            answered += check(workspace)
    indexing.follow(workspace, whole=True)
    assert check(workspace) == len(following.KINDS)
    assert answered
    assert not indexing.follow(workspace, whole=True)


@pytest.mark.usefixtures("small")
def test_the_follower_adds_what_is_new_and_leaves_the_building_to_a_loop_of_its_own(workspace):
    firm = Firm(workspace, 10)
    while workspace.position < 40:
        firm.send()
    workspace.catch_up()
    assert check(workspace) == 0
    while workspace.keep_indexed():
        pass
    assert check(workspace) == len(following.KINDS)
    while workspace.position < 60:
        firm.send()
    workspace.catch_up()
    kept = open_snapshot(place_of(workspace.folder, "person")).manifest
    assert kept.cursor == workspace.position
    assert check(workspace) == len(following.KINDS)


@pytest.mark.usefixtures("small")
def test_a_rebuild_makes_the_same_index_from_the_lake_and_from_the_journal(workspace):
    firm = Firm(workspace, 11)
    for _ in range(25):
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
def test_units_with_an_event_of_another_century_stand_apart_and_are_counted(workspace):
    """A date of 1971 or of 2099 that some form let through costs nobody else the fast way."""
    firm = Firm(workspace, 14)
    while workspace.position < 30:
        firm.send()
    indexing.follow(workspace, whole=True)
    for number, (year, person) in enumerate([(1971, "p1"), (2099, "p2"), (2014, "p3")]):
        odd = Event(
            id=f"odd{number}", name="page_viewed", occurred_at=datetime(year, 1, 1, tzinfo=UTC),
            person=person, company="c1", session="s1",
        )  # fmt: skip
        workspace.append([odd])
        for step in (firm.send, firm.merge, firm.follow, lambda: indexing.follow(workspace)):
            step()
            check(workspace)
            for said in (STEPS, FUNNEL):
                assert_equal_both_ways(workspace, said)
    with indexing.asking("index"):
        assert set(indexing.packed(workspace, "person").apart) <= {f"p{i}" for i in range(9)}
        assert indexing.packed(workspace, "company") is None
    indexing.rebuild(workspace)
    assert check(workspace) >= 2
    for said in (STEPS, FUNNEL):
        assert_equal_both_ways(workspace, said)


def test_an_index_that_would_leave_out_very_many_is_not_kept(workspace, small, monkeypatch):
    assert small is None
    monkeypatch.setattr(reach, "MOST_APART", 1)
    firm = Firm(workspace, 15)
    while workspace.position < 30:
        firm.send()
    for person in ("p1", "p2"):
        odd = Event(
            id=f"odd-{person}", name="order_paid", person=person,
            occurred_at=datetime(1971, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        workspace.append([odd])
    indexing.follow(workspace, whole=True)
    with indexing.asking("index"):
        assert indexing.packed(workspace, "person") is None
    assert not indexing.follow(workspace, whole=True)


STEPS = {"steps": [{"event": "page_viewed"}, {"event": "order_paid"}], "window": "90d"}
FUNNEL = {"name": "own", "stages": STAGES}


def assert_equal_both_ways(workspace, said):
    ask = workspace.step_funnel if "steps" in said else workspace.stage_funnel
    with indexing.asking("general"):
        general = ask(said).to_dict(lists=True)
    with indexing.asking("index"):
        assert ask(said).to_dict(lists=True) == general


@pytest.mark.usefixtures("small")
def test_a_merge_that_comes_while_units_are_gathered_is_left_to_the_next_step(
    workspace, monkeypatch
):
    firm = Firm(workspace, 16)
    while workspace.position < 30:
        firm.send()
    indexing.follow(workspace, whole=True)
    firm.merge()
    read, merges = following.event_table, iter(range(3))

    def and_then_a_merge(*said, **more):
        table = read(*said, **more)
        for _ in merges:
            firm.merge()
            break
        return table

    monkeypatch.setattr(following, "event_table", and_then_a_merge)
    before = open_snapshot(place_of(workspace.folder, "person")).manifest
    for _ in range(4):
        indexing.follow(workspace, whole=True)
        check(workspace)
    after = open_snapshot(place_of(workspace.folder, "person")).manifest
    assert before.epoch == after.epoch
    assert after.cursor == workspace.position
    assert check(workspace) == len(following.KINDS)
