"""Writing down a call, a meeting, a fair: one press opens the panel, the second writes it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.people import record_page, views
from tundish.areas.people.actions import Chosen
from tundish.areas.people.fields_shown import wrong_text
from tundish.areas.people.record_views import changed, found
from tundish.areas.people.touches import TOUCHES, log_touch
from tundish.terms import InputError
from tundish.weblib.page import workspace_for

_PAGES = {"person": views.person, "company": views.company, "deal": views.deal}


@require_POST
def record_touch(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """Write a touch down on this record."""
    record, said, workspace = found(request, kind, pk), request.POST, workspace_for(request)
    chosen = Chosen(kind, [record.pk], request.user)
    try:
        done = log_touch(
            workspace, chosen, kind=said.get("touch", ""),
            at=_instant(said.get("at", ""), workspace.firm.time_zone),
            where=said.get("where", ""), note=said.get("note", ""),
        )  # fmt: skip
    except InputError as wrong:
        return _again(request, kind, pk, wrong)
    workspace.catch_up()
    label = TOUCHES[said["touch"]].label
    return changed(request, kind, pk, done, _("Written down: %(touch)s.") % {"touch": label})


def _again(request: HttpRequest, kind: str, pk: str, wrong: InputError) -> HttpResponse:
    """The record as it stood, with the panel open, what was typed in it and what is wrong with it."""
    back = urlsplit(record_page.back_to(request, kind, pk))
    typed = {name: request.POST.get(name, "") for name in ("at", "where", "note")}
    request.touch_typed = typed | {"error": wrong_text(wrong)}  # type: ignore[attr-defined]
    # From here on it is the record's page that is asked for, so that its links and forms lead there.
    request.path, request.GET = back.path, QueryDict(back.query)
    request.META["QUERY_STRING"] = back.query
    answer = _PAGES[kind](request, pk)
    answer.status_code = 422
    return answer


def _instant(text: str, zone: str) -> datetime | None:
    """A browser's local date and time in the firm's zone; None for now."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone or "UTC"))
        # In other zones the first day of all times is none.
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"“{text[:40]}” is no date and time.", "time_unreadable", "Choose it in the calendar."
        ) from None
