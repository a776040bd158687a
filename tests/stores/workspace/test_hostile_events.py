"""Whatever a page sends with its public key, the follower goes on and nothing of ours is changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from small_firm import PEOPLE, START, happened

from tundish.journal.readers import segment
from tundish.stores import profiles, set_aside
from tundish.stores.firm import secret
from tundish.terms import InputError, Money
from tundish.workspace import profiles as made


def send(firm, *messages):
    said = [{"userId": "u1", **message} for message in messages]
    read = segment.read(
        {"batch": said},
        received_at=START + timedelta(days=1),
        inlet="web",
        secret=secret(firm.connection).encode(),
        currency="EUR",
    )
    firm.append(read.events)
    return read


def identify(**traits):
    return {"type": "identify", "traits": traits}


def track(event="x", groups=None, **properties):
    context = {"groupId": groups} if groups else {}
    return {"type": "track", "event": event, "properties": properties, "context": context}


@pytest.mark.parametrize(
    "message",
    [
        identify(first_seen="abc"), identify(last_seen="abc"), identify(value=[1]),
        identify(value={"a": 1}), identify(value=10**30), identify(properties={"first_seen": "q"}),
        identify(first_seen=10**30), identify(last_seen=10**18), identify(value="abc"),
        identify(currency={"x": 1}), identify(search="x", id="y", held=["z"], _weak="w"),
        track("deal_won", deal_id="d", first_seen="x", value="5"),
        track("x", groups="g", company_first_seen="x"), track("x", groups="g", company_value=[1]),
    ],
)  # fmt: skip
def test_no_trait_or_property_stops_the_follower_or_breaks_a_page(firm, message):
    firm.use(PEOPLE)
    send(firm, message, track("page viewed"))
    firm.catch_up()
    firm.append([happened("after", "page_viewed", person="u2")])
    firm.catch_up()
    assert set_aside.positions(firm.connection, "profiles") == set()
    rows = profiles.rows(firm.connection, "person")
    assert {"u1", "u2"} <= rows.keys()
    for kind in profiles.KINDS:
        for row in profiles.rows(firm.connection, kind).values():
            assert 0 < row["first_seen"] <= row["last_seen"] < 2**51
            assert isinstance(row.get("value", 0), int)
        firm.unit_properties(kind)


def test_an_event_of_which_no_profile_can_be_made_is_set_aside_and_tried_again_by_a_rebuild(
    firm, monkeypatch, caplog
):
    firm.use(PEOPLE)
    kept = made.profile_changes

    def choosy(events):
        events = list(events)
        if any(event.id == "bad" for event in events):
            raise ValueError("personal@value.example")
        return kept(events)

    monkeypatch.setattr(made, "profile_changes", choosy)
    firm.append([happened(name, "page_viewed", person=name) for name in ("a", "bad", "b")])
    firm.append([happened("m", "person_merged", properties={"other": "anon:1", "kept": "bad"})])
    assert firm.catch_up() == 4
    assert firm.catch_up() == 0
    assert set(profiles.rows(firm.connection, "person")) == {"a", "b"}
    assert set_aside.positions(firm.connection, "profiles") == {2}
    assert "(bad): ValueError" in caplog.text
    assert "personal@" not in caplog.text
    monkeypatch.undo()
    firm.rebuild()
    assert set(profiles.rows(firm.connection, "person")) == {"a", "b", "bad"}
    assert set_aside.positions(firm.connection, "profiles") == set()


def test_a_failing_disk_sets_nothing_aside(firm, monkeypatch):
    def full(_events):
        raise OSError("no space left")

    monkeypatch.setattr(made, "profile_changes", full)
    firm.append([happened("a", "page_viewed", person="a")])
    with pytest.raises(OSError, match="no space"):
        firm.catch_up()
    monkeypatch.undo()
    assert firm.catch_up() == 1


def test_an_inlet_never_says_who_owns_something_nor_changes_what_we_said(firm):
    ours = {"owner": "ruben", "name": "Ours"}
    firm.append([
        happened("1", "deal_created", deal="d", company="c", person="p", properties=ours,
                 amount=5),
        happened("2", "company_joined", person="p", company="c", properties=ours),
        happened("3", "person_identified", person="p", properties={"owner": "ruben"}),
    ])  # fmt: skip
    firm.catch_up()
    send(
        firm,
        {**identify(owner="samir", account_owner="samir"), "userId": "p"},
        identify(company={"id": "c", "name": "Pwned", "owner": "samir", "industry": "steel"}),
        track("deal_created", groups="other", deal_id="d", owner="samir", name="X", value=0.01,
              company_owner="samir", currency="EUR"),
        track("deal_created", deal_id="d2", owner="samir", name="X"),
    )  # fmt: skip
    firm.catch_up()
    for _ in range(2):
        said = {kind: profiles.rows(firm.connection, kind) for kind in profiles.KINDS}
        owners = {(kind, one): row.get("owner") for kind in said for one, row in said[kind].items()}
        assert {key for key, owner in owners.items() if owner == "samir"} == set()
        deal, company = said["deal"]["d"], said["company"]["c"]
        assert (deal["name"], deal["value"], deal["person"], deal["company"]) == (
            "Ours", 500, "p", "c",
        )  # fmt: skip
        assert (company["name"], company["owner"]) == ("Ours", "ruben")
        assert company["industry"] == "steel"
        assert said["deal"]["d2"]["name"] == "X"
        firm.rebuild()


MAIL, PHONE, IP = "ahmed.salem@victim.example", "+971501234567", "203.0.113.9"


def test_no_row_of_the_journal_names_a_person_wherever_a_sender_writes_it(firm):
    send(
        firm,
        *({**track(), "userId": user} for user in (
            f"user:{MAIL}", f"mailto:{MAIL}", f"Ahmed Salem <{MAIL}>", PHONE, IP, MAIL)),
        {**track(), "userId": None, "anonymousId": MAIL},
        {**track(), "messageId": f"m-{MAIL}"},
        track(deal_id=f"deal {MAIL}", session_id=MAIL),
        {**track(), "context": {"sessionId": MAIL, "groupId": MAIL,
                                "campaign": {"name": MAIL, "source": MAIL, "medium": PHONE}}},
        track(f"Signed up {MAIL}"), track(f"Called {PHONE}"),
        track(customer_email=MAIL, contactPhone=PHONE, x=f"from {IP}", deep={"contact": {"e": MAIL}}),
        identify(company=f"Ahmed Salem {MAIL}"), identify(company={"id": MAIL, "name": "x"}),
        {**track(), "context": {"page": {"path": f"/u/{MAIL}", "url": f"https://x/?utm_source={MAIL}"}}},
        {**identify(), "userId": MAIL, "anonymousId": PHONE},
    )  # fmt: skip
    firm.append([
        happened(MAIL, f"met {MAIL}", person=MAIL, company=MAIL, deal=PHONE, session=IP, source=MAIL,
                 campaign=PHONE, channel=MAIL),
        happened("m", "person_merged", properties={"other": f"anon:{MAIL}", "kept": MAIL}),
    ])  # fmt: skip
    firm.catch_up()
    rows = firm.connection.execute("SELECT * FROM event").fetchall()
    assert len(rows) > 20
    text = "\n".join(map(str, rows))
    # The domain may stand: it is the company.
    for part in ("@", "ahmed", "salem", "97150", "203.0.113"):
        assert part not in text.casefold()
    persons = {row[0] for row in firm.connection.execute("SELECT person FROM event").fetchall()}
    # However it is wrapped, the same address is the same person.
    assert len([person for person in persons if person and person.startswith("mail:")]) == 1
    known = [row for row in profiles.rows(firm.connection, "person").values() if row.get("email")]
    assert {row["email"] for row in known} == {MAIL}


def test_ids_that_name_nobody_stay_as_they_are(firm):
    ids = ["10012345678", "0501234567", "2024-12345-678", "550e8400-e29b-41d4-a716-446655440000",
           "GA1.2.1234567890.1612345678", "1234567890.1612345678", "acme.io", "a+1b"]  # fmt: skip
    firm.append([happened(i, "x", person=f"anon:{i}", deal=i, company=i, session=i) for i in ids])
    rows = firm.connection.execute(
        "SELECT id, person, deal, company, session FROM event"
    ).fetchall()
    assert {tuple(row) for row in rows} == {(i, f"anon:{i}", i, i, i) for i in ids}


def test_a_currency_that_is_none_is_refused_with_its_event(firm):
    odd = replace(happened("a", "order_paid", person="p", amount=5), value=Money(500, MAIL))
    with pytest.raises(InputError) as refused:
        firm.append([odd])
    assert refused.value.code == "event_unstorable"
