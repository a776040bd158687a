"""The picture as SVG and PNG, the table and the lists as CSV."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse

from tundish.areas.insight import drawing, filters, lists, queries, tables, wording
from tundish.areas.insight.filters import Look
from tundish.funnel.picture.svg import FONTS as SCREEN_FONTS
from tundish.funnel.stages import StageReport
from tundish.weblib.page import workspace_for

_FORMULA, _BLANK = tuple("=+-@"), tuple("\t\r\n")


def funnel_svg(request: HttpRequest) -> HttpResponse:
    """The picture as it is looked at, in fixed colours."""
    look, report = _asked(request)
    return _file(_svg(report, look, fonts=SCREEN_FONTS), "image/svg+xml", "funnel.svg")


def funnel_png(request: HttpRequest) -> HttpResponse:
    """The same as pixels, twice its size."""
    look, report = _asked(request)
    return _file(drawing.png(_svg(report, look, fonts=drawing.FONT)), "image/png", "funnel.png")


def funnel_csv(request: HttpRequest) -> HttpResponse:
    """The stages in rows; names of columns are those of the interface, numbers plain."""
    _look, report = _asked(request)
    titles = wording.stage_titles(report.chosen.definition)
    head = ["stage", "title", report.chosen.definition.counting, *tables.COLUMNS]
    head += [f"rate_from_previous_{p}" for p in ("part", "whole", "low", "high")]
    head += [f"rate_from_entry_{p}" for p in ("part", "whole", "low", "high")]
    head += ["median_seconds_in_stage", "value", "currency"]
    rows: list[list[Any]] = []
    for title, stage in zip(titles, report.stages, strict=True):
        before = (
            stage.rate_from_previous.to_dict()
            if stage.rate_from_previous
            else dict.fromkeys("plow")
        )
        row = [stage.name, title, stage.counts[report.chosen.definition.counting]]
        row += [stage.counts[name] for name in tables.COLUMNS]
        row += [before.get(p) for p in ("part", "whole", "low", "high")]
        row += stage.rate_from_entry.to_dict().values()
        row += [stage.time_in_stage.median, stage.value.sum, stage.value.currency]
        rows.append(row)
    return _file(_csv(head, rows), "text/csv; charset=utf-8", "funnel.csv")


def funnel_list_csv(request: HttpRequest) -> HttpResponse:
    """The whole list behind a number, as far as the one who asks may see it."""
    workspace = workspace_for(request)
    _look, whole = _asked(request)
    asked = lists.parse(request.GET)
    report = lists.report_for(whole, asked)
    kind = str(report.chosen.definition.unit)
    seen, _hidden = lists.visible_members(request.user, kind, lists.members(report, asked))
    head = ["id", "name", "company", "owner", "country", "channel"]
    shown = lists.records(workspace, request.user, kind=kind, ids=seen)
    rows = [[record[name] for name in head] for record in shown]
    return _file(_csv(head, rows), "text/csv; charset=utf-8", f"{kind}-{asked.kind}.csv")


def _asked(request: HttpRequest) -> tuple[Look, StageReport]:
    workspace, look = workspace_for(request), filters.parse(request.GET)
    choice = queries.choice_of(workspace, look.model)
    return look, queries.report_of(workspace, look, choice=choice, reader=request.user)


def _svg(report: StageReport, look: Look, *, fonts: str) -> str:
    heads = wording.heads(report.chosen.definition, queries.weekly_entries(report))
    return drawing.file_picture(
        report, look, heads=heads, fonts=fonts, caption=wording.caption(report, look)
    )


def _csv(head: list[str], rows: list[list[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    # The mark at the start tells spreadsheets that the file is UTF-8.
    return "\ufeff" + text.getvalue()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, kept as text, whatever blanks stand before it."""
    begins = cell.lstrip()[:1] if isinstance(cell, str) else ""
    return f"'{cell}" if begins in _FORMULA or str(cell)[:1] in _BLANK else cell


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
