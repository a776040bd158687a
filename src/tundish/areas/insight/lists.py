"""The list behind a number: from the same report, and only what the one who asks may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tundish.areas.insight import wording
from tundish.funnel.picture.model import OUTSIDE
from tundish.funnel.stages import StageReport
from tundish.stores import profiles
from tundish.stores.profiles import KINDS
from tundish.terms import NotFoundError
from tundish.weblib.access.visibility import visible_ids
from tundish.weblib.page.addresses import whole_number
from tundish.workspace import Workspace

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which number: its kind, stage, and where it has them the flow's target, loss reason, row."""

    kind: str
    stage: int
    target: int | None = None
    reason: str | None = None
    row: int | None = None

    @property
    def query(self) -> str:
        """As an address writes it, after the look."""
        from urllib.parse import urlencode

        return urlencode({k: v for k, v in vars(self).items() if v is not None})


def parse(asked: Mapping[str, str]) -> Asked:
    """The number that an address asks for. Raises NotFoundError."""

    def place(name: str) -> int | None:
        text = asked.get(name, "")
        found = whole_number(text.removeprefix("-"))
        return None if found is None else found * (-1 if text.startswith("-") else 1)

    kind = asked.get("kind", "reached")
    if kind not in wording.kinds() and kind != "loss":
        raise NotFoundError(
            f"“{kind}” is no count of a funnel.", "list_unknown", "Go back to the funnel."
        )
    return Asked(
        kind, place("stage") or 0, place("target"), asked.get("reason") or None, place("row")
    )


def report_for(report: StageReport, asked: Asked) -> StageReport:
    """The report, or the row of its division that the number stands in."""
    if asked.row is None:
        return report
    if not 0 <= asked.row < len(report.rows):
        raise _missing()
    return report.rows[asked.row][1]


def members(report: StageReport, asked: Asked) -> list[str]:
    """The units behind the number, once per visit or pass: as many as the number says."""
    if asked.kind == "loss":
        return [str(u) for u in report.lists["losses"].get(asked.reason or "", [])]
    if asked.kind in ("buyers", "returned"):
        return [str(u) for u in report.lists["loop"][asked.kind]]
    if asked.kind == "passes":
        return [str(u) for u in report.lists["passes"]]
    if not 0 <= asked.stage < len(report.chosen.definition.stages):
        raise _missing()
    if asked.kind == "entered_here" or asked.target is not None:
        return [str(u) for u in _flow_members(report, asked)]
    return [str(u) for u in report.lists[asked.kind][asked.stage]]


def title(report: StageReport, asked: Asked) -> str:
    """What the number counts, in words."""
    titles, kinds = wording.stage_titles(report.chosen.definition), wording.kinds()
    if asked.kind == "loss":
        reasons = wording.loss_titles(report.chosen.definition)
        return _("Lost: {reason}").format(reason=reasons.get(asked.reason or "", asked.reason))
    if asked.kind in ("buyers", "returned", "passes"):
        return kinds[asked.kind]
    if asked.target is not None and 0 <= asked.target < len(titles):
        return _("{what}: from {source} to {target}").format(
            what=kinds[asked.kind], source=titles[asked.stage], target=titles[asked.target]
        )
    return _("{stage}: {what}").format(stage=titles[asked.stage], what=kinds[asked.kind])


def visible_members(user: Any, kind: str, found: list[str]) -> tuple[list[str], int]:
    """(the members that the user may see, how many are hidden from them)."""
    seen = visible_ids(user, kind, found)
    return seen, len(found) - len(seen)


def records(workspace: Workspace, user: Any, *, kind: str, ids: list[str]) -> list[dict[str, Any]]:
    """What a list shows `user` of each unit, in the list's order; a hidden company has no name."""
    known = profiles.rows(workspace.connection, kind, ids=set(ids)) if kind in KINDS else {}
    names, channels = _company_names(workspace, user, known), wording.channels()
    found = []
    for unit in ids:
        record = known.get(unit, {})
        channel = record.get("channel")
        found.append(
            {
                "id": unit,
                "name": record.get("name") or record.get("email") or unit,
                "company": names.get(record.get("company", ""), ""),
                "href": _address(kind, unit),
                "channel_word": channels.get(str(channel), channel),
                **{f: record.get(f) for f in ("owner", "country", "channel", "last_seen")},
            }
        )
    return found


def _company_names(
    workspace: Workspace, user: Any, known: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    named = {str(r["company"]) for r in known.values() if r.get("company")}
    ids = set(visible_ids(user, "company", named))
    rows = profiles.rows(workspace.connection, "company", ids=ids) if ids else {}
    return {unit: str(rows.get(unit, {}).get("name") or unit) for unit in ids}


def _address(kind: str, unit: str) -> str | None:
    try:
        return reverse(kind, args=[unit])
    except NoReverseMatch:
        return None


def _flow_members(report: StageReport, asked: Asked) -> list[Any]:
    entered = asked.kind == "entered_here"
    kind = "entered" if entered else asked.kind
    source, target = (None, asked.stage) if entered else (asked.stage, asked.target)
    if target == OUTSIDE:
        target = None
    return [
        unit
        for flow in report.flows
        if (flow.kind, flow.source, flow.target) == (kind, source, target)
        for unit in report.flow_list(flow)
    ]


def _missing() -> NotFoundError:
    return NotFoundError(
        "There is no such number in this funnel.", "list_unknown", "Go back to the funnel."
    )
