"""Settings: who may change what, and what it does."""

from types import SimpleNamespace
from typing import Any

FIRM = {
    "name": "Renamed",
    "currency": "JOD",
    "time_zone": "Asia/Amman",
    "language": "ar",
    "digits": "latin",
}
NEW = {
    "name": "Omar",
    "email": "Omar@narwhal.example",
    "role": "sales",
    "scope": "team",
    "team_name": "North",
}


def test_an_owner_changes_the_firm(browse: Any, us: SimpleNamespace, workspace: Any) -> None:
    assert browse(us.owner).post("/settings/firm", FIRM).status_code == 302
    assert (workspace.firm.name, workspace.firm.currency) == ("Renamed", "JOD")


def test_a_rep_may_change_neither_firm_nor_users(
    browse: Any, us: SimpleNamespace, workspace: Any
) -> None:
    client = browse(us.rep)
    for path, data in (
        ("/settings/firm", FIRM),
        ("/settings/users", NEW),
        (f"/settings/users/{us.owner.pk}", NEW),
    ):
        assert client.post(path, data).status_code == 403
    assert workspace.firm.name == "Narwhal Systems"
    text = client.get("/settings").content.decode()
    assert us.owner.email not in text


def test_a_new_user_gets_a_temporary_password_that_works_once_shown(
    browse: Any, us: SimpleNamespace
) -> None:
    page = browse(us.owner).post("/settings/users", NEW)
    temporary = page.context["temporary"]
    assert temporary in page.content.decode()
    client = browse()
    client.post("/sign-in", {"email": "omar@narwhal.example", "password": temporary})
    text = client.get("/settings", follow=True).content.decode()
    assert "temporary password" in text
    from tundish.weblib.access.models import User

    made = User.objects.get(email="omar@narwhal.example")
    assert made.team.name == "North"


def test_two_users_cannot_share_an_address(browse: Any, us: SimpleNamespace) -> None:
    answer = browse(us.owner).post("/settings/users", NEW | {"email": us.rep.email.upper()})
    assert answer.status_code == 422


def test_the_last_owner_stays_owner_and_cannot_be_locked_out(
    browse: Any, us: SimpleNamespace
) -> None:
    client, path = browse(us.owner), f"/settings/users/{us.owner.pk}"
    same = {"name": "Ada Lind", "email": us.owner.email, "scope": "all"}
    assert client.post(path, same | {"role": "viewer"}).status_code == 422
    client.post(path, {"active": "no"})
    us.owner.refresh_from_db()
    assert us.owner.is_active
    assert us.owner.role == "owner"


def test_a_locked_out_user_is_out_at_once(browse: Any, us: SimpleNamespace) -> None:
    rep = browse(us.rep)
    browse(us.owner).post(f"/settings/users/{us.rep.pk}", {"active": "no"})
    assert rep.get("/settings").status_code == 302


def test_an_administrator_can_make_nobody_an_owner(browse: Any, us: SimpleNamespace) -> None:
    us.viewer.role = "admin"
    us.viewer.save()
    client = browse(us.viewer)
    assert client.post("/settings/users", NEW | {"role": "owner"}).status_code == 422
    assert client.get(f"/settings/users/{us.owner.pk}").status_code == 404


def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(
    browse: Any, us: SimpleNamespace
) -> None:
    here, elsewhere = browse(us.owner), browse(us.owner)
    new = {
        "current": "correct horse battery",
        "new": "seven green lanterns",
        "again": "seven green lanterns",
    }
    assert here.post("/settings/password", new | {"current": "wrong"}).status_code == 422
    assert here.post("/settings/password", new | {"again": "other"}).status_code == 422
    assert here.post("/settings/password", new).status_code == 302
    assert here.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 302


def test_a_reader_chooses_language_digits_and_theme(browse: Any, us: SimpleNamespace) -> None:
    client = browse(us.owner)
    client.post("/settings", {"name": "Ada", "language": "ar", "digits": "arabic", "theme": "dark"})
    text = client.get("/settings").content.decode()
    assert 'lang="ar"' in text
    assert "حُفظ حسابك." in text


def test_no_two_users_can_be_meant_by_one_owner_name(browse: Any, us: SimpleNamespace) -> None:
    us.rep.known_as = "rima"
    us.rep.save()
    client = browse(us.owner)
    for claim in ("rima", " RIMA ", "Rima Haddad", "rima@narwhal.example", f"user:{us.rep.pk}"):
        for field in ("name", "known_as"):
            answer = client.post("/settings/users", NEW | {field: claim})
            assert answer.status_code == 422, (field, claim)
    us.stranger.known_as = "omar@narwhal.example"
    us.stranger.save()
    assert client.post("/settings/users", NEW).status_code == 422
    same = {"name": "Rima Haddad", "email": us.rep.email, "known_as": "Rima Haddad"}
    path = f"/settings/users/{us.rep.pk}"
    assert client.post(path, same | {"role": "sales", "scope": "own"}).status_code == 302


def test_with_a_temporary_password_there_is_no_page_but_choosing_ones_own(
    browse: Any, us: SimpleNamespace
) -> None:
    us.owner.must_change_password = True
    us.owner.save()
    client = browse(us.owner)
    paths = ("/", "/people", "/people/p-noor", "/funnel", "/funnel/list.csv?kind=reached", "/settings",
             "/settings/users", "/import", "/definition", "/setup/next", "/no-such-page")  # fmt: skip
    for path in paths:
        assert client.get(path).headers["Location"] == "/settings/password", path
    part = client.get("/people", HTTP_HX_REQUEST="true")
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/settings/password")
    assert client.post("/settings/firm", FIRM).headers["Location"] == "/settings/password"
    assert client.post("/language", {"language": "ar"}).headers["Location"] == "/"
    assert client.post("/theme", {"theme": "dark"}).headers["Location"] == "/"
    page = client.get("/settings/password")
    assert page.status_code == 200
    assert us.rep.email not in page.content.decode()
    new = {
        "current": "correct horse battery",
        "new": "seven green lanterns",
        "again": "seven green lanterns",
    }
    assert client.post("/settings/password", new | {"again": "other"}).status_code == 422
    assert client.get("/people").status_code == 302
    assert client.post("/settings/password", new).headers["Location"] == "/settings"
    assert client.get("/people").status_code == 200
    assert client.get("/settings/password").headers["Location"] == "/settings#password"
