"""Rules of a definition in this reader's words, for every page that explains a stage."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from tundish.terms import SECOND, parse_span
from tundish.weblib.page import labels
from tundish.weblib.page.event_names import shown_event
from tundish.weblib.page.formats import number, span


def said(text: object) -> str:
    """A text of a definition in this language: a plain text, or a mapping of languages."""
    if isinstance(text, Mapping):
        language = (get_language() or "en")[:2]
        return str(text.get(language) or text.get("en") or next(iter(text.values()), ""))
    return "" if text is None else str(text)


def stage_title(stage: Mapping[str, Any]) -> str:
    """A stage's title in this language."""
    return said(stage.get("title")) or str(stage["name"]).replace("_", " ").capitalize()


def rule_phrase(rule: Mapping[str, Any]) -> str:
    """What a RULE asks for, as one phrase."""
    phrase = _phrase(rule)
    return (
        gettext("%(rule)s, at any time before") % {"rule": phrase} if rule.get("ever") else phrase
    )


def event_phrase(name: str | None) -> str:
    """An event in quotation marks, as a rule names it."""
    if name is None:
        return gettext("any event")
    return gettext("“%(event)s”") % {"event": shown_event(name).label}


def span_phrase(text: object) -> str:
    """A span as a definition writes it (14d), in words."""
    micros = parse_span(text)
    return gettext("any time") if micros is None else span(micros / SECOND)


def _phrase(rule: Mapping[str, Any]) -> str:
    if "all" in rule:
        return gettext(" and ").join(_inner(part) for part in rule["all"])
    if "any" in rule:
        return gettext(" or ").join(_inner(part) for part in rule["any"])
    if "at_least" in rule:
        return _at_least(rule)
    if "silent_for" in rule:
        values = {"span": span_phrase(rule["silent_for"])}
        if not rule.get("of"):
            return gettext("nothing at all for %(span)s") % values
        values["rule"] = _inner(rule["of"])
        return gettext("for %(span)s none of: %(rule)s") % values
    if "score" in rule:
        values = {"score": rule["score"], "value": number(rule.get("gte"))}
        return gettext("the score “%(score)s” is at least %(value)s") % values
    if "field" in rule:
        return _condition(str(rule["field"]), rule)
    return _event(rule)


def _at_least(rule: Mapping[str, Any]) -> str:
    n = int(rule["at_least"])
    values = {"n": number(n), "rule": _inner(rule["of"])}
    phrase = ngettext("at least %(n)s time %(rule)s", "at least %(n)s times %(rule)s", n) % values
    if not rule.get("within"):
        return phrase
    return gettext("%(rule)s within %(span)s") % {
        "rule": phrase,
        "span": span_phrase(rule["within"]),
    }


def _event(rule: Mapping[str, Any]) -> str:
    words = event_phrase(rule.get("event"))
    conditions = [
        _condition(str(field), told if isinstance(told, Mapping) else _plain(told))
        for field, told in (rule.get("where") or {}).items()
    ]
    if not conditions:
        return words
    return gettext("%(event)s where %(conditions)s") % {
        "event": words, "conditions": gettext(" and ").join(conditions),
    }  # fmt: skip


def _plain(told: object) -> dict[str, Any]:
    return {"op": "in" if isinstance(told, list | tuple) else "equals", "value": told}


def _condition(field: str, told: Mapping[str, Any]) -> str:
    value = told.get("value")
    values = value if isinstance(value, list | tuple) else [value]
    shown = gettext(", ").join(labels.value(field, str(one)) for one in values)
    return _operator(str(told.get("op") or "equals")) % {
        "field": labels.field(field),
        "value": shown,
    }


def _operator(op: str) -> str:
    return {
        "equals": gettext("%(field)s is %(value)s"),
        "not_equals": gettext("%(field)s is not %(value)s"),
        "in": gettext("%(field)s is one of %(value)s"),
        "not_in": gettext("%(field)s is none of %(value)s"),
        "between": gettext("%(field)s is between %(value)s"),
        "contains": gettext("%(field)s contains %(value)s"),
        "icontains": gettext("%(field)s contains %(value)s"),
        "starts_with": gettext("%(field)s starts with %(value)s"),
        "matches": gettext("%(field)s matches %(value)s"),
        "gt": gettext("%(field)s is over %(value)s"),
        "gte": gettext("%(field)s is at least %(value)s"),
        "lt": gettext("%(field)s is under %(value)s"),
        "lte": gettext("%(field)s is at most %(value)s"),
        "is_set": gettext("%(field)s is set"),
        "is_not_set": gettext("%(field)s is not set"),
    }[op]


def _inner(rule: Mapping[str, Any]) -> str:
    words = rule_phrase(rule)
    return f"({words})" if "all" in rule or "any" in rule else words
