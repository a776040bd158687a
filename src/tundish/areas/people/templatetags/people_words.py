"""Words and small pieces for the pages of people, companies and deals."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from tundish.areas.people.standing import Standing
from tundish.areas.people.timeline import Timeline
from tundish.terms import from_micros
from tundish.weblib.access.models import User
from tundish.weblib.page import formats, icons, wording

register = template.Library()

CHANNELS = {
    "website": gettext_lazy("Web site"), "web": gettext_lazy("Web site"), "direct": gettext_lazy("Direct"),
    "search": gettext_lazy("Search"), "organic_search": gettext_lazy("Search"),
    "organic search": gettext_lazy("Search"), "social": gettext_lazy("Social network"),
    "organic_social": gettext_lazy("Social network"), "advert": gettext_lazy("Advert"),
    "paid": gettext_lazy("Advert"), "paid_search": gettext_lazy("Search advert"),
    "paid_social": gettext_lazy("Social advert"), "mail": gettext_lazy("Mail"), "email": gettext_lazy("Mail"),
    "newsletter": gettext_lazy("Newsletter"), "referral": gettext_lazy("Referral"),
    "review": gettext_lazy("Review site"), "blog": gettext_lazy("Blog"), "event": gettext_lazy("Fair or event"),
    "call": gettext_lazy("Telephone"), "cold_call": gettext_lazy("Cold call"),
    "cold_mail": gettext_lazy("Cold mail"), "partner": gettext_lazy("Partner"),
}  # fmt: skip
FIELDS = {
    "form": gettext_lazy("Form"), "document": gettext_lazy("Document"), "path": gettext_lazy("Page"),
    "product": gettext_lazy("Product"), "mail": gettext_lazy("Mail"), "subject": gettext_lazy("Subject"),
    "event": gettext_lazy("Event"), "competitor": gettext_lazy("Competitor"), "reason": gettext_lazy("Reason"),
    "score": gettext_lazy("Score"), "stage": gettext_lazy("Stage"), "discount": gettext_lazy("Discount"),
    "list": gettext_lazy("List"), "direction": gettext_lazy("Direction"), "answer": gettext_lazy("Answer"),
    "seats": gettext_lazy("Seats"), "team": gettext_lazy("Team"), "owner": gettext_lazy("Owner"),
    "fit": gettext_lazy("Fit"), "value": gettext_lazy("Value"), "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"), "phone": gettext_lazy("Telephone"), "country": gettext_lazy("Country"),
    "title": gettext_lazy("Title"), "role": gettext_lazy("Part in the buying group"),
    "employees": gettext_lazy("Employees"), "industry": gettext_lazy("Industry"),
    "language": gettext_lazy("Language"), "by": gettext_lazy("By"), "city": gettext_lazy("City"),
}  # fmt: skip
ROLES = {
    "decides": gettext_lazy("Decides"), "decider": gettext_lazy("Decides"),
    "decision_maker": gettext_lazy("Decides"), "influences": gettext_lazy("Influences"),
    "influencer": gettext_lazy("Influences"), "uses": gettext_lazy("Uses"), "user": gettext_lazy("Uses"),
    "buys": gettext_lazy("Buys"), "buyer": gettext_lazy("Buys"), "champion": gettext_lazy("Speaks for us"),
}  # fmt: skip
_SAID = {
    "in": pgettext_lazy("direction of a call", "incoming"), "out": pgettext_lazy("direction of a call", "outgoing"),
}  # fmt: skip
REASONS = {
    "price": gettext_lazy("price"), "competitor": gettext_lazy("competitor"), "silent": gettext_lazy("silence"),
    "silence": gettext_lazy("silence"), "lost": gettext_lazy("lost"), "deal lost": gettext_lazy("deal lost"),
    "deal_lost": gettext_lazy("deal lost"), "unsubscribed": gettext_lazy("unsubscribed"),
    "no budget": gettext_lazy("no budget"), "budget": gettext_lazy("no budget"), "timing": gettext_lazy("timing"),
    "no need": gettext_lazy("no need"), "churn": gettext_lazy("left"), "cancelled": gettext_lazy("cancelled"),
    "refused": gettext_lazy("refused"),
}  # fmt: skip


@register.simple_tag
def channel_name(value: str | None) -> str:
    """A channel in words; one that we do not know as it is."""
    return str(CHANNELS.get((value or "").lower(), value or "–"))


@register.simple_tag
def field_name(value: str) -> str:
    """A field's name in words."""
    return str(FIELDS.get(value, value.replace("_", " ").capitalize()))


@register.simple_tag
def group_role(value: str) -> str:
    """Someone's part in a buying group."""
    return str(ROLES.get(str(value).lower(), str(value).replace("_", " ").capitalize()))


@register.simple_tag
def reason_name(value: str) -> str:
    """A loss's reason."""
    return str(REASONS.get(value, value.replace("_", " ")))


@register.simple_tag
def told_value(key: str, value: str) -> str:
    """An event's property, in words where it is one of a few."""
    if key == "role":
        return group_role(value)
    if key == "direction":
        return str(_SAID.get(value, value))
    return formats.digits(value) if value.replace(".", "").isdigit() else value


@register.simple_tag
def stage_title(stage: dict[str, Any]) -> str:
    """A stage's title in this language."""
    return wording.stage_title(stage)


@register.simple_tag(takes_context=True)
def staff_name(context: dict[str, Any], owner: str | None) -> str:
    """The user of ours whom an owner field means, else the field's own text."""
    if not owner:
        return "–"
    request = context["request"]
    names = getattr(request, "_staff_names", None)
    if names is None:
        names = {n: user.name for user in User.objects.all() for n in user.owner_names()}
        request._staff_names = names
    return names.get(owner, owner)


@register.simple_tag(takes_context=True)
def stay(context: dict[str, Any], standing: Standing) -> str:
    """How long a unit has stood in its stage."""
    return gettext("not known") if standing.estimated else formats.span(standing.seconds(context["now"]))


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
