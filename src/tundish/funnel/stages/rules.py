"""What a stage's entry rule or a loss rule may say, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tundish.funnel.conditions import Condition, parse_conditions
from tundish.terms import DefinitionError, parse_span

FORMS = (
    "{event, where}", "{at_least, of, within}", "{all: [...]}", "{any: [...]}",
    "{field, op, value}", "{score, gte}", "{silent_for, of}",
)  # fmt: skip
FIELD_CHANGED = "field_changed"


@dataclass(frozen=True)
class Happened:
    """One event of this name (None: any name) with these properties."""

    event: str | None
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Every:
    """One event that satisfies all of these at once."""

    of: tuple["Test", ...]


@dataclass(frozen=True)
class Either:
    """One event that satisfies at least one of these."""

    of: tuple["Test", ...]


Test = Happened | Every | Either
"""A question about a single event."""


@dataclass(frozen=True)
class Seen:
    """At least `at_least` such events are seen, the oldest of them not more than `within` ago.

    `within` is microseconds, inclusive; None counts all that the rule may see.
    """

    what: Test
    at_least: int = 1
    within: int | None = None
    ever: bool = False


@dataclass(frozen=True)
class FieldIs:
    """The latest value of a field, from the `field_changed` events seen, satisfies a condition.

    `condition.property` is the field's name. A field that never changed is missing: it equals
    nothing, and only `is_not_set` and `not_equals` hold.
    """

    condition: Condition
    ever: bool = False


@dataclass(frozen=True)
class Silent:
    """No such event for `span` microseconds since the last one seen, or, where none was seen,
    since the pass began; holds from the instant at which the span is full."""

    span: int
    what: Test
    ever: bool = False


@dataclass(frozen=True)
class AllOf:
    """All of several rules hold."""

    of: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of several rules holds."""

    of: tuple["Rule", ...]


Rule = Seen | FieldIs | Silent | AllOf | AnyOf

_KEYS = {
    "event": ("event", "where"),
    "at_least": ("at_least", "of", "within"),
    "all": ("all",),
    "any": ("any",),
    "field": ("field", "op", "value"),
    "score": ("score", "gte"),
    "silent_for": ("silent_for", "of"),
}


def parse_rule(said: object, *, place: str, ever: bool = False) -> Rule:
    """The rule that `said` writes; raises DefinitionError with its place.

    `ever` on an outer rule holds for everything within it.
    """
    form, body = _form(said, place=place)
    ever = _flag(body, "ever", place=place) or ever
    if form == "event":
        return Seen(_happened(body, place=place), ever=ever)
    if form == "at_least":
        return _at_least(body, place=place, ever=ever)
    if form in ("all", "any"):
        rules = tuple(
            parse_rule(each, place=f"{place}.{form}[{i}]", ever=ever)
            for i, each in enumerate(_several(body, form, place=place))
        )
        return AllOf(rules) if form == "all" else AnyOf(rules)
    if form == "silent_for":
        span = parse_span(body["silent_for"], place=f"{place}.silent_for")
        if not span:
            raise _wrong(
                "silent_for needs a span of time longer than nothing.",
                "span_unreadable", "Write for example silent_for: 90d.", f"{place}.silent_for",
            )  # fmt: skip
        what, of_ever = _test(_needed(body, "of", place=place), place=f"{place}.of")
        return Silent(span, what, ever or of_ever)
    return FieldIs(_field(form, body, place=place), ever)


def _at_least(body: Mapping[str, Any], *, place: str, ever: bool) -> Seen:
    count = body["at_least"]
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise _wrong(
            f"at_least is a whole number from 1 on, not {count!r}.",
            "number_unreadable", "Write for example at_least: 3.", f"{place}.at_least",
        )  # fmt: skip
    what, of_ever = _test(_needed(body, "of", place=place), place=f"{place}.of")
    within = parse_span(body.get("within"), place=f"{place}.within")
    return Seen(what, count, within, ever or of_ever)


def _test(said: object, *, place: str) -> tuple[Test, bool]:
    """A question about one event, and whether it says `ever`."""
    form, body = _form(said, place=place)
    ever = _flag(body, "ever", place=place)
    if form == "event":
        return _happened(body, place=place), ever
    if form in ("field", "score"):
        condition = _field(form, body, place=place)
        changed = (
            Condition("field", "equals", condition.property),
            Condition("new", condition.op, condition.value),
        )
        return Happened(FIELD_CHANGED, changed), ever
    if form in ("all", "any"):
        parts = [
            _test(each, place=f"{place}.{form}[{i}]")
            for i, each in enumerate(_several(body, form, place=place))
        ]
        tests = tuple(test for test, _ in parts)
        ever = ever or any(of_ever for _, of_ever in parts)
        return (Every(tests) if form == "all" else Either(tests)), ever
    raise _wrong(
        f"“of” asks about single events; {form} cannot stand in it.",
        "rule_unreadable", "Use {event, where}, {all}, {any}, {field} or {score} there.", place,
    )  # fmt: skip


def _happened(body: Mapping[str, Any], *, place: str) -> Happened:
    event = body["event"]
    if event is not None and (not isinstance(event, str) or not event):
        raise _wrong(
            f"An event is named by a text, or null for any event, not {event!r}.",
            "event_unreadable", "Write for example event: form_submitted.", f"{place}.event",
        )  # fmt: skip
    return Happened(event, parse_conditions(body.get("where"), place=f"{place}.where"))


def _field(form: str, body: Mapping[str, Any], *, place: str) -> Condition:
    name = body[form]
    if not isinstance(name, str) or not name:
        raise _wrong(
            f"A {form} is named by a text, not {name!r}.",
            "field_unreadable", f"Write for example {form}: fit.", f"{place}.{form}",
        )  # fmt: skip
    if form == "score":
        least = _needed(body, "gte", place=place)
        if isinstance(least, bool) or not isinstance(least, int | float):
            raise _wrong(
                f"gte is a number, not {least!r}.",
                "number_unreadable", "Write for example gte: 70.", f"{place}.gte",
            )  # fmt: skip
        return Condition(name, "gte", least)
    said = {key: body[key] for key in ("op", "value") if key in body}
    if "op" not in said:
        if "value" not in said:
            _needed(body, "op", place=place)
        said["op"] = "in" if isinstance(said["value"], list | tuple) else "equals"
    # the filter's own place ends with the property's name, which a field rule does not have
    parent, _, key = place.rpartition(".")
    parsed = parse_conditions({key: said}, place=parent)[0]
    return Condition(name, parsed.op, parsed.value)


def _form(said: object, *, place: str) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(said, Mapping):
        raise _wrong(
            f"A rule is a mapping, not {said!r}; it is one of {', '.join(FORMS)}.",
            "rule_unreadable", "Write for example {event: form_submitted}.", place,
        )  # fmt: skip
    forms = [form for form in _KEYS if form in said]
    if len(forms) != 1:
        raise _wrong(
            f"A rule is exactly one of {', '.join(FORMS)}, not {sorted(map(str, said))}.",
            "rule_unreadable", "Join several rules with all or any.", place,
        )  # fmt: skip
    allowed = (*_KEYS[forms[0]], "ever")
    for key in said:
        if key not in allowed:
            raise _wrong(
                f"{key!r} does not belong to a rule of {forms[0]}; allowed are "
                f"{', '.join(allowed)}.",
                "key_unknown", "Correct or remove it.", f"{place}.{key}",
            )  # fmt: skip
    return forms[0], said


def _several(body: Mapping[str, Any], form: str, *, place: str) -> list[Any]:
    rules = body[form]
    if not isinstance(rules, list | tuple) or not rules:
        raise _wrong(
            f"{form} takes a list of at least one rule, not {rules!r}.",
            "rule_unreadable", f"Write {form}: [{{event: a}}, {{event: b}}].", f"{place}.{form}",
        )  # fmt: skip
    return list(rules)


def _needed(body: Mapping[str, Any], key: str, *, place: str) -> Any:
    if key not in body:
        raise _wrong(
            f"The rule needs {key!r}.", "rule_unreadable",
            f"The rules are {', '.join(FORMS)}.", place,
        )  # fmt: skip
    return body[key]


def _flag(body: Mapping[str, Any], key: str, *, place: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(
            f"{key} is true or false, not {value!r}.",
            "flag_unreadable", f"Write {key}: true.", f"{place}.{key}",
        )  # fmt: skip
    return value


def _wrong(message: str, code: str, hint: str, place: str) -> DefinitionError:
    return DefinitionError(message, code, hint, place=place)
