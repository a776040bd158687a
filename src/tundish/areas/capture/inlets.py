"""Inlets on the settings page: open one, close one, open it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.capture import actions
from tundish.areas.capture.models import Inlet
from tundish.terms import InputError
from tundish.weblib.access.rights import requires
from tundish.weblib.page import toast


@require_POST
@requires("manage_firm")
def inlets(request: HttpRequest) -> HttpResponse:
    """Open an inlet."""
    try:
        inlet = actions.open_inlet(request.POST.get("name", ""), now=timezone.now())
    except InputError as wrong:
        toast(request, f"{wrong.message} {wrong.hint}", level="error")
    else:
        toast(request, _("The inlet “%(name)s” is open.") % {"name": inlet.name})
    return _back()


@require_POST
@requires("manage_firm")
def inlet_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse an inlet's key from now on."""
    inlet = get_object_or_404(Inlet, pk=pk)
    actions.close_inlet(inlet, now=timezone.now())
    text = _("The inlet “%(name)s” is closed; its key is refused.") % {"name": inlet.name}
    toast(request, text, undo=reverse("inlet_reopen", args=[inlet.pk]))
    return _back()


@require_POST
@requires("manage_firm")
def inlet_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an inlet's key again."""
    inlet = get_object_or_404(Inlet, pk=pk)
    actions.reopen_inlet(inlet)
    toast(request, _("The inlet “%(name)s” is open.") % {"name": inlet.name})
    return _back()


def _back() -> HttpResponse:
    return redirect(reverse("settings") + "#inlets")
