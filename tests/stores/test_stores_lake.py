"""The lake: derived, whole or not there, readable by any engine."""

import pyarrow.parquet as pq
import pytest

from tundish.stores import journal, lake
from tundish.stores.dialect import execute
from tundish.terms import Money

NOW = 1_770_000_000_000_000


def stretches(folder):
    return [(part.first, part.last) for part in lake.parts(folder)]


def positions(folder):
    return [
        n for part in lake.parts(folder) for n in pq.read_table(part.path)["position"].to_pylist()
    ]


def fill(connection, event, first, last):
    journal.append(
        connection, [event(f"e{i}", person="p") for i in range(first, last + 1)], now=NOW
    )


def test_each_append_adds_what_is_new(connection, event, tmp_path):
    fill(connection, event, 1, 5)
    assert lake.append(tmp_path, connection, upto=3) == 3
    assert lake.append(tmp_path, connection, upto=3) == 0
    assert lake.append(tmp_path, connection, upto=5) == 2
    assert stretches(tmp_path) == [(1, 3), (4, 5)]
    assert positions(tmp_path) == [1, 2, 3, 4, 5]


def test_a_part_has_plain_columns(connection, event, tmp_path):
    sent = event("a", name="order_paid", value=Money(5, "EUR"), properties={"x": "ü"}, person="p")
    journal.append(connection, [sent], now=NOW)
    lake.append(tmp_path, connection, upto=1)
    table = pq.read_table(lake.parts(tmp_path)[0].path)
    row = table.to_pylist()[0]
    assert str(table.schema.field("occurred_at").type) == "timestamp[us, tz=UTC]"
    assert (row["position"], row["id"], row["name"]) == (1, "a", "order_paid")
    assert row["occurred_at"] == sent.occurred_at
    assert row["properties"] == '{"x":"ü"}'
    assert (row["value_minor"], row["currency"], row["bot"]) == (5, "EUR", False)


def test_no_personal_value_reaches_the_lake(connection, event, tmp_path):
    journal.append(connection, [event("a", personal={"email": "ada@example.org"})], now=NOW)
    lake.append(tmp_path, connection, upto=1)
    assert "ada@example.org" not in str(pq.read_table(lake.parts(tmp_path)[0].path).to_pylist())


@pytest.mark.parametrize("moment", ["half.write", "before the rename", "after the rename"])
def test_a_crash_at_any_point_leaves_a_lake_that_the_next_append_completes(
    connection, event, tmp_path, monkeypatch, moment
):
    fill(connection, event, 1, 4)
    lake.append(tmp_path, connection, upto=2)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if moment == "half.write":
            patch.setattr(lake.pq.ParquetWriter, "write_table", crash)
        elif moment == "before the rename":
            patch.setattr(lake.os, "fsync", crash)
        else:
            patch.setattr(lake, "_sync_folder", crash)
        with pytest.raises(KeyboardInterrupt):
            lake.append(tmp_path, connection, upto=4)
    assert positions(tmp_path) in ([1, 2], [1, 2, 3, 4])
    lake.append(tmp_path, connection, upto=4)
    assert positions(tmp_path) == [1, 2, 3, 4]
    assert [path.suffix for path in (tmp_path / "lake").iterdir()] == [".parquet"] * 2


def test_many_small_parts_become_few_and_each_event_is_rewritten_seldom(
    connection, event, tmp_path, monkeypatch
):
    written, write = [], lake._write

    def counting(place, tables, *, first, last):
        write(place, tables, first=first, last=last)
        written.append(last - first + 1)

    monkeypatch.setattr(lake, "_write", counting)
    for i in range(1, 75):
        fill(connection, event, i, i)
        lake.append(tmp_path, connection, upto=i)
    assert stretches(tmp_path) == [(1, 64), (65, 72), (73, 73), (74, 74)]
    assert positions(tmp_path) == list(range(1, 75))
    assert len(list((tmp_path / "lake").iterdir())) == 4
    assert sum(written) == 74 + 72 + 64


def test_a_crash_between_joining_and_deleting_counts_no_event_twice(
    connection, event, tmp_path, monkeypatch
):
    fill(connection, event, 1, 20)

    def crash(*_, **__):
        raise KeyboardInterrupt

    for i in range(1, 8):
        lake.append(tmp_path, connection, upto=i)
    with monkeypatch.context() as patch:
        patch.setattr(lake.Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            lake.append(tmp_path, connection, upto=8)
    assert len(list((tmp_path / "lake").iterdir())) == 9
    assert stretches(tmp_path) == [(1, 8)]
    lake.append(tmp_path, connection, upto=20)
    assert positions(tmp_path) == list(range(1, 21))
    assert len(list((tmp_path / "lake").iterdir())) == 2


def test_a_missing_part_is_written_again(connection, event, tmp_path):
    fill(connection, event, 1, 6)
    for upto in (2, 4, 6):
        lake.append(tmp_path, connection, upto=upto)
    lake.parts(tmp_path)[1].path.unlink()
    assert stretches(tmp_path) == [(1, 2)]
    lake.append(tmp_path, connection, upto=6)
    assert positions(tmp_path) == [1, 2, 3, 4, 5, 6]


def test_a_lake_of_another_past_is_thrown_away(connection, event, tmp_path):
    """As after a restored backup: the journal went on otherwise."""
    fill(connection, event, 1, 6)
    lake.append(tmp_path, connection, upto=6)
    execute(connection, "DELETE FROM event WHERE position > 3")
    execute(connection, "DELETE FROM event_key WHERE position > 3")
    fill(connection, event, 11, 14)
    lake.append(tmp_path, connection, upto=7)
    ids = [i for part in lake.parts(tmp_path) for i in pq.read_table(part.path)["id"].to_pylist()]
    assert ids == ["e1", "e2", "e3", "e11", "e12", "e13", "e14"]


def test_the_lake_is_rebuilt_from_the_journal(connection, event, tmp_path):
    fill(connection, event, 1, 5)
    for upto in (2, 5):
        lake.append(tmp_path, connection, upto=upto)
    (tmp_path / "lake" / "part-000000000001-000000000002.parquet").write_bytes(b"broken")
    assert lake.rebuild(tmp_path, connection) == 5
    assert stretches(tmp_path) == [(1, 5)]
