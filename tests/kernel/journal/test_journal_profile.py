"""Profiles from events; proposals for files; the registry of refusals."""

import ast
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tundish.journal
from tundish.journal.event import Event
from tundish.journal.profile import profile_changes
from tundish.journal.readers.columns_guess import EVENT_FIELDS, guess
from tundish.journal.readers.detect import detect
from tundish.journal.refusals import REFUSALS
from tundish.terms import Money

AT = datetime(2026, 3, 1, tzinfo=UTC)


def event(name, at=0, **more):
    return Event(id=f"{name}{at}", name=name, occurred_at=AT + timedelta(hours=at), **more)


def test_the_last_non_empty_value_wins_and_the_first_touch_stays():
    events = [
        event("session_started", 0, person="p", channel="search", source="google"),
        event("session_started", 1, person="p", channel="email", campaign="may"),
        event("person_identified", 2, person="p", company="acme", personal={"email": "a@b.co"},
              properties={"title": "Boss", "plan": "pro", "fields": ["plan"]}),
        event("person_identified", 3, person="p", personal={"first_name": "Joe", "last_name": "Doe"},
              properties={"title": "", "plan": "max"}),
    ]  # fmt: skip
    row = profile_changes(events)["person", "p"]
    assert row == {
        "channel": "search", "source": "google", "campaign": "may", "company": "acme",
        "email": "a@b.co", "name": "Joe Doe", "title": "Boss", "properties": {"plan": "max"},
        "first_seen": AT, "last_seen": AT + timedelta(hours=3),
    }  # fmt: skip


def test_a_deal_is_told_by_its_events():
    events = [
        event("deal_created", 0, deal="d", company="acme", estimated=True,
              properties={"owner": "Ann", "product": "GTX", "stage": "Won", "company_sector": "retail"}),
        event("deal_engaged", 5, deal="d", company="acme"),
        event("deal_won", 9, deal="d", company="acme", person="p", value=Money(500, "EUR")),
    ]  # fmt: skip
    rows = profile_changes(events)
    assert rows["deal", "d"] == {
        "company": "acme", "person": "p", "owner": "Ann", "product": "GTX", "stage_hint": "won",
        "value": 500, "currency": "EUR", "properties": {},
        "first_seen": AT + timedelta(hours=5), "last_seen": AT + timedelta(hours=9),
    }  # fmt: skip
    assert rows["company", "acme"]["properties"] == {"sector": "retail"}
    assert "name" not in rows["company", "acme"]
    assert profile_changes(events[:1])["deal", "d"]["first_seen"] == AT


def test_deal_events_of_one_day_hint_at_the_furthest():
    events = [
        event("deal_won", deal="d"),
        event("deal_created", deal="d"),
        event("deal_engaged", deal="d"),
    ]
    assert profile_changes(events)["deal", "d"]["stage_hint"] == "won"


def test_a_change_by_hand_may_clear_a_field():
    events = [
        event("deal_created", 0, deal="d", company="c", properties={"owner": "Ann"}),
        event(
            "field_changed", 1, deal="d", company="c", properties={"field": "owner", "new": "Bob"}
        ),
        event("field_changed", 2, person="p", properties={"field": "fit", "old": 1, "new": 2}),
        event(
            "field_changed",
            3,
            person="p",
            personal={"email": "x@y.z"},
            properties={"field": "email"},
        ),
        event("field_changed", 4, deal="d", properties={"field": "product", "new": None}),
    ]
    rows = profile_changes(events)
    assert rows["deal", "d"]["owner"] == "Bob"
    assert rows["deal", "d"]["product"] is None
    assert "owner" not in rows["company", "c"]
    assert rows["person", "p"]["properties"] == {"fit": 2}
    assert rows["person", "p"]["email"] == "x@y.z"


def test_bots_and_bookkeeping_make_no_profile():
    events = [
        event("page_viewed", person="anon:1", bot=True),
        event("person_merged", person="p", properties={"other": "anon:1", "kept": "p"}),
    ]
    assert profile_changes(events) == {}


names = st.sampled_from(["session_started", "person_identified", "deal_created", "deal_won", "x"])
maybe = st.sampled_from([None, "a", "b"])
events_ = st.builds(
    lambda n, at, est, who, firm, deal, chan: event(
        n, at, estimated=est, person=who, company=firm, deal=deal, channel=chan,
        properties={"owner": f"{n}{at}", "plan": at},
    ),
    names, st.integers(0, 5), st.booleans(), maybe, maybe, maybe, maybe,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(events_, max_size=8), st.randoms(use_true_random=False))
def test_profiles_do_not_depend_on_the_order_of_events(events, random):
    told = [replace(e, id=str(i)) for i, e in enumerate(events)]
    shuffled = list(told)
    random.shuffle(shuffled)
    rows = profile_changes(told)
    assert profile_changes(shuffled) == rows
    for (kind, ident), row in rows.items():
        mine = [e for e in told if getattr(e, kind) == ident]
        times = [e.occurred_at for e in mine if not e.estimated] or [e.occurred_at for e in mine]
        assert (row["first_seen"], row["last_seen"]) == (min(times), max(times))


def test_an_events_file_is_proposed_with_its_samples():
    found = detect(
        b"\xef\xbb\xbfUser ID;Event;Date;Plan\nu1;x;2026-01-01;a\nu2;x;2026-01-02;\n", name="a.csv"
    )
    assert (found.kind, found.format, found.delimiter, found.missing) == ("events", "csv", ";", ())
    assert found.mapping == {"event": "Event", "time": "Date", "person": "User ID"}
    assert found.samples["User ID"] == ["u1", "u2"]
    assert found.samples["Plan"] == ["a"]


def test_json_lines_and_parquet_are_proposed_by_their_content():
    lines = b'{"userId": "u", "event": "x", "timestamp": "2026-01-01"}\n'
    found = detect(lines, name="noname")
    assert (found.kind, found.format) == ("events", "jsonl")
    file = io.BytesIO()
    pq.write_table(pa.table({"person": ["u"], "event": ["x"], "time": ["2026-01-01"]}), file)
    found = detect(file.getvalue(), name="noname")
    assert (found.kind, found.format, found.samples["person"]) == ("events", "parquet", ["u"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5\n', "weblog"),
        ("Record ID,Deal Name,Deal Stage,Amount\n1,a,b,3\n", "crm-opportunities"),
        ("Deal - ID,Deal - Title,Deal - Status\n1,a,won\n", "crm-opportunities"),
        ("person,time\nu,2026-01-01\n", "events"),
        ("first name,last name,email\na,b,c@d.e\n", "people"),
        ("Id,Name,Status,Company,Email,City,LastName\n1,a,New,x,e@f.g,z,b\n", "people"),
        ("", None),
        ("\n\n", None),
    ],
)
def test_a_kind_of_file_is_known_by_its_first_lines(text, kind):
    assert detect(text.encode(), name="a.csv").kind == kind


def test_an_event_file_without_its_event_column_says_what_is_missing():
    assert detect(b"person,time\nu,2026-01-01\n", name="a.csv").missing == ("event",)


def test_a_header_serves_one_field_only():
    found = guess(["date", "Date", "type", "amount"], fields=EVENT_FIELDS)
    assert found == {"event": "type", "time": "date", "value": "amount"}


def codes_in(path):
    """The second argument of every InputError and Reject in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("InputError", "Reject"):
            code = node.args[1] if len(node.args) > 1 else None
            if isinstance(code, ast.Constant):
                yield code.value


def test_every_code_of_the_readers_is_in_the_registry_and_no_other():
    root = Path(tundish.journal.__file__).parent
    used = {code for path in root.rglob("*.py") for code in codes_in(path)}
    from_terms = {"time_without_zone", "currency_unreadable"}
    assert used | from_terms == set(REFUSALS)
    assert all(said.endswith(".") and said[0].isupper() for said in REFUSALS.values())


def test_an_event_that_only_mentions_a_company_says_nothing_of_its_name() -> None:
    # A later batch that took the id for a name would overwrite the name that was told before.
    row = profile_changes([event("page_viewed", person="u1", company="C9")])["company", "C9"]
    assert "name" not in row


def test_a_stranger_changes_no_name_or_address_that_one_of_us_wrote():
    ours = event("person_identified", 0, person="p", inlet="typed", actor="user:1",
                 personal={"name": "Noor Haddad", "phone": "+49 30 1"})  # fmt: skip
    said = {"name": "Clown", "phone": "+1 900 1", "email": "noor@delta.example"}
    theirs = event("form_submitted", 1, person="p", inlet="pages", personal=said)
    again = event(
        "form_submitted", 2, person="p", inlet="pages", personal={"email": "n@delta.example"}
    )
    row = profile_changes([ours, theirs, again])["person", "p"]
    assert (row["name"], row["phone"]) == ("Noor Haddad", "+49 30 1")
    assert row["email"] == "n@delta.example", "what only they have told they may tell anew"
    late = event("field_changed", 3, person="p", inlet="typed", actor="user:1",
                 properties={"field": "email"}, personal={"new": "noor@home.example"})  # fmt: skip
    last = event(
        "person_identified", 4, person="p", inlet="site", personal={"email": "x@y.example"}
    )
    row = profile_changes([ours, theirs, again, late, last])["person", "p"]
    assert row["email"] == "noor@home.example"
