"""Template filters and tags, built in to every template. Numbers pass through here and nowhere else."""

from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tundish.terms import Money, Rate
from tundish.weblib.access.staff import shown_names
from tundish.weblib.page import formats, icons
from tundish.weblib.page.display import current

register = template.Library()


@register.filter
def digits(value: object) -> str:
    """`{{ text|digits }}`: its digits as this reader writes them."""
    return "" if value is None else formats.digits(value)


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """`{{ n|number }}`, `{{ x|number:2 }}`: grouped."""
    return formats.number(value, places)


@register.filter
def compact(value: float | None) -> str:
    """`{{ n|compact }}`: 12.4 k."""
    return formats.compact(value)


@register.filter
def percent(value: float | Rate | None, places: int = 1) -> str:
    """`{{ rate|percent }}`: of a Rate or a share between 0 and 1."""
    return formats.percent(value, places)


@register.filter
def money(value: Money | None) -> str:
    """`{{ amount|money }}`: of a Money."""
    return formats.money(value)


@register.filter
def whole_money(value: Money | None) -> str:
    """`{{ amount|whole_money }}`: without decimals."""
    return formats.money(value, whole=True)


@register.filter
def span(seconds: float | None) -> str:
    """`{{ seconds|span }}`: a length of time in words."""
    return formats.span(seconds)


@register.filter
def span_micros(micros: int | None) -> str:
    """`{{ micros|span_micros }}`: a length of time given in microseconds."""
    return formats.span(None if micros is None else micros / 1_000_000)


@register.filter
def day(value: datetime | date | int | None) -> str:
    """`{{ instant|day }}`: of an aware datetime, a date, or microseconds."""
    return formats.day(value)


@register.filter
def moment(value: datetime | int | None) -> str:
    """`{{ instant|moment }}`: day and time."""
    return formats.moment(value)


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], value: datetime | int | None) -> SafeString | str:
    """`{% ago instant %}`: how long ago, with the exact time on hover. Reads `now` from the context."""
    shown = formats.local(value)
    if shown is None:
        return "–"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        shown.isoformat(timespec="seconds"), formats.moment(value), formats.ago(value, context["now"]),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def staff_name(context: dict[str, Any], said: str | None) -> str:
    """The user of ours whom an owner field or an actor means, else what it says."""
    if not said:
        return "–"
    request = context["request"]
    names = getattr(request, "_staff_names", None)
    if names is None:
        names = shown_names()
        request._staff_names = names
    return names.get(said, said)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "building" %}`: an outline icon; with a label it is named for screen readers."""
    return icons.svg(name, label)


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: Any) -> str:
    """`{% address page=2 stage=None %}`: this page's address with some parameters changed."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else context["request"].path


@register.simple_tag
def reading_direction() -> str:
    """`rtl` or `ltr`."""
    return "rtl" if current().language == "ar" else "ltr"
