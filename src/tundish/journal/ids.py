"""The ids of events: made from a time and random bytes, or from what a file's row says."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from tundish.terms import InputError


def uuid7(micros: int, random: bytes) -> str:
    """A UUIDv7 (RFC 9562) of an instant in microseconds UTC and at least 8 random bytes.

    The 12 bits after the millisecond hold its fraction (method 3 of section 6.2), so ids made in
    order sort in order down to a quarter of a microsecond.
    """
    if len(random) < 8:
        raise InputError("A UUIDv7 needs 8 random bytes.", "random_too_short")
    millis, rest = divmod(micros, 1_000)
    number = (millis & (1 << 48) - 1) << 80
    number |= 0x7 << 76 | (rest * 4096 // 1000) << 64
    number |= 0b10 << 62 | int.from_bytes(random[:8], "big") & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def row_id(kind: str, record: str, *, event: str, micros: int | None) -> str:
    """The id of what a row with a record id says: the same in next month's export.

    `kind` is the file's kind; `micros` the event's time, None where it is estimated, because an
    estimate moves with the file.
    """
    return _hash("row", kind, record, event, "" if micros is None else str(micros))


def content_id(kind: str, content: str, *, ordinal: int) -> str:
    """The id of a row without record id: its content, and its place among equal rows from 0."""
    return _hash("content", kind, content, str(ordinal))


def derived_id(cause: str, *, what: str) -> str:
    """The id of an event that follows from the event with id `cause`, as a session from a page."""
    return _hash("derived", what, cause)


@dataclass
class EqualRows:
    """Counts equal contents, so that two equal rows of one file are two events."""

    seen: Counter[str] = field(default_factory=Counter)

    def ordinal(self, content: str) -> int:
        """How many equal contents came before this one."""
        self.seen[content] += 1
        return self.seen[content] - 1


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        # The length in front keeps ("ab", "c") and ("a", "bc") apart.
        coded = part.encode("utf-8", "surrogatepass")
        digest.update(len(coded).to_bytes(8, "big") + coded)
    return digest.hexdigest()[:32]
