"""Refusals of the core, translated once for the browser: a page, or a part where htmx asked."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tundish.terms import NotAllowedError, NotFoundError, TundishError

WORDS = {
    "amount_unreadable": _("An amount of money cannot be read."),
    "breakdown_unreadable": _("The breakdown cannot be read."),
    "bulk_change_unknown": _("Choose what to change."),
    "currency_missing": _("An amount has no currency."),
    "database_too_new": _("The database was written by a newer Tundish."),
    "database_unreadable": _("The database cannot be opened."),
    "definition_not_found": _("There is no such funnel definition."),
    "definition_unreadable": _("The funnel definition cannot be read."),
    "event_missing": _("A row does not name its event."),
    "file_kind_unknown": _("Files of this kind cannot be read."),
    "file_unreadable": _("The file cannot be read."),
    "files_of_several_kinds": _("The files are of several kinds."),
    "filter_unreadable": _("A filter cannot be read."),
    "import_not_found": _("There is no such import."),
    "import_undone": _("This import was taken back already."),
    "list_name_wrong": _("The list needs a name."),
    "mapping_expected": _("The columns are not assigned."),
    "model_unknown": _("There is no such model."),
    "no_active_definition": _("No funnel has been chosen yet."),
    "nothing_selected": _("Nothing is selected."),
    "nothing_to_void": _("There is nothing left to take back."),
    "period_unreadable": _("The period cannot be read."),
    "range_backwards": _("The period ends before it begins."),
    "role_forbids": _("Your role does not allow this."),
    "rule_unreadable": _("A rule cannot be read."),
    "span_unreadable": _("A length of time cannot be read."),
    "stage_unknown": _("There is no such stage."),
    "stages_number": _("A funnel has three to seven stages."),
    "time_unreadable": _("A date or time cannot be read."),
    "timezone_unknown": _("There is no such time zone."),
    "view_name_taken": _("You have a view of this name already."),
    "view_name_wrong": _("The view needs a name."),
    "view_of_another": _("Only who saved a view may change it."),
    "view_of_another_kind": _("This view lists something else than the funnel counts."),
    "workspace_unwritable": _("The workspace’s folder cannot be written."),
}
"""Refusals that a reader of the pages may meet, in their language; the exact sentence stands below."""

Next = Callable[[HttpRequest], HttpResponseBase]


class RefusalMiddleware:
    """A TundishError becomes 403, 404 or 422 with its message, code and hint. Others are not caught."""

    def __init__(self, next_: Next) -> None:
        self.next = next_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the refusal."""
        if isinstance(error, NotFoundError):
            raise Http404(error.message) from error
        return refuse(request, error) if isinstance(error, TundishError) else None


def refuse(request: HttpRequest, error: TundishError) -> HttpResponse:
    """The refusal as a page, or as the part `refusal` that htmx swaps in."""
    status = 403 if isinstance(error, NotAllowedError) else 422
    part = request.headers.get("HX-Request") == "true"
    template = "refusal.html#refusal" if part else "refusal.html"
    return render(
        request, template, {"error": error, "said": WORDS.get(error.code, "")}, status=status
    )
