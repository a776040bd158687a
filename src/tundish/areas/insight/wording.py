"""What the picture, the table and the lists are called, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tundish.areas.insight.filters import Look
from tundish.funnel.picture import Head
from tundish.funnel.picture.words import Format
from tundish.funnel.stages import StageDefinition, StageReport
from tundish.weblib.page import formats


def said(title: Mapping[str, str], name: str) -> str:
    """A title in the reader's language, else in any, else the name."""
    language = get_language() or "en"
    return title.get(language) or title.get("") or title.get("en") or name


def stage_titles(definition: StageDefinition) -> list[str]:
    """The stages' names in the reader's language."""
    return [said(stage.title, stage.name) for stage in definition.stages]


def loss_titles(definition: StageDefinition) -> dict[str, str]:
    """The loss reasons in the reader's language."""
    return {loss.reason: formats.digits(said(loss.title, loss.reason)) for loss in definition.loss}


def heads(definition: StageDefinition, weekly: tuple[tuple[int, ...], ...]) -> list[Head]:
    """The heads of the picture."""
    return [
        Head(
            said(stage.title, stage.name), stage.owner or "", stage.target, stage.purchase,
            weekly[k] if k < len(weekly) and any(weekly[k]) else (),
        )
        for k, stage in enumerate(definition.stages)
    ]  # fmt: skip


def number_format() -> Format:
    """Counts, shares and times as this reader writes them."""
    return Format(
        count=formats.number,
        share=lambda part: formats.percent(part, 0 if part in (0, 1) else 1),
        time=formats.span,
    )


def kinds() -> dict[str, str]:
    """What a count is called, by its kind."""
    return {
        "reached": pgettext("count", "reached"),
        "visited": pgettext("count", "visited"),
        "strict": pgettext("count", "every stage in order"),
        "skipped": pgettext("count", "skipped"),
        "entered": pgettext("count", "entered"),
        "entered_here": pgettext("count", "entered here"),
        "still_here": pgettext("count", "still here"),
        "stuck": pgettext("count", "of these stuck"),
        "moved_on": pgettext("count", "moved on"),
        "fell_back": pgettext("count", "fell back"),
        "lost": pgettext("count", "lost"),
        "looped": pgettext("count", "came round"),
        "by_hand": pgettext("count", "by hand"),
        "passes": pgettext("count", "all passes"),
        "buyers": pgettext("count", "buyers old enough to judge"),
        "returned": pgettext("count", "bought again in time"),
    }


def picture_words() -> dict[str, str]:
    """Every word of the funnel picture."""
    return kinds() | {
        "picture": _("Sales funnel"),
        "of_previous": _("of the stage before"),
        "reach_purchase": _("reach {stage}"),
        "median": _("median {time} here"),
        "no_median": _("no median time yet"),
        "target": _("target {rate}"),
        "weeks": _("entries in the last twelve weeks"),
        "purchase": _("purchase"),
        "keeping": _("keeping"),
        "marketing": _("Marketing"),
        "sales": _("Sales"),
        "handoff": _("hand-off"),
        "loop": _("loyalty loop"),
        "loop_rate": _("{rate} buy again"),
        "loop_time": _("after {time}"),
        "first_reason": _("{reason} {share}"),
        "count_of": _("{stage}: {count} {what}"),
        "jump": _("{count} from {source} straight to {target}"),
        "jump_in": _("{count} entered at {target}"),
        "came_round": _("{count} from {source} round again to {target}"),
        "went_back": _("{count} from {source} back to {target}"),
        "full_height": _("full height: {count}"),
    }


def countings() -> dict[str, str]:
    """The three countings, each with what it means."""
    return {
        "reached": _("Reached: skipped stages count too"),
        "visited": _("Visited: only stages that were entered"),
        "strict": _("Strict: every stage in order"),
    }


def shown(report: StageReport, look: Look) -> str:
    """What a picture shows: the counting, and whose passes or entries."""
    counting = countings()[report.chosen.definition.counting]
    entries = report.chosen.definition.period_counts == "entries"
    per = _("entries made in the period") if entries else _("passes that began in the period")
    return f"{counting} · {per}" if look.period else counting


def caption(report: StageReport, look: Look) -> str:
    """The line under a picture that leaves its page: funnel, what it shows, of whom, of which day."""
    definition = report.chosen.definition
    parts = [said(definition.title, definition.name), shown(report, look)]
    asked = look.property_and_value
    if asked:
        parts.append(f"{properties()[asked[0]]}: {asked[1]}")
    return " – ".join([*parts, formats.day(report.chosen.as_of)])


def properties() -> dict[str, str]:
    """What a segment or a division may ask, by its name in the records."""
    return {
        "country": _("Country"),
        "channel": _("Channel"),
        "source": _("Source"),
        "campaign": _("Campaign"),
        "product": _("Product"),
        "owner": pgettext("of a record", "Owner"),
        "industry": _("Industry"),
        "plan": pgettext("of a record", "Plan"),
    }


def channels() -> dict[str, str]:
    """Channel names that the readers and the demo write."""
    return {
        "direct": pgettext("channel", "direct"),
        "search": pgettext("channel", "search"),
        "paid": pgettext("channel", "advert"),
        "email": pgettext("channel", "mail"),
        "affiliate": pgettext("channel", "partner"),
        "cold_mail": pgettext("channel", "cold mail"),
        "social": pgettext("channel", "social network"),
        "call": pgettext("channel", "call"),
        "event": pgettext("channel", "event"),
        "review": pgettext("channel", "review site"),
        "referral": pgettext("channel", "referral"),
    }
