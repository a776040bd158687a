"""Sign-in and sign-out; guessing is slowed down by account and by address."""

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tundish.web import attempts
from tundish.web.forms import SignInForm
from tundish.weblib.page import page


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is; a wrong pair is never told apart from an unknown one."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        attempt = attempts.begin(request, email, now=timezone.now())
        if attempt is None:
            form.add_error(None, _("Too many failed attempts. Try again in 15 minutes."))
            status = 429
        elif user := authenticate(request, username=email, password=form.cleaned_data["password"]):
            login(request, user)
            attempts.succeeded(attempt)
            if user.must_change_password:
                return redirect("settings_password")
            return HttpResponseRedirect(_next(request))
        else:
            form.add_error(None, _("This e-mail and password do not belong together."))
            status = 422
    return page(request, "sign_in.html", {"form": form, "next": _next(request)}, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else "/"
