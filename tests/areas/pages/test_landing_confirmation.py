"""Double opt-in: consent counts only once its link was opened and its button pressed."""

import re
from typing import Any

from tests.areas.pages.page_world import Clock, contact_form, events, filled, of, published, visitor
from tundish.weblib.outbox.models import Mail


def asked(us: Any, clock: Clock, *, tick: bool = True, language: str = "en") -> tuple[str, Any]:
    page = published(us, form=contact_form(double_opt_in=True), language=language)
    html = visitor().get("/p/spring").content.decode()
    clock.pass_by(20)
    consent = {of(page, "consent"): "yes"} if tick else {}
    answers = filled(html, **consent)
    first = visitor().post("/p/spring", answers)
    visitor().post("/p/spring", answers)
    return first["Location"], Mail.objects.all()


def link(mail: Mail) -> str:
    found = re.search(r"http://localhost(/p/spring/confirm/\S+)", mail.text)
    assert found
    return found[1]


def test_opening_the_link_changes_nothing_and_its_button_grants_once(clock: Clock, us: Any) -> None:
    where, mails = asked(us, clock)
    assert where == "/p/spring/thanks?mail=1"
    (mail,) = mails
    assert mail.to == "noor@delta.example"
    assert "Yes, send me news." in mail.text
    assert "noor" not in link(mail), "the link names nobody"
    assert events("consent_granted") == []
    page = visitor().get(link(mail))
    assert page.status_code == 200
    assert "Yes, send me news." in page.content.decode()
    assert events("consent_granted") == []
    for _ in range(2):
        assert "Confirmed" in visitor().post(link(mail)).content.decode()
    (granted,) = events("consent_granted")
    (form,) = events("form_submitted")
    assert granted.person == form.person == mail.person
    assert granted.properties["source"] == "mail"
    assert granted.properties["evidence"] == form.id


def test_nobody_floods_an_address_of_somebody_else(clock: Clock, us: Any) -> None:
    page = published(us, form=contact_form(double_opt_in=True))
    html = visitor().get("/p/spring").content.decode()
    clock.pass_by(20)
    for name in ("Noor", "Omar", "Sara", "Hind", "Lina"):
        answers = filled(html, name=name, **{of(page, "consent"): "yes"})
        assert visitor().post("/p/spring", answers).status_code == 303
    assert len(events("form_submitted")) == 5
    assert Mail.objects.count() == 3


def test_an_erased_persons_mails_and_refused_forms_go_too(
    clock: Clock, us: Any, workspace: Any
) -> None:
    from tundish.areas.pages.models import RefusedForm

    page = published(us, form=contact_form(double_opt_in=True))
    html = visitor().get("/p/spring").content.decode()
    early = filled(html, name="Noor H")
    visitor().post("/p/spring", early)
    visitor().post("/p/spring", early | {"name": "Omar", "email": "omar@echo.example"})
    assert RefusedForm.objects.count() == 2
    clock.pass_by(20)
    visitor().post("/p/spring", filled(html, **{of(page, "consent"): "yes"}))
    (mail,) = Mail.objects.all()
    workspace.catch_up()
    assert workspace.erase(mail.person) > 0
    assert not Mail.objects.exists()
    (left,) = RefusedForm.objects.all()
    assert "omar@echo.example" in str(left.said)


def test_without_a_tick_nothing_is_asked(clock: Clock, us: Any) -> None:
    where, mails = asked(us, clock, tick=False)
    assert where == "/p/spring/thanks"
    assert not mails.exists()


def test_a_changed_or_foreign_link_confirms_nothing(clock: Clock, us: Any) -> None:
    _, mails = asked(us, clock)
    published(us, title="Autumn")
    path = link(mails[0])
    for wrong in (path[:-3] + "abc", path.replace("/spring/", "/autumn/")):
        answer = visitor().post(wrong)
        assert answer.status_code == 410
        assert "no longer valid" in answer.content.decode()
    assert events("consent_granted") == []


def test_the_mail_speaks_the_pages_language(clock: Clock, us: Any) -> None:
    _, mails = asked(us, clock, language="ar")
    assert mails[0].language == "ar"
    assert 'dir="rtl"' in mails[0].html
    assert "مرحبًا" in mails[0].text
