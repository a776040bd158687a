"""Why a prospect stands where it stands, in this reader's words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tundish.areas.people.hidden import hidden_events
from tundish.areas.people.standing import Funnel
from tundish.terms import NotFoundError, from_micros
from tundish.weblib.access.staff import shown_names
from tundish.weblib.page.event_names import shown_event
from tundish.weblib.page.formats import day, moment
from tundish.weblib.page.wording import rule_phrase, said, span_phrase

if TYPE_CHECKING:
    from tundish.workspace import Workspace
    from tundish.workspace.explanation import Cause, Explanation, Loss


@dataclass(frozen=True)
class Why:
    """Sentences for the page; `coming` pairs a stage's title with what would bring the prospect there."""

    status: str
    stage: str
    lines: tuple[str, ...]
    coming: tuple[tuple[str, str], ...]
    further: tuple[tuple[str, str], ...]
    next_change: str


def why(workspace: "Workspace", unit: str, *, funnel: Funnel, reader: Any) -> Why | None:
    """The explanation of a unit by the active definition; None where the journal has none of it.

    What an event says that `reader` may not see is left out of it.
    """
    try:
        explained = workspace.explain(unit)
    except NotFoundError:
        return None
    causes = [c for c in (explained.cause, explained.loss and explained.loss.cause) if c]
    hidden = hidden_events(workspace, reader, ids={cause.id for cause in causes})
    titles = dict(zip((str(s["name"]) for s in funnel.stages), funnel.titles, strict=True))
    coming = tuple(
        (titles.get(m.stage, said(m.title)), rule_phrase(m.rule)) for m in explained.missing
    )
    after = explained.next_change
    return Why(
        status=explained.status,
        stage=titles.get(explained.stage or "", said(explained.title)),
        lines=tuple(_lines(explained, funnel, hidden=hidden)),
        coming=coming[:1],
        further=coming[1:],
        next_change=""
        if after is None
        else _("Without any event it may next move on %(day)s.") % {"day": day(after)},
    )


def _lines(explained: "Explanation", funnel: Funnel, *, hidden: Collection[str]) -> list[str]:
    if explained.status == "outside":
        return [_("Nothing has happened yet that brings it into this funnel.")]
    lines = [_came(explained, hidden=hidden, of_person=funnel.unit == "person")]
    if explained.by_hand:
        lines.append(_("Someone put it there by hand; no rule did."))
    elif explained.rule is not None:
        lines.append(_("The rule of this stage: %(rule)s.") % {"rule": rule_phrase(explained.rule)})
    if explained.skipped:
        skipped = _(", ").join(said(title) for title in explained.skipped)
        told = (
            _("They skipped %(stages)s; these count as reached.")
            if funnel.unit == "person"
            else _("It skipped %(stages)s; they count as reached.")
        )
        lines.append(told % {"stages": skipped})
    if explained.loss is not None:
        lines += _lost(explained.loss, funnel, hidden=hidden)
    return lines


def _came(explained: "Explanation", *, hidden: Collection[str], of_person: bool) -> str:
    when = _when(explained.since, day_only=explained.since_day_only)
    if explained.since_estimated:
        when = _("%(time)s (estimated)") % {"time": when}
    cause = explained.cause
    if cause is None or cause.id in hidden:
        plain = _("They came here on %(time)s.") if of_person else _("It came here on %(time)s.")
        return plain % {"time": when}
    values = {"event": shown_event(cause.name).label, "time": when, "actor": _actor(cause)}
    if cause.actor and explained.by_hand:
        if of_person:
            return _("They came here on %(time)s by “%(event)s”, done by %(actor)s.") % values
        return _("It came here on %(time)s by “%(event)s”, done by %(actor)s.") % values
    if of_person:
        return _("They came here on %(time)s by “%(event)s”.") % values
    return _("It came here on %(time)s by “%(event)s”.") % values


def _lost(loss: "Loss", funnel: Funnel, *, hidden: Collection[str]) -> list[str]:
    of_person = funnel.unit == "person"
    values = {
        "time": _when(loss.at, day_only=loss.day_only),
        "reason": funnel.loss_title(loss.reason),
    }
    if loss.cause is not None and loss.cause.id in hidden:
        return [(_("They left on %(time)s.") if of_person else _("It left on %(time)s.")) % values]
    left = (
        _("They left on %(time)s: %(reason)s.")
        if of_person
        else _("It left on %(time)s: %(reason)s.")
    )
    lines = [left % values]
    if loss.window is not None:
        over = (
            _("The %(span)s of silence that they had were over then.")
            if of_person
            else _("The %(span)s of silence that it had were over then.")
        )
        lines.append(over % {"span": span_phrase(loss.window)})
    elif loss.cause is not None:
        by = _("They left by “%(event)s”.") if of_person else _("It left by “%(event)s”.")
        lines.append(by % {"event": _event(loss.cause)})
    return lines


def _actor(cause: "Cause") -> str:
    return shown_names().get(cause.actor or "", cause.actor or "")


def _event(cause: "Cause") -> str:
    return str(shown_event(cause.name).label)


def _when(micros: int | None, *, day_only: bool) -> str:
    if micros is None:
        return "–"
    return day(from_micros(micros).date()) if day_only else moment(micros)
