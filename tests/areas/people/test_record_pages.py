# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""The record's forms: each posts, leads back, says what it did, and can be taken back."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.areas.people import addresses, consent, groups
from tundish.areas.people.actions import Chosen
from tundish.journal.fields import Field
from tundish.stores import fields, profiles, purposes
from tundish.stores.purposes import Purpose
from tundish.terms import InputError, NotFoundError

NOOR = "/people/p-noor"


def row(workspace: Any, kind: str, ident: str) -> dict[str, Any]:
    return profiles.rows(workspace.connection, kind, ids=[ident]).get(ident, {})


def post(client: Any, path: str, **said: Any) -> str:
    """Post a form, follow it, and give the page's text."""
    answer = client.post(path, said, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def undo_in(text: str) -> str:
    found = re.search(r'action="(/record/(?:undo|back)/[^"]+)"', text)
    assert found, "no undo is offered"
    return found[1]


def test_a_field_is_changed_told_and_taken_back(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    form = client.get("/record/person/field/p-noor?name=title").content.decode()
    assert 'name="value"' in form
    said = {"name": "title", "value": "Head of Sales", "back": f"{NOOR}?list=&at=0"}
    answer = client.post("/record/person/field/p-noor", said)
    assert answer.headers["Location"] == f"{NOOR}?list=&at=0"
    text = client.get(NOOR).content.decode()
    assert "Title was changed." in text
    assert "Head of Sales" in text
    client.post(undo_in(text), HTTP_REFERER="http://localhost/people/p-noor")
    assert "title" not in row(workspace, "person", "p-noor")


def test_a_wrong_value_comes_back_with_what_is_wrong(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    before = workspace.position
    answer = browse(us.rep).post("/record/deal/field/d-1", {"name": "value", "value": "lots"})
    assert answer.status_code == 422
    assert "This is not a number." in answer.content.decode()
    assert 'value="lots"' in answer.content.decode()
    assert workspace.position == before


def test_no_form_leads_to_another_site(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        said = {"name": "title", "value": back, "back": back}
        answer = browse(us.rep).post("/record/person/field/p-noor", said)
        assert answer.headers["Location"] == NOOR


FORMS = (
    ("field", {"name": "title", "value": "x"}), ("tags", {"add": "x"}), ("notes", {"text": "x"}),
    ("addresses", {"kind": "email", "value": "x@y.example"}), ("consent", {"purpose": "calls"}),
)  # fmt: skip


@pytest.mark.parametrize(("form", "said"), FORMS)
def test_a_viewer_may_not_and_a_stranger_finds_nothing(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, form: str, said: Any
) -> None:
    purposes.save_purpose(workspace.connection, Purpose("", "Calls"), now=workspace.now())
    before = workspace.position
    assert browse(us.viewer).post(f"/record/person/{form}/p-noor", said).status_code == 403
    assert browse(us.stranger).post(f"/record/person/{form}/p-noor", said).status_code == 404
    assert workspace.position == before


def test_a_viewers_page_has_no_form_that_changes(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    for path in (NOOR, "/companies/c-delta", "/deals/d-1"):
        text = browse(us.viewer).get(path).content.decode()
        assert "/record/" not in text


def test_own_fields_are_made_in_the_settings_and_stand_on_the_record(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    said = {"title": "Company size", "kind": "one_of", "choices": "Small\nLarge", "help": "Heads"}
    assert "was saved" in post(client, "/settings/fields/person/new", **said)
    again = client.post("/settings/fields/person/new", said)
    assert again.status_code == 422
    assert "There is a field of this name already" in again.content.decode()
    assert (
        ">Small\nLarge</textarea>"
        in client.get("/settings/fields/person/company_size").content.decode()
    )
    post(client, "/record/person/field/p-noor", name="company_size", value="large")
    assert row(workspace, "person", "p-noor")["company_size"] == "Large"
    assert "Company size" in client.get(NOOR).content.decode()
    post(client, "/settings/fields/person/company_size", archived="yes")
    assert (
        "Company size" not in client.get(f"{NOOR}?kind=mail").content.decode().split("Timeline")[1]
    )
    assert row(workspace, "person", "p-noor")["company_size"] == "Large"
    assert browse(us.rep).get("/settings/fields").status_code == 403


def test_the_order_of_own_fields_is_the_firms(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    for title in ("One", "Two", "Three"):
        fields.save_field(workspace.connection, Field("deal", "", title))
    post(browse(us.owner), "/settings/fields", kind="deal", name="three", move="up")
    names = [one.name for one in fields.own_fields(workspace.connection, "deal")]
    assert names == ["one", "three", "two"]


def test_the_history_names_who_changed_what_and_restores_it(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    for name in ("Noor Al-Haddad", "Someone Else"):
        post(client, "/record/person/field/p-noor", name="name", value=name)
    changes = client.get("/record/person/history/p-noor").context["changes"]
    told = [(one.title, one.old, one.new, one.actor) for one in changes]
    assert told == [
        ("Name", "Noor Al-Haddad", "Someone Else", us.rep.public_id),
        ("Name", "Noor Haddad", "Noor Al-Haddad", us.rep.public_id),
    ]
    post(client, "/record/person/field/p-noor", name="name", value=changes[1].restore_old)
    assert row(workspace, "person", "p-noor")["name"] == "Noor Haddad"


def test_a_note_is_written_pinned_edited_deleted_and_brought_back(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    post(client, "/record/person/notes/p-noor", text="Call on Tuesday.")
    note = next(e for e in client.get(NOOR).context["timeline"].entries if e.name == "note_added")
    assert note.mine
    post(client, f"/record/note/{note.id}", act="pin", back=NOOR)
    assert [one.text for one in client.get(NOOR).context["pinned"]] == ["Call on Tuesday."]
    post(client, f"/record/note/{note.id}", act="edit", text="Call on Monday.", back=NOOR)
    page = client.get(NOOR)
    assert [one.text for one in page.context["pinned"]] == ["Call on Monday."]
    edited = next(e for e in page.context["timeline"].entries if e.name == "note_added")
    assert (edited.text, edited.edited, edited.occurred) == ("Call on Monday.", True, note.occurred)
    text = post(client, f"/record/note/{edited.id}", act="delete", back=NOOR)
    assert "Call on Monday." not in text
    post(client, undo_in(text))
    found = client.get(NOOR).context["timeline"].entries
    assert [e.text for e in found if e.name == "note_added"] == ["Call on Monday."]


def test_another_reps_note_is_not_mine_to_edit(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    post(browse(us.owner), "/record/person/notes/p-noor", text="The owner's words.")
    entries = browse(us.rep).get(NOOR).context["timeline"].entries
    note = next(e for e in entries if e.name == "note_added")
    assert not note.mine
    for act in ("edit", "delete"):
        said = {"act": act, "text": "Mine now."}
        assert browse(us.rep).post(f"/record/note/{note.id}", said).status_code == 404
    assert browse(us.stranger).post(f"/record/note/{note.id}", {"act": "pin"}).status_code == 404


def test_the_timeline_is_searched_in_what_was_said_and_what_it_is_called(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    post(client, "/record/person/notes/p-noor", text="She likes 100% rye_bread.")

    def found(words: str, **more: str) -> list[str]:
        page = client.get(NOOR, {"say": words} | more)
        return [entry.name for entry in page.context["timeline"].entries]

    assert found("rye_bread") == ["note_added"]
    assert found("100%") == ["note_added"]
    assert found("contact") == ["form_submitted"]
    assert found("sent FORM") == ["form_submitted"]
    assert found("likes nothing") == []
    assert found("", kind="note") == ["note_added"]


def test_several_addresses_the_first_of_them_and_who_writes_with_any(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event
    from tundish.journal.identity import mail_ref
    from tundish.stores import firm

    client, path = browse(us.rep), "/record/person/addresses/p-noor"
    before = workspace.position
    post(client, path, kind="email", value="noor@home.example", label="home")
    post(client, path, kind="email", value="NOOR@home.example")
    post(client, path, kind="phone", value="+962 6 555 0101")
    post(client, path, kind="email", value="nobody")
    assert workspace.position == before + 3  # the address, who is known by it, the only number

    def known() -> list[tuple[str, bool]]:
        held = addresses.addresses_of(row(workspace, "person", "p-noor"), "email")
        return [(one.value, one.first) for one in held]

    assert known() == [("noor@delta.example", True), ("noor@home.example", False)]
    secret = firm.secret(workspace.connection).encode()
    who = mail_ref("noor@home.example", secret=secret)
    workspace.append(
        [Event(id="f", name="form_submitted", occurred_at=datetime.now(UTC), person=who)]
    )
    workspace.catch_up()
    names = [e.name for e in client.get(NOOR).context["timeline"].entries]
    assert names.count("form_submitted") == 2
    post(client, path, kind="email", value="noor@home.example", act="first")
    assert known() == [("noor@home.example", True), ("noor@delta.example", False)]
    post(client, path, kind="email", value="noor@home.example", act="remove")
    assert known() == [("noor@delta.example", True)]
    at_once = row(workspace, "person", "p-noor")
    workspace.rebuild()
    assert row(workspace, "person", "p-noor") == at_once


def test_consent_keeps_words_source_and_history(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client, path = browse(us.owner), "/record/person/consent/p-noor"
    post(client, "/settings/consent/new", title="News", basis="consent", wording="Yes to news.")
    post(client, path, purpose="news", source="telephone", text="She called us.")
    post(client, "/settings/consent/of/news", title="News", basis="consent", wording="Yes to mail.")
    post(client, path, purpose="news", act="withdraw")
    post(client, path, purpose="news", act="grant")
    [held] = consent.consents(workspace, "p-noor")
    told = [(one.granted, one.version, one.wording, one.text) for one in held.history]
    assert told == [
        (True, 2, "Yes to mail.", ""),
        (False, None, "", ""),
        (True, 1, "Yes to news.", "She called us."),
    ]
    assert held.granted
    assert consent.may_contact(row(workspace, "person", "p-noor"), purpose="news")
    post(client, "/record/person/field/p-noor", name="do_not_contact", value="yes")
    assert not consent.may_contact(row(workspace, "person", "p-noor"), purpose="news")
    assert not consent.may_contact(row(workspace, "person", "p-jan"), purpose="news")
    with pytest.raises(NotFoundError):
        consent.grant(workspace, Chosen("person", ["p-noor"], us.owner), purpose="nothing")


def test_an_unsubscription_that_names_no_purpose_stops_all_mail_until_a_later_yes(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    from datetime import UTC, datetime, timedelta

    from tundish.journal.event import Event

    purposes.save_purpose(workspace.connection, Purpose("", "News"), now=0)
    chosen = Chosen("person", ["p-noor"], us.owner)
    consent.grant(workspace, chosen, purpose="news")
    at = datetime.now(UTC) + timedelta(seconds=1)
    out = Event(id="u", name="mail_unsubscribed", occurred_at=at, person="p-noor", inlet="mail")
    workspace.append([out])
    workspace.catch_up()
    assert not consent.may_contact(row(workspace, "person", "p-noor"), purpose="news")
    held = {one.purpose.title: one.granted for one in consent.consents(workspace, "p-noor")}
    assert held == {"News": True, "Mail of any kind": False}
    again = {"purpose": "news", "source": "form"}
    workspace.append(
        [Event(id="v", name="consent_granted", occurred_at=at + timedelta(seconds=1),
               person="p-noor", inlet="web", properties=again)]
    )  # fmt: skip
    workspace.catch_up()
    assert consent.may_contact(row(workspace, "person", "p-noor"), purpose="news")


def test_a_buying_group_has_roles_coverage_and_a_stage(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client, path = browse(us.owner), "/record/company/group/c-delta"
    page = client.get("/companies/c-delta")
    assert [(one.person.pk, one.role) for one in page.context["group"].members] == [("p-noor", "")]
    post(client, path, who="Noor Haddad", role="decider", note="Signs alone.")
    refused = post(client, path, who="Nobody Atall", role="user")
    assert "Nobody, or more than one, is called so." in refused
    page = client.get("/companies/c-delta")
    [member] = page.context["group"].members
    assert (member.role, member.note, member.chosen) == ("decider", "Signs alone.", True)
    missing = [str(one) for one in page.context["group"].missing]
    assert missing == ["Influences", "Speaks for us", "Uses", "Buys"]
    assert "the furthest in which one of its people stands now" in page.context["group_stage"]
    post(client, path, person="p-jan", role="user")
    assert row(workspace, "person", "p-jan")["company"] == "c-delta"
    post(client, "/record/deal/group/d-1", person="p-jan", role="blocker")
    deal = row(workspace, "deal", "d-1")
    assert deal["person"] == "p-noor"
    assert deal["group"]["p-jan"]["role"] == "blocker"
    at_once = {kind: profiles.rows(workspace.connection, kind) for kind in profiles.KINDS}
    workspace.rebuild()
    assert at_once == {kind: profiles.rows(workspace.connection, kind) for kind in profiles.KINDS}
    post(client, "/record/deal/group/d-1", person="p-jan", act="leave")
    assert "group" not in row(workspace, "deal", "d-1")


def test_a_company_takes_nobody_from_another_company(
    workspace: Any, us: SimpleNamespace, prospects: Any
) -> None:
    from tundish.areas.people import creating

    other = creating.create_company(workspace, {"name": "Other Works"}, by=us.owner)
    with pytest.raises(InputError, match="belongs to another company"):
        groups.join(workspace, Chosen("company", [other], us.owner), person="p-noor")


@pytest.mark.parametrize(
    ("stages", "furthest"),
    [([], None), ([None, None], None), ([0], 0), ([None, 2, 1], 2), ([0, 0, None], 0)],
)
def test_a_group_stands_at_the_furthest_stage_of_its_units(
    stages: list[int | None], furthest: int | None
) -> None:
    assert groups.furthest_stage(stages) == furthest


def test_person_company_and_deal_are_typed_by_hand(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    company = client.post("/record/new/company", {"name": "Nile Works", "country": "EG"})
    at = company.headers["Location"]
    assert client.post("/record/new/company", {"name": "nile works"}).status_code == 422
    said = {"name": "Omar Said", "email": "omar@nile.example", "company": "NILE works"}
    person = client.post("/record/new/person", said).headers["Location"]
    shown = client.get(person)
    assert shown.context["company"].shown_name == "Nile Works"
    said = {"name": "Nile plan", "value": "1,200", "company_id": at.removeprefix("/companies/"),
            "person_id": person.removeprefix("/people/")}  # fmt: skip
    deal = client.get(client.post("/record/new/deal", said).headers["Location"])
    assert deal.context["record"].value == 120_000
    assert deal.context["contact"].shown_name == "Omar Said"
    for wrong in ({"name": "  "}, {"title": "t" * 301}, {"company": "c" * 201}):
        assert client.post("/record/new/person", {"name": "Noor", **wrong}).status_code == 422
    assert browse(us.viewer).get("/record/new/person").status_code == 403


def test_the_company_of_a_person_is_changed_by_its_name(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    wrong = client.post("/record/person/field/p-jan", {"name": "company", "value": "Delt"})
    assert "There is no company of this name." in wrong.content.decode()
    post(client, "/record/person/field/p-jan", name="company", value="delta trading")
    assert row(workspace, "person", "p-jan")["company"] == "c-delta"
    [change] = client.get("/record/person/history/p-jan").context["changes"]
    assert (change.title, change.old, change.new) == ("Company", "", "Delta Trading")
    post(client, "/record/person/field/p-jan", name="company", value="")
    assert "company" not in row(workspace, "person", "p-jan")


def test_a_deleted_record_is_gone_and_comes_back(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.owner)
    before = {kind: profiles.rows(workspace.connection, kind) for kind in profiles.KINDS}
    assert "There are deals with it." in client.get("/record/person/delete/p-noor").content.decode()
    assert client.post("/record/company/delete/c-delta").status_code == 422
    text = post(client, "/record/person/delete/p-jan")
    assert client.get("/people/p-jan").status_code == 404
    post(client, undo_in(text))
    assert client.get("/people/p-jan").status_code == 200
    workspace.catch_up()
    assert {k: profiles.rows(workspace.connection, k) for k in profiles.KINDS} == before


def test_erasing_asks_first_and_is_for_those_who_manage_the_firm(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    path, client = "/record/person/erase/p-jan", browse(us.owner)
    post(client, "/record/person/notes/p-jan", text="He is afraid of cats.")
    assert browse(us.rep).get("/record/person/erase/p-noor").status_code == 403
    assert client.post(path).status_code == 422
    assert row(workspace, "person", "p-jan")["name"] == "Jan Smit"
    text = post(client, path, sure="yes")
    assert "Jan Smit" not in text
    assert "afraid of cats" not in client.get("/people/p-jan").content.decode()
    kept = workspace.connection.execute("SELECT value FROM personal").fetchall()
    assert not [said for (said,) in kept if "Jan" in said or "cats" in said]


def test_whoever_gives_a_prospect_away_is_led_to_the_list(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    client = browse(us.rep)
    for kind, ident in (("deal", "d-1"), ("person", "p-noor")):
        said = {"name": "owner", "value": us.owner.public_id}
        answer = client.post(f"/record/{kind}/field/{ident}", said)
    assert answer.headers["Location"] == "/people"
    assert "It belongs to somebody else now." in client.get("/people").content.decode()


@pytest.mark.parametrize("kind", ["person", "company", "deal"])
def test_a_name_has_200_letters_at_most_on_every_way_by_hand(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any, kind: str
) -> None:
    client, long = browse(us.owner), "n" * 201
    ident = {"person": "p-noor", "company": "c-delta", "deal": "d-1"}[kind]
    before = workspace.position
    for path, said in (
        (f"/record/{kind}/field/{ident}", {"name": "name", "value": long}),
        (f"/record/new/{kind}", {"name": long}),
    ):
        answer = client.post(path, said)
        assert answer.status_code == 422
        assert "A name of up to 200 letters is needed." in answer.content.decode()
    assert workspace.position == before


def test_a_person_comes_and_a_key_that_nobody_reads_is_not_shown(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime, timedelta

    from tundish.journal.event import Event

    client = browse(us.owner)
    text = client.get("/people/p-noor").content.decode()
    assert "They came here on" in text
    assert '<code class="ltr">p-noor</code>' in text
    key = "mail:0123456789abcdef"
    noon = datetime.now(UTC) - timedelta(days=1)
    workspace.append([Event(id="m1", name="form_submitted", occurred_at=noon, person=key)])
    workspace.catch_up()
    assert f'<code class="ltr">{key}' not in client.get(f"/people/{key}").content.decode()


def test_empty_lists_speak_of_what_they_hold(browse: Any, us: SimpleNamespace) -> None:
    client = browse(us.owner)
    for path, words, placeholder in (
        ("/people", "Nobody here yet", "Name, e-mail or telephone"),
        ("/companies", "No companies yet", "Name of the company"),
        ("/deals", "No deals yet", "Name of the deal"),
    ):
        text = client.get(path).content.decode()
        assert words in text
        assert f'placeholder="{placeholder}"' in text
