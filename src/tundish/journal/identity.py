"""Who an event is about: references of persons, and merges of them."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tundish.journal.event import Event
from tundish.journal.freemail import is_free_mail
from tundish.journal.redaction import holds_person, is_mail_address, mail_in

ANONYMOUS, BY_MAIL, HIDDEN = "anon:", "mail:", "hash:"
_MACHINE_MADE = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4,6}-?){2,4}[0-9a-f]{8,14}", re.I)


def person_ref(
    user_id: str | None = None,
    *,
    anonymous_id: str | None = None,
    email: str | None = None,
    secret: bytes,
) -> str | None:
    """The reference of a person: the sender's user id, else `mail:<keyed hash>`, else `anon:<id>`.

    An id that is or holds an e-mail address is personal and becomes that address' hash; one that
    holds a phone number or an IP address becomes its own (`hidden_id`). The hashes are keyed with
    the workspace's `secret`, so nobody can look up who is in the journal by guessing.
    """
    if user_id:
        address = mail_in(user_id)
        return mail_ref(address, secret=secret) if address else hidden_id(user_id, secret=secret)
    if email and is_mail_address(email):
        return mail_ref(email, secret=secret)
    return f"{ANONYMOUS}{hidden_id(anonymous_id, secret=secret)}" if anonymous_id else None


def hidden_id(text: str, *, secret: bytes) -> str:
    """An id as it is, or `hash:` and its keyed hash where it holds an address or phone number."""
    text = text.strip()
    if not holds_person(text):
        return text
    return HIDDEN + _keyed(b"id:" + text.casefold().encode(), secret=secret)


def mail_ref(address: str, *, secret: bytes) -> str:
    """`mail:` and the keyed hash of an address, whatever its case."""
    return BY_MAIL + _keyed(b"mail:" + address.strip().casefold().encode(), secret=secret)


def _keyed(text: bytes, *, secret: bytes) -> str:
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:32]


def is_known(person: str) -> bool:
    """Whether a reference names a person and not only a visitor."""
    return not person.startswith(ANONYMOUS)


def looks_anonymous(ident: str) -> bool:
    """Whether an id is such as clients make for visitors: a UUID, or hexadecimal like one."""
    return _MACHINE_MADE.fullmatch(ident.strip()) is not None


def may_join(other: str, kept: str) -> bool:
    """Whether a tracking call may say that `other` is `kept`: never two known persons."""
    return other != kept and not is_known(other) and is_known(kept)


def company_of_mail(address: str) -> str | None:
    """The mail domain as a company's id; None for free mail and for what is no address."""
    if not is_mail_address(address):
        return None
    domain = address.strip().rpartition("@")[2].casefold()
    return None if is_free_mail(domain) else domain


def merge_pairs(events: Iterable[Event]) -> list[tuple[str, str]]:
    """(other, kept) of the `person_merged` events, given in the journal's order; one per `other`.

    A merge by a user of ours (`actor`) may join known persons and wins over tracking; of several
    by tracking the first that came holds, so that a shared computer does not join two persons and
    no sender can claim a visitor's past with an earlier time.
    """
    found: dict[str, tuple[tuple[bool, int], str]] = {}
    for place, event in enumerate(events):
        if event.name != "person_merged":
            continue
        other, kept = str(event.properties.get("other")), str(event.properties.get("kept"))
        if event.actor is None and not may_join(other, kept):
            continue
        rank = (event.actor is None, place)
        if other != kept and (other not in found or rank < found[other][0]):
            found[other] = (rank, kept)
    return [(other, kept) for other, (_, kept) in sorted(found.items())]


def followed(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """`{other: kept}` with every chain followed to its end; the ids of a ring become its least."""
    step: dict[Any, Any] = {}
    for other, kept in pairs:
        step.setdefault(other, kept)
    return {other: end for other in step if (end := _end(other, step)) != other}


def _end(start: Any, step: Mapping[Any, Any]) -> Any:
    path, seen, at = [start], {start}, start
    while at in step:
        at = step[at]
        if at in seen:
            return min(path[path.index(at) :], key=str)
        seen.add(at)
        path.append(at)
    return at
