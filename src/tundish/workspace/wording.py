"""Rules and explanations in words. Every sentence is a template that a caller may translate."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tundish.journal.names import STANDARD
from tundish.terms import from_micros
from tundish.workspace.explanation import Cause, Explanation, Title

Say = Callable[[str], str]
"""Gives a template in the reader's language; gettext fits, `str` leaves it in English."""
Titles = Callable[[Title | None], str]

_OPERATORS = {
    "equals": "{field} is {value}",
    "not_equals": "{field} is not {value}",
    "in": "{field} is one of {value}",
    "not_in": "{field} is none of {value}",
    "between": "{field} is between {value}",
    "contains": "{field} contains {value}",
    "icontains": "{field} contains {value}",
    "starts_with": "{field} starts with {value}",
    "matches": "{field} matches {value}",
    "gt": "{field} is over {value}",
    "gte": "{field} is at least {value}",
    "lt": "{field} is under {value}",
    "lte": "{field} is at most {value}",
    "is_set": "{field} is set",
    "is_not_set": "{field} is not set",
}


def event_words(name: str, *, say: Say = str) -> str:
    """A standard event's sentence with its name; any other name as it is."""
    sentence = STANDARD.get(name)
    if sentence is None:
        return name
    words = say(sentence.split(";")[0].rstrip("."))
    return f"{words[:1].lower()}{words[1:]} ({name})"


def rule_words(rule: Mapping[str, Any], *, say: Say = str) -> str:
    """What a RULE asks for, in one phrase."""
    phrase = _phrase(rule, say)
    if rule.get("ever"):
        return say("{rule}, at any time before").format(rule=phrase)
    return phrase


def text_in(said: Title | None, language: str = "en") -> str:
    """A definition's text in a language, else in English, else in the only one it has."""
    if said is None or isinstance(said, str):
        return said or ""
    return said.get(language) or said.get("en") or next(iter(said.values()), "")


def explanation_lines(
    explained: Explanation, *, say: Say = str, language: str = "en"
) -> Iterator[str]:
    """The explanation as sentences: where, why, what is missing, what comes next."""

    def title(said: Title | None) -> str:
        return text_in(said, language)

    yield from _standing(explained, say, title)
    yield from _leaving(explained, say, title)
    if explained.missing:
        yield say("What would move it:")
        for missing in explained.missing:
            rule = rule_words(missing.rule, say=say)
            yield say("  to {stage}: {rule}").format(stage=title(missing.title), rule=rule)
    if explained.next_change is not None:
        yield say("Without any event, it may next change at {time}.").format(
            time=time_words(explained.next_change)
        )


def time_words(micros: int, *, day_only: bool = False) -> str:
    """A time in UTC, or the bare day."""
    moment = from_micros(micros)
    return f"{moment:%Y-%m-%d}" if day_only else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _standing(explained: Explanation, say: Say, title: Titles) -> Iterator[str]:
    named = {
        "unit": explained.unit,
        "kind": say(explained.kind),
        "stage": title(explained.title),
        "funnel": explained.definition,
        "version": explained.version,
        "number": explained.pass_no,
    }
    if explained.status == "outside":
        yield say("The {kind} {unit} is not in the funnel {funnel}.").format(**named)
        return
    if explained.status == "lost":
        yield say("The {kind} {unit} left the funnel {funnel} out of {stage}.").format(**named)
    else:
        yield say("The {kind} {unit} stands in {stage} of the funnel {funnel}.").format(**named)
    since = time_words(explained.since or 0, day_only=explained.since_day_only)
    how = say("since {time}").format(time=since)
    if explained.since_estimated:
        how = say("{since} (estimated)").format(since=how)
    # A ready-made model that is only asked, not kept, has no version.
    template = "Pass {number}, {stage} {since}, by version {version} of the funnel."
    yield say(template if explained.version else "Pass {number}, {stage} {since}.").format(
        since=how, **named
    )
    if (cause := explained.cause) is not None:
        template = "It came there when {event}."
        if cause.name not in STANDARD:
            template = "It came there by the event {event}."
        yield say(template).format(event=_cause(cause, say))
    if explained.by_hand:
        yield say("Someone put it there by hand.")
    elif explained.rule is not None:
        yield say("The rule: {rule}.").format(rule=rule_words(explained.rule, say=say))
    if explained.skipped:
        yield say("It skipped {stages}.").format(stages=", ".join(map(title, explained.skipped)))


def _leaving(explained: Explanation, say: Say, title: Titles) -> Iterator[str]:
    if len(explained.attempt) > 1:
        steps = " > ".join(
            f"{title(step.title)} ({time_words(step.entered, day_only=step.day_only)})"
            for step in explained.attempt
        )
        yield say("Its way: {steps}.").format(steps=steps)
    loss = explained.loss
    if loss is None:
        return
    when = time_words(loss.at, day_only=loss.day_only)
    yield say("It left at {time}: {reason}.").format(time=when, reason=title(loss.title))
    if loss.rule is not None:
        yield say("The rule: {rule}.").format(rule=rule_words(loss.rule, say=say))
    if loss.cause is not None:
        template = "It left when {event}."
        if loss.cause.name not in STANDARD:
            template = "It left by the event {event}."
        yield say(template).format(event=_cause(loss.cause, say))
    if loss.window is not None:
        yield say("The window of {span} closed at {time}.").format(span=loss.window, time=when)


def _cause(cause: Cause, say: Say) -> str:
    text = say("{event} at {time}, event {id}").format(
        event=event_words(cause.name, say=say),
        time=time_words(cause.occurred, day_only=cause.day_only),
        id=cause.id,
    )
    return (
        say("{event}, done by {actor}").format(event=text, actor=cause.actor)
        if cause.actor
        else text
    )


def _phrase(rule: Mapping[str, Any], say: Say) -> str:
    if "all" in rule:
        return say(" and ").join(_inner(part, say) for part in rule["all"])
    if "any" in rule:
        return say(" or ").join(_inner(part, say) for part in rule["any"])
    if "at_least" in rule:
        template = "at least {n} times {rule}"
        if rule.get("within"):
            template = "at least {n} times {rule} within {span}"
        inner = _inner(rule["of"], say)
        return say(template).format(n=rule["at_least"], rule=inner, span=rule.get("within"))
    if "silent_for" in rule:
        inner = _inner(rule["of"], say) if rule.get("of") else say("anything")
        return say("for {span} none of: {rule}").format(span=rule["silent_for"], rule=inner)
    if "score" in rule:
        return say("the score {score} is at least {value}").format(
            score=rule["score"], value=rule.get("gte")
        )
    if "field" in rule:
        return _condition(str(rule["field"]), rule, say)
    words = say("any event") if rule.get("event") is None else event_words(rule["event"], say=say)
    conditions = [
        _condition(str(field), said if isinstance(said, Mapping) else _plain(said), say)
        for field, said in (rule.get("where") or {}).items()
    ]
    if not conditions:
        return words
    return say("{event} where {conditions}").format(
        event=words, conditions=say(" and ").join(conditions)
    )


def _plain(said: Any) -> dict[str, Any]:
    return {"op": "in" if isinstance(said, list | tuple) else "equals", "value": said}


def _condition(field: str, said: Mapping[str, Any], say: Say) -> str:
    value = said.get("value")
    shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return say(_OPERATORS[said.get("op") or "equals"]).format(field=field, value=shown)


def _inner(rule: Mapping[str, Any], say: Say) -> str:
    words = rule_words(rule, say=say)
    return f"({words})" if "all" in rule or "any" in rule else words
