"""Why deals were lost, as the CRM says it: each reason becomes a loss of the ready-made deals funnel."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tundish.funnel.catalogue import OPPORTUNITIES
from tundish.journal.event import Event

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

_MOST = 12
"""Reasons that stand by themselves; what is rarer stays under the general one."""


def count(events: Iterable[Event], into: Counter[str]) -> None:
    """Count the reasons of lost deals."""
    for event in events:
        if event.name == "deal_lost" and (reason := event.properties.get("reason")):
            into[str(reason)] += 1


def take_up(workspace: "Workspace", reasons: Counter[str], *, author: str | None) -> bool:
    """Let the ready-made deals funnel tell these reasons apart; whether it had to be changed.

    A funnel that the firm wrote itself is left as it is.
    """
    active = workspace.active
    if not reasons or active is None or active.name != OPPORTUNITIES:
        return False
    losses = [dict(loss) for loss in active.body.get("loss") or ()]
    known = {str(loss["reason"]) for loss in losses}
    room = _MOST - (len(losses) - 1)
    new = [reason for reason, _ in reasons.most_common() if reason not in known][: max(0, room)]
    if not new:
        return False
    # Of several losses the first that holds counts, so the general one stays last.
    body = {**active.body, "loss": [*losses[:-1], *map(_loss, new), *losses[-1:]]}
    workspace.use(body, author=author)
    return True


def _loss(reason: str) -> Mapping[str, Any]:
    return {
        "reason": reason,
        "title": reason,
        "when": {"event": "deal_lost", "where": {"reason": reason}},
    }
