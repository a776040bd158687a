"""Words and small pieces for the pages of people, companies and deals."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tundish.areas.people import groups
from tundish.areas.people.standing import Standing
from tundish.areas.people.timeline import Timeline
from tundish.terms import from_micros
from tundish.weblib.page import formats, icons, labels, wording

register = template.Library()


@register.simple_tag
def channel_name(value: str | None) -> str:
    """A channel in words; one that we do not know as it is."""
    return labels.channel(value) or "–"


@register.simple_tag
def field_name(value: str) -> str:
    """A field's name in words."""
    return labels.field(value)


@register.simple_tag
def group_role(value: str) -> str:
    """Someone's part in a buying group; one that we do not know as it came."""
    return str(groups.ROLES.get(groups.role_of(value)) or labels.value("role", str(value)))


@register.simple_tag
def told_value(key: str, value: str) -> str:
    """An event's property, in words where it is one of a few."""
    return group_role(value) if key == "role" else labels.value(key, value)


@register.simple_tag
def stage_title(stage: dict[str, Any]) -> str:
    """A stage's title in this language."""
    return wording.stage_title(stage)


@register.simple_tag(takes_context=True)
def stay(context: dict[str, Any], standing: Standing) -> str:
    """How long a unit has stood in its stage."""
    return (
        gettext("not known")
        if standing.estimated
        else formats.span(standing.seconds(context["now"]))
    )


@register.simple_tag(takes_context=True)
def list_place(context: dict[str, Any], at: int) -> SafeString:
    """The list's state and the line's place in it, for the record's next and previous."""
    return format_html("{}", urlencode({"list": context["list_query"], "at": at}))


@register.simple_tag(takes_context=True)
def sort_head(context: dict[str, Any], key: str, label: str, look: str = "") -> SafeString:
    """A column's head that sorts by it, and says how it is sorted."""
    sort = context["asked"].sort
    now = "descending" if sort == f"-{key}" else "ascending" if sort == key else ""
    first_down = key in ("last", "value", "since", "first")
    wanted = key if now == "descending" or (not now and not first_down) else f"-{key}"
    query = context["request"].GET.copy()
    query["sort"] = wanted
    query.pop("page", None)
    mark = icons.svg({"descending": "arrow-down", "ascending": "arrow-up"}.get(now, "selector"))
    return format_html(
        '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>',
        look, format_html(' aria-sort="{}"', now) if now else "", query.urlencode(), label, mark,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def more_address(context: dict[str, Any], timeline: Timeline) -> str:
    """The address of the timeline's next page."""
    query = context["request"].GET.copy()
    query["before"] = timeline.before or ""
    query["day"] = timeline.entries[-1].day.isoformat() if timeline.entries else ""
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def day_title(context: dict[str, Any], value: Any) -> str:
    """The heading of a day in the timeline."""
    today = formats.local(from_micros(context["now"]))
    return formats.day_title(value, today.date()) if today else str(value)


@register.simple_tag
def clock(micros: int) -> SafeString:
    """The time of day, with the whole moment on hover."""
    shown = formats.local(micros)
    if shown is None:
        return SafeString("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        shown.isoformat(timespec="seconds"), formats.moment(micros), formats.digits(f"{shown:%H:%M}"),
    )  # fmt: skip


@register.simple_tag
def related_standing(record: Any, found: dict[str, Standing]) -> Standing | None:
    """Where a related record stands."""
    return found.get(record.pk)
