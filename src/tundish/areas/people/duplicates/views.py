"""Pages of duplicates: the pairs, two people side by side, what was merged."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tundish.areas.people import fields_shown
from tundish.areas.people.actions import require_change
from tundish.areas.people.duplicates import merging, queries, words
from tundish.areas.people.models import Person
from tundish.stores import profiles
from tundish.terms import InputError
from tundish.weblib.access.rights import may
from tundish.weblib.access.visibility import visible_to
from tundish.weblib.page import page, toast, workspace_for

KINDS = {
    "suggested": gettext_lazy("Suggested by senders"), "exact": gettext_lazy("Exact"),
    "likely": gettext_lazy("Likely"), "possible": gettext_lazy("Possible"),
    "merged": gettext_lazy("Merged"),
}  # fmt: skip
_ON_A_PAGE, _OFFERED = 25, 20


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs of a kind, and what was merged."""
    workspace = workspace_for(request)
    groups: dict[str, list[Any]] = dict(queries.kinds_of(workspace, by=request.user))
    groups["merged"] = queries.merges(workspace, by=request.user)
    chosen = request.GET.get("kind", "")
    if chosen not in KINDS:
        chosen = next((kind for kind in KINDS if kind != "merged" and groups[kind]), "exact")
    current = Paginator(groups[chosen], _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "kinds": [(kind, label, len(groups[kind])) for kind, label in KINDS.items()],
        "chosen": chosen, "current": current, "may_change": may(request.user, "change_record"),
        "lines": [] if chosen == "merged" else [
            (pair, words.reasons(pair.likeness) if pair.likeness else []) for pair in current
        ],
    }  # fmt: skip
    return page(request, "people/duplicates.html", context)


def duplicates_merge(request: HttpRequest) -> HttpResponse:
    """Two people side by side; POST makes them one. With one person only: choose the other."""
    require_change(request.user)
    workspace, said = workspace_for(request), request.POST or request.GET
    kept, other = said.get("kept", ""), said.get("other", "")
    if not other:
        return _choose(request, kept)
    if request.method == "POST":
        theirs = frozenset(
            name.removeprefix("field-") for name, value in request.POST.items()
            if name.startswith("field-") and value == "other"
        )  # fmt: skip
        batch = merging.merge(workspace, kept=kept, other=other, from_other=theirs, by=request.user)
        workspace.catch_up()
        toast(request, _("The two are one person now."), undo=reverse("undo", args=[batch]))
        return redirect("person", kept)
    return _side_by_side(request, kept, other)


@require_POST
def duplicates_apart(request: HttpRequest) -> HttpResponse:
    """Say that a pair are two persons."""
    said = request.POST
    batch = merging.keep_apart(
        workspace_for(request), said.get("one", ""), said.get("other", ""), by=request.user
    )
    text = _("They are two persons; the pair is not shown again.")
    toast(request, text, undo=reverse("undo", args=[batch]))
    kind = said.get("kind", "")
    return redirect(reverse("duplicates") + (f"?kind={kind}" if kind in KINDS else ""))


def _side_by_side(request: HttpRequest, kept: str, other: str) -> HttpResponse:
    workspace = workspace_for(request)
    has, had = merging.rows_of(workspace, kept, other, by=request.user)
    people = Person.objects.in_bulk([kept, other])
    lines = [
        {
            "field": each.field, "title": fields_shown.title_of(each.field),
            "one": _text(each.field, each.one), "other": _text(each.field, each.other),
            "differs": each.differs,
        }
        for each in merging.differences(workspace, has, had)
    ]  # fmt: skip
    context = {
        "one": people[kept], "other": people[other], "lines": lines,
        "moved": queries.moved(workspace, other), "stays": queries.moved(workspace, kept),
    }  # fmt: skip
    return page(request, "people/merge.html", context)


def _choose(request: HttpRequest, kept: str) -> HttpResponse:
    """Whom to compare a person with, found by a word."""
    people = visible_to(request.user, Person.objects.all(), kind="person")
    one = people.filter(pk=kept).first()
    if one is None:
        raise InputError("Choose whom to merge.", "merge_of_one", "Begin at a person's page.")
    text = request.GET.get("q", "").strip()
    found = _found(request, people, text).exclude(pk=kept) if text else Person.objects.none()
    context = {"one": one, "q": text, "found": list(found[:_OFFERED])}
    return page(request, "people/merge_with.html", context)


def _found(request: HttpRequest, people: QuerySet[Person], text: str) -> QuerySet[Person]:
    connection = workspace_for(request).connection
    return people.filter(pk__in=profiles.find(connection, "person", text, limit=_OFFERED + 1))


def _text(field: Any, value: Any) -> str:
    return "" if value is None else fields_shown.value_text(field, value)
