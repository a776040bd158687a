"""Segment's HTTP tracking: `track`, `identify` and `batch` bodies to events.

Source: the published description of the Segment HTTP tracking API.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tundish.journal.channels import Arrival, arrival, arrival_of_url, host_of
from tundish.journal.event import Event
from tundish.journal.identity import (
    ANONYMOUS,
    BY_MAIL,
    HIDDEN,
    company_of_mail,
    hidden_id,
    may_join,
    person_ref,
)
from tundish.journal.ids import content_id, derived_id
from tundish.journal.personal import redact_text, split_personal
from tundish.journal.readers.bots import AGENT_WORD, bot_reason
from tundish.journal.readers.reading import Reading, Reject
from tundish.journal.readers.segment_names import RESERVED, VALUED, standard_name
from tundish.journal.readers.text import plain_header
from tundish.journal.redaction import holds_person, mail_in
from tundish.terms import InputError, Money, from_micros, parse_instant, to_micros

LARGEST_EVENT, LARGEST_BATCH = 32 * 1024, 500 * 1024
"""Bytes of one message and of one request."""
_AHEAD = timedelta(days=1)
_OWNERS = frozenset(["owner", "account owner", "company owner", "deal owner"])
_LONGEST_ID = 255
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class _Sent:
    """What holds for every message of one request."""

    received_at: datetime
    inlet: str
    secret: bytes
    currency: str | None


def read(
    body: bytes | Mapping[str, Any],
    *,
    kind: str = "batch",
    received_at: datetime,
    inlet: str,
    secret: bytes,
    currency: str | None = None,
) -> Reading:
    """The events of one request; a bad message is a Reject with its index from 0 as `line`.

    `kind` is the path's: track, identify or batch. `received_at` is aware; `secret` keys the hashes
    of mail addresses; `currency` holds for amounts that name none. Raises InputError where the
    request as a whole is wrong (`body_unreadable`, `batch_too_large`, `batch_missing`).
    """
    found = read_each(
        body, kind=kind, received_at=received_at, inlet=inlet, secret=secret, currency=currency
    )
    events = [event for one in found if not isinstance(one, Reject) for event in one]
    return Reading(events, [one for one in found if isinstance(one, Reject)], rows=len(found))


def read_each(
    body: bytes | Mapping[str, Any],
    *,
    kind: str = "batch",
    received_at: datetime,
    inlet: str,
    secret: bytes,
    currency: str | None = None,
) -> list[list[Event] | Reject]:
    """The same message by message: the events of each, or why it is refused."""
    sent = _Sent(received_at, inlet, secret, currency)
    found: list[list[Event] | Reject] = []
    for index, message in enumerate(_messages(_body(body), kind)):
        try:
            found.append(_read_one(message, index, sent=sent))
        except InputError as wrong:
            found.append(Reject(index, wrong.code, wrong.message, _shown(message)))
    return found


def _shown(message: Any) -> str:
    """A refused message as text, without its write key; "" where it is nested beyond writing."""
    if isinstance(message, Mapping):
        message = {k: v for k, v in message.items() if k != "writeKey"}
    try:
        return json.dumps(message, default=str)[:LARGEST_EVENT]
    except RecursionError:
        return ""


def _body(body: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(body, bytes):
        if len(body) > LARGEST_BATCH:
            raise InputError(
                "A request holds at most 500 KB.", "batch_too_large", "Send fewer at once."
            )
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            body = b""
    if not isinstance(body, Mapping):
        raise InputError("The body is not a JSON object.", "body_unreadable", "Send JSON.")
    return body


def _messages(said: Mapping[str, Any], kind: str) -> list[Any]:
    if kind != "batch":
        return [{**said, "type": kind}]
    batch = said.get("batch")
    if not isinstance(batch, list):
        raise InputError(
            "A batch has a list of messages under the key batch.",
            "batch_missing",
            "Send {batch: […]}.",
        )
    shared = {k: said[k] for k in ("sentAt",) if said.get(k)}
    context = _mapping(said.get("context"))
    return [
        {**shared, **m, "context": {**context, **_mapping(m.get("context"))}}
        if isinstance(m, Mapping)
        else m
        for m in batch
    ]


def _read_one(message: Any, index: int, *, sent: _Sent) -> list[Event]:
    if not isinstance(message, Mapping):
        raise InputError("A message is a JSON object.", "message_unreadable")
    _check_text(message)
    kind = message.get("type") or ("track" if "event" in message else None)
    if kind not in ("track", "identify"):
        raise InputError(
            f"{kind!r} is not a type of message that is taken; there are track and identify.",
            "type_unknown",
        )
    base = _base(message, index, sent=sent)
    if kind == "track":
        return [_track(message, base, sent=sent)]
    return list(_identify(message, base, sent=sent))


def _check_text(message: Mapping[str, Any]) -> None:
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise InputError(
            "The message holds text or a number that JSON does not know.", "message_unreadable"
        ) from None
    if not _is_flat(message):
        raise InputError(f"A message is nested over {_DEEPEST} deep.", "message_unreadable")
    if len(text) > LARGEST_EVENT:
        raise InputError("A message holds at most 32 KB.", "event_too_large")
    if b"\\u0000" in text:
        raise InputError("The message holds the character NUL.", "message_unreadable")


def _is_flat(message: Any) -> bool:
    level = [message]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, Mapping) else value
    return [one for one in inner if isinstance(one, Mapping | list)]


def _base(message: Mapping[str, Any], index: int, *, sent: _Sent) -> Event:
    """The event as far as both types share it."""
    user, anonymous = _id(message, "userId"), _id(message, "anonymousId")
    if user and user.casefold().startswith((ANONYMOUS, BY_MAIL, HIDDEN)):
        raise InputError(
            f"A userId that begins with {ANONYMOUS}, {BY_MAIL} or {HIDDEN} is kept for the workspace.",
            "person_reserved",
        )
    person = person_ref(user, anonymous_id=anonymous, secret=sent.secret)
    if person is None:
        raise InputError("The message has neither userId nor anonymousId.", "person_missing")
    context = _mapping(message.get("context"))
    came = _arrival(context)
    occurred_at, day = _occurred(message, sent.received_at)
    return Event(
        id=_event_id(message, index, sent=sent),
        name="",
        occurred_at=occurred_at,
        precision="day" if day else "instant",
        recorded_at=sent.received_at,
        person=person,
        session=_hidden(context.get("sessionId"), sent=sent),
        channel=came.channel if came else None,
        source=came.source if came else None,
        campaign=came.campaign if came else None,
        personal=_addressed(user),
        inlet=sent.inlet,
        bot=bot_reason(_text(context.get("userAgent"))) == AGENT_WORD,
    )


def _track(message: Mapping[str, Any], base: Event, *, sent: _Sent) -> Event:
    original = message.get("event")
    if not isinstance(original, str) or not (name := standard_name(redact_text(original))):
        raise InputError("A track message names its event under the key event.", "event_missing")
    if name in RESERVED:
        raise InputError(f"The name {name} is kept for the workspace itself.", "event_reserved")
    context, said = _mapping(message.get("context")), _mapping(message.get("properties"))
    traits = _mapping(context.get("traits"))
    _, about = split_personal(traits, traits=True)
    properties, personal = split_personal(_without_owner(said))
    path = _mapping(context.get("page")).get("path")
    if path and "path" not in properties:
        properties |= split_personal({"path": path})[0]
    if name != original:
        properties["original_name"] = redact_text(original)
    return replace(
        base,
        name=name,
        company=_company(
            traits, context, personal={**base.personal, **about, **personal}, sent=sent
        ),
        deal=_hidden(said.get("deal_id") or said.get("dealId"), sent=sent),
        session=base.session or _hidden(said.get("session_id") or said.get("sessionId"), sent=sent),
        value=_value(said, name, sent=sent),
        properties=properties,
        personal={**base.personal, **about, **personal},
    )


def _identify(message: Mapping[str, Any], base: Event, *, sent: _Sent) -> Iterator[Event]:
    context = _mapping(message.get("context"))
    traits = {**_mapping(context.get("traits")), **_mapping(message.get("traits"))}
    firm = traits.pop("company", None)
    properties, personal = split_personal(_without_owner(traits), traits=True)
    personal = {**base.personal, **personal}
    company = _company({"company": firm}, context, personal=personal, sent=sent)
    properties["fields"] = sorted({*properties, *personal, *(["company"] if company else [])})
    yield replace(
        base,
        name="person_identified",
        company=company,
        properties=properties,
        personal=personal,
    )
    anonymous = _id(message, "anonymousId")
    other = person_ref(anonymous_id=anonymous, secret=sent.secret)
    bare = replace(base, personal={}, channel=None, source=None, campaign=None)
    if company:
        yield replace(
            bare,
            id=derived_id(f"{base.person}>{company}", what=f"{sent.inlet}:company_joined"),
            name="company_joined",
            company=company,
            properties=_company_properties(firm),
        )
    if other and base.person and may_join(other, base.person):
        yield replace(
            bare,
            id=derived_id(f"{other}>{base.person}", what=f"{sent.inlet}:person_merged"),
            name="person_merged",
            properties={"other": other, "kept": base.person},
        )


def _occurred(message: Mapping[str, Any], received_at: datetime) -> tuple[datetime, bool]:
    """When it happened by our clock: the sender's clock is as wrong as its sentAt says."""
    said = message.get("originalTimestamp") or message.get("timestamp")
    if not said:
        return received_at, False
    micros, day = parse_instant(str(said))
    if message.get("sentAt") and not day:
        sent_at, _ = parse_instant(str(message["sentAt"]))
        micros += to_micros(received_at) - sent_at
    try:
        occurred_at = from_micros(micros)
    except OverflowError:
        raise InputError(f"The time {said} is out of range.", "time_out_of_range") from None
    if occurred_at > received_at + _AHEAD:
        raise InputError(
            f"The time {said} lies more than a day ahead of the clock here.", "time_in_future"
        )
    return occurred_at, day


def _event_id(message: Mapping[str, Any], index: int, *, sent: _Sent) -> str:
    given = _hidden(message.get("messageId"), sent=sent)
    if given and len(given) + len(sent.inlet) < _LONGEST_ID:
        return f"{sent.inlet}:{given}"
    if given:
        return derived_id(given, what=sent.inlet)
    bare = {k: v for k, v in message.items() if k not in ("sentAt", "receivedAt", "writeKey")}
    # Without its own time nothing tells a repeated message from a second one like it.
    own_time = message.get("originalTimestamp") or message.get("timestamp")
    when = "" if own_time else f"{to_micros(sent.received_at)}:{index}"
    content = json.dumps(bare, sort_keys=True) + when
    return content_id(f"segment:{sent.inlet}", content, ordinal=0)


def _arrival(context: Mapping[str, Any]) -> Arrival | None:
    """The outside source that the context tells of; None where it tells of none."""
    page, campaign = _mapping(context.get("page")), _mapping(context.get("campaign"))
    tags = {f"utm_{'campaign' if k == 'name' else k}": v for k, v in campaign.items()}
    link = _mapping(context.get("referrer"))
    url = str(page.get("url") or page.get("search") or "")
    referrer = str(page.get("referrer") or link.get("url") or link.get("link") or "")
    own = [host] if (host := host_of(url)) else []
    found = (
        arrival(tags, referrer=referrer, own_hosts=own)
        if any(tags.values())
        else arrival_of_url(url, referrer=referrer, own_hosts=own)
    )
    return None if found.channel == "direct" else found


def _company(
    traits: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    personal: Mapping[str, str],
    sent: _Sent,
) -> str | None:
    firm = traits.get("company")
    if isinstance(firm, Mapping):
        firm = firm.get("id") or firm.get("name")
    return (
        _hidden(firm, sent=sent)
        or _hidden(context.get("groupId"), sent=sent)
        or company_of_mail(personal.get("email", ""))
    )


def _company_properties(firm: Any) -> dict[str, Any]:
    return split_personal(_without_owner(firm))[0] if isinstance(firm, Mapping) else {}


def _without_owner(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is told without whose it is: that decides who may see it, and anybody may send this."""
    return {key: value for key, value in said.items() if plain_header(key) not in _OWNERS}


def _value(said: Mapping[str, Any], name: str, *, sent: _Sent) -> Money | None:
    amount = next((said[k] for k in ("revenue", "total", "value") if said.get(k) is not None), None)
    currency = _text(said.get("currency")) or sent.currency
    if amount is None or currency is None or (name not in VALUED and "currency" not in said):
        return None
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise InputError(f"{amount!r} is not an amount of money.", "amount_unreadable")
    return Money.from_major(amount, currency.upper())


def _addressed(user: str | None) -> dict[str, str]:
    """What a userId that is no bare id tells of its person."""
    if not user or not holds_person(user):
        return {}
    if address := mail_in(user):
        return {"email": address}
    return {"phone": user} if "+" in user else {}


def _id(message: Mapping[str, Any], key: str) -> str | None:
    value = message.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise InputError(f"{key} is a text, not {value!r}.", "person_unreadable")
    return _text(value)


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _hidden(value: Any, *, sent: _Sent) -> str | None:
    said = _text(value)
    return hidden_id(said, secret=sent.secret) if said else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
