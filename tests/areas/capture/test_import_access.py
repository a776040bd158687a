"""Who may import, and who may open an inlet."""

import base64
import io
import json
from typing import Any

import pytest

from tests.areas.capture.import_world import DEALS, file, text, upload
from tundish.areas.capture.models import Inlet
from tundish.areas.capture.wiring import FirmSettings, in_front_of
from tundish.stores import firm, journal
from tundish.weblib.access.models import User


@pytest.fixture
def marketer(us: Any) -> User:  # noqa: ARG001
    return User.objects.create_user(
        "mara@narwhal.example", "correct horse battery", name="Mara", role="marketing", scope="all"
    )


def test_only_those_who_may_import_reach_any_page_of_it(
    browse: Any, us: Any, marketer: User, workspace: Any
) -> None:
    look = upload(browse(us.owner), file("deals.csv", DEALS))
    for user in (us.rep, us.viewer):
        client = browse(user)
        answers = [
            client.get("/import"),
            client.post("/import/upload", {"files": [file("deals.csv", DEALS)]}),
            client.get(look),
            client.get(f"{look}/check"),
            client.post(look, {"go": "1"}),
            client.post(look, {"drop": "1"}),
            client.get("/import/1"),
            client.get("/import/1/rejects"),
            client.post("/import/1/undo"),
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert "deals.csv" not in answers[2].content.decode()
    assert browse(us.owner).get(look).status_code == 200
    # Who may import reaches the own uploads only.
    assert browse(marketer).get("/import").status_code == 200
    assert browse(marketer).get(look).status_code == 404
    assert browse(marketer).post(look, {"drop": "1"}).status_code == 404
    assert browse(us.owner).get(look).status_code == 200
    assert browse().get(look).status_code == 302
    assert workspace.imports() == []


def test_only_owner_and_administrator_see_and_change_inlets(
    browse: Any, us: Any, marketer: User
) -> None:
    owner = browse(us.owner)
    owner.post("/inlets", {"name": "website"})
    key = Inlet.objects.get().write_key
    assert key in owner.get("/settings").content.decode()
    for user in (us.rep, us.viewer, marketer):
        client = browse(user)
        assert key not in client.get("/settings").content.decode()
        answers = (
            client.post("/inlets", {"name": "mine"}),
            client.post("/inlets/1/close"),
            client.post("/inlets/1/reopen"),
        )
        assert {answer.status_code for answer in answers} == {403}
    assert Inlet.objects.filter(closed_at=None).count() == 1


def test_an_inlet_shows_where_to_send_and_an_example_with_its_key(browse: Any, us: Any) -> None:
    client = browse(us.owner)
    assert "No inlet is open yet." in text(client.get("/settings").content.decode())
    page = client.post("/inlets", {"name": "متجر الرياض"}, follow=True).content.decode()
    inlet = Inlet.objects.get()
    assert inlet.name == "متجر-الرياض"
    assert "http://localhost/v1/batch" in page
    assert f"curl -u {inlet.write_key}: http://localhost/v1/batch" in page
    assert "The inlet “متجر-الرياض” is open." in page


def test_an_inlet_is_closed_after_a_question_and_can_be_opened_again(browse: Any, us: Any) -> None:
    client = browse(us.owner)
    client.post("/inlets", {"name": "website"})
    inlet = Inlet.objects.get()
    assert "will be refused from now on" in client.get("/settings").content.decode()
    page = client.post(f"/inlets/{inlet.pk}/close", follow=True).content.decode()
    assert inlet.write_key not in page
    assert f'action="/inlets/{inlet.pk}/reopen"' in page
    client.post(f"/inlets/{inlet.pk}/reopen")
    assert inlet.write_key in client.get("/settings").content.decode()


@pytest.mark.parametrize(("name", "said"), [("!!!", "cannot name"), ("website", "already")])
def test_a_name_that_cannot_be_used_is_told_on_the_settings_page(
    browse: Any, us: Any, name: str, said: str
) -> None:
    client = browse(us.owner)
    client.post("/inlets", {"name": "website"})
    page = client.post("/inlets", {"name": name}, follow=True).content.decode()
    assert said in text(page)
    assert Inlet.objects.count() == 1


def send(door: Any, key: str, *events: dict[str, Any]) -> tuple[str, bytes]:
    body = json.dumps({"batch": list(events)}).encode()
    token = base64.b64encode(f"{key}:".encode()).decode()
    environ = {
        "PATH_INFO": "/v1/batch",
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Basic {token}",
        "wsgi.input": io.BytesIO(body),
    }
    status = []
    content = b"".join(door(environ, lambda said, _headers: status.append(said)))
    return status[0], content


def paid(ident: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": ident,
            "timestamp": "2026-05-04T11:59:00Z", "properties": {"total": 40, **properties}}  # fmt: skip


def test_an_amount_without_a_currency_takes_the_firms(browse: Any, us: Any, workspace: Any) -> None:
    browse(us.owner).post("/inlets", {"name": "shop"})
    key = Inlet.objects.get().write_key
    door = in_front_of(lambda _environ, _start: [])
    assert send(door, key, paid("1"), paid("2", currency="USD"))[0] == "200 OK"
    events = [event for _, event in journal.read(workspace.connection, limit=9)]
    assert [event.value.currency for event in events if event.value] == ["EUR", "USD"]
    assert send(door, "nobody", paid("3"))[0] == "401 Unauthorized"


def test_the_firms_currency_is_asked_at_most_once_a_second(workspace: Any) -> None:
    at = [100.0]
    known = FirmSettings(clock=lambda: at[0])
    assert known.currency() == "EUR"
    firm.save_settings(workspace.connection, currency="SAR")
    assert known.currency() == "EUR"
    at[0] += 1.1
    assert known.currency() == "SAR"


def test_the_application_stands_behind_the_door_with_its_health(browse: Any, us: Any) -> None:  # noqa: ARG001
    from tundish.web.wsgi import application

    status = []
    environ = {
        "PATH_INFO": "/v1/batch", "REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(),
    }  # fmt: skip
    application(environ, lambda said, _headers: status.append(said))
    assert status == ["405 Method Not Allowed"]
    assert browse().get("/health").json() == {"status": "ok"}
