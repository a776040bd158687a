"""Tables of every kind become the same columns."""

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.event import Event
from tundish.journal.tables import columns_from, read_table
from tundish.terms import InputError, Money, to_micros

AT = datetime(2026, 3, 1, 10, 0, 0, 123457, tzinfo=UTC)
ROWS = [
    {"unit": "a", "event": "x", "time": AT, "plan": "pro", "seats": 3},
    {"unit": "b", "event": "y", "time": AT + timedelta(days=1), "plan": None, "seats": 4},
    {"unit": "a", "event": "x", "time": AT - timedelta(days=1), "plan": "free", "seats": None},
]


def seen(columns):
    """A table's content without regard to how it is coded."""
    return {
        "time": columns.time.tolist(),
        "event": columns.event.to_list(),
        "units": {k: c.to_list() for k, c in columns.units.items()},
        "properties": {k: c.to_list() for k, c in sorted(columns.properties.items())},
    }


def test_dicts_arrow_pandas_and_polars_give_the_same_columns():
    expected = seen(columns_from(ROWS))
    assert expected["time"][0] == to_micros(AT)
    assert expected["properties"] == {"plan": ["pro", None, "free"], "seats": [3, 4, None]}
    frame = pd.DataFrame(ROWS)
    for table in (pa.Table.from_pylist(ROWS), frame, pl.DataFrame(ROWS), iter(ROWS)):
        assert seen(columns_from(table)) == expected


def test_files_of_every_kind_give_the_same_columns():
    text = [{**row, "time": row["time"].isoformat()} for row in ROWS]
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), parquet)
    files = {
        "a.csv": pd.DataFrame(ROWS).astype({"seats": "Int64"}).to_csv(index=False).encode(),
        "a.jsonl": "\n".join(map(json.dumps, text)).encode(),
        "a.json": json.dumps(text).encode(),
        "a.parquet": parquet.getvalue(),
    }
    expected = seen(columns_from(ROWS))
    for name, data in files.items():
        assert seen(read_table(data, name)) == expected, name
        assert seen(read_table(gzip.compress(data), name + ".gz")) == expected, name


def test_properties_may_be_a_mapping_in_every_kind_of_table():
    rows = [
        {"unit": "a", "event": "x", "time": "2026-01-01", "properties": {"p": 1}, "p": None},
        {"unit": "a", "event": "x", "time": "2026-01-01", "properties": None, "p": 2},
    ]
    expected = [1, 2]
    assert columns_from(rows).property("p").to_list() == expected
    assert columns_from(pa.Table.from_pylist(rows)).property("p").to_list() == expected
    csv = b'unit,event,time,properties,p\na,x,2026-01-01,"{""p"": 1}",\na,x,2026-01-01,,2\n'
    assert read_table(csv, "a.csv").property("p").to_list() == expected


def test_a_mapping_of_properties_wins_over_a_column_of_the_same_name():
    row = {"event": "x", "time": AT, "p": "outside", "properties": {"p": "inside"}}
    assert columns_from([row]).property("p").to_list() == ["inside"]
    assert columns_from(pa.Table.from_pylist([row])).property("p").to_list() == ["inside"]


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        ({"event": "x", "time": 5}, "time_unit_missing", "events[1].time"),
        ({"event": "x", "time": datetime(2026, 1, 1)}, "time_without_zone", "events[1].time"),  # noqa: DTZ001
        ({"event": "x", "time": "soon"}, "time_unreadable", "events[1].time"),
        ({"event": "x", "time": None}, "time_missing", "events[1].time"),
        ({"event": "x", "time": True}, "time_unreadable", "events[1].time"),
        ({"event": None, "time": AT}, "event_missing", "events[1].event"),
        (
            {"event": "x", "time": AT, "properties": 4},
            "properties_unreadable",
            "events[1].properties",
        ),
        ("x", "row_unreadable", "events[1]"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_key(row, code, place):
    with pytest.raises(InputError) as refused:
        columns_from([{"event": "x", "time": AT}, row])
    assert (refused.value.code, refused.value.place) == (code, place)


@pytest.mark.parametrize("events", ["events.csv", b"x", 5, {"event": "x"}])
def test_what_is_no_table_is_refused(events):
    with pytest.raises(InputError) as refused:
        columns_from(events)
    assert refused.value.code == "events_unreadable"


def test_a_table_without_a_needed_column_says_which_it_has():
    with pytest.raises(InputError, match="no column time; it has unit, event"):
        columns_from(pa.table({"unit": ["a"], "event": ["x"]}))


@pytest.mark.parametrize("kind", ["rows", "arrow", "csv"])
@pytest.mark.parametrize(("unit", "factor"), [("s", 10**6), ("ms", 10**3), ("us", 1)])
def test_numbers_are_epochs_in_the_stated_unit(kind, unit, factor):
    numbers = [1_700_000_000, 0, 1_700_000_001]
    rows = [{"unit": "a", "event": "x", "time": n} for n in numbers]
    tables = {
        "rows": lambda: columns_from(rows, time_unit=unit),
        "arrow": lambda: columns_from(pa.Table.from_pylist(rows), time_unit=unit),
        "csv": lambda: read_table(
            pd.DataFrame(rows).to_csv(index=False).encode(), "a.csv", time_unit=unit
        ),
    }
    assert tables[kind]().time.tolist() == [n * factor for n in numbers]


def test_float_seconds_are_rounded_to_the_microsecond():
    rows = [{"event": "x", "time": 1_700_000_000.123456}]
    assert columns_from(rows, time_unit="s").time.tolist() == [1_700_000_000_123_456]
    table = pa.Table.from_pylist(rows)
    assert columns_from(table, time_unit="s").time.tolist() == [1_700_000_000_123_456]


def test_a_unit_of_time_that_there_is_not_is_refused():
    with pytest.raises(InputError, match="s, ms and us"):
        columns_from([], time_unit="h")


@pytest.mark.parametrize("number", [1e18, 10**18, 1_767_225_600_000, -62_135_596_801])
def test_a_time_outside_the_years_1_to_9999_is_refused_with_its_row(number):
    tables = (
        [{"event": "x", "time": number}],
        pa.table({"event": ["x"], "time": [number]}),
        pd.DataFrame({"event": ["x"], "time": [number]}),
    )
    for table in tables:
        with pytest.raises(InputError, match="years 1 to 9999") as refused:
            columns_from(table, time_unit="s")
        assert (refused.value.code, refused.value.place) == ("time_out_of_range", "events[0].time")


@pytest.mark.parametrize(
    "times", [pa.array([0, 2**42], pa.timestamp("s")), pa.array([0, 2**30], pa.date32()),
              pa.array([0, 2**60], pa.timestamp("ms", "UTC"))],
)  # fmt: skip
def test_a_column_of_times_with_one_beyond_all_dates_names_its_row(times):
    with pytest.raises(InputError) as refused:
        columns_from(pa.table({"event": ["x", "x"], "time": times}))
    assert (refused.value.code, refused.value.place) == ("time_out_of_range", "events[1].time")


def test_the_first_and_the_last_instant_of_all_dates_are_times():
    texts = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]
    rows = [{"event": "x", "time": text} for text in texts]
    expected = [to_micros(datetime.fromisoformat(text)) for text in texts]
    assert columns_from(rows).time.tolist() == expected
    assert columns_from(pa.Table.from_pylist(rows)).time.tolist() == expected


def test_a_bare_date_has_the_precision_of_a_day():
    rows = [{"event": "x", "time": t} for t in ("2026-01-05", "2026-01-05T00:00:00")]
    assert columns_from(rows).day_only.tolist() == [True, False]
    assert columns_from(pa.Table.from_pylist(rows)).day_only.tolist() == [True, False]
    dates = [{"event": "x", "time": date(2026, 1, 5)}]
    for table in (dates, pa.Table.from_pylist(dates)):
        assert columns_from(table).day_only.tolist() == [True]
        assert columns_from(table).time.tolist() == [to_micros(datetime(2026, 1, 5, tzinfo=UTC))]


def test_text_without_zone_is_utc_and_with_zone_is_converted():
    texts = ["2026-01-05T10:00:00", "2026-01-05T12:00:00+02:00", "2026-01-05 10:00:00Z"]
    expected = [to_micros(datetime(2026, 1, 5, 10, tzinfo=UTC))] * 3
    rows = [{"event": "x", "time": text} for text in texts]
    assert columns_from(rows).time.tolist() == expected
    assert columns_from(pa.Table.from_pylist(rows)).time.tolist() == expected


def test_nanoseconds_lose_their_fraction_of_a_microsecond_downwards():
    table = pa.table({"event": ["x", "x"], "time": pa.array([-1, 1999], pa.timestamp("ns", "UTC"))})
    assert columns_from(table).time.tolist() == [-1, 1]


def test_ids_marks_and_precision_mean_something_and_can_be_asked_for():
    rows = [
        {"event": "x", "time": AT, "id": "1", "estimated": True, "precision": "day"},
        {"event": "x", "time": AT, "id": "2", "estimated": False, "precision": None},
    ]
    for table in (rows, pa.Table.from_pylist(rows)):
        columns = columns_from(table)
        assert columns.ids.to_list() == ["1", "2"]
        assert columns.estimated.tolist() == columns.day_only.tolist() == [True, False]
        assert columns.property("id").to_list() == ["1", "2"]
        assert columns.property("estimated").to_list() == [True, False]
        assert columns.property("precision").to_list() == ["day", None]


def test_what_is_no_flag_or_precision_is_a_plain_property():
    rows = [
        {"event": "x", "time": AT, "precision": 0.93, "estimated": 1200, "id": "v"},
        {"event": "x", "time": AT, "precision": 0.5, "estimated": 0, "id": "w"},
    ]
    csv = b"event,time,precision,estimated,id\nx,2026-03-01T10:00Z,0.93,1200,v\nx,2026-03-01T10:00Z,0.5,0,w\n"
    for columns in (columns_from(rows), columns_from(pa.Table.from_pylist(rows)),
                    read_table(csv, "a.csv")):  # fmt: skip
        assert columns.estimated is None
        assert columns.day_only is None
        assert columns.property("precision").to_list() == [0.93, 0.5]
        assert columns.property("estimated").to_list() == [1200, 0]
        assert columns.property("id").to_list() == ["v", "w"]


def test_a_mapping_may_hold_properties_named_as_our_fields():
    rows = [
        {"event": "x", "time": AT, "id": "1", "properties": {"id": "inside", "precision": "fine"}},
        {"event": "x", "time": AT, "id": "2", "properties": {"id": None, "precision": None}},
    ]
    for columns in (columns_from(rows), columns_from(pa.Table.from_pylist(rows))):
        assert columns.ids.to_list() == ["1", "2"]
        assert columns.property("id").to_list() == ["inside", "2"]
        assert columns.property("precision").to_list() == ["fine", None]
        assert columns.day_only is None


def test_ids_in_a_csv_file_are_kept_as_they_are_written():
    columns = read_table(b"person,event,time,zip,n\n007,x,2026-01-01,01234,5\n", "a.csv")
    assert columns.units["person"].to_list() == ["007"]
    assert columns.property("zip").to_list() == ["01234"]
    assert columns.property("n").to_list() == [5]


def test_a_frame_that_made_floats_of_ids_gives_whole_numbers_back():
    frame = pd.DataFrame({"unit": [1, None], "event": ["x", "y"], "time": [AT, AT]})
    assert columns_from(frame).units["unit"].to_list() == [1, None]


def test_a_pandas_column_of_mixed_types_is_read_row_by_row():
    frame = pd.DataFrame({"event": ["x", "y"], "time": [AT, AT], "mix": [1, "a"]})
    assert columns_from(frame).property("mix").to_list() == [1, "a"]


def test_events_of_the_journal_are_rows_too():
    event = Event(
        id="1", name="deal_won", occurred_at=AT, deal="d", channel="paid",
        value=Money(12_50, "EUR"), properties={"product": "p"},
    )  # fmt: skip
    columns = columns_from([event])
    assert seen(columns)["properties"] == {
        "campaign": [None], "channel": ["paid"], "currency": ["EUR"], "product": ["p"],
        "source": [None], "value": [12.5],
    }  # fmt: skip
    assert columns.units["deal"].to_list() == ["d"]


def test_no_rows_give_no_columns_and_no_error():
    frames = (pd.DataFrame(), pd.DataFrame(columns=["unit", "event", "time"]), pl.DataFrame())
    for table in ([], pa.table({}), pd.DataFrame({"event": [], "time": []}), *frames):
        assert len(columns_from(table)) == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", b""), ("a.csv", b"\xef\xbb\xbf"), ("a.csv", b"unit,event,time"), ("a.tsv", b"\n"),
     ("a.csv", b"unit,event,time\n"), ("a.csv.gz", gzip.compress(b"", mtime=0)), ("a.jsonl", b""),
     ("a.jsonl", b"\n"), ("a.json", b"[]")],
)  # fmt: skip
def test_an_empty_file_of_any_kind_has_no_events(name, data):
    columns = read_table(data, name)
    assert len(columns) == 0
    assert all(len(column) == 0 for column in columns.units.values())


def test_a_naive_column_of_a_frame_is_utc():
    naive = datetime(2026, 3, 1, 10)  # noqa: DTZ001
    frame = pd.DataFrame({"event": ["x"], "time": [naive]})
    for table in (frame, pa.table({"event": ["x"], "time": [naive]}), pl.from_pandas(frame)):
        assert columns_from(table).time.tolist() == [to_micros(naive.replace(tzinfo=UTC))]


instants = st.datetimes(
    min_value=datetime(1700, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(instants, max_size=20))
def test_every_instant_keeps_its_microsecond(times):
    rows = [{"event": "x", "time": t} for t in times]
    exact = [(t - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) for t in times]
    assert columns_from(rows).time.tolist() == exact
    arrow = pa.table(
        {"event": ["x"] * len(times), "time": pa.array(times, pa.timestamp("us", "UTC"))}
    )
    assert columns_from(arrow).time.tolist() == exact
    text = [{"event": "x", "time": t.isoformat()} for t in times]
    assert columns_from(pa.Table.from_pylist(text)).time.tolist() == exact if times else True


values = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["a", "1", "", "é"])
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("pqr"), values), max_size=12))
def test_every_property_keeps_its_value_and_type(bags):
    columns = columns_from([{"event": "x", "time": AT, **bag} for bag in bags])
    for i, bag in enumerate(bags):
        for key in "pqr":
            kept = columns.property(key).at(i)
            assert kept == bag.get(key)
            assert type(kept) is type(bag.get(key))


def test_a_number_that_is_no_number_is_missing():
    table = pa.table({"event": ["x"] * 3, "time": [AT] * 3, "v": [1.5, float("nan"), None]})
    column = columns_from(table).property("v")
    assert column.to_list() == [1.5, None, None]
    assert column.codes.dtype == np.int32
