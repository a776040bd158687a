"""What is done with a list: views saved and kept, many records changed, the list as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tundish.areas.people.lists import address, bulk, changes_told, export, listing
from tundish.areas.people.lists.views import PLURAL, asked_for, columns_of, kind_of, view_or_none
from tundish.areas.people.standing import active_funnel, standings
from tundish.stores import bulk_changes, saved_views
from tundish.stores.bulk_changes import DONE, RUNNING, UNDONE, BulkChange
from tundish.terms import NotAllowedError, NotFoundError
from tundish.weblib.access.rights import may, requires
from tundish.weblib.access.staff import shown_names
from tundish.weblib.access.visibility import visible_ids
from tundish.weblib.page import page, redirect_to, toast, workspace_for
from tundish.weblib.page.formats import number


@require_POST
def list_views(request: HttpRequest, plural: str) -> HttpResponse:
    """Save a list under a name."""
    kind, workspace = kind_of(plural), workspace_for(request)
    asked, me = asked_for(request, kind), request.user.public_id
    view = view_or_none(request, asked.view)
    columns = [field.name for field in columns_of(request, kind, view)]
    made = saved_views.save(
        workspace.connection, kind, name=request.POST.get("name", ""), owner=me,
        shared=bool(request.POST.get("shared")),
        body=address.body_of(asked) | {"columns": columns}, now=workspace.now(),
    )  # fmt: skip
    toast(request, _("The view was saved."))
    return redirect_to(request, f"{reverse(plural)}?{asked.but(view=made).query}")


@require_POST
def list_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, pin, update or remove a view; others' views can only be pinned."""
    connection, me = workspace_for(request).connection, request.user.public_id
    do = request.POST.get("do", "")
    view = saved_views.view(connection, pk, reader=me)
    back = f"{reverse(PLURAL[view.kind])}?{request.GET.urlencode() or 'all=1'}"
    if do in ("pin", "unpin", "first", "not_first"):
        saved_views.pin(connection, pk, reader=me, pinned=do != "unpin", opens=do == "first")
        return redirect_to(request, back)
    if view.owner != me:
        raise NotAllowedError(
            "Only who saved a view may change it.", "view_of_another", "Save it as your own view."
        )
    if do == "remove":
        saved_views.remove(connection, pk, now=workspace_for(request).now())
        toast(request, _("The view was removed."), undo=reverse("list_view_restore", args=[pk]))
        return redirect_to(request, f"{reverse(PLURAL[view.kind])}?all=1")
    if do == "rename":
        saved_views.change(connection, pk, name=request.POST.get("name", ""))
    elif do in ("share", "hide"):
        saved_views.change(connection, pk, shared=do == "share")
    elif do == "update":
        body = address.body_of(asked_for(request, view.kind))
        saved_views.change(connection, pk, body={**view.body, **body})
    return redirect_to(request, back)


@require_POST
def list_view_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a removed view back."""
    connection, me = workspace_for(request).connection, request.user.public_id
    saved_views.restore(connection, pk, owner=me)
    view = saved_views.view(connection, pk, reader=me)
    return redirect_to(request, f"{reverse(PLURAL[view.kind])}?view={pk}")


@require_POST
@requires("change_record")
def bulk_change(request: HttpRequest, plural: str) -> HttpResponse:
    """Change the selected records, or all that the list finds."""
    kind, workspace = kind_of(plural), workspace_for(request)
    asked = asked_for(request, kind)
    if request.POST.get("everything"):
        ids = listing.ids(workspace, request.user, asked=asked)
    else:
        ids = visible_ids(request.user, kind, request.POST.getlist("id")[:5_000])
    change = {"do": request.POST.get("do", "")}
    for name in ("owner", "tag", "field", "value", "stage", "list"):
        change[name] = request.POST.get(f"to_{name}", "")[:10_000]
    if change["do"] == "untag":
        change["tag"] = request.POST.get("to_untag", "")
    if change["do"] == "field":
        change["value"] = _value(request, change["field"])
    made = bulk.begin(
        workspace, kind, ids=ids, change=change, by=request.user, back=asked.query or "all=1"
    )
    return _after(request, made)


def bulk_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a change of many records is; a POST makes its next step."""
    workspace = workspace_for(request)
    made = _change(request, pk)
    if made.actor != request.user.public_id and made.status == RUNNING:
        # To look at it would be to go on with it, in another's name.
        raise NotFoundError("There is no such change.", "bulk_change_not_found")
    if request.method == "POST":
        made = bulk.step(workspace, made, by=request.user)
        if made.status in (DONE, UNDONE):
            return _after(request, made)
    context = {
        "change": made, "plural": PLURAL[made.kind], "kind": made.kind,
        "share": round(100 * made.done / max(1, made.total)), "parts": ("progress",),
    }  # fmt: skip
    return page(request, "people/lists/progress.html", context)


@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change of many records back."""
    workspace = workspace_for(request)
    return _after(request, bulk.undo(workspace, _change(request, pk), by=request.user))


@requires("change_record")
def bulk_list(request: HttpRequest) -> HttpResponse:
    """The last changes of many records: one's own, or everybody's for who manages the firm."""
    workspace, everybody = workspace_for(request), may(request.user, "manage_firm")
    found = bulk_changes.latest(
        workspace.connection, actor=None if everybody else request.user.public_id,
        since=workspace.now() - bulk.KEPT,
    )  # fmt: skip
    lines = [(one, changes_told.told(workspace, one)) for one in found]
    return page(request, "people/lists/changes.html", {"lines": lines, "everybody": everybody})


@requires("change_record")
def list_export(request: HttpRequest, plural: str) -> HttpResponse | StreamingHttpResponse:
    """The list as a CSV file, with the columns that it shows."""
    kind, workspace = kind_of(plural), workspace_for(request)
    asked = asked_for(request, kind)
    chosen = request.GET.getlist("id")
    ids = (
        visible_ids(request.user, kind, chosen)
        if chosen
        else listing.ids(workspace, request.user, asked=asked)
    )
    columns = [
        field
        for field in columns_of(request, kind, view_or_none(request, asked.view))
        if field.name not in ("email", "phone", "stage_days")
    ]
    heads = [_("Id"), _("Name"), _("E-mail"), _("Telephone"), *(field.label for field in columns)]
    funnel = active_funnel(workspace)
    counted = funnel is not None and funnel.unit == kind

    def standing(some: list[str]) -> Any:
        return standings(workspace, funnel, ids=some, reader=request.user) if counted else {}

    pieces = export.rows(
        kind, ids, columns=columns, heads=heads, standing=standing, names=shown_names(),
        reader=request.user,
    )  # fmt: skip
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{plural}.csv"'
    return answer


def _change(request: HttpRequest, pk: int) -> BulkChange:
    """A change of one's own, or anybody's for who manages the firm. Raises NotFoundError."""
    whose = None if may(request.user, "manage_firm") else request.user.public_id
    return bulk_changes.get(workspace_for(request).connection, pk, actor=whose)


def _after(request: HttpRequest, made: BulkChange) -> HttpResponse:
    """Back to the list with a word and a way back, or to the progress of a large change."""
    if made.status not in (DONE, UNDONE):
        return redirect_to(request, "bulk_progress", pk=made.id)
    told = {"n": number(made.total)}
    if made.status == UNDONE:
        later = _("The change was taken back. The entries follow within moments.")
        toast(request, later if bulk.follows_later(made) else _("The change was taken back."))
    elif not made.batches:
        toast(request, _("All of them were like that already."))
    else:
        said = ngettext("%(n)s entry was changed.", "%(n)s entries were changed.", made.total)
        toast(request, said % told, undo=reverse("bulk_undo", args=[made.id]))
    return redirect_to(request, f"{reverse(PLURAL[made.kind])}?{made.back}")


def _value(request: HttpRequest, field: str) -> Any:
    """The value typed for the chosen field: each field has an input of its own in the form."""
    many = request.POST.getlist(f"to_value_{field}")
    return many if len(many) > 1 else (many[0] if many else "")
