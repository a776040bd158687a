"""Two step reports side by side: the previous period, or another segment (A22)."""

from dataclasses import dataclass
from math import sqrt

from tundish.funnel.steps.report import StepReport
from tundish.terms import Rate


@dataclass(frozen=True)
class Difference:
    """The rate of one report less that of the other, with its 95 % interval.

    All three are None where either rate has no denominator.
    """

    value: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, float | None]:
        """`{value, low, high}`."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class StepDifference:
    """One step of two reports; `from_previous` is None at the first step."""

    name: str
    reached: int
    from_entry: Difference
    from_previous: Difference | None


def compare(one: StepReport, other: StepReport) -> tuple[StepDifference, ...]:
    """`one` less `other`, step by step; both must come from the same steps.

    Raises ValueError where they have another number of steps.
    """
    pairs = zip(one.figures.steps, other.figures.steps, strict=True)
    return tuple(
        StepDifference(
            a.name, len(a.reached) - len(b.reached),
            difference(a.rate_from_entry, b.rate_from_entry),
            None
            if a.rate_from_previous is None or b.rate_from_previous is None
            else difference(a.rate_from_previous, b.rate_from_previous),
        )
        for a, b in pairs
    )  # fmt: skip


def difference(one: Rate, other: Rate) -> Difference:
    """one - other for independent rates, by Newcombe's hybrid score interval (1998, method 10)."""
    if one.value is None or other.value is None or not one.interval or not other.interval:
        return Difference(None, None, None)
    p, q = one.value, other.value
    (p_low, p_high), (q_low, q_high) = one.interval, other.interval
    below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Difference(p - q, p - q - below, p - q + above)
