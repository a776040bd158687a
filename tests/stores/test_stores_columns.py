"""Events as columns: from the journal, and the same from the lake and the journal's tail."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tundish.journal.event import Event
from tundish.journal.tables import columns_from
from tundish.stores import ensure_all, event_columns, journal, lake, local
from tundish.stores.connect import open_database
from tundish.terms import InputError, Money, to_micros

NOW = 1_770_000_000_000_000
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def plain(columns):
    """Columns as lists: what they say, without how it is coded."""
    n = len(columns)
    return {
        "time": columns.time.tolist(),
        "event": columns.event.to_list(),
        "ids": columns.ids.to_list(),
        "estimated": [False] * n if columns.estimated is None else columns.estimated.tolist(),
        "day_only": [False] * n if columns.day_only is None else columns.day_only.tolist(),
        "units": {kind: c.to_list() for kind, c in columns.units.items()},
        "properties": {
            name: [(type(v), v) for v in c.to_list()]
            for name, c in columns.properties.items()
            if (c.codes >= 0).any()
        },
    }


def test_the_columns_are_those_of_the_plain_events(connection, event):
    some = [
        event("a", person="p", company="c", channel="mail", properties={"n": 1, "t": "x"}),
        event("b", minutes=3, deal="d", session="s", value=Money(1250, "EUR"), precision="day"),
        event(
            "c", minutes=1, person="q", value=Money(1250, "KWD"), properties={"n": 1.0, "t": True}
        ),
        event(
            "d", minutes=9, estimated=True, value=Money(7, "JPY"), properties={"n": None, "l": [1]}
        ),
        event("e", minutes=9, source="s", campaign="z", properties={"channel": "own", "value": 3}),
    ]
    journal.append(connection, some, now=NOW)
    found, wanted = plain(journal.columns(connection)), plain(columns_from(some))
    for kind in ("person", "company", "deal", "session"):
        assert found["units"][kind] == wanted["units"][kind]
    assert found["properties"] == wanted["properties"]
    assert {**found, "units": 0, "properties": 0} == {**wanted, "units": 0, "properties": 0}


def test_values_are_in_major_units_of_their_currency(connection, event):
    money = [Money(1250, "EUR"), Money(1250, "KWD"), Money(1250, "JPY"), None]
    journal.append(connection, [event(f"e{i}", value=m) for i, m in enumerate(money)], now=NOW)
    columns = journal.columns(connection)
    assert columns.property("value").to_list() == [12.5, 1.25, 1250.0, None]
    assert columns.property("currency").to_list() == ["EUR", "KWD", "JPY", None]


def test_one_and_true_and_one_point_nought_stay_three_values(connection, event):
    said = [1, True, 1.0, "1"]
    journal.append(
        connection, [event(f"e{i}", properties={"x": x}) for i, x in enumerate(said)], now=NOW
    )
    found = journal.columns(connection).property("x").to_list()
    assert [(type(x), x) for x in found] == [(type(x), x) for x in said]


def test_bots_and_the_voided_and_the_bookkeeping_are_left_out(connection, event):
    journal.append(
        connection, [event("bot", bot=True), event("gone", batch="b"), event("stays")], now=NOW
    )
    journal.void(connection, batch="b", now=NOW, actor=None)
    assert journal.columns(connection).ids.to_list() == ["stays"]


def test_columns_up_to_a_position_stay_what_they_were_then(connection, event):
    merge = event("m", name="person_merged", properties={"other": "anon:1", "kept": "ada"})
    steps = [
        lambda: journal.append(connection, [event("a", person="anon:1", batch="b")], now=NOW),
        lambda: journal.append(connection, [merge], now=NOW),
        lambda: journal.void(connection, batch="b", now=NOW, actor=None),
        lambda: journal.append(connection, [event("a", person="anon:1", batch="b")], now=NOW),
        lambda: journal.void(connection, event="m", now=NOW, actor=None),
        lambda: journal.void(connection, batch="b", now=NOW, actor=None),
    ]
    then = {}
    for step in steps:
        step()
        then[journal.position(connection)] = plain(journal.columns(connection))
    assert then == {p: plain(journal.columns(connection, upto=p)) for p in then}


def test_a_long_journal_is_read_in_stretches(connection, event, monkeypatch):
    journal.append(connection, [event(f"e{i}") for i in range(23)], now=NOW)
    journal.void(connection, event="e9", now=NOW, actor=None)
    whole = plain(journal.columns(connection))
    monkeypatch.setattr(event_columns, "_STRETCH", 5)
    assert plain(journal.columns(connection)) == whole
    assert len(whole["ids"]) == 22
    assert plain(journal.columns(connection, after=7))["ids"] == [
        f"e{i}" for i in range(7, 23) if i != 9
    ]


def test_an_empty_journal_gives_empty_columns(connection):
    columns = journal.columns(connection)
    assert len(columns) == 0
    assert columns.units["person"].to_list() == []


def test_names_times_and_positions_choose_events(connection, event):
    journal.append(
        connection, [event(f"e{i}", name="ab"[i % 2], minutes=i) for i in range(10)], now=NOW
    )
    at = [to_micros(T0 + timedelta(minutes=i)) for i in range(10)]

    def chosen(**which):
        return journal.columns(connection, **which).ids.to_list()

    assert chosen(names=["a"]) == ["e0", "e2", "e4", "e6", "e8"]
    assert chosen(names=[]) == []
    assert chosen(since=at[3], until=at[5]) == ["e3", "e4", "e5"]
    assert chosen(after=8) == ["e8", "e9"]
    assert chosen(names=["b"], since=at[2], after=5) == ["e5", "e7", "e9"]


def test_a_person_is_found_with_all_of_its_former_ids(connection, event):
    journal.append(
        connection,
        [
            event("a", person="anon:1"),
            event("b", person="ada"),
            event("c", person="ben"),
            event("m", name="person_merged", properties={"other": "anon:1", "kept": "ada"}),
        ],
        now=NOW,
    )
    for asked in ("ada", "anon:1"):
        found = journal.columns(connection, unit_kind="person", ids=[asked])
        assert found.ids.to_list() == ["a", "b"]
        assert set(found.units["person"].to_list()) == {"ada"}


def test_a_company_comes_with_its_people_and_deals_and_a_deal_with_its_people(connection, event):
    journal.append(
        connection,
        [
            event("join", name="company_joined", person="ada", company="acme"),
            event("deal", name="deal_created", person="ben", deal="d1", company="acme"),
            event("visit", person="ada"),
            event("call", person="ben"),
            event("won", name="deal_won", deal="d1"),
            event("else", person="carl", company="other"),
        ],
        now=NOW,
    )
    company = journal.columns(connection, unit_kind="company", ids={"acme"})
    assert company.ids.to_list() == ["join", "deal", "visit", "call", "won"]
    deal = journal.columns(connection, unit_kind="deal", ids={"d1"})
    assert deal.ids.to_list() == ["deal", "call", "won"]


def test_many_thousand_ids_are_no_trouble(connection, event):
    journal.append(connection, [event(f"e{i}", person=f"p{i}") for i in range(500)], now=NOW)
    many = [f"p{i}" for i in range(0, 40_000, 2)]
    assert len(journal.columns(connection, unit_kind="person", ids=many)) == 250


def test_a_kind_of_unit_without_an_index_is_refused_by_name(connection):
    with pytest.raises(InputError, match="person, company, deal, session"):
        journal.columns(connection, unit_kind="shop", ids=["x"])


# The lake gives the same

_texts = st.none() | st.sampled_from(["mail", "web", "خبر", ""])
_properties = st.dictionaries(
    st.sampled_from(["n", "path", "channel", "value"]),
    st.one_of(st.integers(-3, 3), st.booleans(), st.none(), st.sampled_from([0.0, 1.0, 2.5]),
              st.sampled_from(["a", "b"]), st.lists(st.integers(0, 1), max_size=2)),
    max_size=3,
)  # fmt: skip
_events = st.builds(
    lambda n, minutes, amount, **fields: Event(
        id=f"e{n}", occurred_at=T0 + timedelta(minutes=minutes),
        value=None if amount is None else Money(*amount), **fields,
    ),
    st.integers(0, 30),
    st.integers(-5_000_000, 5_000_000),
    st.none() | st.tuples(st.integers(-10**9, 10**9), st.sampled_from(["EUR", "KWD", "JPY"])),
    name=st.sampled_from(["a", "b", "person_merged"]),
    person=st.none() | st.sampled_from(["anon:1", "anon:2", "ada", "ben"]),
    company=_texts, deal=_texts, session=_texts, channel=_texts, source=_texts, inlet=_texts,
    actor=_texts, properties=_properties | st.fixed_dictionaries(
        {"other": st.sampled_from(["anon:1", "anon:2"]), "kept": st.sampled_from(["ada", "ben"])}),
    precision=st.sampled_from(["instant", "day"]), estimated=st.booleans(), bot=st.booleans(),
    batch=st.none() | st.sampled_from(["x", "y"]),
)  # fmt: skip
_steps = st.lists(
    st.one_of(
        st.lists(_events, min_size=1, max_size=6),
        st.sampled_from(["void x", "void y", "void first", "lake", "lake to the middle"]),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_steps, st.none() | st.just(["a", "person_merged"]), st.none() | st.integers(0, 20))
def test_the_lake_with_the_tail_says_the_same_as_the_journal(tmp_path_factory, steps, names, after):
    folder = tmp_path_factory.mktemp("firm")
    connection = open_database(":memory:")
    ensure_all(connection)
    for step in steps:
        _take(step, connection, folder)
    since = to_micros(T0)
    for which in ({}, {"names": names}, {"since": since, "after": after}, {"until": since}):
        from_lake = plain(local.events(folder, connection, **which))
        assert from_lake == plain(journal.columns(connection, **which))
    middle = journal.position(connection) // 2
    from_lake = plain(local.events(folder, connection, upto=middle))
    assert from_lake == plain(journal.columns(connection, upto=middle))
    connection.close()


def _take(step, connection, folder):
    if isinstance(step, list):
        journal.append(connection, step, now=NOW)
    elif step.startswith("void"):
        said = step.split()[1]
        alive = [
            (e.id, e.batch)
            for _, e in journal.read(connection, limit=99)
            if e.name != "events_voided"
        ]
        if said == "first" and alive:
            journal.void(connection, event=alive[0][0], now=NOW, actor=None)
        elif said in [batch for _, batch in alive]:
            journal.void(connection, batch=said, now=NOW, actor=None)
    else:
        whole = journal.position(connection)
        lake.append(folder, connection, upto=whole if step == "lake" else whole // 2)


@pytest.mark.parametrize("fault", ["gone", "damaged"])
def test_where_a_part_cannot_be_read_the_journal_answers(
    connection, event, tmp_path, monkeypatch, fault
):
    """A part may go between being listed and being read, when the worker joins it with others."""
    journal.append(connection, [event(f"e{i}") for i in range(4)], now=NOW)
    lake.append(tmp_path, connection, upto=3)
    listed = lake.parts(tmp_path)
    listed[0].path.write_bytes(b"PAR1 no more")
    if fault == "gone":
        listed[0].path.unlink()
    monkeypatch.setattr(lake, "parts", lambda _: listed)
    assert local.events(tmp_path, connection).ids.to_list() == ["e0", "e1", "e2", "e3"]


def test_a_notebook_sees_what_counts(connection, event, tmp_path):
    assert local.sql(tmp_path).fetchall() == []
    chance = random.Random(1)
    some = [event(f"e{i}", batch=chance.choice(["x", "y"])) for i in range(50)]
    journal.append(connection, some, now=NOW)
    journal.void(connection, batch="x", now=NOW, actor=None)
    lake.append(tmp_path, connection, upto=journal.position(connection))
    kept = {e.id for e in some if e.batch == "y"}
    found = local.sql(tmp_path).filter("name = 'page_viewed'").project("id").fetchall()
    assert {row[0] for row in found} == kept
