"""The reader's own choices: language, and light or dark."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tundish.web.middleware import LANGUAGE_COOKIE, THEME_COOKIE

_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the profile and in a cookie, and go back to the page."""
    return _keep(request, "language", LANGUAGE_COOKIE, tuple(dict(settings.LANGUAGES)))


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or system in the profile and in a cookie."""
    return _keep(request, "theme", THEME_COOKIE, ("light", "dark", "system"))


def _keep(request: HttpRequest, name: str, cookie: str, allowed: tuple[str, ...]) -> HttpResponse:
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    scripted = request.headers.get("X-Requested-With") == "fetch"
    response = HttpResponse(status=204) if scripted else HttpResponseRedirect(back if own else "/")
    chosen = request.POST.get(name, "")
    if chosen in allowed:
        response.set_cookie(cookie, chosen, max_age=_YEAR, samesite="Lax", httponly=True)
        if request.user.is_authenticated:
            setattr(request.user, name, chosen)
            request.user.save(update_fields=[name])
    return response
