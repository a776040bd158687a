"""The page of outgoing mail: the server, the test, the outbox, and who may see it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.areas.outbox.mail_world import MailHost, Postbox

SERVER = {
    "host": "mail.narwhal.example",
    "port": "587",
    "security": "starttls",
    "user": "team",
    "password": "kept secret",
    "sender": "team@narwhal.example",
    "sender_name": "Narwhal",
}


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, MailHost]]:
    box = Postbox()
    host = MailHost(box)
    host.start()
    yield box, host
    host.stop()


def test_the_password_is_kept_and_never_shown(browse: Any, us: SimpleNamespace) -> None:
    from tundish.weblib.outbox.models import MailServer

    client = browse(us.owner)
    assert client.post("/settings/mail", SERVER).status_code == 302
    assert b"kept secret" not in client.get("/settings/mail").content
    client.post("/settings/mail", SERVER | {"password": "", "port": "465", "security": "tls"})
    kept = MailServer.objects.get()
    assert (kept.password, kept.port) == ("kept secret", 465)
    other = SERVER | {"password": "", "host": "listener.example"}
    refused = client.post("/settings/mail", other)
    assert refused.status_code == 422
    assert refused.context["form"].errors.as_data()["password"][0].code == "password_of_another"
    assert MailServer.objects.get().host == SERVER["host"]
    client.post("/settings/mail", SERVER | {"password": "", "user": ""})
    assert MailServer.objects.get().password == ""


def test_what_cannot_be_is_told_at_its_field(browse: Any, us: SimpleNamespace) -> None:
    from tundish.weblib.outbox.models import MailServer

    client = browse(us.owner)
    for field, value, code in (
        ("host", "https://mail.example", "host_odd"),
        ("security", "none", "line_open"),
        ("port", "70000", "max_value"),
        ("sender", "nobody", "invalid"),
    ):
        answer = client.post("/settings/mail", SERVER | {field: value})
        assert answer.status_code == 422
        codes = [error.code for error in answer.context["form"].errors.as_data()[field]]
        assert codes == [code]
    assert not MailServer.objects.exists()


def test_only_who_manages_the_firm_comes_here(browse: Any, us: SimpleNamespace) -> None:
    for user in (us.rep, us.viewer):
        client = browse(user)
        assert client.get("/settings/mail").status_code == 403
        assert client.post("/settings/mail/test").status_code == 403
        assert client.post("/settings/mail/1/again").status_code == 403
        assert "/settings/mail" not in client.get("/settings").content.decode()


def test_a_test_mail_says_what_the_server_answered(
    browse: Any, us: SimpleNamespace, postbox: tuple[Postbox, MailHost]
) -> None:
    box, host = postbox
    client = browse(us.owner)
    box.answers = ["554 you are on a list"]
    local = {"host": "127.0.0.1", "port": str(host.port), "security": "none", "user": ""}
    client.post("/settings/mail", SERVER | local)
    refused = client.post("/settings/mail/test", follow=True)
    assert "554 you are on a list" in refused.content.decode()
    taken = client.post("/settings/mail/test", follow=True)
    assert "The server took the test mail to ada@narwhal.example." in taken.content.decode()
    assert len(box.letters) == 2


def test_a_mail_is_cancelled_and_sent_again_after_all(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    from tundish.terms import from_micros
    from tundish.weblib.outbox import queue

    now = from_micros(workspace.now())
    mail = queue.enqueue(
        key="k", to="a@b.example", subject="Hello", text="x", purpose="test", now=now
    )
    client = browse(us.owner)
    assert "these mails wait until you save one" in client.get("/settings/mail").content.decode()
    client.post(f"/settings/mail/{mail.pk}/cancel")
    mail.refresh_from_db()
    assert mail.state == "cancelled"
    client.post(f"/settings/mail/{mail.pk}/again")
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert client.get("/settings/mail?state=sent&page=9").status_code == 200


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1360), ("ar", "dark", 1360), ("en", "dark", 360), ("ar", "light", 360)],
)
def test_the_page_is_accessible_and_fits(
    signed_in_page: Any, assert_accessible: Any, workspace: Any,
    language: str, theme: str, width: int,
) -> None:  # fmt: skip
    from tundish.terms import from_micros
    from tundish.weblib.outbox import queue

    shown = signed_in_page("/settings/mail", language=language, theme=theme, width=width)
    assert_accessible(shown)
    now = from_micros(workspace.now())
    queue.enqueue(key="k", to="a@b.example", subject="Hello", text="x", purpose="test", now=now)
    shown.goto("/settings/mail")
    assert_accessible(shown)
