"""What a stage funnel says: 3 to 7 stages with their rules, losses, a loop, and how to count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tundish.funnel.stages.rules import Rule
from tundish.funnel.units import UnitChoice

LEAST, MOST = 3, 7
OWNERS = ("marketing", "sales")
COUNTINGS = ("reached", "strict", "visited")
PERIOD_COUNTS = ("passes", "entries")
ATTRIBUTIONS = ("first_touch", "last_touch")

Title = Mapping[str, str]
"""A text by language code; the key "" where the definition gave one text for all."""


@dataclass(frozen=True)
class Stage:
    """One stage: its entry rule, and what belongs to it.

    `target` is the wished rate from the stage before, 0 to 1; `stuck_after` microseconds, after
    which a unit that still stands here is stuck. With `falls_back` the stage holds a unit only as
    long as its rule holds: once it has held and no longer does (a count within a time has run
    out, a field has changed, a silence was broken), the unit falls back to the furthest earlier
    stage whose rule holds, or to the first stage where none does.
    """

    name: str
    enter: Rule
    title: Title = field(default_factory=dict)
    purchase: bool = False
    owner: str | None = None
    activities: tuple[Title, ...] = ()
    touchpoints: tuple[str, ...] = ()
    target: float | None = None
    stuck_after: int | None = None
    falls_back: bool = False


@dataclass(frozen=True)
class Loss:
    """A rule that closes a pass, and the reason it is counted under."""

    reason: str
    when: Rule
    title: Title = field(default_factory=dict)


@dataclass(frozen=True)
class Loop:
    """The edge from one stage back to another (places of stages), and the span for its rate."""

    source: int
    target: int
    within: int | None = None


@dataclass(frozen=True)
class Breakdown:
    """By which property of the unit or of its events the report is divided."""

    properties: tuple[str, ...]
    scope: str = "event"
    attribution: str = "first_touch"
    limit: int = 10


@dataclass(frozen=True)
class StageDefinition:
    """A whole stage funnel; made by `parse_stages`.

    `unit` is as the definition writes it, `choice` as `funnel/units.py` reads it (None where the
    definition is silent: the rows' own unit). `value_property` is the amount in major units on the
    events that make a purchase; `currency` where given is theirs if they do not say it.
    `start` and `end` of the period, and `as_of`, are microseconds UTC, inclusive.
    """

    stages: tuple[Stage, ...]
    unit: str | Mapping[str, str] = "person"
    choice: UnitChoice | None = None
    name: str = ""
    title: Title = field(default_factory=dict)
    description: Title = field(default_factory=dict)
    origin: Title = field(default_factory=dict)
    value_property: str = "value"
    currency: str | None = None
    loss: tuple[Loss, ...] = ()
    loop: Loop | None = None
    start: int | None = None
    end: int | None = None
    period_counts: str = "passes"
    counting: str = "reached"
    timezone: str = "UTC"
    as_of: int | None = None
    breakdown: Breakdown | None = None
    source: Mapping[str, Any] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    @property
    def purchase(self) -> int:
        """The place of the purchase stage."""
        return next(i for i, stage in enumerate(self.stages) if stage.purchase)

    @property
    def names(self) -> tuple[str, ...]:
        """The stages' names in order."""
        return tuple(stage.name for stage in self.stages)
