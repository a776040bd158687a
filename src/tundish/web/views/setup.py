"""The first run: firm, administrator, model; then a file or the first prospect. Closed once a user exists."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tundish.areas.people.creating import create_person
from tundish.stores.firm import save_settings
from tundish.web import models_shown
from tundish.web.forms import AdministratorForm, FirmForm, FirstProspectForm
from tundish.web.middleware import LANGUAGE_COOKIE
from tundish.weblib.access.models import Role, Scope, User
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, toast, workspace_for


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def setup(request: HttpRequest) -> HttpResponse:
    """Ask for everything on one page; 404 as soon as there is a user."""
    if User.objects.exists():
        raise Http404
    firm = FirmForm(request.POST or None, initial=_guess(request))
    admin = AdministratorForm(request.POST or None)
    models = models_shown.cards(request.LANGUAGE_CODE)
    chosen = request.POST.get("model", models[0].name if models else "")
    known = any(card.name == chosen for card in models)
    if request.method == "POST" and firm.is_valid() & admin.is_valid() and known:
        _begin(request, firm.cleaned_data, admin.cleaned_data, chosen)
        response = redirect("setup_next")
        response.set_cookie(
            LANGUAGE_COOKIE, firm.cleaned_data["language"], samesite="Lax", httponly=True
        )
        return response
    context = {"form": firm, "admin": admin, "models": models, "chosen": chosen}
    return page(request, "setup.html", context, status=422 if request.method == "POST" else 200)


def setup_next(request: HttpRequest) -> HttpResponse:
    """Where the first prospects come from."""
    return page(request, "setup_next.html")


@requires("add_prospect")
def first_prospect(request: HttpRequest) -> HttpResponse:
    """Type one prospect; it goes into the journal like any other."""
    form = FirstProspectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = create_person(workspace_for(request), form.cleaned_data, by=request.user)
        toast(request, _("%(name)s is in the journal.") % {"name": form.cleaned_data["name"]})
        return redirect("person", person)
    status = 422 if request.method == "POST" else 200
    return page(request, "first_prospect.html", {"form": form}, status=status)


def _guess(request: HttpRequest) -> dict[str, Any]:
    arabic = request.LANGUAGE_CODE == "ar"
    return {
        "language": request.LANGUAGE_CODE,
        "digits": "latin",
        "currency": "AED" if arabic else "EUR",
        "time_zone": "Asia/Dubai" if arabic else "UTC",
    }


def _begin(request: HttpRequest, firm: dict[str, Any], admin: dict[str, Any], model: str) -> None:
    # The user first, under the write lock: of two who answer at once the second changes nothing.
    with transaction.atomic():
        if User.objects.exists():  # someone else was first
            raise Http404
        user = User.objects.create_user(
            admin["email"], admin["password"], name=admin["person"], role=Role.OWNER,
            scope=Scope.ALL, language=firm["language"],
        )  # fmt: skip
    workspace = workspace_for(request)
    save_settings(workspace.connection, **firm)
    workspace.use(model)
    login(request, user)
