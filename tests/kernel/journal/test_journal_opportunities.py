"""Opportunity tables of several CRMs become back-dated events of deals."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.readers import opportunities
from tundish.journal.readers.reading import Options
from tundish.terms import InputError, Money

MAVEN = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"


def read(text, *others, **options):
    said = Options(secret=b"key", **{"currency": "USD", **options})
    return opportunities.read(text.encode(), options=said, others=[o.encode() for o in others])


def told(reading):
    return [
        (e.deal, e.name, e.occurred_at.strftime("%Y-%m-%d"), e.estimated) for e in reading.events
    ]


def test_a_row_becomes_the_events_of_its_deal():
    reading = read(
        MAVEN + "1,Ann,GTX,Acme,Won,2017-01-02,2017-03-01,550\n"
        "2,Ann,GTX,,Lost,2017-01-05,2017-02-01,0\n"
        "3,Bob,GTX,Acme,Engaging,2017-01-09,,\n"
        "4,Bob,GTX,Acme,Prospecting,,,\n"
    )
    assert told(reading) == [
        ("1", "deal_created", "2017-01-02", True),
        ("1", "deal_engaged", "2017-01-02", False),
        ("1", "deal_won", "2017-03-01", False),
        ("2", "deal_created", "2017-01-05", True),
        ("2", "deal_engaged", "2017-01-05", False),
        ("2", "deal_lost", "2017-02-01", False),
        ("3", "deal_created", "2017-01-09", True),
        ("3", "deal_engaged", "2017-01-09", False),
        ("4", "deal_created", "2017-03-01", True),
    ]
    won = reading.events[2]
    assert (won.value, won.precision, won.company) == (Money(55000, "USD"), "day", "Acme")
    assert won.properties == {"product": "GTX", "owner": "Ann", "stage": "Won"}
    assert reading.events[5].company is None
    assert reading.events[5].value is None
    assert reading.notes["without_company"] == 1


def test_next_months_export_adds_only_what_is_new():
    first = read(MAVEN + "1,A,P,C,Engaging,2017-01-09,,\n2,A,P,C,Prospecting,,,\n")
    second = read(
        MAVEN
        + "1,A,P,C,Won,2017-01-09,2017-05-05,9\n2,A,P,C,Engaging,2017-04-01,,\n3,A,P,C,Prospecting,,,\n"
    )
    known = {e.id for e in first.events}
    assert [(e.deal, e.name) for e in second.events if e.id not in known] == [
        ("1", "deal_won"), ("2", "deal_engaged"), ("3", "deal_created"),
    ]  # fmt: skip


def test_tables_that_come_along_put_their_attributes_on_the_events():
    reading = read(
        MAVEN + "1,Ann,GTXPro,Acme,Engaging,2017-01-09,,\n",
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
        "Acme,retail,1996,1100.04,2822,Kenya,\n",
        "sales_agent,manager,regional_office\nAnn,Max,East\n",
        "product,series,sales_price\nGTX Pro,GTX,4821\n",
        "Table,Field,Description\naccounts,account,Company name\n",
    )
    assert reading.events[0].properties == {
        "product": "GTX Pro", "owner": "Ann", "stage": "Engaging", "company_sector": "retail",
        "company_founded": 1996, "company_revenue": 1100.04, "company_employees": 2822,
        "company_country": "Kenya", "manager": "Max", "office": "East", "product_series": "GTX",
        "product_price": 4821,
    }  # fmt: skip


def test_products_are_spelled_alike_without_a_products_table_too():
    rows = "1,A,GTXPro,C,Prospecting,,,\n2,A,GTX Pro,C,Engaging,2017-01-01,,\n"
    assert {e.properties["product"] for e in read(MAVEN + rows).events} == {"GTX Pro"}


def test_hubspot_deals_with_stage_dates_are_read():
    reading = read(
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,"
        "Closed Lost Reason,Associated Company,Date entered [Proposal]\n"
        '9,Big one,Closed Lost,"1,200.50",2026-03-05 10:00,2026-01-05 09:30,Ann,Price,Acme,'
        "2026-02-01 08:00\n"
        "10,Open one,Qualified,100,2026-12-31 00:01,2026-01-06 09:30,Ann,,Acme,\n"
    )
    assert told(reading) == [
        ("9", "deal_created", "2026-01-05", False),
        ("9", "deal_engaged", "2026-02-01", False),
        ("9", "deal_stage_changed", "2026-02-01", False),
        ("9", "deal_lost", "2026-03-05", False),
        ("10", "deal_created", "2026-01-06", False),
        ("10", "deal_engaged", "2026-01-06", True),
    ]
    lost = reading.events[3]
    assert (lost.properties["reason"], lost.value) == ("Price", Money(120050, "USD"))
    assert reading.events[2].properties["new"] == "Proposal"
    assert reading.events[4].properties["expected_close"] == "2026-12-31 00:01"


def test_pipedrive_deals_are_read_by_their_status_and_own_currency():
    reading = read(
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency (of value),Deal - Stage,Deal - Status,"
        "Deal - Owner,Deal - Organization,Deal - Won time,Deal - Lost time,Deal - Lost reason,"
        "Deal - Deal created,Deal - Expected close date\n"
        "1,One,100,EUR,Proposal,won,Ann,Acme,2026-02-01 10:00:00,,,2026-01-01 10:00:00,2026-03-01\n"
        "2,Two,100,EUR,Proposal,lost,Ann,Acme,,2026-02-02 10:00:00,Late,2026-01-01 10:00:00,\n"
    )
    assert [(e.name, e.occurred_at.day) for e in reading.events] == [
        ("deal_created", 1), ("deal_won", 1), ("deal_created", 1), ("deal_lost", 2),
    ]  # fmt: skip
    assert reading.events[1].value == Money(10000, "EUR")
    assert {e.precision for e in reading.events} == {"instant"}
    assert reading.events[1].occurred_at == datetime(2026, 2, 1, 10, tzinfo=UTC)


def test_salesforce_api_names_are_read_and_midnights_are_days():
    reading = read(
        "Id,Name,AccountId,StageName,Amount,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate\n"
        "006A,One,001,Signed,24,2018-12-19 00:00:00,true,true,005,2018-12-01 19:51:13\n"
        "006B,Two,001,Gone,,2018-12-20 00:00:00,true,false,005,2018-12-02 19:51:13\n"
    )
    assert [e.name for e in reading.events] == [
        "deal_created", "deal_won",
        "deal_created", "deal_lost",
    ]  # fmt: skip
    assert (reading.events[0].precision, reading.events[1].precision) == ("instant", "day")


def test_bad_rows_are_refused_and_the_good_ones_go_in():
    reading = read(
        MAVEN + "1,A,P,C,Won,2017-01-02,bad,550\n"
        ",A,P,C,Won,2017-01-02,2017-01-03,550\n"
        "3,A,P,C,,,,\n"
        "4,A,P,C,Won,2017-01-02,2017-02-02,lots\n"
        "5,A,P,C,Prospecting,,,\n"
        "5,A,P,C,Prospecting,,,\n"
        "6,A\n"
        "7,A,P,C,Engaging,2017-01-02,,\n"
    )
    assert [(r.line, r.code) for r in reading.rejects] == [
        (2, "time_unreadable"), (3, "deal_missing"), (4, "stage_missing"), (5, "amount_unreadable"),
        (7, "record_repeated"), (8, "row_width"),
    ]  # fmt: skip
    assert {e.deal for e in reading.events} == {"5", "7"}


def test_a_deal_without_a_stage_is_as_far_as_its_dates_tell():
    reading = read(MAVEN + "1,A,P,C,,2017-01-02,,\n")
    assert [e.name for e in reading.events] == ["deal_created", "deal_engaged"]


def test_a_deleted_deal_is_refused():
    reading = read(
        "Id,StageName,CreatedDate,IsDeleted\n1,Won,2026-01-01,true\n2,New,2026-01-01,false\n"
    )
    assert [(r.line, r.code) for r in reading.rejects] == [(2, "record_deleted")]
    assert {e.deal for e in reading.events} == {"2"}


def test_an_amount_without_currency_and_a_file_without_dates_are_refused_by_row():
    row = MAVEN + "1,A,P,C,Won,2017-01-02,2017-02-02,5\n"
    assert [r.code for r in read(row, currency=None).rejects] == ["currency_missing"]
    assert [r.code for r in read(MAVEN + "1,A,P,C,Prospecting,,,\n").rejects] == ["time_missing"]


def test_a_table_without_stages_is_refused_whole():
    with pytest.raises(InputError, match="No column says the stage"):
        read("opportunity_id,account\n1,A\n")


stages = st.sampled_from(["Prospecting", "Engaging", "Won", "Lost"])
days = st.sampled_from(["", "2017-01-01", "2017-02-01", "2017-03-01"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(stages, days, days), max_size=8), st.randoms(use_true_random=False))
def test_no_event_of_a_deal_is_dated_before_its_creation_and_rows_may_come_in_any_order(
    rows, random
):
    lines = [f"{i},A,P,C,{s},{min(a, b)},{max(a, b)},5\n" for i, (s, a, b) in enumerate(rows)]
    reading = read(MAVEN + "".join(lines))
    created = {e.deal: e.occurred_at for e in reading.events if e.name == "deal_created"}
    assert all(e.occurred_at >= created[e.deal] for e in reading.events)
    random.shuffle(lines)
    again = read(MAVEN + "".join(lines))
    assert sorted(e.id for e in again.events) == sorted(e.id for e in reading.events)
