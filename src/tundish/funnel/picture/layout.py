"""From counts to shapes: every band as thick as it is many, on one scale from zero."""

from collections.abc import Iterable
from dataclasses import dataclass

from tundish.funnel.picture.model import (
    OUTSIDE,
    Beyond,
    Column,
    Command,
    Geometry,
    Shape,
    sort_flows,
)
from tundish.funnel.picture.paths import Place, arc_back, ribbon
from tundish.funnel.picture.stacks import Band, Stacks, stack
from tundish.funnel.stages.visits import Flow

LARGEST = 18.0
"""Pixels that one unit may be thick, so that a firm's first prospect is no wall."""


@dataclass(frozen=True)
class Frame:
    """Room in pixels. Along the flow: `starts` of the blocks and, last, the end of the last lane;
    `block` their length. Across: `start` where the shapes may begin, `budget` for the stream,
    `fall` how far losses drop, `radius` of a way back, `rail` the room that each way back takes
    beside its thickness, `gap` between the stream and what passes over it."""

    starts: tuple[float, ...]
    block: float
    start: float
    budget: float
    fall: float = 34.0
    radius: float = 9.0
    rail: float = 20.0
    gap: float = 5.0
    over_label: float = 18.0
    tall: bool = False
    mirrored: bool = False
    width: float = 0.0

    def gap_before(self, stage: int) -> float:
        """Pixels from the block before, or from the edge, to a block."""
        return self.gap_after(stage - 1) if stage else self.starts[0]

    def gap_after(self, stage: int) -> float:
        """Pixels from the end of a block to the next block, or to the end of the last lane."""
        return self.starts[stage + 1] - self.starts[stage] - self.block


def lay_out(flows: Iterable[Flow], *, stages: int, frame: Frame) -> Geometry:
    """The geometry of `flows` between `stages` stages; heights in pixels are counts times scale."""
    counts = sort_flows(flows, stages)
    stacks = stack(counts)
    scale = _scale(stacks, frame)
    place = Place(frame.width, frame.tall, frame.mirrored)
    tops, rails = _levels(stacks, frame, scale)
    lay = _Layout(stacks, frame, scale, place, tops)
    shapes: list[Shape] = []
    for k in range(stages):
        shapes += lay.block(k, here=counts.here.get(k, 0), lost=counts.lost.get(k, 0),
                            beyond=counts.beyond)  # fmt: skip
    for k in range(stages):
        shapes += [lay.stream(band) for band in stacks.arriving[k] if band not in stacks.returns]
    shapes += [lay.way_back(band, rail) for band, rail in zip(stacks.returns, rails, strict=True)]
    columns = tuple(lay.column(k) for k in range(stages))
    ends = [t + h * scale for t, h in zip(tops, stacks.heights, strict=True)]
    across = max([frame.start, *ends]) + frame.fall
    size = (frame.width, frame.starts[-1]) if frame.tall else (frame.width, across)
    return Geometry(*size, scale, frame.tall, frame.mirrored, columns, tuple(shapes))


def _scale(stacks: Stacks, frame: Frame) -> float:
    back = sum(b.count for b in stacks.returns)
    extent = stacks.extent + back
    if not extent:
        return 0.0
    spare = frame.rail * len(stacks.returns) + frame.gap + 2 * frame.radius * bool(back)
    scale = min(LARGEST, max(40.0, frame.budget - spare) / extent)
    # The bends of the ways back must fit between two blocks.
    radius = bend(stacks, frame)
    for room, turning in _turns(stacks, frame):
        spare = between(room, turning) * (len(turning) + 1) + radius + 2
        scale = min(scale, (room - spare) / sum(b.count for b in turning))
    return scale


def bend(stacks: Stacks, frame: Frame) -> float:
    """The inner radius of the ways back, smaller where there is little room."""
    return min([frame.radius, *(0.15 * room for room, _ in _turns(stacks, frame))])


def between(room: float, turning: tuple[Band, ...]) -> float:
    """Pixels between neighbouring ways back that turn in `room` pixels."""
    return min(3.0, 0.3 * room / (len(turning) + 1))


def _turns(stacks: Stacks, frame: Frame) -> list[tuple[float, tuple[Band, ...]]]:
    """(room, bands that turn in it) on either side of every block where there are any."""
    found = []
    for k in range(len(stacks.tops)):
        sides = ((frame.gap_before(k), stacks.arriving[k]), (frame.gap_after(k), stacks.leaving[k]))
        for room, bands in sides:
            turning = tuple(b for b in bands if b in stacks.returns)
            if turning:
                found.append((room, turning))
    return found


def _levels(
    stacks: Stacks, frame: Frame, scale: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The upper v of every block and of every way back."""
    highest = [
        t * scale - _over(over, frame, scale)
        for t, over in zip(stacks.tops, stacks.over, strict=True)
    ]
    labels = frame.over_label if any(stacks.over) else 0.0
    level = min(highest, default=0.0) - labels
    rails: list[float] = []
    if stacks.returns:
        level -= 2 * frame.radius - labels * 0.5
    for band in stacks.returns:
        level -= band.count * scale
        rails.append(level)
        level -= frame.rail
    down = frame.start - level
    return tuple(t * scale + down for t in stacks.tops), tuple(r + down for r in rails)


def _over(bands: tuple[Band, ...], frame: Frame, scale: float) -> float:
    return frame.gap * bool(bands) + sum(b.count * scale + 2 for b in bands)


@dataclass(frozen=True)
class _Layout:
    stacks: Stacks
    frame: Frame
    scale: float
    place: Place
    tops: tuple[float, ...]

    def at(self, stage: int) -> float:
        return self.frame.starts[stage]

    def column(self, k: int) -> Column:
        height = self.stacks.heights[k] * self.scale
        box = self.place.box(self.at(k), self.tops[k], self.frame.block, height)
        over = _over(self.stacks.over[k], self.frame, self.scale)
        lane = (self.at(k), self.frame.block + self.frame.gap_after(k))
        return Column(k, self.stacks.heights[k], *box, lane, over, self.scale)

    def block(self, k: int, *, here: int, lost: int, beyond: Beyond) -> list[Shape]:
        """The parts of stage k's block from the top, and its losses falling out."""
        parts: list[tuple[str, int | None, int]] = [
            (b.kind, b.target, b.count) for b in self.stacks.leaving[k]
        ]
        parts += [(kind, OUTSIDE, n) for (kind, at), n in beyond.items() if at == k]
        parts += [("still_here", None, here), ("lost", None, lost)]
        shapes, v = [], self.tops[k]
        for kind, target, count in parts:
            if count:
                thick = count * self.scale
                box = self.place.box(self.at(k), v, self.frame.block, thick)
                shapes.append(Shape(f"block_{kind}", k, target, count, *box, thick))
                v += thick
        if lost:
            shapes.append(self.fall(k, lost, v - lost * self.scale))
        return shapes

    def fall(self, k: int, count: int, v: float) -> Shape:
        start = self.at(k) + self.frame.block
        length = min(self.frame.gap_after(k) * 0.45, 74.0)
        stops = [(start, v), (start + length, v + self.frame.fall)]
        return self.band("lost", k, None, count, ribbon(stops, count * self.scale))

    def stream(self, band: Band) -> Shape:
        """From the right of its source, over the stages between, to the left of its target."""
        thick = band.count * self.scale
        if band.source == OUTSIDE:
            first = self.over_level(band, 0) if band.target else self.port(band, 0, arriving=True)
            stops = [(0.0, first)]
        else:
            start = self.at(band.source) + self.frame.block
            stops = [(start, self.port(band, band.source, arriving=False))]
        for k in range(max(band.source + 1, 0), band.target):
            level = self.over_level(band, k)
            stops += [(self.at(k), level), (self.at(k) + self.frame.block, level)]
        stops.append((self.at(band.target), self.port(band, band.target, arriving=True)))
        return self.band(band.kind, band.source, band.target, band.count, ribbon(stops, thick))

    def way_back(self, band: Band, rail: float) -> Shape:
        out = tuple(b for b in self.stacks.leaving[band.source] if b in self.stacks.returns)
        inn = tuple(b for b in self.stacks.arriving[band.target] if b in self.stacks.returns)
        reach = self.aside(band, out, self.frame.gap_after(band.source))
        room = self.aside(band, inn, self.frame.gap_before(band.target))
        outline = arc_back(
            (self.at(band.source) + self.frame.block, self.port(band, band.source, arriving=False)),
            (self.at(band.target), self.port(band, band.target, arriving=True)),
            thick=band.count * self.scale, rail=rail, reach=reach, room=room,
            radius=bend(self.stacks, self.frame),
        )  # fmt: skip
        return self.band(band.kind, band.source, band.target, band.count, outline)

    def aside(self, band: Band, turning: tuple[Band, ...], room: float) -> float:
        """How far the turn of `band` stands off from the block, past those that turn inside it."""
        gap = between(room, turning)
        inside = turning[: turning.index(band)]
        return sum(b.count * self.scale + gap for b in inside) + gap

    def port(self, band: Band, k: int, *, arriving: bool) -> float:
        """The upper v at which `band` comes to, or leaves, stage k's block."""
        bands = self.stacks.arriving[k] if arriving else self.stacks.leaving[k]
        before = bands[: bands.index(band)]
        return self.tops[k] + sum(b.count for b in before) * self.scale

    def over_level(self, band: Band, k: int) -> float:
        """The upper v at which `band` passes over stage k."""
        below = self.stacks.over[k][self.stacks.over[k].index(band) :]
        return self.tops[k] - self.frame.gap - sum(b.count * self.scale + 2 for b in below) + 2

    def band(
        self, kind: str, stage: int, target: int | None, count: int, outline: tuple[Command, ...]
    ) -> Shape:
        placed = self.place.outline(outline)
        xs = [c for _, at in placed for c in at[::2]]
        ys = [c for _, at in placed for c in at[1::2]]
        box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        return Shape(kind, stage, target, count, *box, count * self.scale, placed)
