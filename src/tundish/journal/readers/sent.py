"""What the wire formats share: a message's persons, ids, times, arrival and amount."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tundish.journal.channels import Arrival, arrival, arrival_of_url, host_of
from tundish.journal.identity import (
    ANONYMOUS,
    BY_MAIL,
    HIDDEN,
    company_of_mail,
    hidden_id,
    person_ref,
)
from tundish.journal.ids import content_id, derived_id
from tundish.journal.readers.reading import Reject
from tundish.journal.readers.segment_names import VALUED
from tundish.journal.readers.text import plain_header
from tundish.journal.redaction import holds_person, mail_in
from tundish.terms import InputError, Money, from_micros, parse_instant, to_micros
from tundish.terms.times import SECOND

LARGEST_EVENT, LARGEST_BATCH = 32 * 1024, 500 * 1024
"""Bytes of one message and of one request."""
_AHEAD = timedelta(days=1)
_OWNERS = frozenset(["owner", "account owner", "company owner", "deal owner"])
_LONGEST_ID = 255
_DEEPEST = 50
_PLAIN, _NESTED = (str, int, float), (dict, list)
# Half characters and the character zero.
_ODD = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True)
class Sent:
    """What holds for every message of one request; `plain` says that `is_plain` holds for it."""

    received_at: datetime
    inlet: str
    secret: bytes
    currency: str | None = None
    plain: bool = False


def is_plain(body: bytes) -> bool:
    """Whether no message in a request's JSON is too large or holds what no database keeps.

    It may be false of a good request, never true of an odd one; it saves writing all out again.
    """
    if len(body) > LARGEST_EVENT or b"NaN" in body or b"Infinity" in body:
        return False
    return b"\\u" not in body or _ODD.search(body) is None


def check(message: Any, *, sent: Sent) -> None:
    """Refuse what is no mapping, is too large or nested too deep, or holds what cannot be kept."""
    if not isinstance(message, dict):
        raise InputError("A message is a JSON object.", "message_unreadable")
    if not sent.plain:
        _check_text(message)
    if not _is_flat(message):
        raise InputError(f"A message is nested over {_DEEPEST} deep.", "message_unreadable")


def whole(body: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """A request's body as a mapping. Raises InputError (`body_unreadable`, `batch_too_large`)."""
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


def refused(message: Any, index: int, *, wrong: InputError) -> Reject:
    """A message as a Reject: as text without its write key, "" where it is nested beyond writing."""
    if isinstance(message, Mapping):
        message = {k: v for k, v in message.items() if k not in ("writeKey", "api_key", "token")}
    try:
        raw = json.dumps(message, default=str)[:LARGEST_EVENT]
    except RecursionError:
        raw = ""
    return Reject(index, wrong.code, wrong.message, raw)


def persons(message: Mapping[str, Any], *, sent: Sent) -> tuple[str, dict[str, str]]:
    """(reference, personal values in its id) of whom the message is about.

    Raises InputError (`person_missing`, `person_reserved`, `person_unreadable`).
    """
    user, anonymous = ident(message, "userId"), ident(message, "anonymousId")
    if user and user.casefold().startswith((ANONYMOUS, BY_MAIL, HIDDEN)):
        raise InputError(
            f"A userId that begins with {ANONYMOUS}, {BY_MAIL} or {HIDDEN} is kept for the workspace.",
            "person_reserved",
        )
    person = _reference(user, None if user else anonymous, sent.secret)
    if person is None:
        raise InputError("The message has neither userId nor anonymousId.", "person_missing")
    return person, _addressed(user)


@lru_cache(maxsize=8192)
def _reference(user: str | None, anonymous: str | None, secret: bytes) -> str | None:
    return person_ref(user, anonymous_id=anonymous, secret=secret)


@lru_cache(maxsize=8192)
def _held_by(user: str) -> tuple[tuple[str, str], ...]:
    if not holds_person(user):
        return ()
    if address := mail_in(user):
        return (("email", address),)
    return (("phone", user),) if "+" in user else ()


def _addressed(user: str | None) -> dict[str, str]:
    """What a userId that is no bare id tells of its person."""
    return dict(_held_by(user)) if user else {}


def occurred(message: Mapping[str, Any], received_at: datetime) -> tuple[datetime, bool]:
    """(instant, whether only the day is known) by our clock: the sender's clock is as wrong as its
    sentAt says. Raises InputError for a time that cannot be read or lies ahead."""
    said = message.get("originalTimestamp") or message.get("timestamp")
    if not said:
        return received_at, False
    micros, day = parse_instant(str(said))
    if message.get("sentAt") and not day:
        skew = to_micros(received_at) - _sent_at(str(message["sentAt"]))
        # Less is the way that the request took; put right, it would shuffle a sender's requests.
        micros += skew if abs(skew) >= SECOND else 0
    try:
        occurred_at = from_micros(micros)
    except OverflowError:
        raise InputError(f"The time {said} is out of range.", "time_out_of_range") from None
    if occurred_at > received_at + _AHEAD:
        raise InputError(
            f"The time {said} lies more than a day ahead of the clock here.", "time_in_future"
        )
    return occurred_at, day


@lru_cache(maxsize=64)
def _sent_at(text: str) -> int:
    """One for all messages of a request."""
    return parse_instant(text)[0]


def event_id(message: Mapping[str, Any], index: int, *, sent: Sent) -> str:
    """The inlet and the sender's own id of the message; without one a hash of its content."""
    given = hidden_text(message.get("messageId"), sent=sent)
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


def came_by(context: Mapping[str, Any], page: Mapping[str, Any]) -> Arrival:
    """How the visit came, as the context's campaign and the page's address and referrer tell."""
    campaign, link = mapping(context.get("campaign")), mapping(context.get("referrer"))
    return _arrival(
        str(page.get("url") or page.get("search") or ""),
        str(page.get("referrer") or link.get("url") or link.get("link") or ""),
        tuple((str(k), str(v)) for k, v in campaign.items() if v),
    )


@lru_cache(maxsize=4096)
def _arrival(url: str, referrer: str, campaign: tuple[tuple[str, str], ...]) -> Arrival:
    tags = {f"utm_{'campaign' if k == 'name' else k}": v for k, v in campaign}
    own = [host] if (host := host_of(url)) else []
    if tags:
        return arrival(tags, referrer=referrer, own_hosts=own)
    return arrival_of_url(url, referrer=referrer, own_hosts=own)


def company_of(
    traits: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    personal: Mapping[str, str],
    sent: Sent,
) -> str | None:
    """The company that the traits or the context name, else that of the person's mail address."""
    firm = traits.get("company")
    if isinstance(firm, dict):
        firm = firm.get("id") or firm.get("name")
    return (
        hidden_text(firm, sent=sent)
        or hidden_text(context.get("groupId"), sent=sent)
        or company_of_mail(personal.get("email", ""))
    )


def without_owner(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is told without whose it is: that decides who may see it, and anybody may send this."""
    return {key: value for key, value in said.items() if plain_header(key) not in _OWNERS}


def amount(said: Mapping[str, Any], name: str, *, sent: Sent) -> Money | None:
    """The event's value, where it carries one. Raises InputError (`amount_unreadable`)."""
    found = next((said[k] for k in ("revenue", "total", "value") if said.get(k) is not None), None)
    if found is None:
        return None
    currency = text_of(said.get("currency")) or sent.currency
    if currency is None or (name not in VALUED and "currency" not in said):
        return None
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise InputError(f"{found!r} is not an amount of money.", "amount_unreadable")
    return Money.from_major(found, currency.upper())


def ident(message: Mapping[str, Any], key: str) -> str | None:
    """An id of a person as text. Raises InputError (`person_unreadable`)."""
    value = message.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        raise InputError(f"{key} is a text, not {value!r}.", "person_unreadable")
    return text_of(value)


def text_of(value: Any) -> str | None:
    """A text or number as text; None for anything else and for blanks."""
    return str(value).strip() or None if isinstance(value, _PLAIN) else None


def hidden_text(value: Any, *, sent: Sent) -> str | None:
    """An id as the journal keeps it: hashed where it holds an address or a phone number."""
    said = text_of(value)
    return hidden_id(said, secret=sent.secret) if said else None


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _check_text(message: Mapping[str, Any]) -> None:
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise InputError(
            "The message holds text or a number that JSON does not know.", "message_unreadable"
        ) from None
    if len(text) > LARGEST_EVENT:
        raise InputError("A message holds at most 32 KB.", "event_too_large")
    if b"\\u0000" in text:
        raise InputError("The message holds the character NUL.", "message_unreadable")


def _is_flat(message: Any) -> bool:
    level = [message]
    for _ in range(_DEEPEST):
        deeper: list[Any] = []
        for one in level:
            for inner in one.values() if isinstance(one, dict) else one:
                if isinstance(inner, _NESTED):
                    deeper.append(inner)
        if not deeper:
            return True
        level = deeper
    return False
