"""A form that comes in: its events, its errors, what is refused, what counts once."""

from typing import Any

import pytest

from tests.areas.pages.page_world import (
    BROWSER,
    Clock,
    contact_form,
    events,
    filled,
    hidden,
    of,
    published,
    visitor,
)
from tundish.areas.pages import limits
from tundish.areas.pages.content import block, field
from tundish.areas.pages.models import Frontage, RefusedForm
from tundish.areas.people import consent


def sent(page: Any, client: Any, clock: Clock, **answers: str) -> Any:
    html = client.get(f"/p/{page.slug}").content.decode()
    clock.pass_by(20)
    return client.post(f"/p/{page.slug}", filled(html, **answers))


def test_a_form_is_one_event_with_consent_word_for_word_and_a_person(
    clock: Clock, workspace: Any, us: Any
) -> None:
    page, client = published(us), visitor()
    address = f"/p/{page.slug}?utm_source=News&utm_medium=email&utm_campaign=May&gclid=g1&email=x@y.example"
    html = client.get(address, HTTP_REFERER="https://mail.example/inbox").content.decode()
    clock.pass_by(20)
    answers = {of(page, "consent"): "yes", of(page, "event"): "two", "company": "Delta Trading"}
    answer = client.post(f"/p/{page.slug}", filled(html, **answers))
    assert (answer.status_code, answer["Location"]) == (303, f"/p/{page.slug}/thanks")
    assert "Thank you" in client.get(answer["Location"]).content.decode()

    (form,) = events("form_submitted")
    assert form.person.startswith("mail:")
    assert form.company == "delta.example"
    assert form.personal == {"name": "Noor Haddad", "email": "noor@delta.example"}
    assert (form.channel, form.source, form.campaign) == ("paid", "news", "may")
    told = dict(form.properties)
    assert told["seats"] == "two"
    assert told["gclid"] == "g1"
    assert told["utm_campaign"] == "May"
    assert "x@y.example" not in told["landing"]
    assert "utm_source=News" in told["landing"]
    assert told["consents"] == [
        {
            "purpose": "newsletter",
            "wording": "Yes, send me news.",
            "version": "spring/1",
            "ticked": True,
        }
    ]
    (granted,) = events("consent_granted")
    assert granted.properties["evidence"] == form.id
    assert granted.properties["wording"] == "Yes, send me news."

    workspace.catch_up()
    found = workspace.connection.execute(
        "SELECT name, email, company FROM person WHERE id = ?", (form.person,)
    ).fetchone()
    assert tuple(found) == ("Noor Haddad", "noor@delta.example", "delta.example")
    (standing,) = consent.consents(workspace, form.person)
    assert standing.purpose.name == "newsletter"
    assert standing.granted
    assert standing.now.wording == "Yes, send me news."


def test_a_message_is_said_once_and_is_no_detail_of_the_person(clock: Clock, us: Any) -> None:
    fields = [
        field("email", "E-mail", required=True),
        field("event", "What is it about?", shape="long", key="message"),
        field("person", "About you", shape="long", key="about"),
    ]
    page = published(us, form=contact_form(fields=fields))
    answers = {of(page, "event"): "Please call me.", of(page, "person"): "I sell tea."}
    sent(page, visitor(), clock, **answers)
    (form,) = events("form_submitted")
    (details,) = events("person_identified")
    assert form.personal["text"] == "Please call me."
    assert details.personal == {"email": "noor@delta.example", "text": "I sell tea."}


def test_the_visits_before_join_the_journey_of_whoever_sends(
    clock: Clock, workspace: Any, us: Any
) -> None:
    page, client = published(us), visitor()
    client.get(f"/p/{page.slug}", HTTP_REFERER="https://www.google.com/")
    clock.pass_by(300)
    sent(page, client, clock)
    (form,) = events("form_submitted")
    (merge,) = events("person_merged")
    seen = {e.person for e in events("page_viewed")}
    assert {merge.properties["other"]} == seen
    assert merge.properties["kept"] == form.person
    assert {e.session for e in events("page_viewed")} == {form.session}
    # The form itself was opened directly; the session knows how the visitor came.
    assert form.channel == "search"
    workspace.catch_up()
    events_of_person = workspace.events(unit_kind="person", ids=[form.person])
    assert len(events_of_person) == len(events())
    assert "Set-Cookie" not in client.get(f"/p/{page.slug}").headers


def test_a_double_click_counts_once_and_another_answer_counts_again(clock: Clock, us: Any) -> None:
    _page, client = published(us), visitor()
    html = client.get("/p/spring").content.decode()
    clock.pass_by(20)
    for _ in range(2):
        assert client.post("/p/spring", filled(html)).status_code == 303
    assert len(events("form_submitted")) == 1
    client.post("/p/spring", filled(html, email="other@delta.example"))
    assert len(events("form_submitted")) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This is no e-mail address."), ("ar", "ليس هذا بريدًا إلكترونيًا")],
)
def test_errors_are_told_in_the_pages_language_and_nothing_typed_is_lost(
    clock: Clock, us: Any, language: str, words: str
) -> None:
    page, client = published(us, language=language), visitor(HTTP_ACCEPT_LANGUAGE="de")
    answer = sent(page, client, clock, email="noor@", company="Delta Trading")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert 'aria-invalid="true"' in html
    assert 'value="noor@"' in html
    assert "Delta Trading" in html
    assert events("form_submitted") == []
    # Mended, it is taken with the same stamp.
    assert client.post("/p/spring", filled(html)).status_code == 303


@pytest.mark.parametrize(
    ("reason", "seconds", "agent", "more"),
    [
        ("trap", 20, BROWSER, {"confirm_address": "x"}),
        ("too_fast", 1, BROWSER, {}),
        ("machine", 20, "python-requests/2.32", {}),
        ("no_stamp", 20, BROWSER, {"stamp": ""}),
    ],
)
def test_spam_is_kept_apart_with_its_reason_and_can_be_let_in(
    clock: Clock, us: Any, browse: Any, reason: str, seconds: int, agent: str, more: dict[str, str]
) -> None:
    page, client = published(us), visitor(agent=agent)
    html = client.get("/p/spring").content.decode()
    clock.pass_by(seconds)
    answer = client.post("/p/spring", filled(html, **more))
    assert answer.status_code == 303, "whoever sends spam is not told"
    (kept,) = RefusedForm.objects.all()
    assert kept.reason == reason
    assert events("form_submitted") == []
    shown = browse(us.owner).get(f"/pages/{page.pk}").content.decode()
    assert "Refused: 1" in shown
    assert "noor@delta.example" in shown
    assert "noor@delta.example" not in browse(us.viewer).get(f"/pages/{page.pk}").content.decode()
    assert browse(us.viewer).post(f"/pages/{page.pk}/refused/{kept.pk}/let-in").status_code == 403
    browse(us.owner).post(f"/pages/{page.pk}/refused/{kept.pk}/let-in")
    (form,) = events("form_submitted")
    assert form.properties["let_in_by"] == us.owner.public_id
    assert form.personal["email"] == "noor@delta.example"


def test_too_many_from_one_address_wait_and_the_others_do_not(
    clock: Clock, us: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(limits, "FROM_ADDRESS", 2)
    page = published(us)
    answers = [
        sent(page, visitor(), clock, email=f"a{n}@delta.example").status_code for n in range(3)
    ]
    assert answers == [303, 303, 429]
    assert sent(page, visitor("203.0.113.9"), clock).status_code == 303
    clock.pass_by(700)
    assert sent(page, visitor(), clock, email="later@delta.example").status_code == 303


def test_a_stamp_of_another_page_or_of_last_week_asks_to_send_again(clock: Clock, us: Any) -> None:
    first, other = published(us), published(us, title="Autumn")
    client = visitor()
    html = client.get(f"/p/{first.slug}").content.decode()
    clock.pass_by(20)
    assert client.post(f"/p/{other.slug}", filled(html)).status_code == 422
    clock.pass_by(7 * 86_400)
    again = client.post(f"/p/{first.slug}", filled(html))
    assert again.status_code == 422
    assert "noor@delta.example" in again.content.decode()
    clock.pass_by(20)
    assert client.post(f"/p/{first.slug}", filled(again.content.decode())).status_code == 303


@pytest.mark.parametrize("path", ["/p/spring", "/p/spring/form"])
def test_a_redirect_leads_to_own_sites_only(clock: Clock, us: Any, path: str) -> None:
    Frontage(pk=1, sites="https://www.narwhal.example").save()
    form = contact_form(after="redirect", redirect="https://www.narwhal.example/thanks?x=1")
    published(us, form=form)
    client = visitor()
    html = client.get(path).content.decode()
    clock.pass_by(20)
    answer = client.post(path, filled(html))
    embedded = path.endswith("form")
    assert answer["Location"] == ("/p/spring/form/thanks" if embedded else form["redirect"])
    Frontage.objects.update(sites="")
    html = client.get(path).content.decode()
    clock.pass_by(20)
    answer = client.post(path, filled(html, email="b@delta.example"))
    assert answer["Location"].startswith("/p/spring/")


@pytest.mark.usefixtures("clock")
def test_a_plain_form_on_an_own_site_is_taken_and_on_a_strange_one_refused(us: Any) -> None:
    Frontage(pk=1, sites="https://www.narwhal.example").save()
    published(us)
    said = {"name": "Noor", "email": "noor@delta.example"}
    page = "https://www.narwhal.example/contact?utm_source=site&utm_medium=cpc"
    own = {"HTTP_ORIGIN": "https://www.narwhal.example", "HTTP_REFERER": page}
    for _ in range(2):
        assert visitor().post("/p/spring/form", said, **own).status_code == 303
    (form,) = events("form_submitted")
    assert form.properties["place"] == "elsewhere"
    assert form.channel == "paid"
    strange = {"HTTP_ORIGIN": "https://evil.example"}
    assert visitor().post("/p/spring/form", said, **strange).status_code == 303
    assert RefusedForm.objects.get().reason == "no_stamp"


def test_free_text_and_own_fields_go_where_they_belong(clock: Clock, us: Any) -> None:
    fields = [
        field("email", "E-mail"),
        field("event", "Message", shape="long", key="message"),
        field("person", "Favourite colour"),
        field("firm", "Employees", key="employees"),
        field("company", "Company"),
        field("event", "owner", key="owner"),
    ]
    page = published(us, form=block("form", button="Go", fields=fields))
    names = [f"f-{one['id']}" for one in fields]
    said = {
        "email": "a@gmail.com",
        names[1]: "Call me on +49 30 1234567",
        names[2]: "teal",
        names[3]: "40",
        "company": "Delta",
        names[5]: "somebody",
    }
    html = visitor().get("/p/spring").content.decode()
    clock.pass_by(20)
    visitor().post("/p/spring", {**hidden(html), **said})
    (form,) = events("form_submitted")
    assert form.personal["text"] == "Call me on +49 30 1234567"
    assert "owner" not in form.properties
    assert "message" not in form.properties
    assert events("person_identified")[0].properties["favourite_colour"] == "teal"
    (joined,) = events("company_joined")
    assert joined.company == "Delta"
    assert joined.properties == {"employees": "40", "name": "Delta"}
    assert page.slug == "spring"


@pytest.mark.usefixtures("clock")
def test_a_body_that_is_too_large_is_refused_before_it_is_read(us: Any) -> None:
    published(us)
    answer = visitor().post("/p/spring", {"name": "x" * 70_000})
    assert answer.status_code == 413
