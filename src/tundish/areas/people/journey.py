"""A unit's journey as a small funnel: one row a pass, one cell a stage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.areas.people.standing import Funnel, loss_reasons
from tundish.funnel.stages.visits import HERE, LOST, NEVER
from tundish.stores import visits as visit_store
from tundish.terms import SECOND

if TYPE_CHECKING:
    from tundish.workspace import Workspace


@dataclass(frozen=True)
class Cell:
    """A stage in one pass: `state` is here, bought, passed, lost, skipped or ahead; `seconds` spent there."""

    title: str
    state: str
    seconds: float | None
    entered: int | None
    visits: int
    estimated: bool
    day_only: bool
    top: int
    bottom: int

    @property
    def path(self) -> str:
        """The cell's outline in a square of 100: narrower where it ends."""
        a, b = self.top / 2, self.bottom / 2
        return f"M0 {50 - a:g} L100 {50 - b:g} V{50 + b:g} L0 {50 + a:g} Z"


@dataclass(frozen=True)
class Pass:
    """One trip through the funnel; `lost` is the reason in the reader's words."""

    number: int
    cells: tuple[Cell, ...]
    lost: str


def passes(workspace: "Workspace", funnel: Funnel, *, unit: str, reader: Any) -> list[Pass]:
    """The passes of `unit`, the latest first; why one was lost where `reader` may know it."""
    visits = visit_store.load(workspace.connection, funnel.id, units=[unit])
    rows: dict[int, list[int]] = {}
    for row in range(len(visits)):
        rows.setdefault(int(visits.pass_no[row]), []).append(row)
    now = workspace.now()
    reasons = loss_reasons(workspace, visits, funnel=funnel, rows=range(len(visits)), reader=reader)
    found = []
    for number in sorted(rows, reverse=True):
        own = rows[number]
        lost = next((reasons[r] for r in own if r in reasons), "")
        cells = tuple(
            _cell(
                visits,
                [r for r in own if int(visits.stage[r]) == place],
                funnel,
                place=place,
                now=now,
            )
            for place in range(len(funnel.stages))
        )
        found.append(Pass(number, cells, lost))
    return found


def _cell(
    visits: visit_store.Visits, rows: list[int], funnel: Funnel, *, place: int, now: int
) -> Cell:
    real = [r for r in rows if not visits.imputed[r]]
    state = "ahead"
    if real:
        outcomes = {int(visits.outcome[r]) for r in real}
        state = "here" if HERE in outcomes else "lost" if LOST in outcomes else "passed"
        if state == "here" and place == funnel.purchase:
            state = "bought"
    elif rows:
        state = "skipped"
    spent = [
        (now if int(visits.left[r]) == NEVER else int(visits.left[r])) - int(visits.entered[r])
        for r in real
        if not visits.estimated[r] and not visits.left_estimated[r]
    ]
    return Cell(
        title=funnel.titles[place],
        state=state,
        seconds=sum(spent) / SECOND if spent else None,
        entered=int(visits.entered[real[0]]) if real else None,
        visits=len(real),
        estimated=any(bool(visits.estimated[r]) for r in real),
        day_only=bool(visits.day_only[real[0]]) if real else False,
        top=_height(place, funnel),
        bottom=_height(place + 1, funnel),
    )


def _height(place: int, funnel: Funnel) -> int:
    """Percent of the picture's height: narrows to the purchase and widens a little after it."""
    last = max(funnel.purchase + 1, 1)
    return round(100 - 62 * place / last) if place <= last else min(100, 38 + 9 * (place - last))
