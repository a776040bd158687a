"""CSV, JSON Lines and Parquet files with one event a row."""

import gzip
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.readers import csv_events, jsonl_events, parquet_events
from tundish.journal.readers.reading import BATCH, Options
from tundish.terms import InputError, Money

OPTIONS = Options(secret=b"key")
PLAIN = "person,event,time,plan\nu1,x_done,2026-01-01T10:00:00Z,pro\nu2,x_done,2026-01-02,\n"


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return csv_events.read(data, options=Options(secret=b"key", **options))


def test_a_plain_file_becomes_events():
    first, second = read(PLAIN).events
    assert (first.person, first.name, first.properties) == ("u1", "x_done", {"plan": "pro"})
    assert (first.occurred_at, first.precision) == (datetime(2026, 1, 1, 10, tzinfo=UTC), "instant")
    assert (second.occurred_at, second.precision) == (datetime(2026, 1, 2, tzinfo=UTC), "day")
    assert second.properties == {}


@pytest.mark.parametrize(
    "encode",
    [
        lambda t: t.encode("utf-8-sig"),
        lambda t: t.encode("utf-16"),
        lambda t: t.encode("utf-16-le"),
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: t.replace("\n", "\r").encode(),
        lambda t: t.replace(",", ";").encode(),
        lambda t: t.replace(",", "\t").encode(),
        lambda t: ("sep=;\n" + t.replace(",", ";")).encode(),
        lambda t: gzip.compress(t.encode()),
    ],
)
def test_encodings_delimiters_and_line_ends_are_found_out(encode):
    assert read(encode(PLAIN)).events == read(PLAIN).events


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1252", "Müller & Söhne, Åre"), ("cp1256", "شركة النور للتجارة")]
)
def test_old_windows_encodings_are_told_apart(encoding, word):
    text = f'company,event,time\n"{word}",x,2026-01-01\n'
    assert read(text.encode(encoding)).events[0].company == word


def test_headers_match_without_case_accents_and_punctuation():
    text = "USER-ID*,Évent Name,Created_At (UTC)\nu1,x,2026-01-01\n"
    assert read(text).events[0].person == "u1"


def test_a_mapping_overrides_the_guess_and_may_be_a_constant():
    text = "who,date,created at\nu1,2026-01-01,2026-05-05\n"
    mapping = {"person": "Who", "event": "=form_submitted", "time": "created at"}
    event = read(text, mapping=mapping).events[0]
    assert (event.person, event.name, event.occurred_at.month) == ("u1", "form_submitted", 5)
    assert event.properties == {"date": "2026-01-01"}


@pytest.mark.parametrize(
    ("mapping", "code"), [({"tim": "x"}, "field_unknown"), ({"time": "nope"}, "column_missing")]
)
def test_a_mapping_that_names_nothing_is_refused(mapping, code):
    with pytest.raises(InputError) as refused:
        read(PLAIN, mapping=mapping)
    assert refused.value.code == code


def test_a_file_without_a_column_of_events_says_so():
    with pytest.raises(InputError, match="No column says the event; there are person, time"):
        read("person,time\nu,2026-01-01\n")
    with pytest.raises(InputError, match="no header"):
        read("\n\n")


def test_every_bad_row_is_refused_with_line_code_and_raw_and_the_good_ones_go_in():
    text = (
        "person,event,time,value,currency\n"
        "u1,x,2026-01-01,,\n"
        ",x,2026-01-01,,\n"
        "u1,,2026-01-01,,\n"
        "u1,x,31.31.2026,,\n"
        "u1,x,2026-01-01,much,EUR\n"
        '"u1,x,2026-01-01,,\n'
        "u1,x,2026-01-01,,,,more\n"
        "u1,events voided,2026-01-01,,\n"
        "u2,y,2026-01-02,5,EUR,\n"
    )
    reading = read(text, mapping={"value": "value"})
    assert [(r.line, r.code) for r in reading.rejects] == [
        (3, "unit_missing"), (4, "event_missing"), (5, "time_unreadable"),
        (6, "amount_unreadable"), (7, "row_broken"), (8, "row_width"), (9, "event_reserved"),
    ]  # fmt: skip
    assert reading.rejects[2].raw == "u1,x,31.31.2026,,"
    assert [e.person for e in reading.events] == ["u1", "u2"]
    assert reading.rows == 9


def test_a_column_that_was_only_guessed_to_be_an_amount_stays_a_property():
    event = read("person,event,time,value\nu,x,2026-01-01,high\n").events[0]
    assert (event.value, event.properties) == (None, {"value": "high"})


def test_an_amount_without_any_currency_stays_a_property():
    text = "person,event,time,amount\nu,x,2026-01-01,12.5\n"
    assert read(text).events[0].properties == {"value": 12.5}
    assert read(text, currency="EUR").events[0].value == Money(1250, "EUR")


@pytest.mark.parametrize(
    ("amounts", "decimal", "minor"),
    [
        (["1.234,50", "12,5"], None, [123450, 1250]),
        (["1,234.50", "$12.5"], None, [123450, 1250]),
        (["1,234", "1,5"], None, [123400 // 1000, 150]),
        (["1,234", "2,345"], None, [123400, 234500]),
        (["1,234"], ",", [123]),
        (["(12.00)", "EUR 3"], None, [-1200, 300]),
        (["١٢٫٥٠"], None, [1250]),
    ],
)
def test_decimal_marks_are_found_out_or_stated(amounts, decimal, minor):
    rows = "".join(f'u{i},x,2026-01-01,"{amount}"\n' for i, amount in enumerate(amounts))
    reading = read("person,event,time,amount\n" + rows, currency="EUR", decimal=decimal)
    assert [e.value.minor_units for e in reading.events] == minor


@pytest.mark.parametrize(
    ("days", "order", "months"),
    [
        (["03/04/2026", "13/04/2026"], None, [4, 4]),
        (["03/04/2026", "03/13/2026"], None, [3, 3]),
        (["03/04/2026"], None, [4]),
        (["03/04/2026"], "month", [3]),
        (["3.4.26 10:30", "4 May 2026", "May 4, 2026"], None, [4, 5, 5]),
        (["12/31/2026 1:05 PM", "1/2/2026 12:00 AM"], None, [12, 1]),
    ],
)
def test_the_order_of_day_and_month_is_found_out_or_stated(days, order, months):
    rows = "".join(f'u,x,"{day}"\n' for day in days)
    reading = read("person,event,time\n" + rows, date_order=order)
    assert [e.occurred_at.month for e in reading.events] == months


def test_a_twelve_hour_clock_and_the_firms_time_zone_are_read():
    text = "person,event,time\nu,x,01/15/2026 01:05 PM\n"
    event = read(text, zone=ZoneInfo("Asia/Riyadh")).events[0]
    assert event.occurred_at == datetime(2026, 1, 15, 10, 5, tzinfo=UTC)


def test_a_row_without_a_time_is_dated_at_the_latest_and_marked():
    text = "person,event,time\nu,x,2026-01-01\nu,y,\nu,z,2026-03-01T08:00\n"
    _, dateless, _ = reading = read(text).events
    assert dateless.estimated
    assert dateless.occurred_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert [e.estimated for e in reading] == [False, True, False]
    later = read(text + "u,w,2026-09-09\n").events
    assert later[1].id == dateless.id
    assert later[1].occurred_at > dateless.occurred_at


def test_where_no_row_has_a_time_all_are_refused():
    reading = read("person,event,time\nu,x,\n")
    assert [r.code for r in reading.rejects] == ["time_missing"]


def test_a_person_known_by_mail_only_is_a_hash_and_the_mail_is_personal():
    event = read("e-mail,event,time,Name\nJoe@Acme.io,x,2026-01-01,Joe\n").events[0]
    assert event.person.startswith("mail:")
    assert event.personal == {"email": "Joe@Acme.io", "name": "Joe"}
    assert event.company == "acme.io"
    assert event.properties == {}


def test_numbers_as_times_need_their_unit_where_no_single_one_makes_sense():
    text = "person,event,time\nu,x,1700000000\n"
    reading = read(text)
    assert reading.events[0].occurred_at.year == 2023
    assert reading.notes["times_read_as_s"] == 1
    early = text.replace("1700000000", "700000000")
    assert read(early).rejects[0].code == "time_unreadable"
    assert read(early, time_unit="s").events[0].occurred_at.year == 1992


def test_json_lines_and_parquet_say_the_same_as_csv():
    rows = [
        {"person": "u1", "event": "Order Completed", "time": "2026-01-01T10:00:00Z", "value": 12.5,
         "currency": "eur", "properties": {"email": "a@b.co", "plan": "pro"}},
        {"person": "u1", "event": "x", "time": None, "value": None, "currency": None,
         "properties": None},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, rows)) + "\nnot json\n[1]\n"
    read_lines = jsonl_events.read(lines.encode(), options=OPTIONS)
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    read_file = parquet_events.read(file.getvalue(), options=OPTIONS)
    assert [r.line for r in read_lines.rejects] == [3, 4]
    for events in (read_lines.events, read_file.events):
        assert [e.name for e in events] == ["order_placed", "x"]
        assert events[0].value == Money(1250, "EUR")
        assert events[0].properties == {"plan": "pro", "original_name": "Order Completed"}
        assert events[0].personal == {"email": "a@b.co"}
        assert events[1].estimated


def test_what_is_no_parquet_or_broken_gzip_is_refused():
    with pytest.raises(InputError, match="not a Parquet file"):
        parquet_events.read(b"PAR1xx", options=OPTIONS)
    with pytest.raises(InputError, match="gzip"):
        read(b"\x1f\x8bxx")


def test_a_large_file_comes_in_batches():
    text = "person,event,time\n" + "u,x,2026-01-01\n" * (2 * BATCH + 1)
    sizes = [len(b.events) for b in csv_events.batches(text.encode(), options=OPTIONS)]
    assert sizes == [BATCH, BATCH, 1]


cells = st.tuples(
    st.sampled_from(["u1", "u2", "", "a;b", 'q"u', "x\ny"]),
    st.sampled_from(["x", "y", ""]),
    st.sampled_from(["2026-01-01", "2026-01-02T10:00:00Z", "", "bad"]),
    st.sampled_from(["", "pro", "free"]),
)


def table(rows):
    quoted = (",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    return "person,event,time,plan\n" + "\n".join(quoted) + "\n"


@settings(max_examples=40, deadline=None)
@given(st.lists(cells, max_size=8))
def test_reading_twice_gives_the_same_ids_and_all_are_different(rows):
    once, twice = read(table(rows)), read(table(rows))
    assert once == twice
    assert len({e.id for e in once.events}) == len(once.events)
    assert len(once.events) + len(once.rejects) == once.rows == len([r for r in rows if any(r)])


@settings(max_examples=40, deadline=None)
@given(st.lists(cells, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_their_ids(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert {e.id for e in read(table(rows)).events} == {e.id for e in read(table(shuffled)).events}


broken = st.sampled_from(['"open', "a,b,c,d,e,f", ",,,x", "u,x"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(broken, st.just("u1,x,2026-01-01,pro")), max_size=10))
def test_bad_rows_never_hide_good_ones(lines):
    reading = read("person,event,time,plan\n" + "\n".join(lines) + "\n")
    good = sum(line.startswith("u1,") for line in lines)
    assert len(reading.events) == good
    assert len(reading.rejects) == len(lines) - good
