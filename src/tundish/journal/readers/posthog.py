"""PostHog's capture: `/batch/`, `/e/`, `/i/v0/e/` and `/capture/` bodies to events.

Each event is put into the words of Segment's messages and read as one, so that both follow the
same rules. Source: the published description of PostHog's capture API.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import looks_anonymous, person_ref
from tundish.journal.ids import derived_id
from tundish.journal.personal import split_personal
from tundish.journal.readers import segment_messages as messages
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.segment import events_of
from tundish.journal.readers.sent import (
    Sent,
    check,
    event_id,
    hidden_text,
    mapping,
    occurred,
    refused,
    text_of,
    without_owner,
)
from tundish.terms import InputError, from_micros, to_micros

_COMPANIES = ("company", "organization", "organisation", "account", "customer")
"""Types of groups that are companies."""
_CAMPAIGN = re.compile(r"\$?(utm_[a-z_]+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid)")


def key_of(body: Any) -> str | None:
    """The project key that a request names, in the body or, in a list, in its first event."""
    first = body[0] if isinstance(body, list) and body else body
    said = mapping(first)
    return text_of(
        said.get("api_key") or said.get("token") or mapping(said.get("properties")).get("token")
    )


def read_each(
    body: Mapping[str, Any] | list[Any], *, sent: Sent, sent_at: str | None = None
) -> list[list[Event] | Reject]:
    """The events of each of a request's events, or why it is refused.

    `sent_at` is the sender's clock as the address tells it, where the body does not.
    """
    found: list[list[Event] | Reject] = []
    for index, event in enumerate(_events(body)):
        try:
            check(event, sent=sent)
            at = mapping(body).get("sentAt") or mapping(body).get("sent_at") or sent_at
            found.append(list(_read(event, index, sent=sent, sent_at=at)))
        except InputError as wrong:
            found.append(refused(event, index, wrong=wrong))
    return found


def _events(body: Mapping[str, Any] | list[Any]) -> list[Any]:
    if isinstance(body, list):
        return body
    batch = body.get("batch")
    if batch is None and ("event" in body or "distinct_id" in body):
        return [body]
    if not isinstance(batch, list):
        raise InputError(
            "A batch has a list of events under the key batch.",
            "batch_missing",
            "Send {batch: […]}.",
        )
    return batch


def _read(event: Mapping[str, Any], index: int, *, sent: Sent, sent_at: Any) -> Iterator[Event]:
    said = mapping(event.get("properties"))
    name = event.get("event")
    if not isinstance(name, str) or not name.strip():
        raise InputError("An event has its name under the key event.", "event_missing")
    message = _message(event, said, sent=sent, sent_at=sent_at)
    if name == "$groupidentify":
        yield _company(message, said, index, sent=sent)
        return
    if name in ("$create_alias", "$merge_dangerously"):
        yield from _joined(message, name, said, index, sent=sent)
        return
    kinds = {"$identify": "identify", "$set": "identify", "$pageview": "page", "$screen": "screen"}
    kind = kinds.get(name, "track")
    yield from events_of({**message, "type": kind, "event": name}, index, sent=sent)
    traits = mapping(message["traits"])
    if kind != "identify" and traits and "userId" in message:
        cause = event_id(message, index, sent=sent)
        told = {**message, "messageId": derived_id(cause, what="set"), "anonymousId": None}
        yield from events_of({**told, "type": "identify"}, index, sent=sent)


def _message(
    event: Mapping[str, Any], said: Mapping[str, Any], *, sent: Sent, sent_at: Any
) -> dict[str, Any]:
    """The event in Segment's words, without its type."""
    distinct = event.get("distinct_id") or said.get("distinct_id")
    properties = {k: v for k, v in said.items() if not k.startswith("$") and k not in _NOT_TOLD}
    context = {
        "page": _page(said),
        "campaign": {
            found[1].removeprefix("utm_"): value
            for key, value in said.items()
            if value and (found := _CAMPAIGN.fullmatch(key)) and found[1].startswith("utm_")
        },
        "sessionId": said.get("$session_id"),
        "userAgent": said.get("$raw_user_agent") or said.get("$useragent"),
        "groupId": _group(said),
    }
    message: dict[str, Any] = {
        "messageId": event.get("uuid") or said.get("$insert_id"),
        "timestamp": _timestamp(event, said, sent=sent),
        "sentAt": sent_at,
        "name": said.get("$screen_name"),
        "properties": properties,
        "context": context,
        "traits": _traits(event, said),
    }
    if _is_visitor(distinct, said):
        return message | {"anonymousId": distinct}
    anonymous = said.get("$anon_distinct_id")
    return message | {"userId": distinct, **({"anonymousId": anonymous} if anonymous else {})}


_NOT_TOLD = frozenset(["token", "distinct_id"])


def _timestamp(event: Mapping[str, Any], said: Mapping[str, Any], *, sent: Sent) -> Any:
    """When it happened by the sender's clock; an older client says how many milliseconds ago."""
    told, ago = event.get("timestamp") or said.get("timestamp"), event.get("offset")
    if told or not isinstance(ago, int | float) or not 0 <= ago < 10**10:
        return told
    return (from_micros(to_micros(sent.received_at)) - timedelta(milliseconds=ago)).isoformat()


def _is_visitor(distinct: Any, said: Mapping[str, Any]) -> bool:
    """Whether the distinct id is a device's and not a known person's."""
    if isinstance(known := said.get("$is_identified"), bool):
        return not known
    if device := said.get("$device_id"):
        return bool(device == distinct)
    return said.get("$process_person_profile") is False and looks_anonymous(str(distinct))


def _page(said: Mapping[str, Any]) -> dict[str, Any]:
    referrer = said.get("$referrer")
    told = {
        "url": said.get("$current_url"),
        "path": said.get("$pathname"),
        "title": said.get("title") or said.get("$title"),
        "referrer": None if referrer == "$direct" else referrer,
    }
    return {key: value for key, value in told.items() if value}


def _traits(event: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of the person, without what the browser client tells of the visit."""
    told = {
        **mapping(said.get("$set_once") or event.get("$set_once")),
        **mapping(said.get("$set") or event.get("$set")),
    }
    return {k: v for k, v in told.items() if not k.startswith("$") and not _CAMPAIGN.fullmatch(k)}


def _group(said: Mapping[str, Any]) -> Any:
    groups = mapping(said.get("$groups"))
    return next((groups[kind] for kind in _COMPANIES if groups.get(kind)), None)


def _company(
    message: Mapping[str, Any], said: Mapping[str, Any], index: int, *, sent: Sent
) -> Event:
    """What is told of a company, by nobody in particular."""
    kind, company = said.get("$group_type"), hidden_text(said.get("$group_key"), sent=sent)
    if company is None or kind not in _COMPANIES:
        raise InputError(
            f"A group of type {kind!r} is no company; {', '.join(_COMPANIES)} are.", "group_missing"
        )
    occurred_at, _day = occurred(message, sent.received_at)
    properties, _personal = split_personal(without_owner(mapping(said.get("$group_set"))))
    return Event(
        id=event_id(message, index, sent=sent),
        name="company_identified",
        occurred_at=occurred_at,
        recorded_at=sent.received_at,
        company=company,
        properties=properties,
        inlet=sent.inlet,
    )


def _joined(
    message: dict[str, Any], name: str, said: Mapping[str, Any], index: int, *, sent: Sent
) -> Iterator[Event]:
    """`$create_alias` joins a visitor; `$merge_dangerously` only says that two may be one."""
    here, other = message.get("userId") or message.get("anonymousId"), said.get("alias")
    if text_of(other) is None:
        raise InputError(f"{name} names the other id under the key alias.", "previous_missing")
    kept, previous = (here, other) if name == "$merge_dangerously" else (other, here)
    if looks_anonymous(str(kept)) and not looks_anonymous(str(previous)):
        kept, previous = previous, kept
    told = {**message, "userId": kept, "anonymousId": None, "previousId": previous, "type": "alias"}
    found = events_of(told, index, sent=sent)
    if name == "$create_alias" or looks_anonymous(str(previous)):
        yield from found
        return
    known = person_ref(str(previous), secret=sent.secret)
    for event in found:
        base = replace(event, properties={})
        yield from messages.suggested(base, known, sent=sent)
        return
