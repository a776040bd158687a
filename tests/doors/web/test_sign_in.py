"""Sign-in: right, wrong, guessed; and where it leads."""

# ruff: noqa: ARG001 (a fixture may be asked for what it does)
from types import SimpleNamespace
from typing import Any

PASSWORD = "correct horse battery"


def attempt(client: Any, email: str, password: str, **more: str) -> Any:
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_signs_in_whatever_the_case_of_the_address(
    browse: Any, us: SimpleNamespace
) -> None:
    client = browse()
    answer = attempt(client, us.owner.email.upper(), PASSWORD)
    assert answer.status_code == 302
    assert client.get("/settings").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    browse: Any, us: SimpleNamespace
) -> None:
    wrong = attempt(browse(), us.owner.email, "wrong")
    unknown = attempt(browse(), "nobody@narwhal.example", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert [str(e) for e in wrong.context["form"].non_field_errors()] == [
        str(e) for e in unknown.context["form"].non_field_errors()
    ]


def test_after_five_failures_even_the_right_password_has_to_wait(
    browse: Any, us: SimpleNamespace
) -> None:
    from django.utils import timezone

    from tundish.web.views.signin import WAIT
    from tundish.weblib.access.models import SignInFailure

    client = browse()
    for _ in range(5):
        attempt(client, us.owner.email, "wrong")
    assert attempt(client, us.owner.email, PASSWORD).status_code == 429
    SignInFailure.objects.update(at=timezone.now() - WAIT * 2)
    assert attempt(client, us.owner.email, PASSWORD).status_code == 302


def test_sign_in_leads_back_to_the_page_but_never_to_another_site(
    browse: Any, us: SimpleNamespace
) -> None:
    back = attempt(browse(), us.owner.email, PASSWORD, next="/people?q=a")
    away = attempt(browse(), us.owner.email, PASSWORD, next="https://evil.example/")
    assert back.headers["Location"] == "/people?q=a"
    assert away.headers["Location"] == "/"


def test_a_locked_out_user_cannot_sign_in(browse: Any, us: SimpleNamespace) -> None:
    us.rep.is_active = False
    us.rep.save()
    assert attempt(browse(), us.rep.email, PASSWORD).status_code == 422


def test_signing_out_ends_the_session_and_takes_a_post(browse: Any, us: SimpleNamespace) -> None:
    client = browse(us.owner)
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/settings").status_code == 302


def test_every_page_carries_the_policy_and_varies_on_htmx(browse: Any, us: SimpleNamespace) -> None:
    answer = browse(us.owner).get("/settings")
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_no_page_holds_an_inline_script(browse: Any, us: SimpleNamespace) -> None:
    import re

    for path in ("/settings", "/people", "/setup-gone", "/sign-in"):
        text = browse(us.owner).get(path).content.decode()
        assert re.findall(r"<script(?![^>]*src=)", text) == []
        assert re.findall(r"\son\w+=", text) == []
        assert re.findall(r"(?:src|href)=\"https?://", text) == []


def test_health_says_nothing_about_the_firm(browse: Any, us: SimpleNamespace) -> None:
    answer = browse().get("/health")
    assert answer.json() == {"status": "ok"}


def test_language_and_theme_are_kept_for_the_user(browse: Any, us: SimpleNamespace) -> None:
    client = browse(us.owner)
    client.post("/language", {"language": "ar", "next": "/settings"})
    client.post("/theme", {"theme": "dark"})
    us.owner.refresh_from_db()
    assert (us.owner.language, us.owner.theme) == ("ar", "dark")
    text = client.get("/settings").content.decode()
    assert '<html lang="ar" dir="rtl"' in text
    assert 'data-bs-theme="dark"' in text


def test_a_visitors_language_is_kept_in_a_cookie(browse: Any, us: SimpleNamespace) -> None:
    client = browse()
    client.post("/language", {"language": "ar", "next": "https://evil.example/"})
    assert "تسجيل الدخول" in client.get("/sign-in").content.decode()
    client.post("/language", {"language": "xx"})
    assert "تسجيل الدخول" in client.get("/sign-in").content.decode()
