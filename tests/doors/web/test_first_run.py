"""The first run: everything asked once, closed for ever after."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ANSWERS = {
    "name": "Delta", "currency": "KWD", "time_zone": "Asia/Kuwait", "language": "ar", "digits": "arabic",
    "person": "Layla Nasser", "email": "Layla@Delta.example", "password": "seven green lanterns",
    "model": "aida",
}  # fmt: skip


@pytest.fixture
def client(firm_folder: Path) -> Client:  # noqa: ARG001
    return Client(HTTP_HOST="localhost")


def test_without_a_user_every_page_leads_to_the_first_run(client: Client) -> None:
    for path in ("/", "/people", "/settings", "/sign-in"):
        assert client.get(path).headers["Location"] == "/setup"
    page = client.get("/setup")
    assert page.status_code == 200
    assert len(page.context["models"]) == 6
    assert client.get("/health").status_code == 200


def test_the_answers_make_the_firm_its_owner_and_its_funnel(client: Client, workspace: Any) -> None:
    from tundish.weblib.access.models import User

    answer = client.post("/setup", ANSWERS)
    assert answer.headers["Location"] == "/setup/next"
    owner = User.objects.get()
    assert (owner.email, owner.role, owner.scope) == ("layla@delta.example", "owner", "all")
    firm = workspace.firm
    assert (firm.name, firm.currency, firm.time_zone) == ("Delta", "KWD", "Asia/Kuwait")
    assert workspace.active.name == "aida"
    text = client.get("/setup/next").content.decode()
    assert "استورد ملفًا" in text


def test_a_second_first_run_does_not_exist(client: Client) -> None:
    client.post("/setup", ANSWERS)
    other = Client(HTTP_HOST="localhost")
    assert other.get("/setup").status_code == 404
    assert other.post("/setup", ANSWERS | {"email": "eve@delta.example"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short"}, {"email": "no address"}, {"model": "no-such"}, {"currency": "XXX"},
     {"time_zone": "Mars/Base"}, {"name": ""}],
)  # fmt: skip
def test_a_wrong_answer_makes_nothing(client: Client, wrong: dict[str, str]) -> None:
    from tundish.weblib.access.models import User

    assert client.post("/setup", ANSWERS | wrong).status_code == 422
    assert not User.objects.exists()


def test_the_first_prospect_is_typed_and_stands_in_the_funnel(
    client: Client, workspace: Any
) -> None:
    client.post("/setup", ANSWERS | {"language": "en"})
    said = {
        "name": "Omar Said",
        "email": "omar@nile.example",
        "company": "Nile Works",
        "channel": "referral",
    }
    answer = client.post("/setup/first-prospect", said)
    page = client.get(answer.headers["Location"])
    text = page.content.decode()
    assert "Omar Said" in text
    assert "omar@nile.example" in text
    assert "Nile Works" in text
    assert "Layla Nasser" in text
    assert page.context["standing"] is not None
    assert workspace.connection.execute("SELECT count(*) FROM event").fetchone()[0] == 4


def test_of_two_who_answer_at_once_the_second_changes_nothing(
    client: Client, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tundish.web.views import setup
    from tundish.weblib.access.models import User

    shown = setup.models_shown.cards

    def slow(language: str) -> Any:
        # While the second one's answers are looked at, the first one's are taken.
        monkeypatch.setattr(setup.models_shown, "cards", shown)
        Client(HTTP_HOST="localhost").post("/setup", ANSWERS)
        return shown(language)

    monkeypatch.setattr(setup.models_shown, "cards", slow)
    late = {
        "name": "Late",
        "email": "eve@delta.example",
        "currency": "EUR",
        "model": "buying_cycle",
    }
    assert client.post("/setup", ANSWERS | late).status_code == 404
    assert User.objects.get().email == "layla@delta.example"
    assert (workspace.firm.name, workspace.firm.currency) == ("Delta", "KWD")
    assert workspace.active.name == "aida"


@pytest.mark.parametrize("channel", ["", "cold_mail", "direct", "referral", "call", "event"])
def test_a_typed_prospect_stands_in_the_funnel_however_they_came(
    workspace: Any, us: Any, browse: Any, channel: str
) -> None:
    workspace.use("aida")
    said = {"name": "Lena Ort", "channel": channel}
    browse(us.owner).post("/setup/first-prospect", said)
    report = workspace.live_report().to_dict()
    assert (report["passes"], report["stages"][0]["reached"]) == (1, 1)
