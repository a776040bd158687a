"""Pages of the pages area for our own people: the list, one page with its figures, what all share."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tundish.areas.pages import (
    actions,
    changes,
    checks,
    embedding,
    queries,
    receiving,
    starters,
    wording,
)
from tundish.areas.pages import content as shapes
from tundish.areas.pages.forms import FrontageForm
from tundish.areas.pages.models import Frontage, LandingPage, PageVersion, RefusedForm
from tundish.areas.pages.queries import NOTHING, Counted
from tundish.terms import InputError, from_micros
from tundish.weblib.access.rights import may, requires
from tundish.weblib.page import page as answer
from tundish.weblib.page import toast, workspace_for
from tundish.weblib.page.addresses import whole_number

PERIODS = (7, 30, 90, 0)
_REFUSED_SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A page in the list, and a version in its history, with its counts."""

    page: LandingPage
    counted: Counted
    version: PageVersion | None = None
    changes: tuple[str, ...] = ()


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The landing pages with visits, submissions and rate."""
    return _list(request)


@require_POST
@requires("edit_pages")
def page_new(request: HttpRequest) -> HttpResponse:
    """Make a page from a starting template and open its editor."""
    template, language = request.POST.get("template"), request.POST.get("language")
    if template not in starters.TITLES or language not in shapes.LANGUAGES:
        return _list(request, status=422)
    try:
        made = actions.create(
            template, language=language, title=request.POST.get("title", ""),
            by=request.user, now=_now(request),
        )  # fmt: skip
    except InputError as wrong:
        return _list(request, error=wrong, status=422)
    return redirect("page_edit", made.pk)


@require_safe
def page_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One page: its figures, versions, what its form refused, how to embed it."""
    page = get_object_or_404(LandingPage.objects.select_related("published"), pk=pk)
    workspace = workspace_for(request)
    days = _days(request)
    counted = queries.counts(workspace, since=_since(request, days)).get(page.slug, NOTHING)
    refused = page.refused.filter(let_in_at=None)
    versions = list(page.versions.select_related("author"))
    context = {
        "page": page, "line": Line(page, counted.total), "days": days, "periods": PERIODS,
        "versions": _history(page, versions, counted.versions),
        "unpublished": changes.difference(page.published.content, page.draft)
        if page.published else [],
        "refused_count": refused.count(),
        "address": request.build_absolute_uri(reverse("landing", args=[page.slug])),
        "may_edit": may(request.user, "edit_pages"),
        "parts": (),
    }  # fmt: skip
    if context["may_edit"]:
        context["refused"] = [_refused(one) for one in refused[:_REFUSED_SHOWN]]
    shown = page.published.content if page.published else page.draft
    if form := shapes.form_of(shown):
        address = request.build_absolute_uri(reverse("landing_form", args=[page.slug]))
        context["codes"] = embedding.codes(form, address=address, language=shown["language"])
        context["origins"] = Frontage.current().origins
    return answer(request, "pages/page_one.html", context)


@require_POST
@requires("edit_pages")
def page_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft; what is missing, or still the template's, is told in the editor first."""
    page = get_object_or_404(LandingPage.objects.select_related("published"), pk=pk)
    before = page.published.content if page.published else None
    if "anyway" not in request.POST and checks.unwritten(page.draft, before=before):
        return redirect(reverse("page_edit", args=[page.pk]) + "?faults=1#faults")
    try:
        version = actions.publish(workspace_for(request), page, by=request.user)
    except InputError as wrong:
        if wrong.code != "page_incomplete":
            raise
        return redirect(reverse("page_edit", args=[page.pk]) + "?faults=1#faults")
    toast(request, _("Version %(n)s is online.") % {"n": version.number})
    return redirect("page_one", page.pk)


@require_POST
@requires("edit_pages")
def page_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take an old version as the draft; what is online stays until it is published."""
    page = get_object_or_404(LandingPage, pk=pk)
    version = get_object_or_404(page.versions, number=number)
    actions.save(page, version.content, revision=page.revision, by=request.user, now=_now(request))
    text = _("The draft is version %(n)s now. Publish it to put it online.") % {"n": number}
    toast(request, text)
    return redirect("page_edit", page.pk)


@require_POST
@requires("edit_pages")
def page_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Take offline, archive, bring back, duplicate."""
    page = get_object_or_404(LandingPage, pk=pk)
    workspace, by = workspace_for(request), request.user
    if what == "duplicate":
        made = actions.duplicate(page, by=by, now=_now(request))
        toast(request, _("“%(title)s” was made.") % {"title": made.title})
        return redirect("page_edit", made.pk)
    if what == "offline":
        actions.take_offline(workspace, page, by=by)
        toast(request, _("The page is offline; visitors read that it is gone."))
    elif what == "archive":
        actions.archive(workspace, page, by=by)
        back = reverse("page_change", args=[page.pk, "back"])
        toast(request, _("“%(title)s” was put away.") % {"title": page.title}, undo=back)
        return redirect("pages")
    elif what == "back":
        actions.bring_back(page)
        toast(request, _("“%(title)s” is back in the list.") % {"title": page.title})
    return redirect("page_one", page.pk)


@require_POST
@requires("edit_pages")
def page_let_in(request: HttpRequest, pk: int, refused: int) -> HttpResponse:
    """What was taken for spam counts from now on."""
    found = get_object_or_404(RefusedForm, pk=refused, page_id=pk, let_in_at=None)
    receiving.let_in(request, found, by=request.user)
    toast(request, _("The submission was let in; it counts from now on."))
    return redirect(reverse("page_one", args=[pk]) + "#refused")


@requires("edit_pages")
def pages_frontage(request: HttpRequest) -> HttpResponse:
    """Logo, own sites, privacy and imprint: what all pages share."""
    frontage = Frontage.current()
    form = FrontageForm(request.POST or None, request.FILES or None, frontage=frontage)
    if request.method == "POST" and form.is_valid():
        form.save(now=_now(request))
        toast(request, _("Saved; all pages show it at once."))
        return redirect("pages_frontage")
    status = 422 if form.is_bound else 200
    context = {"form": form, "frontage": frontage}
    return answer(request, "pages/pages_frontage.html", context, status=status)


def _list(
    request: HttpRequest, *, error: InputError | None = None, status: int = 200
) -> HttpResponse:
    days, archived = _days(request), request.GET.get("show") == "archived"
    counted = queries.counts(workspace_for(request), since=_since(request, days))
    found = [
        Line(one, counted.get(one.slug, NOTHING).total) for one in queries.pages(archived=archived)
    ]
    context = {
        "lines": found, "days": days, "periods": PERIODS, "archived": archived, "error": error,
        "archive_count": LandingPage.objects.exclude(archived_at=None).count(),
        "any": LandingPage.objects.exists(),
        "templates": starters.TITLES.items(), "languages": wording.LANGUAGES.items(),
        "language_now": request.POST.get("language") or get_language(),
        "title_now": request.POST.get("title", ""),
        "template_now": request.POST.get("template", "contact"),
        "may_edit": may(request.user, "edit_pages"),
    }  # fmt: skip
    return answer(request, "pages/pages.html", context, status=status)


def _history(
    page: LandingPage, versions: list[PageVersion], counted: dict[int, Counted]
) -> list[Line]:
    before: list[Any] = [*(one.content for one in versions[1:]), None]
    return [
        Line(
            page, counted.get(one.number, Counted()), one,
            tuple(changes.difference(old, one.content)) if old else (),
        )
        for one, old in zip(versions, before, strict=True)
    ]  # fmt: skip


def _refused(one: RefusedForm) -> dict[str, Any]:
    version = one.page.versions.filter(number=one.said["version"]).first()
    form = shapes.form_of(version.content) if version else None
    labels = {f["id"]: f["label"] or f["to"] for f in form["fields"]} if form else {}
    said = [(labels.get(i, i), v) for i, v in one.said["values"].items() if v]
    return {"row": one, "said": said, "reason": wording.REASONS.get(one.reason, one.reason)}


def _days(request: HttpRequest) -> int:
    asked = whole_number(request.GET.get("days", "30"))
    return asked if asked in PERIODS else 30


def _since(request: HttpRequest, days: int) -> int:
    now = workspace_for(request).now()
    return now - int(timedelta(days=days) / timedelta(microseconds=1)) if days else 0


def _now(request: HttpRequest) -> Any:
    return from_micros(workspace_for(request).now())
