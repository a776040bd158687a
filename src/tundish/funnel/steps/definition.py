"""What a step funnel asks, as frozen values. Spans and instants are microseconds UTC."""

from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from tundish.funnel.conditions import Condition
from tundish.funnel.units import UnitChoice

Order = Literal["ordered", "strict", "unordered"]
Occurrence = Literal["any", "first_ever", "first_matching"]

ORDERS = ("ordered", "strict", "unordered")
OCCURRENCES = ("any", "first_ever", "first_matching")
RANGE_LIMITS = ("entry", "attempt")
COUNTINGS = ("uniques", "totals")
ENTRIES = ("best", "first")
INTERVALS = ("hour", "day", "week", "month")
SCOPES = ("event", "unit")
ATTRIBUTIONS = ("first_touch", "last_touch", "all_events", "step")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_STEPS = 60
"""A step is a bit of a 64-bit mask."""


@dataclass(frozen=True)
class Match:
    """One kind of event: its name (None is any), what must hold and what none of may hold."""

    event: str | None = None
    where: tuple[Condition, ...] = ()
    where_not: tuple[Condition, ...] = ()
    unit_where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step: its own match and, where given, any of several further ones.

    `min_gap` and `max_gap` limit the time since the step matched before, both ends included.
    """

    name: str
    match: Match
    any_of: tuple[Match, ...] = ()
    optional: bool = False
    occurrence: Occurrence = "any"
    min_gap: int | None = None
    max_gap: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """An event that must not stand between two steps (places from 0)."""

    match: Match
    from_step: int
    to_step: int


@dataclass(frozen=True)
class Breakdown:
    """By which properties the units are split, and which event says the value."""

    properties: tuple[str, ...]
    scope: Literal["event", "unit"] = "event"
    attribution: Literal["first_touch", "last_touch", "all_events", "step"] = "first_touch"
    step: int = 0
    limit: int = 10


@dataclass(frozen=True)
class Amount:
    """The property that holds an amount in major units, and the one currency that is counted."""

    property: str
    currency: str | None = None


@dataclass(frozen=True)
class StepDefinition:
    """A question about events: how many units did the steps, one after the other.

    `start` and `end` include their instants; `window` None is no limit; `from_step` and `to_step`
    (from 0) are the two steps of the trend and of the time to convert; `week_start` 0 is Monday.
    """

    steps: tuple[Step, ...]
    order: Order = "ordered"
    window: int | None = None
    exclusions: tuple[Exclusion, ...] = ()
    where: tuple[Condition, ...] = ()
    unit: UnitChoice | None = None
    start: int | None = None
    end: int | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    range_limits: Literal["entry", "attempt"] = "entry"
    now: int | None = None
    breakdown: Breakdown | None = None
    counting: Literal["uniques", "totals"] = "uniques"
    entry: Literal["best", "first"] = "best"
    hold_constant: tuple[str, ...] = ()
    value: Amount | None = None
    interval: Literal["hour", "day", "week", "month"] = "day"
    week_start: int = 0
    from_step: int = 0
    to_step: int = 0
    bins: int | None = None
