"""Segment's HTTP tracking, which RudderStack's clients speak as well: bodies to events.

Source: the published description of the Segment HTTP tracking API.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from tundish.journal.event import Event
from tundish.journal.readers import segment_messages as messages
from tundish.journal.readers.reading import Reading, Reject
from tundish.journal.readers.sent import (
    LARGEST_BATCH,
    LARGEST_EVENT,
    Sent,
    check,
    mapping,
    refused,
    whole,
)
from tundish.terms import InputError

__all__ = ["KINDS", "LARGEST_BATCH", "LARGEST_EVENT", "events_of", "read", "read_each"]

KINDS: Mapping[str, Callable[..., Iterable[Event]]] = {
    "track": messages.track,
    "identify": messages.identify,
    "page": messages.page,
    "screen": messages.screen,
    "group": messages.group,
    "alias": messages.alias,
}
"""How each type of message is read."""


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

    `kind` is the path's: batch or one of KINDS. `received_at` is aware; `secret` keys the hashes
    of mail addresses; `currency` holds for amounts that name none. Raises InputError where the
    request as a whole is wrong (`body_unreadable`, `batch_too_large`, `batch_missing`).
    """
    found = read_each(whole(body), kind=kind, sent=Sent(received_at, inlet, secret, currency))
    events = [event for one in found if not isinstance(one, Reject) for event in one]
    return Reading(events, [one for one in found if isinstance(one, Reject)], rows=len(found))


def read_each(
    body: Mapping[str, Any], *, kind: str = "batch", sent: Sent
) -> list[list[Event] | Reject]:
    """The same message by message: the events of each, or why it is refused."""
    found: list[list[Event] | Reject] = []
    for index, message in enumerate(_messages(body, kind)):
        try:
            check(message, sent=sent)
            found.append(events_of(message, index, sent=sent))
        except InputError as wrong:
            found.append(refused(message, index, wrong=wrong))
    return found


def events_of(message: Mapping[str, Any], index: int, *, sent: Sent) -> list[Event]:
    """The events of one checked message. Raises InputError where it cannot be read."""
    kind = message.get("type") or ("track" if "event" in message else None)
    reader = KINDS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise InputError(
            f"{kind!r} is not a type of message that is taken; there are {', '.join(KINDS)}.",
            "type_unknown",
        )
    return list(reader(message, index, sent=sent))


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
    shared = {"sentAt": said["sentAt"]} if said.get("sentAt") else {}
    context = mapping(said.get("context"))
    if not shared and not context:
        return batch
    return [
        {**shared, **m, "context": {**context, **mapping(m.get("context"))}}
        if isinstance(m, dict)
        else m
        for m in batch
    ]
