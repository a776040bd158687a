"""What the picture is made from, and the frozen shapes that it is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tundish.funnel.stages.visits import Flow

Command = tuple[str, tuple[float, ...]]
"""One letter of an SVG path (M, L, C or Z) with its coordinates in pixels."""

OUTSIDE = -1
"""The source of those who entered from outside, the target of those who went out of the period."""


@dataclass(frozen=True)
class Head:
    """What a stage's head says beside its counts.

    `owner` is `marketing`, `sales` or empty; `target` a rate from the stage before between 0 and 1;
    `weekly` the entries of the last weeks, oldest first.
    """

    title: str
    owner: str = ""
    target: float | None = None
    purchase: bool = False
    weekly: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shape:
    """One band or block, in pixels, and the count that it stands for.

    `thick` is its extent across the flow: `count` times the geometry's scale. `stage` is where it
    starts (OUTSIDE for entries), `target` where it ends: None where it ends nowhere, OUTSIDE where
    the period does not count its other end. `outline` is
    empty for a plain rectangle.
    """

    kind: str
    stage: int
    target: int | None
    count: int
    x: float
    y: float
    width: float
    height: float
    thick: float
    outline: tuple[Command, ...] = ()


@dataclass(frozen=True)
class Column:
    """A stage's place: the whole block of those who were there, and its lane along the flow.

    `lane` is (start, length) along the flow; `over` the pixels that pass over the block.
    """

    stage: int
    count: int
    x: float
    y: float
    width: float
    height: float
    lane: tuple[float, float]
    over: float
    scale: float


@dataclass(frozen=True)
class Geometry:
    """The whole picture without its words: pixels, origin at the top left corner.

    `scale` is pixels a unit; in the picture against the one before every column has its own and
    `scale` is 0. `tall` flows downward; `mirrored` is the layout for a language from right to left.
    """

    width: float
    height: float
    scale: float
    tall: bool
    mirrored: bool
    columns: tuple[Column, ...] = ()
    shapes: tuple[Shape, ...] = ()


Beyond = Mapping[tuple[str, int], int]
"""Ways whose other end lies outside the period, by (kind, source)."""


@dataclass(frozen=True)
class Counts:
    """Flows sorted by what they do; every mapping is from a (source, target) pair or a stage."""

    stages: int
    entered: Mapping[int, int] = field(default_factory=dict)
    moved: Mapping[tuple[int, int], int] = field(default_factory=dict)
    back: Mapping[tuple[int, int], int] = field(default_factory=dict)
    looped: Mapping[tuple[int, int], int] = field(default_factory=dict)
    lost: Mapping[int, int] = field(default_factory=dict)
    here: Mapping[int, int] = field(default_factory=dict)
    beyond: Beyond = field(default_factory=dict)

    @property
    def back_to_start(self) -> bool:
        """Whether anyone comes back to the first stage, which needs room before it."""
        return any(target == 0 for flows in (self.back, self.looped) for _, target in flows)

    def height(self, stage: int) -> int:
        """Visits of a stage: those who came in, or those who left where a period cuts the rest."""
        came = self.entered.get(stage, 0) + sum(
            n for flows in (self.moved, self.back, self.looped)
            for (_, target), n in flows.items() if target == stage
        )  # fmt: skip
        went = self.lost.get(stage, 0) + self.here.get(stage, 0) + sum(
            n for (_, source), n in self.beyond.items() if source == stage
        ) + sum(
            n for flows in (self.moved, self.back, self.looped)
            for (source, _), n in flows.items() if source == stage
        )  # fmt: skip
        return max(came, went)


def sort_flows(flows: Iterable[Flow], stages: int) -> Counts:
    """The flows of a report, added up by what they do."""
    sorted_: dict[str, dict[Any, int]] = {
        k: {}
        for k in ("entered", "moved_on", "fell_back", "looped", "lost", "still_here", "beyond")
    }
    for flow in flows:
        if flow.count <= 0:
            continue
        key: Any = (flow.source, flow.target)
        if flow.kind == "entered":
            key = flow.target
        elif flow.kind in ("lost", "still_here"):
            key = flow.source
        elif flow.target is None:
            key = (flow.kind, flow.source)
        kind = sorted_["beyond" if isinstance(key, tuple) and flow.target is None else flow.kind]
        kind[key] = kind.get(key, 0) + flow.count
    return Counts(stages, *sorted_.values())
