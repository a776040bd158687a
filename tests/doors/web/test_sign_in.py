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

    from tundish.web.attempts import WAIT
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


def test_guesses_at_the_same_instant_are_counted_before_they_are_looked_at(
    browse: Any, us: SimpleNamespace, monkeypatch: Any
) -> None:
    from tundish.web.views import signin

    tried: list[int] = []
    answers: list[int] = []

    def slow(*_: Any, **__: Any) -> None:
        # While the password is hashed the next guess comes in.
        tried.append(1)
        if len(tried) < 20:
            answers.append(attempt(browse(), us.owner.email, "wrong").status_code)

    monkeypatch.setattr(signin, "authenticate", slow)
    attempt(browse(), us.owner.email, "wrong")
    assert len(tried) == 5
    assert 429 in answers


def test_a_stranger_who_knows_an_address_locks_nobody_out(browse: Any, us: SimpleNamespace) -> None:
    for _ in range(12):
        attempt(browse(None, REMOTE_ADDR="203.0.113.9"), us.owner.email, "wrong")
    assert attempt(browse(), us.owner.email, PASSWORD).status_code == 302
    for place in range(11):
        for _ in range(5):
            attempt(browse(None, REMOTE_ADDR=f"203.0.114.{place}"), us.owner.email, "wrong")
    assert attempt(browse(), us.owner.email, PASSWORD).status_code == 429


def test_behind_a_proxy_the_last_hop_is_the_address(
    browse: Any, us: SimpleNamespace, settings: Any
) -> None:
    def guess(forwarded: str, password: str = "wrong") -> int:
        client = browse(None, HTTP_X_FORWARDED_FOR=forwarded)
        return attempt(client, us.owner.email, password).status_code

    settings.BEHIND_PROXY = True
    for n in range(5):
        guess(f"192.0.2.{n}, 203.0.113.9")
    assert guess("192.0.2.77, 203.0.113.9", PASSWORD) == 429
    assert guess("203.0.113.9, 192.0.2.77", PASSWORD) == 302
    settings.BEHIND_PROXY = False
    for n in range(5):
        guess(f"198.51.100.{n}")
    assert guess("192.0.2.99", PASSWORD) == 429


def test_one_network_of_ipv6_is_one_address(settings: Any) -> None:
    from django.test import RequestFactory

    from tundish.web.attempts import address_of

    def of(text: str) -> str:
        return address_of(RequestFactory(REMOTE_ADDR=text).get("/"))

    assert of("2001:db8::1") == of("2001:db8::ffff:1") != of("2001:db8:0:1::1")
    assert of("::ffff:192.0.2.1") == of("192.0.2.1")
    assert of("unix:") == "unix:"
