"""What an event is: an immutable fact about a prospect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from tundish.terms import Money

Precision = Literal["instant", "day"]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, once.

    `id` is the sender's, or a UUIDv7, or a hash of the file row (journal/ids.py). `occurred_at` is
    aware UTC; with `precision="day"` it is that day's midnight and only the day is known;
    `estimated` times are left out of every time figure. `properties` hold JSON values without
    personal data; `personal` holds the values (email, name, phone, address, text) that the store
    moves to a table of their own before the append. `actor` is the user of ours who did it.
    """

    id: str
    name: str
    occurred_at: datetime
    precision: Precision = "instant"
    estimated: bool = False
    recorded_at: datetime | None = None
    person: str | None = None
    company: str | None = None
    deal: str | None = None
    session: str | None = None
    channel: str | None = None
    source: str | None = None
    campaign: str | None = None
    value: Money | None = None
    properties: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    personal: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    inlet: str | None = None
    batch: str | None = None
    actor: str | None = None
    bot: bool = False
