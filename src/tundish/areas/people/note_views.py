"""Notes on a record: writing, editing, pinning, deleting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.people import fields_shown, notes, record_page
from tundish.areas.people.actions import Chosen, require_change
from tundish.areas.people.record_views import changed, found, refused
from tundish.terms import InputError, NotFoundError
from tundish.weblib.page import toast, workspace_for
from tundish.workspace import recording


@require_POST
def record_notes(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Write a note."""
    record = found(request, kind, pk)
    chosen = Chosen(kind, [record.pk], request.user)
    try:
        done = notes.add_note(workspace_for(request), chosen, text=request.POST.get("text", ""))
    except InputError as wrong:
        return refused(request, kind, pk, wrong)
    return changed(request, kind, pk, done, _("The note was kept."))


@require_POST
def note(request: HttpRequest, note: str) -> HttpResponse:
    """Edit one's own note, delete it, pin it or take it down."""
    workspace, act = workspace_for(request), request.POST.get("act", "")
    back = record_page.safe(request.POST.get("back", "")) or record_page.came_from(request)
    if act == "delete":
        first, last = notes.delete_note(workspace, note, by=request.user)
        address = reverse("bring_back", args=[first, last])
        toast(request, _("The note was deleted."), undo=address)
    elif act in ("pin", "unpin"):
        notes.pin_note(workspace, note, on=act == "pin", by=request.user)
    else:
        try:
            notes.edit_note(workspace, note, text=request.POST.get("text", ""), by=request.user)
            toast(request, _("The note was changed."))
        except InputError as wrong:
            toast(request, fields_shown.wrong_text(wrong), level="warning")
    return redirect(back)


@require_POST
def bring_back(request: HttpRequest, first: int, last: int) -> HttpResponse:
    """Undo a deletion: what was taken back counts again."""
    require_change(request.user)
    try:
        recording.bring_back(workspace_for(request), first, last, actor=request.user.public_id)
        toast(request, _("It is back."))
    except NotFoundError:
        toast(request, _("There is nothing left to bring back."), level="warning")
    return redirect(record_page.came_from(request))
