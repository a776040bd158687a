"""Pages of the capture area: imports of files, and inlets."""

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tundish.areas.capture import actions, proposals, uploads, wording
from tundish.areas.capture.models import Inlet
from tundish.areas.capture.proposals import Choice, Proposal
from tundish.stores import imports as records
from tundish.terms import InputError
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, redirect_to, toast, workspace_for
from tundish.workspace.import_sources import KINDS

_SHOWN = 50


@requires("import_data")
def imports(request: HttpRequest) -> HttpResponse:
    """Choose files; what was imported before, with undo."""
    found = workspace_for(request).imports()
    context = {
        "imports": [wording.shown(one) for one in found[:_SHOWN]],
        "more": max(0, len(found) - _SHOWN),
        "working": any(one.status in ("queued", "running") for one in found),
        "parts": ("imports",),
    }
    return page(request, "capture/imports.html", context)


@require_POST
@requires("import_data")
def upload(request: HttpRequest) -> HttpResponse:
    """Take the files and go on to what they seem to be."""
    token = uploads.keep(workspace_for(request), request.FILES.getlist("files"))
    return redirect_to(request, "import_new", token=token)


@requires("import_data")
def import_new(request: HttpRequest, token: str) -> HttpResponse:
    """What the files seem to be, the columns with samples; a POST orders the import or drops the files."""
    workspace = workspace_for(request)
    paths = uploads.paths(workspace, token)
    if request.method == "POST" and "drop" in request.POST:
        uploads.drop(workspace, token)
        return redirect("imports")
    posted = request.method == "POST"
    choice, proposed = proposals.opened(paths, request.POST if posted else request.GET)
    if posted and proposed.kind and not proposed.missing:
        return _order(request, token, choice=choice, proposed=proposed)
    context = _new_context(token, choice, proposed)
    return page(request, "capture/import_new.html", context, status=422 if posted else 200)


@requires("import_data")
def import_check(request: HttpRequest, token: str) -> HttpResponse:
    """The dry run: what the import would bring and refuse, nothing written."""
    workspace = workspace_for(request)
    paths = uploads.paths(workspace, token)
    choice, proposed = proposals.opened(paths, request.GET)
    context = _new_context(token, choice, proposed) | {"checked": True}
    if proposed.kind and not proposed.missing:
        try:
            context["result"] = wording.result(
                workspace.preview(
                    paths,
                    kind=proposed.kind,
                    mapping=_mapping(choice, proposed),
                    currency=choice.currency,
                )
            )
        except InputError as wrong:
            context["error"] = wrong
    return page(request, "capture/import_new.html", context, part="check")


@requires("import_data")
def import_one(request: HttpRequest, number: int) -> HttpResponse:
    """One import: its progress while it runs, then its result, rejects and undo."""
    workspace = workspace_for(request)
    record = records.get(workspace.connection, number)
    rejects = wording.rejects(record, most=_SHOWN)
    context = {"one": wording.shown(record), "rejects": rejects, "parts": ("import_one",)}
    return page(request, "capture/import_one.html", context)


@require_POST
@requires("import_data")
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take the whole import back."""
    workspace = workspace_for(request)
    count = workspace.undo(number, actor=request.user.email)  # type: ignore[union-attr]
    toast(
        request,
        ngettext(
            "The import was taken back; %(n)s event no longer counts.",
            "The import was taken back; %(n)s events no longer count.",
            count,
        )
        % {"n": wording.number(count)},
    )
    return redirect_to(request, "import_one", number=number)


@requires("import_data")
def import_rejects(request: HttpRequest, number: int) -> HttpResponseBase:
    """The refused rows as a file."""
    record = records.get(workspace_for(request).connection, number)
    path = Path(record.rejects or "")
    if not record.rejects or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
@requires("manage_firm")
def inlets(request: HttpRequest) -> HttpResponse:
    """Open an inlet."""
    inlet = actions.open_inlet(request.POST.get("name", ""), now=timezone.now())
    toast(request, _("The inlet %(name)s is open.") % {"name": inlet.name})
    return redirect(reverse("settings") + "#inlets")


@require_POST
@requires("manage_firm")
def inlet_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse an inlet's key from now on."""
    inlet = get_object_or_404(Inlet, pk=pk)
    actions.close_inlet(inlet, now=timezone.now())
    toast(request, _("The inlet %(name)s is closed.") % {"name": inlet.name})
    return redirect(reverse("settings") + "#inlets")


def _order(request: HttpRequest, token: str, *, choice: Choice, proposed: Proposal) -> HttpResponse:
    workspace = workspace_for(request)
    record = records.create(
        workspace.connection,
        files=[file.name for file in proposed.files],
        kind=proposed.kind,
        mapping=_mapping(choice, proposed, currency=choice.currency),
        now=workspace.now(),
        actor=request.user.email,  # type: ignore[union-attr]
    )
    uploads.order(workspace, token, record=record)
    return redirect_to(request, "import_one", number=record.id)


def _mapping(
    choice: Choice, proposed: Proposal, *, currency: str | None = None
) -> dict[str, str] | None:
    """`{field: header}`; a currency chosen for all rows stands in it as a constant."""
    mapping = {column.field: column.header for column in proposed.columns if column.field}
    if currency and "currency" not in mapping:
        mapping["currency"] = f"={currency}"
    return mapping or None


def _new_context(token: str, choice: Choice, proposed: Proposal) -> dict[str, Any]:
    return {
        "token": token,
        "proposed": proposed,
        "choice": choice,
        "kinds": [(kind, wording.KINDS[kind]) for kind in KINDS],
        "fields": [(field, wording.field(field)) for field in proposed.fields],
        "missing": [wording.field(field) for field in proposed.missing],
    }
