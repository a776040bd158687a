"""A filter in words, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tundish.areas.people.lists.fields import ListField, label_of
from tundish.funnel.conditions import Condition
from tundish.funnel.filters import Done, Group, whole_days
from tundish.weblib.page import formats, labels
from tundish.weblib.page.event_names import shown_event

Fields = Mapping[str, ListField]


@dataclass(frozen=True)
class Phrase:
    """One part of a filter in words, and its place among the filter's parts."""

    text: str
    place: int


def phrases(filter_: Group, fields: Fields) -> list[Phrase]:
    """Each part of a filter in words."""
    return [
        Phrase(sentence(part, fields) if isinstance(part, Group) else phrase(part, fields), place)
        for place, part in enumerate(filter_.parts)
    ]


def sentence(filter_: Group, fields: Fields) -> str:
    """The whole filter as one sentence; empty where it asks nothing."""
    joined = _(" and ") if filter_.how == "all" else _(" or ")
    return joined.join(phrase(part, fields) for part in filter_.parts)


def phrase(part: Condition | Done | Group, fields: Fields) -> str:
    """One part of a filter in words."""
    if isinstance(part, Group):
        inner = sentence(part, fields)
        return f"({inner})" if len(part.parts) > 1 else inner
    if isinstance(part, Done):
        return _done(part)
    field = fields.get(part.property)
    label = field.label if field else label_of(part.property)
    return _operator_phrase(part, label=label, field=field)


def operator_label(op: str, type_: str) -> str:
    """An operator in the builder's list."""
    tags = type_ in ("tags", "several")
    return {
        "equals": _("has") if tags else _("is"),
        "not_equals": _("has not") if tags else _("is not"),
        "in": _("has one of") if tags else _("is one of"),
        "not_in": _("has none of") if tags else _("is none of"),
        "icontains": _("contains"),
        "contains": _("contains"),
        "starts_with": _("begins with"),
        "is_set": _("is not empty"),
        "is_not_set": _("is empty"),
        "gt": _("is over"),
        "gte": _("is at least"),
        "lt": _("is under"),
        "lte": _("is at most"),
        "between": _("is between"),
        "on": _("is on"),
        "before": _("is before"),
        "after": _("is after"),
        "in_last": _("was in the last"),
        "not_in_last": _("was more than … ago"),
        "in_next": _("will be in the next"),
        "this": _("is in this"),
        "previous": _("was in the previous"),
    }[op]


def calendar_label(unit: str) -> str:
    """A part of the calendar, by the key of `filters.CALENDAR`."""
    return {
        "day": _("day"),
        "week": _("week"),
        "month": _("month"),
        "quarter": _("quarter"),
        "year": _("year"),
    }[unit]


def _operator_phrase(part: Condition, *, label: str, field: ListField | None) -> str:
    op, value = part.op, part.value
    type_ = field.type if field else "text"
    if type_ == "flag":
        yes = str(value).lower() in ("true", "yes", "1")
        said = _("%(field)s: yes") if yes else _("%(field)s: no")
        return said % {"field": label}
    if op in ("is_set", "is_not_set"):
        return f"{label} {operator_label(op, type_)}"
    if op in ("in_last", "not_in_last", "in_next"):
        return _spans()[op] % {"field": label, "span": _days(whole_days(value))}
    if op in ("this", "previous"):
        return _calendar(op, str(value)) % {"field": label}
    values = value if isinstance(value, list | tuple) else [value]
    shown = [_shown(one, type_, field) for one in values]
    if op == "between" and len(shown) == 2:
        told = {"field": label, "low": shown[0], "high": shown[1]}
        return _("%(field)s is between %(low)s and %(high)s") % told
    return f"{label} {operator_label(op, type_)} {_(', ').join(shown)}"


def _shown(value: Any, type_: str, field: ListField | None) -> str:
    if type_ in ("instant", "day"):
        try:
            return formats.day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if type_ == "days":
        return _days(value)
    if type_ in ("number", "money") and isinstance(value, int | float):
        return formats.number(value, 0 if float(value).is_integer() else 2)
    shown = field.shown_value(value) if field else str(value)
    return shown if type_ in ("stage", "tags", "choice", "several") else f"“{shown}”"


def _days(n: float | int | str) -> str:
    number = float(n) if isinstance(n, int | float) else 0.0
    whole = int(number)
    return ngettext("%(n)s day", "%(n)s days", whole) % {"n": formats.number(number)}


def _spans() -> dict[str, str]:
    return {
        "in_last": _("%(field)s was in the last %(span)s"),
        "not_in_last": _("%(field)s was more than %(span)s ago"),
        "in_next": _("%(field)s will be in the next %(span)s"),
    }


def _calendar(op: str, unit: str) -> str:
    if op == "this":
        return {
            "day": _("%(field)s is today"),
            "week": _("%(field)s is in this week"),
            "month": _("%(field)s is in this month"),
            "quarter": _("%(field)s is in this quarter"),
            "year": _("%(field)s is in this year"),
        }[unit]
    return {
        "day": _("%(field)s was yesterday"),
        "week": _("%(field)s was in the last week"),
        "month": _("%(field)s was in the last month"),
        "quarter": _("%(field)s was in the last quarter"),
        "year": _("%(field)s was in the last year"),
    }[unit]


def _done(part: Done) -> str:
    event = str(shown_event(part.event).label)
    for one in part.where[:1]:
        event = _("%(event)s where %(condition)s") % {
            "event": event,
            "condition": _operator_phrase(one, label=labels.field(one.property), field=None),
        }
    told = {"event": event, "n": formats.number(part.times)}
    if part.fewer and part.times == 1:
        said = (
            _("has never done “%(event)s”") if part.days is None else _("has not done “%(event)s”")
        )
    elif part.fewer:
        said = ngettext(
            "has done “%(event)s” fewer than %(n)s time",
            "has done “%(event)s” fewer than %(n)s times",
            part.times,
        )
    elif part.times == 1:
        said = _("has done “%(event)s”")
    else:
        said = ngettext(
            "has done “%(event)s” at least %(n)s time",
            "has done “%(event)s” at least %(n)s times",
            part.times,
        )
    words = said % told
    if part.days is None:
        return words
    return _("%(words)s in the last %(span)s") % {"words": words, "span": _days(part.days)}
