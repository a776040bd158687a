"""Settings: the firm, one's own account, the users."""

from secrets import choice

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tundish.stores.firm import save_settings
from tundish.web.forms import AccountForm, FirmForm, PasswordForm, UserForm
from tundish.weblib.access.models import Role, Scope, Team, User
from tundish.weblib.access.rights import may, requires
from tundish.weblib.page import page, toast, workspace_for

# Letters and digits that nobody confuses when reading them aloud.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def settings(request: HttpRequest) -> HttpResponse:
    """All settings on one page; POST saves the own account."""
    form = AccountForm(request.POST or None, instance=request.user, initial=_own(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(form.cleaned_data["language"]):
            toast(request, _("Your account was saved."))
        return redirect("settings")
    return _shown(request, account=form)


@requires("manage_firm")
@require_POST
def firm(request: HttpRequest) -> HttpResponse:
    """Save the firm's name, currency, time zone, language and digits."""
    form = FirmForm(request.POST)
    if not form.is_valid():
        return _shown(request, firm=form)
    save_settings(workspace_for(request).connection, **form.cleaned_data)
    toast(request, _("The firm’s settings were saved."))
    return redirect("settings")


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of this user end.

    With a temporary password it is a page of its own, the only one there is.
    """
    form = PasswordForm(request.user, request.POST or None)
    if request.user.must_change_password and not form.is_valid():
        status = 422 if form.is_bound else 200
        return page(request, "settings_password.html", {"form": form}, status=status)
    if request.method != "POST":
        return redirect("/settings#password")
    if not form.is_valid():
        return _shown(request, password=form)
    request.user.set_password(form.cleaned_data["new"])
    request.user.must_change_password = False
    request.user.save(update_fields=["password", "must_change_password"])
    update_session_auth_hash(request, request.user)
    toast(request, _("Your password was changed. Other sessions were ended."))
    return redirect("settings")


@requires("manage_users")
def users(request: HttpRequest) -> HttpResponse:
    """Add a user; the temporary password is shown once."""
    starting = {"role": Role.SALES, "scope": Scope.OWN}
    form = UserForm(request.POST or None, by=request.user, initial=starting)
    if request.method == "POST" and form.is_valid():
        temporary = "-".join("".join(choice(_CLEAR) for _n in range(4)) for _part in range(4))
        made = form.save(commit=False)
        made.set_password(temporary)
        made.must_change_password = True
        made.save()
        context = {"made": made, "temporary": temporary}
        return page(request, "settings_user_added.html", context)
    return _user_form(request, form)


@requires("manage_users")
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user, or let them in or keep them out. The last owner stays an owner."""
    found = User.objects.filter(pk=pk).first()
    if found is None or (found.role == Role.OWNER and request.user.role != Role.OWNER):
        raise Http404
    form = UserForm(request.POST or None, instance=found, by=request.user)
    if request.method == "POST" and "active" in request.POST:
        return _switch(request, found, active=request.POST["active"] == "yes")
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["role"] != Role.OWNER and _last_owner(found):
            form.add_error("role", _("A workspace needs an owner; make someone else one first."))
        else:
            form.save()
            toast(request, _("%(name)s was saved.") % {"name": found.name})
            return redirect("settings")
    return _user_form(request, form, found)


def _switch(request: HttpRequest, found: User, *, active: bool) -> HttpResponse:
    if not active and (found == request.user or _last_owner(found)):
        text = _("Nobody can lock out themselves or the last owner.")
        toast(request, text, level="warning")
        return redirect("settings_user", found.pk)
    found.is_active = active
    found.save(update_fields=["is_active"])
    text = _("%(name)s can sign in again.") if active else _("%(name)s can no longer sign in.")
    toast(request, text % {"name": found.name})
    return redirect("settings")


def _last_owner(found: User) -> bool:
    owners = User.objects.filter(role=Role.OWNER, is_active=True)
    return owners.filter(pk=found.pk).exists() and not owners.exclude(pk=found.pk).exists()


def _own(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {"language": user.language or request.LANGUAGE_CODE, "theme": user.theme or "system"}


def _shown(request: HttpRequest, **forms: object) -> HttpResponse:
    """The page, with those forms that came back wrong in place of fresh ones."""
    wrong = any(getattr(form, "is_bound", False) for form in forms.values())
    firm_now = workspace_for(request).firm
    fields = ("name", "currency", "time_zone", "language", "digits")
    manages = may(request.user, "manage_firm")
    context = {
        "account_form": AccountForm(instance=request.user, initial=_own(request)),
        "password_form": PasswordForm(request.user),
        "firm_form": FirmForm(initial={f: getattr(firm_now, f) for f in fields})
        if manages
        else None,
        "users": User.objects.select_related("team") if may(request.user, "manage_users") else None,
        "shows_inlets": manages,
    } | {f"{name}_form": form for name, form in forms.items()}
    return page(request, "settings.html", context, status=422 if wrong else 200)


def _user_form(request: HttpRequest, form: UserForm, found: User | None = None) -> HttpResponse:
    context = {"form": form, "found": found, "teams": Team.objects.all()}
    return page(request, "settings_user.html", context, status=422 if form.is_bound else 200)
