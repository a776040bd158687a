"""The funnel page, its lists, and the little question whether anything has changed."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tundish.areas.insight import drawing, filters, lists, queries, tables, wording
from tundish.areas.insight.filters import Look
from tundish.funnel.stages import StageReport
from tundish.stores import saved_views
from tundish.weblib.page import page, redirect_to, workspace_for

SHOWN_TWICE = ("wide", "tall")
"""Both are on the page; the room that there is decides which one shows."""


def funnel(request: HttpRequest) -> HttpResponse:
    """The live picture with its filters, table, losses, loop and division."""
    workspace, look = workspace_for(request), filters.parse(request.GET)
    if workspace.active is None and not look.model:
        return redirect_to(request, "definition")
    choice = queries.choice_of(workspace, look.model)
    report = queries.report_of(workspace, look, choice=choice, reader=request.user)
    context = _controls(request, look, choice, report) | _figures(look, report)
    context |= {"parts": ("picture",), "token": queries.token(choice), "choice": choice}
    return page(request, "insight/funnel.html", context)


def funnel_position(request: HttpRequest) -> HttpResponse:
    """What the page asks every second: a token that changes when the picture may have."""
    choice = queries.choice_of(workspace_for(request), filters.parse(request.GET).model)
    response = JsonResponse({"token": queries.token(choice)})
    response.headers["Cache-Control"] = "no-store"
    return response


def funnel_list(request: HttpRequest) -> HttpResponse:
    """The people, companies or deals behind one number."""
    workspace, look = workspace_for(request), filters.parse(request.GET)
    asked = lists.parse(request.GET)
    choice = queries.choice_of(workspace, look.model)
    whole = queries.report_of(workspace, look, choice=choice, reader=request.user)
    report = lists.report_for(whole, asked)
    found, kind = lists.members(report, asked), str(report.chosen.definition.unit)
    seen, hidden = lists.visible_members(request.user, kind, found)
    shown = Paginator(seen, lists.PAGE).get_page(request.GET.get("page"))
    records = lists.records(workspace, request.user, kind=kind, ids=list(shown.object_list))
    context = {
        "title": lists.title(report, asked), "total": len(found), "hidden": hidden, "kind": kind,
        "shown": shown, "records": records,
        "look": look, "asked": asked, "row": _row_title(whole, asked.row),
        "sub": wording.shown(report, look),
        "model": wording.said(report.chosen.definition.title, choice.name),
    }  # fmt: skip
    return page(request, "insight/funnel_list.html", context)


def _figures(look: Look, report: StageReport) -> dict[str, Any]:
    """Everything that a look counts: pictures, table, losses, loop, rows."""
    heads = wording.heads(report.chosen.definition, queries.weekly_entries(report))
    pictures = [
        (shape, drawing.picture(report, look, heads=heads, shape=shape, prefix=shape))
        for shape in SHOWN_TWICE
    ]
    return {
        "report": report,
        "pictures": pictures if report.passes else [],
        "sub": wording.shown(report, look),
        "table": tables.stage_rows(report, look),
        "losses": tables.loss_rows(report, look),
        "loop": tables.loop_row(report, look),
        "closing": tables.closing_row(report),
        "notes": report.notes,
        "rows": _rows(look, report, heads),
        "dwarfed": _dwarfed(report),
        "counting_word": wording.kinds()[report.chosen.definition.counting],
    }


def _controls(
    request: HttpRequest, look: Look, choice: queries.Choice, report: StageReport
) -> dict[str, Any]:
    workspace, definition = workspace_for(request), report.chosen.definition
    active = workspace.active
    values = queries.values_of(workspace, str(definition.unit), names=filters.PROPERTIES)
    names = wording.properties()
    segments = [
        (names[p], [(f"{p}:{v}", _value(p, v)) for v in found]) for p, found in values.items()
    ]
    views = saved_views.views(
        workspace.connection, str(definition.unit), reader=request.user.public_id
    )
    if views:
        segments.append((_("View"), [(f"{filters.VIEW}:{one.id}", one.name) for one in views]))
    return {
        "look": look,
        "title": wording.said(definition.title, choice.name),
        "model_name": choice.name,
        "models": [(name, wording.said(titles, name)) for name, titles in queries.model_titles()],
        "own": None
        if active is None
        else (active.name, wording.said(_title_of(active.body), active.name)),
        "segments": segments,
        "divisions": [(p, names[p]) for p in values],
        "countings": wording.countings(),
        "counting": definition.counting,
        "nobody": not report.passes and not look.period and not look.segment,
    }


def _rows(look: Look, report: StageReport, heads: list[Any]) -> list[dict[str, Any]]:
    """The small multiples: one picture for each value of the property that divides."""
    shown = []
    for place, (row, part) in enumerate(report.rows):
        if row.is_total:
            continue
        svg = drawing.picture(
            part, look.but(against=""), heads=heads, shape="small", prefix=f"row{place}", row=place
        )
        shown.append(
            {
                "title": _row_title(report, place),
                "passes": part.passes,
                "svg": svg,
                "stages": tables.row_cells(part, look, row=place),
            }
        )
    return shown


def _row_title(report: StageReport, place: int | None) -> str:
    if place is None or not 0 <= place < len(report.rows):
        return ""
    row = report.rows[place][0]
    division = report.chosen.definition.breakdown
    if row.is_other:
        return _("All others")
    if row.value is None:
        return _("Not known")
    return _value(division.properties[0] if division else "", row.value)


def _value(name: str, value: str) -> str:
    return wording.channels().get(value, value) if name == "channel" else value


def _dwarfed(report: StageReport) -> bool:
    """Whether the mouth is so wide that a later stage would be thinner than three pixels."""
    reached = [stage.counts["reached"] for stage in report.stages]
    return bool(reached[0]) and 0 < min(reached) * 110 < max(reached)


def _title_of(body: Any) -> dict[str, str]:
    title = body.get("title", {})
    return dict(title) if isinstance(title, dict) else {"": str(title)}
