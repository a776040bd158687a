"""What stands around every page: policy headers, how this reader sees dates and numbers, the first run."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from tundish.weblib.access.models import User
from tundish.weblib.page import display, redirect_to, workspace_for

Next = Callable[[HttpRequest], HttpResponseBase]
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)  # fmt: skip
LANGUAGE_COOKIE, THEME_COOKIE = "tundish_language", "tundish_theme"


class PolicyMiddleware:
    """Content-Security-Policy, and `Vary` so that the back button never shows a fragment."""

    def __init__(self, next_: Next) -> None:
        self.next = next_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.next(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if isinstance(response, HttpResponse):
            patch_vary_headers(response, ["HX-Request", "Cookie"])
            if request.user.is_authenticated:
                response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class DisplayMiddleware:
    """Language, digits, time zone and currency for this reader, for the length of the request."""

    def __init__(self, next_: Next) -> None:
        self.next = next_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        firm = workspace_for(request).firm
        language = _language(request, firm.language)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        user = request.user
        digits = (user.digits if user.is_authenticated else "") or firm.digits or "latin"
        shown = display.Display(language, digits, firm.time_zone or "UTC", firm.currency or "USD")
        with display.use(shown):
            response = self.next(request)
        translation.deactivate()
        response.headers.setdefault("Content-Language", language)
        return response


class FirstRunMiddleware:
    """Leads to the first-run page for as long as nobody can sign in."""

    def __init__(self, next_: Next) -> None:
        self.next = next_
        self.prepared: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        folder = str(settings.TUNDISH_FOLDER)
        if folder not in self.prepared:
            if User.objects.exists():
                self.prepared.add(folder)
            elif not request.path.startswith(
                ("/setup", "/health", "/language", "/theme", "/static")
            ):
                return redirect("setup")
        return self.next(request)


class OwnPasswordMiddleware:
    """Leads whoever came with a temporary password to choosing their own, and nowhere else."""

    OPEN = ("/settings/password", "/sign-out", "/language", "/theme", "/toasts", "/health")

    def __init__(self, next_: Next) -> None:
        self.next = next_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        waiting = user.is_authenticated and user.must_change_password
        if waiting and request.path not in self.OPEN:
            return redirect_to(request, "settings_password")
        return self.next(request)


def _language(request: HttpRequest, firm_language: str) -> str:
    known = dict(settings.LANGUAGES)
    user = request.user
    for choice in (
        user.language if user.is_authenticated else "",
        request.COOKIES.get(LANGUAGE_COOKIE, ""),
        firm_language,
    ):
        if choice in known:
            return choice
    return translation.get_language_from_request(request)
