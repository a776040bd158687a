"""What is written is read again, whatever was joined, moved or left by a killed writer."""

import random
from dataclasses import replace

import numpy as np
import pytest
from columns_of_batches import BASE, Steps, batch, rows_in
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_rows import rows_of

from tundish.journal.columns import Coded, EventColumns
from tundish.stores.index import (
    Change,
    Damaged,
    OutOfReach,
    Rows,
    open_snapshot,
    place_of,
    values,
    writing,
)
from tundish.stores.index.ids import Packed, UnitIds


def write(folder, changes, *, ids="text"):
    for change in changes:
        with writing(folder, "person", ids=ids) as writer:
            writer.write(change)
            writer.publish()
    return place_of(folder, "person")


@pytest.mark.parametrize("numbers", [False, True])
def test_what_is_appended_and_compacted_is_read_again(tmp_path, numbers):
    changes = [batch(i, numbers=numbers) for i in range(20)]
    ids = "number" if numbers else "text"
    place = write(tmp_path, changes, ids=ids)
    before = open_snapshot(place)
    assert len(before.parts) == 20
    assert rows_of(before.events()) == rows_in(changes)
    with writing(tmp_path, "person", ids=ids) as writer:
        assert writer.compact()
        writer.publish()
        assert len(open_snapshot(place).parts) == 1
        assert not writer.compact(all=True)
        writer.verify()
    assert rows_of(open_snapshot(place).events()) == rows_in(changes)
    assert rows_of(before.events()) == rows_in(changes)  # an open state stays whole
    assert len(list(place.iterdir())) == len(open_snapshot(place).manifest.files()) + 1 - numbers


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6))
def test_an_index_is_what_a_plain_list_of_rows_would_be(tmp_path_factory, seed):
    """Appends, units gathered again, compaction and new openings in any order."""
    folder, draw, kept = tmp_path_factory.mktemp("index"), random.Random(seed), []
    number = 0
    for _ in range(draw.randrange(1, 12)):
        written = list(kept)
        with writing(folder, "person") as writer:
            for _ in range(draw.randrange(1, 4)):
                what = draw.random()
                if what < 0.25:
                    writer.compact(all=what < 0.15)
                    continue
                gone = {f"u{draw.randrange(12)}" for _ in range(draw.choice([0, 0, 1, 4]))}
                change = replace(batch(number, size=draw.randrange(1, 30), units=8), changed=gone)
                if draw.random() < 0.2:  # units that have no event any more
                    change = replace(change, rows=nothing_of(change.rows))
                number += 1
                writer.write(change)
                written.append(change)
            if draw.random() < 0.8:
                writer.publish()
                kept = written
        found = open_snapshot(place_of(folder, "person"))
        if found is not None and found.manifest.base:
            assert rows_of(found.events()) == Steps(kept).rows()
            tail = replace(batch(number, size=9, units=8), changed={"u3", "u9"})
            assert rows_of(found.events(tail)) == Steps([*kept, tail]).rows()


def nothing_of(rows):
    none = np.empty(0, np.int64)
    return Rows(rows.columns.take(none), rows.unit.take(none), none)


def test_an_id_is_found_among_many_and_never_taken_for_another(tmp_path):
    texts = [f"id-{i}" for i in range(5_000)] + ["", "ä" * 40, "a\ud800", "0", "00"]
    none = np.empty(0, np.int32)
    change = batch(0)
    rows = Rows(
        EventColumns(
            np.full(len(texts), BASE), Coded(np.zeros(len(texts), np.int32), ("n",)), {}
        ),
        Coded(np.arange(len(texts), dtype=np.int32), tuple(texts)),
        np.arange(len(texts)),
    )  # fmt: skip
    place = write(tmp_path, [replace(change, rows=rows)])
    found = open_snapshot(place)
    assert list(found.ids) == texts
    assert found.ids[-1] == "00"
    asked = Packed(
        ["nobody", *reversed(texts), "id-99999"], seed=found.manifest.seed, numbers=False
    )
    wanted = [-1, *reversed(range(len(texts))), -1]
    assert found.ids.look_up(asked).tolist() == wanted
    asked.hash[:] = asked.hash[5]  # all share one place: the texts decide
    assert found.ids.look_up(asked)[5] in (wanted[5], -1)
    assert len(none) == 0


def test_ids_are_verified_by_their_text_where_hashes_are_equal(tmp_path, monkeypatch):
    from tundish.stores.index import ids

    monkeypatch.setattr(ids, "hash_texts", lambda _, ends, __: np.full(len(ends), 7, np.uint64))
    changes = [batch(i, size=20, units=40) for i in range(4)]
    place = write(tmp_path, changes)
    assert rows_of(open_snapshot(place).events()) == rows_in(changes)


def test_a_property_of_too_many_values_loses_its_column_and_the_index_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(values, "MOST_VALUES", 50)
    changes = []
    for number in range(4):
        change = batch(number)
        orders = Coded.of(f"order-{number}-{i % 20}" for i in range(len(change.rows)))
        columns = change.rows.columns
        more = EventColumns(
            columns.time, columns.event, {}, {**columns.properties, "order": orders},
            columns.estimated,
        )  # fmt: skip
        changes.append(replace(change, rows=replace(change.rows, columns=more)))
    place = write(tmp_path, changes[:2])
    assert set(open_snapshot(place).events().dictionaries) == {"plan", "order"}
    place = write(tmp_path, changes[2:])
    found = open_snapshot(place).events()
    assert set(found.dictionaries) == {"plan"}
    assert not found.complete
    assert rows_of(found) == rows_in(changes)
    with writing(tmp_path, "person") as writer:
        writer.compact(all=True)
        writer.publish()
    assert rows_of(open_snapshot(place).events()) == rows_in(changes)


def test_an_event_out_of_reach_is_told_and_nothing_is_added(tmp_path):
    place = write(tmp_path, [batch(0)])
    far = batch(1)
    far.rows.columns.time[3] += 18 * 365 * 86_400_000_000
    with writing(tmp_path, "person") as writer, pytest.raises(OutOfReach):
        writer.write(far)
    with pytest.raises(OutOfReach):
        open_snapshot(place).events(far)
    assert rows_of(open_snapshot(place).events()) == rows_in([batch(0)])


def test_two_writers_never_write_at_once(tmp_path):
    with writing(tmp_path, "person") as first, writing(tmp_path, "person") as second:
        assert first is not None
        assert second is None


def test_damage_is_found_and_never_read_as_numbers(tmp_path):
    """Every byte of every file in turn: what opens is whole, or the check of all finds the damage."""
    changes = [batch(i, size=12, units=5) for i in range(2)]
    place = write(tmp_path, [*changes[:1], replace(changes[1], changed={"u1"})])
    wanted = rows_of(open_snapshot(place).events())
    draw = random.Random(1)
    for path in sorted(place.iterdir()):
        whole = path.read_bytes()
        spots = sorted(draw.sample(range(len(whole)), min(len(whole), 60)))
        for spot in spots:
            path.write_bytes(whole[:spot] + bytes([whole[spot] ^ 0x55]) + whole[spot + 1 :])
            assert _harmless(place, wanted), (path.name, spot)
        for size in sorted({0, len(whole) // 2, max(len(whole) - 1, 0)} - {len(whole)}):
            path.write_bytes(whole[:size])
            assert _harmless(place, wanted), (path.name, size)
        path.write_bytes(whole)
    assert rows_of(open_snapshot(place).events()) == wanted


def _harmless(place, wanted):
    from tundish.stores.index.writer import Writer

    try:
        found = open_snapshot(place)
    except Damaged:
        return True
    if found is None:
        return True
    writer = Writer.__new__(Writer)
    writer.place, writer.manifest = place, found.manifest
    try:
        writer.verify()
    except Damaged:
        return True
    return rows_of(found.events()) == wanted and isinstance(found.ids, UnitIds)


def test_columns_alone_are_enough_without_positions_of_a_journal(tmp_path):
    change = batch(0, numbers=True)
    assert isinstance(change, Change)
    place = write(tmp_path, [change], ids="number")
    assert sorted(open_snapshot(place).ids) == sorted(set(change.rows.unit.tolist()))
