"""People and companies from files: found again, changed by rule, taken back; a dry run tells it all."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tundish
from tundish.stores import profiles
from tundish.terms import InputError
from tundish.workspace import imports
from tundish.workspace.imports import Asked

HEAD = "Email,First name,Last name,Phone,Company,City"
LENA = "lena@acme.example,Lena,Berg,+49 30 1,Acme,Berlin"
OMAR = "omar@borg.example,Omar,Saleh,,Borg,Amman"


def table(folder, *rows, head=HEAD, name="people.csv"):
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def tried(firm, path, **asked):
    """(the dry run's result, its rows)"""
    rows = []
    said = Asked(**asked)
    result = imports.import_files(
        firm, [path], asked=said, dry_run=True, progress=None, told=rows.extend
    )
    return result, rows


def done(firm, path, **asked):
    result = firm.import_files([path], **asked)
    firm.catch_up()
    return result


def people(firm):
    """By address: what is known of each person."""
    return {row["email"]: row for row in profiles.rows(firm.connection, "person").values()}


def test_a_table_of_people_brings_people_and_their_companies(firm, tmp_path):
    result = done(firm, table(tmp_path, LENA, OMAR))
    assert (result.kind, result.rows) == ("people", {"new": 2})
    lena = people(firm)["lena@acme.example"]
    assert (lena["name"], lena["phone"], lena["city"]) == ("Lena Berg", "+49 30 1", "Berlin")
    companies = profiles.rows(firm.connection, "company")
    assert {row["name"] for row in companies.values()} == {"Acme", "Borg"}
    assert companies[lena["company"]]["name"] == "Acme"


def test_the_same_file_again_changes_nothing_and_next_months_adds_only_what_is_new(firm, tmp_path):
    done(firm, table(tmp_path, LENA))
    before = firm.position
    again = done(firm, table(tmp_path, LENA))
    assert (again.new, again.changed, again.rows) == (0, 0, {"same": 1})
    assert firm.position == before
    later = done(firm, table(tmp_path, LENA.replace("Berlin", "Bonn"), OMAR))
    assert later.rows == {"changed": 1, "new": 1}
    assert people(firm)["lena@acme.example"]["city"] == "Bonn"


def test_a_value_that_one_of_us_changed_stays_when_the_same_file_comes_again(firm, tmp_path):
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    done(firm, table(tmp_path, LENA))
    unit = next(iter(profiles.rows(firm.connection, "person")))
    said = {"field": "city", "old": "Berlin", "new": "Köln"}
    firm.append(
        [
            Event(
                "by-hand",
                "field_changed",
                datetime.now(UTC),
                person=unit,
                properties=said,
                actor="u1",
            )
        ]
    )
    firm.catch_up()
    assert done(firm, table(tmp_path, LENA)).rows == {"same": 1}
    assert people(firm)["lena@acme.example"]["city"] == "Köln"
    record = firm.imports()[-1].id
    assert firm.undo(record) > 0
    firm.catch_up()
    (left,) = profiles.rows(firm.connection, "person").values()
    assert left["city"] == "Köln"
    assert "phone" not in left


@pytest.mark.parametrize(
    ("rule", "city"),
    [("overwrite", "Bonn"), ("fill", "Berlin"), ("append", "Berlin; Bonn"), ("never", "Berlin")],
)
def test_a_columns_rule_says_what_becomes_of_a_value_that_is_there(firm, tmp_path, rule, city):
    done(firm, table(tmp_path, LENA))
    path = table(tmp_path, LENA.replace("Berlin", "Bonn").replace("+49 30 1", "+49 30 2"))
    said = {"rule:City": f"={rule}"}
    result, _rows = tried(firm, path, mapping=said)
    assert done(firm, path, mapping=said).changed == result.changed
    lena = people(firm)["lena@acme.example"]
    assert (lena["city"], lena["phone"]) == (city, "+49 30 2")


def test_a_blank_is_filled_whatever_the_rule_but_never(firm, tmp_path):
    done(firm, table(tmp_path, OMAR))
    path = table(tmp_path, OMAR.replace("Saleh,,", "Saleh,+962 6 5,"))
    done(firm, path, mapping={"rule:Phone": "=never"})
    assert "phone" not in people(firm)["omar@borg.example"]
    done(firm, path, mapping={"rule:Phone": "=fill"})
    assert people(firm)["omar@borg.example"]["phone"] == "+962 6 5"


def test_a_person_is_found_again_by_the_other_systems_number_when_the_address_changed(
    firm, tmp_path
):
    head = "Record ID,Email,First Name,Last Name,Lifecycle Stage"
    done(firm, table(tmp_path, "7,old@acme.example,Lena,Berg,lead", head=head))
    result = done(firm, table(tmp_path, "7,new@acme.example,Lena,Berg,lead", head=head))
    assert result.rows == {"changed": 1}
    assert set(people(firm)) == {"new@acme.example"}


def test_somebody_who_came_by_a_form_is_the_same_person(firm, tmp_path):
    form = tmp_path / "events.csv"
    form.write_text("event,time,email\nform_submitted,2025-01-02T10:00:00Z,LENA@acme.example\n")
    firm.import_files([form])
    firm.catch_up()
    result, rows = tried(firm, table(tmp_path, LENA))
    assert result.rows == {"changed": 1}
    assert ("city", None, "Berlin") in [(c.name, c.old, c.new) for c in rows[0].changes]
    done(firm, table(tmp_path, LENA))
    assert len(profiles.rows(firm.connection, "person")) == 1


def test_contacts_and_deals_of_one_system_know_each_other_in_either_order(firm, tmp_path):
    deals = table(
        tmp_path, "1,Chairs,Closed Won,2025-02-01,2025-01-01,7,Acme,",
        head="Record ID,Deal Name,Deal Stage,Close Date,Create Date,Associated Contact IDs,"
        "Associated Company,Pipeline", name="deals.csv",
    )  # fmt: skip
    contacts = table(
        tmp_path, "7,lena@acme.example,Lena,Berg,lead,Acme",
        head="Record ID,Email,First Name,Last Name,Lifecycle Stage,Company Name",
    )  # fmt: skip
    for order in ((deals, contacts), (contacts, deals)):
        for path in order:
            done(firm, path)
        (deal,) = profiles.rows(firm.connection, "deal").values()
        assert profiles.rows(firm.connection, "person")[deal["person"]]["name"] == "Lena Berg"
        assert len(profiles.rows(firm.connection, "company")) == 1
        for record in firm.imports():
            if record.status == "done":
                firm.undo(record.id)
        firm.catch_up()
        assert profiles.rows(firm.connection, "person") == {}


def test_who_unsubscribed_is_known_before_the_list_is_read(firm, tmp_path):
    head = "Email Address,First Name,Last Name,OPTIN_TIME,LEID"
    members = table(
        tmp_path, "a@x.example,A,B,2024-01-01 10:00:00,1", head=head, name="1-members.csv"
    )
    out = table(
        tmp_path, "b@x.example,C,D,2024-01-01 10:00:00,2,2024-05-01 09:00:00",
        head=f"{head},UNSUB_TIME", name="2-unsubscribed.csv",
    )  # fmt: skip
    dead = table(
        tmp_path, "c@x.example,E,F,2024-01-01 10:00:00,3,2024-06-01 09:00:00",
        head=f"{head},CLEAN_TIME", name="3-cleaned.csv",
    )  # fmt: skip
    result = firm.import_files([members, out, dead])
    assert result.rows == {"new": 3}
    from tundish.stores import journal

    told = [event for _, event in journal.read(firm.connection, limit=100)]
    by_person = {}
    for event in told:
        by_person.setdefault(event.person, []).append(event.name)
    names = sorted(map(sorted, by_person.values()))
    assert ["consent_granted", "newsletter_joined", "person_identified"] in names
    assert ["consent_withdrawn", "mail_unsubscribed", "person_identified"] in names
    assert ["mail_bounced", "person_identified"] in names
    order = [event.name for event in told]
    assert order.index("mail_unsubscribed") < order.index("newsletter_joined")


def test_companies_come_alone_and_are_found_by_their_domain(firm, tmp_path):
    head = "Company name,Company Domain Name,Industry,Number of Employees,Company owner"
    result = done(firm, table(tmp_path, "Acme,www.acme.example,Retail,51,Rima", head=head))
    assert (result.kind, result.rows) == ("companies", {"new": 1})
    renamed = "Acme GmbH,https://acme.example/about,Retail,60,Rima"
    assert done(firm, table(tmp_path, renamed, head=head)).rows == {"changed": 1}
    (company,) = profiles.rows(firm.connection, "company").values()
    assert (company["name"], company["employees"], company["owner"]) == ("Acme GmbH", 60, "Rima")


def test_a_row_that_says_nobody_and_one_with_a_broken_address_are_refused(firm, tmp_path):
    result, rows = tried(firm, table(tmp_path, ",,,,Acme,Berlin", "lena,Lena,,,,", LENA))
    assert result.rows == {"refused": 2, "new": 1}
    assert [row.reject.code for row in rows if row.reject] == ["record_missing", "email_unreadable"]


def test_a_mapping_with_an_unknown_rule_or_preset_is_refused(firm, tmp_path):
    for said in ({"rule:City": "=maybe"}, {"preset": "=unknown"}, {"nonsense": "City"}):
        with pytest.raises(InputError):
            firm.import_files([table(tmp_path, LENA)], mapping=said)


cells = st.sampled_from(["", "Berlin", "Bonn", "Amman"])
addresses = st.sampled_from(
    ["a@x.example", "b@y.example", "c@z.example", "D@z.example", "broken", ""]
)
lines = st.lists(
    st.builds(
        lambda mail, name, phone, city: f"{mail},{name},,{phone},,{city}",
        addresses, st.sampled_from(["", "Ada", "Bo"]), st.sampled_from(["", "+49 1", "+49 2"]), cells,
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(first=lines, second=lines, rule=st.sampled_from(["overwrite", "fill", "append", "never"]))
def test_what_a_dry_run_tells_is_what_the_import_does(first, second, rule):
    with TemporaryDirectory() as folder, tundish.open(folder, create=True) as firm:
        check_agreement(firm, Path(folder), first, second, rule)


def check_agreement(firm, tmp_path, first, second, rule):
    for rows in (first, second, first):
        path = table(tmp_path, *rows)
        said = {"rule:City": f"={rule}", "rule:Phone": f"={rule}"}
        told, planned = tried(firm, path, mapping=said)
        before = profiles.rows(firm.connection, "person")
        happened = done(firm, path, mapping=said)
        assert told.rows == happened.rows == Counter(row.status for row in planned)
        assert (told.new, told.changed, told.refused) == (
            happened.new, happened.changed, happened.refused,
        )  # fmt: skip
        expected = {unit: dict(row) for unit, row in before.items()}
        for row in planned:
            fields = expected.setdefault(row.record, {}) if row.status != "refused" else {}
            fields.update({change.name: change.new for change in row.changes})
        after = profiles.rows(firm.connection, "person")
        seen = ("first_seen", "last_seen")
        assert {u: {k: v for k, v in row.items() if k not in seen} for u, row in after.items()} == {
            u: {k: v for k, v in row.items() if k not in seen} for u, row in expected.items()
        }


def test_a_companys_number_and_address_are_kept_apart_and_shown(firm, tmp_path):
    head = "Account Name,Website,Phone,Billing Street,Billing City"
    row = "Acme,acme.example,+49 30 1234567,Ringstr. 7,Berlin"
    result, rows = tried(firm, table(tmp_path, row, head=head))
    assert result.kind == "companies"
    assert ("phone", "+49 30 1234567") in [(c.name, c.new) for c in rows[0].changes]
    done(firm, table(tmp_path, row, head=head))
    done(firm, table(tmp_path, row.replace("1234567", "7654321"), head=head))
    (company,) = profiles.rows(firm.connection, "company").values()
    assert (company["phone"], company["address"]) == ("+49 30 7654321", "Ringstr. 7")
    for (properties,) in firm.connection.execute("SELECT properties FROM event").fetchall():
        assert "1234567" not in (properties or "")


def test_an_address_in_other_letters_is_the_same_address(firm, tmp_path):
    done(firm, table(tmp_path, LENA))
    assert done(firm, table(tmp_path, LENA.replace("lena@", "LENA@"))).rows == {"same": 1}
