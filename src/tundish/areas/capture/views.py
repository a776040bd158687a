"""Pages of imports: choose files, look before the import, follow it, take it back."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tundish.areas.capture import fields_made, proposals, shown, stages, uploads, wording
from tundish.areas.capture.choices import Choice
from tundish.areas.capture.proposals import Proposal
from tundish.areas.capture.readable import LARGEST
from tundish.journal.readers.presets import presets
from tundish.journal.readers.record_fields import RECORDS
from tundish.stores import import_keys
from tundish.stores import imports as records
from tundish.stores.imports import ImportRecord
from tundish.terms import InputError, NotFoundError, TundishError
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, redirect_to, toast, workspace_for
from tundish.weblib.page.event_names import EVENTS, OF_OURS
from tundish.weblib.page.formats import number as number_text
from tundish.workspace import Workspace
from tundish.workspace.import_kinds import KINDS
from tundish.workspace.imports import Asked
from tundish.workspace.planned import STATUSES

_SHOWN = 50
# A larger upload is checked when asked, not at every change of a column.
_CHECKED_AT_ONCE = 24 * 1024 * 1024
_FORM = (
    "kind", "as", "currency", "event", "match", "date_order", "decimal", "time_unit", "definition",
    "show", "page",
)  # fmt: skip
_PARTS_OF_FORM = ("map-", "rule-", "stage-")


@require_safe
@requires("import_data")
def imports(request: HttpRequest) -> HttpResponse:
    """Choose files; what was imported before."""
    return _imports(request)


@require_POST
@requires("import_data")
def import_upload(request: HttpRequest) -> HttpResponse:
    """Take the files and go on to what they seem to be."""
    try:
        files: list[uploads.Upload] = list(request.FILES.getlist("files"))  # type: ignore[arg-type]
        if pasted := request.POST.get("pasted", "").strip("\r\n"):
            files.append(uploads.Pasted(pasted))
        token = uploads.keep(workspace_for(request), files, by=_user(request))
    except InputError as wrong:
        return _imports(request, error=wrong, status=422)
    return redirect("import_new", token=token)


@requires("import_data")
def import_new(request: HttpRequest, token: str) -> HttpResponse:
    """What the files seem to be, the columns with samples; a POST orders the import or drops the files."""
    if request.method == "POST" and "look" in request.POST:
        said = QueryDict(mutable=True)
        said.update({k: v for k, v in request.POST.items() if _of_form(k)})
        return redirect(f"{reverse('import_check', args=[token])}?{said.urlencode()}")
    try:
        if request.method == "POST" and "drop" in request.POST:
            uploads.drop(workspace_for(request), token, by=_user(request))
            return redirect("imports")
        if request.method == "POST":
            return _order(request, token)
        context, *_found = _looked(request, token)
    except NotFoundError as gone:
        return _imports(request, error=gone, status=404)
    return page(request, "capture/import_new.html", context)


@require_safe
@requires("import_data")
def import_check(request: HttpRequest, token: str) -> HttpResponse:
    """The dry run: what the import would bring and refuse, nothing written."""
    try:
        context, choice, proposed = _looked(request, token)
    except NotFoundError as gone:
        if request.headers.get("HX-Request"):
            return redirect_to(request, "import_new", token=token)
        return _imports(request, error=gone, status=404)
    context["checked"] = True
    if proposed and proposed.ready:
        workspace = workspace_for(request)
        try:
            asked = _asked(request, proposed, choice, make=False)
            context["outcome"] = shown.check(
                workspace,
                uploads.paths(workspace, token, by=_user(request)),
                proposed=proposed,
                asked=asked,
                at=uploads.plan_path(
                    workspace, token, by=_user(request), name=_plan_name(workspace, asked)
                ),
                view=_view(request),
                stages=dict(context["stages"].stages if context["stages"] else ()),
            )
            context["query"] = _query(request)
        except InputError as wrong:
            context["error"] = wording.error(wrong)
    return page(request, "capture/import_new.html", context, part="check")


@require_POST
@requires("import_data")
def import_cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Stop an import that waits or runs; what went in before can be taken back."""
    workspace = workspace_for(request)
    one = shown.shown(records.get(workspace.connection, number), now=workspace.now())
    if one.working:
        records.update(
            workspace.connection, number, status="cancelled", finished_at=workspace.now()
        )
        if one.record.status == "queued":
            uploads.finished(workspace, one.record)
        toast(request, _("The import was stopped."))
    return redirect("import_one", number=number)


@require_safe
@requires("import_data")
def import_one(request: HttpRequest, number: int) -> HttpResponse:
    """One import: its progress while it runs, then its result, rejects and undo."""
    workspace = workspace_for(request)
    one = shown.shown(records.get(workspace.connection, number), now=workspace.now())
    refused, rows = ([], []) if one.working else shown.rejects(one.record, most=_SHOWN)
    context = {
        "one": one,
        "refused": refused,
        "rows": rows,
        "more": max(0, one.record.refused - len(rows)),
        "parts": ("import_one",),
    }
    return page(request, "capture/import_one.html", context)


@require_POST
@requires("import_data")
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take the whole import back."""
    workspace = workspace_for(request)
    one = shown.shown(records.get(workspace.connection, number), now=workspace.now())
    if one.working:
        text = _("This import still runs; it can be taken back once it is done.")
        toast(request, text, level="warning")
        return redirect("import_one", number=number)
    kept = import_keys.changed_since(workspace.connection, one.record.batch)
    try:
        count = workspace.undo(number, actor=request.user.public_id)  # type: ignore[union-attr]
    except NotFoundError as undone:
        if undone.code != "import_undone":
            raise
        toast(request, _("This import has been taken back already."), level="warning")
        return redirect("import_one", number=number)
    text = ngettext(
        "The import was taken back; %(n)s event no longer counts.",
        "The import was taken back; %(n)s events no longer count.",
        count,
    )
    toast(request, text % {"n": number_text(count)})
    if kept:
        also = ngettext(
            "%(n)s record was changed by others since; that stays.",
            "%(n)s records were changed by others since; that stays.",
            kept,
        )
        toast(request, also % {"n": number_text(kept)}, level="warning")
    return redirect("import_one", number=number)


@require_safe
@requires("import_data")
def import_rejects(request: HttpRequest, number: int) -> HttpResponseBase:
    """The refused rows as a file."""
    record = records.get(workspace_for(request).connection, number)
    path = Path(record.rejects or "")
    if not record.rejects or not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type="text/csv; charset=utf-8",
    )


def _user(request: HttpRequest) -> int:
    return int(request.user.pk)  # type: ignore[arg-type]


def _imports(
    request: HttpRequest, *, error: TundishError | None = None, status: int = 200
) -> HttpResponse:
    workspace = workspace_for(request)
    found, now = workspace.imports(), workspace.now()
    context = {
        "imports": [shown.shown(one, now=now) for one in found[:_SHOWN]],
        "more": max(0, len(found) - _SHOWN),
        "working": any(one.status in ("queued", "running") for one in found),
        "error": error and wording.error(error),
        "most": LARGEST,
        "parts": ("imports",),
    }
    return page(request, "capture/imports.html", context, status=status)


def _order(request: HttpRequest, token: str) -> HttpResponse:
    context, choice, proposed = _looked(request, token)
    if not proposed or not proposed.ready:
        return page(request, "capture/import_new.html", context, status=422)
    workspace = workspace_for(request)

    asked = _asked(request, proposed, choice, make=True)

    def record() -> ImportRecord:
        return records.create(
            workspace.connection,
            files=[file.name for file in proposed.files],
            kind=proposed.kind,
            mapping=asked.mapping,
            now=workspace.now(),
            actor=request.user.public_id,  # type: ignore[union-attr]
        )

    made = uploads.order(workspace, token, by=_user(request), record=record)
    return redirect("import_one", number=made.id)


def _looked(request: HttpRequest, token: str) -> tuple[dict[str, Any], Choice, Proposal | None]:
    """What the page shows of the files and the choice made of them. Raises NotFoundError."""
    paths = uploads.paths(workspace_for(request), token, by=_user(request))
    said = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"token": token, "parts": ("look",)}
    try:
        choice, proposed = _opened(request, paths, said)
    except InputError as wrong:
        choice, proposed = _as_proposed(request, paths)
        context["error"] = wording.error(wrong)
    if proposed is None:
        return context, choice, None
    context |= {
        "proposed": proposed,
        "choice": choice,
        "files": shown.files(proposed),
        "groups": _groups(proposed),
        "preset": proposed.preset and wording.preset(proposed.preset),
        "fields": [(field, wording.field(field)) for field in proposed.fields],
        "new_fields": list(wording.NEW_FIELDS.items()) if proposed.kind in RECORDS else [],
        "own_fields": proposed.own,
        "rules": list(wording.RULES.items()),
        "matches": [(name, wording.MATCHES[name]) for name in proposed.matches],
        "unmatched": wording.MATCHES.get(proposed.match_without_column, ""),
        "match_keys": [wording.MATCHES[name] for name in proposed.match_keys],
        "events": [
            (name, event.label) for name, event in EVENTS.items() if event.kind not in OF_OURS
        ],
        "missing": [wording.field(field) for field in proposed.missing],
        "clashes": [(wording.field(f), columns) for f, columns in proposed.clashes.items()],
        "stages": stages.shown(workspace_for(request), proposed, choice),
        "at_once": proposed.size <= _CHECKED_AT_ONCE,
    }
    return context, choice, None if "error" in context else proposed


def _opened(
    request: HttpRequest, paths: list[Path], said: Mapping[str, str]
) -> tuple[Choice, Proposal]:
    choice, proposed = proposals.opened(paths, said)
    own = fields_made.own_of(workspace_for(request), proposed.kind)
    return proposals.opened(paths, said, own=own) if own else (choice, proposed)


def _as_proposed(request: HttpRequest, paths: list[Path]) -> tuple[Choice, Proposal | None]:
    """The files without the choice that made no sense; None where not even they can be opened."""
    try:
        return _opened(request, paths, {})
    except InputError:
        return Choice(), None


def _asked(request: HttpRequest, proposed: Proposal, choice: Choice, *, make: bool) -> Asked:
    """How the import is asked for; with `make` the fields that are new are made."""
    workspace = workspace_for(request)
    choice = stages.with_stages(workspace, proposed, choice)
    said = fields_made.mapping(workspace, proposed, proposed.mapping(choice), make=make)
    return Asked(proposed.kind, said, choice.currency)


def _plan_name(workspace: Workspace, asked: Asked) -> str:
    """A name that another choice, and any change of the data, does not share."""
    last = max((record.id for record in workspace.imports()), default=0)
    said = (asked.kind, sorted((asked.mapping or {}).items()), asked.currency)
    text = repr((said, workspace.position, last))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _groups(proposed: Proposal) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What a file may be: our own kinds first, then each system's tables."""
    groups: dict[str, list[tuple[str, Any]]] = {"": [(kind, wording.KINDS[kind]) for kind in KINDS]}
    if any(file.detected.format == "csv" for file in proposed.files):
        for one in presets().values():
            groups.setdefault(one.title, []).append((one.name, wording.preset(one)))
    return list(groups.items())


def _of_form(name: str) -> bool:
    return name in _FORM or name.startswith(_PARTS_OF_FORM)


def _query(request: HttpRequest) -> str:
    """The form's choices as a query, without the page of rows that is looked at."""
    said = QueryDict(mutable=True)
    kept = {k: v for k, v in request.GET.items() if _of_form(k) and k not in ("show", "page")}
    said.update(kept)
    return said.urlencode()


def _view(request: HttpRequest) -> shown.View:
    status, page_no = request.GET.get("show", ""), request.GET.get("page", "")
    return shown.View(
        status if status in STATUSES else None,
        max(1, int(page_no)) if page_no.isascii() and page_no.isdigit() and len(page_no) < 7 else 1,
    )
