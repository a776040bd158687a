"""A definition as the plain numbers that the searches read."""

from dataclasses import dataclass

from tundish.funnel.steps.definition import StepDefinition

FOREVER = 2**63 - 1
REQUIRED = 64
"""What a required step adds to a score; an optional one adds 1, so required steps come first."""


@dataclass(frozen=True)
class Rules:
    """K steps: which may be skipped, the gaps before each, the window and the exclusions.

    `worth` is what matching each step adds to the score, `starts` the steps that e1 may match,
    `exclusions` the pairs of steps; spans in microseconds, FOREVER where there is no limit.
    """

    size: int
    worth: tuple[int, ...]
    starts: tuple[int, ...]
    min_gap: tuple[int, ...]
    max_gap: tuple[int, ...]
    window: int
    order: str
    exclusions: tuple[tuple[int, int], ...]

    @property
    def strict(self) -> bool:
        """Whether the steps must be adjacent."""
        return self.order == "strict"

    @property
    def required(self) -> tuple[int, ...]:
        """The places of the steps that may not be skipped."""
        return tuple(s for s in range(self.size) if self.worth[s] == REQUIRED)

    @property
    def full(self) -> int:
        """The least score of an attempt with all required steps."""
        return len(self.required) * REQUIRED

    def complete(self, score: int) -> bool:
        """Whether an attempt of that score holds every required step."""
        return score >= self.full


def rules_of(definition: StepDefinition) -> Rules:
    """The numbers of a definition."""
    steps = definition.steps
    first = next(i for i, s in enumerate(steps) if not s.optional)
    unordered = definition.order == "unordered"
    return Rules(
        size=len(steps),
        worth=tuple(1 if s.optional else REQUIRED for s in steps),
        starts=tuple(range(len(steps) if unordered else first + 1)),
        min_gap=tuple(s.min_gap or 0 for s in steps),
        max_gap=tuple(FOREVER if s.max_gap is None else s.max_gap for s in steps),
        window=FOREVER if definition.window is None else definition.window,
        order=definition.order,
        exclusions=tuple((x.from_step, x.to_step) for x in definition.exclusions),
    )
