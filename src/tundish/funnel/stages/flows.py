"""The bands between stages: every counted visit comes in once and goes out once."""

from collections import Counter
from typing import Any

import numpy as np

from tundish.funnel.stages.chosen import Chosen
from tundish.funnel.stages.visits import FELL_BACK, HERE, LOOPED, LOST, MOVED_ON, OUTCOMES, Flow
from tundish.journal.columns import Bools, Codes, Ints

_NONE = -1
KINDS = ("entered", *OUTCOMES)


def flows_of(chosen: Chosen) -> tuple[Flow, ...]:
    """All flows with at least one visit.

    Per stage, the flows in (`entered` and those that lead to it) and the flows out each add up to
    the visits that entered it. Where a period cuts a way in two, the part inside counts: a visit
    whose predecessor is not counted is `entered`, and a flow to a visit that is not counted has no
    target.
    """
    counts: Counter[tuple[int, int, int, int]] = Counter()
    for kind, source, target, reason in _bands(chosen):
        keys = np.stack([source, target, reason], axis=1)
        found, number = np.unique(keys, axis=0, return_counts=True)
        for (a, b, why), n in zip(found.tolist(), number.tolist(), strict=True):
            counts[KINDS.index(kind), a, b, why] = n
    reasons = chosen.visits.reason.values
    flows = [
        Flow(KINDS[k], _place(a), _place(b), n, None if why < 0 else str(reasons[why]))
        for (k, a, b, why), n in counts.items()
    ]
    return tuple(sorted(flows, key=place_in_order))


def flow_units(chosen: Chosen, flow: Flow) -> list[Any]:
    """The units of a flow, once per visit."""
    return chosen.units(_rows(chosen, flow))


def _rows(chosen: Chosen, flow: Flow) -> Ints:
    visits, real = chosen.visits, chosen.counted & chosen.real
    if flow.kind == "entered":
        return np.flatnonzero(real & _from_outside(chosen) & (visits.stage == flow.target))
    rows = real & (visits.outcome == OUTCOMES.index(flow.kind)) & (visits.stage == flow.source)
    if flow.kind == "lost":
        rows &= visits.reason.where(lambda reason: reason == flow.reason)
    elif flow.kind != "still_here":
        rows &= _targets(chosen) == (_NONE if flow.target is None else flow.target)
    return np.flatnonzero(rows)


def _bands(chosen: Chosen) -> list[tuple[str, Codes, Codes, Codes]]:
    visits, real = chosen.visits, chosen.counted & chosen.real
    targets = _targets(chosen)
    bands = []
    for outcome in (HERE, MOVED_ON, FELL_BACK, LOST, LOOPED):
        rows = real & (visits.outcome == outcome)
        none = np.full(int(rows.sum()), _NONE, np.int32)
        target = none if outcome in (HERE, LOST) else targets[rows]
        reason = visits.reason.codes[rows] if outcome == LOST else none
        bands.append((OUTCOMES[outcome], visits.stage[rows], target, reason))
    rows = real & _from_outside(chosen)
    none = np.full(int(rows.sum()), _NONE, np.int32)
    return [("entered", none, visits.stage[rows], none), *bands]


def _from_outside(chosen: Chosen) -> Bools:
    came = chosen.came_from
    return np.asarray((came < 0) | ~_at(chosen.counted, came), np.bool_)


def _targets(chosen: Chosen) -> Codes:
    """The stage of the visit that each visit led to, if that one is counted; shape (n,)."""
    went = chosen.went_to
    counted = (went >= 0) & _at(chosen.counted, went)
    return np.where(counted, _at(chosen.visits.stage, went), _NONE).astype(np.int32)


def _at(column: Any, rows: Ints) -> Any:
    return column[rows] if len(column) else column


def _place(stage: int) -> int | None:
    return None if stage < 0 else stage


def place_in_order(flow: Flow) -> tuple[int, int, int, str]:
    """By which flows are ordered: where they come from, their kind, where they go, why."""

    def place(stage: int | None) -> int:
        return _NONE if stage is None else stage

    return place(flow.source), KINDS.index(flow.kind), place(flow.target), flow.reason or ""
