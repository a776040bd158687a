"""Why a unit stands where it stands, as frozen values; wording.py puts them into sentences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["here", "lost", "outside"]
Title = str | Mapping[str, str]
"""A text, or one by language code, as the definition gives it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that made an entry or a leaving; `occurred` in microseconds UTC."""

    id: str
    name: str
    occurred: int
    day_only: bool
    estimated: bool
    actor: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the latest pass; `entered` in microseconds UTC."""

    stage: str
    title: Title
    entered: int
    day_only: bool
    imputed: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """A stage that was not reached, and the rule that has not held."""

    stage: str
    title: Title
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loss:
    """How a pass was closed; `window` is the span of silence that ran out, where one did."""

    reason: str
    title: Title
    rule: Mapping[str, Any] | None
    at: int
    day_only: bool
    cause: Cause | None
    window: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a unit stands (`here`), whence it left (`lost`), or that it never came (`outside`).

    Times are microseconds UTC. `rule` is the entry rule of the stage it stands in, or stood in
    last; `missing` the stages after it with the rules that would bring it there; `next_change` the
    next instant at which it could move without an event.
    """

    unit: str
    kind: str
    definition: str
    version: int
    status: Status
    stage: str | None = None
    title: Title | None = None
    pass_no: int = 0
    since: int | None = None
    since_day_only: bool = False
    since_estimated: bool = False
    by_hand: bool = False
    cause: Cause | None = None
    rule: Mapping[str, Any] | None = None
    skipped: tuple[Title, ...] = ()
    attempt: tuple[Step, ...] = ()
    loss: Loss | None = None
    missing: tuple[Missing, ...] = ()
    next_change: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values; times in microseconds UTC."""
        return asdict(self)
