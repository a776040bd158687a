"""Cells, heads and words of the lists."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tundish.areas.people.lists.fields import ListField
from tundish.areas.people.lists.listing import Line
from tundish.terms import Money
from tundish.weblib.page import formats, icons

register = template.Library()
_DOWN_FIRST = ("last_seen", "first_seen", "value", "stage_days", "stage")


@register.simple_tag(takes_context=True)
def list_head(context: dict[str, Any], field: ListField | None = None) -> SafeString:
    """A column's head that sorts by it, and says how it is sorted; without a field the name's."""
    name = field.name if field else "name"
    label = field.label if field else _("Name")
    look = "num" if field and field.type in ("money", "number") else ""
    if field and field.type in ("tags", "several"):
        return format_html('<th scope="col">{}</th>', label)
    asked = context["asked"]
    now = {f"-{name}": "descending", name: "ascending"}.get(asked.sort, "")
    down = now == "ascending" or (
        not now
        and (name in _DOWN_FIRST or bool(field and field.type in ("money", "number", "day")))
    )
    query = asked.but(sort=f"-{name}" if down else name).query or "all=1"
    mark = icons.svg({"descending": "arrow-down", "ascending": "arrow-up"}.get(now, "selector"))
    return format_html(
        '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>',
        look, format_html(' aria-sort="{}"', now) if now else "", query, label, mark,
    )  # fmt: skip


@register.simple_tag
def list_cell(line: Line, field: ListField) -> SafeString | str:
    """A plain cell of a list; “–” where there is nothing."""
    record = line.record
    if field.name == "company_name":
        return format_html("<bdi>{}</bdi>", line.company.shown_name) if line.company else "–"
    if field.name == "value":
        return formats.money(record.money, whole=True)
    if field.type == "instant":
        return formats.day(getattr(record, field.name))
    column = field.name in {one.name for one in record._meta.fields}
    value = getattr(record, field.name) if column else record.more.get(field.name)
    return cell_text(value, field)


def cell_text(value: Any, field: ListField) -> SafeString | str:
    """What a record says of a field, as a cell shows it."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping) and "minor_units" in value:
        return formats.money(Money(int(value["minor_units"]), str(value.get("currency", ""))))
    if field.type == "day":
        try:
            return formats.day(date.fromisoformat(str(value)[:10]))
        except ValueError:
            return str(value)
    if isinstance(value, list | tuple):
        return format_html_join(
            " ", '<span class="badge-soft"><bdi>{}</bdi></span>', ((v,) for v in value)
        )
    if isinstance(value, int | float):
        return formats.number(value, 0 if float(value).is_integer() else 2)
    return format_html("<bdi>{}</bdi>", field.shown_value(value))


@register.filter
def in_list(value: Any, many: Any) -> bool:
    """`{{ value|in_list:many }}`: whether one is among several."""
    return value in many
