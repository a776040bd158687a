"""Outlines of bands along the flow (u) and across it (v), and their place on the page.

u grows with the flow, v away from the heads. `Place` turns both into pixels: along x and y for a
wide picture, the other way round for a tall one, and counted from the far edge where the language
runs from right to left, so that nothing is flipped and letters stay letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tundish.funnel.picture.model import Command

Box = tuple[float, float, float, float]
_ROUND = 0.5522847498307936
"""The control length of a cubic Bézier curve that draws a quarter of a circle of radius 1."""


@dataclass(frozen=True)
class Place:
    """How (u, v) becomes (x, y) on a page of `width` pixels."""

    width: float
    tall: bool = False
    mirrored: bool = False

    def point(self, u: float, v: float) -> tuple[float, float]:
        x, y = (v, u) if self.tall else (u, v)
        return (self.width - x if self.mirrored else x), y

    def box(self, u: float, v: float, along: float, across: float) -> Box:
        """x, y, width, height of a rectangle that starts at (u, v)."""
        (x0, y0), (x1, y1) = self.point(u, v), self.point(u + along, v + across)
        return min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)

    def outline(self, commands: Sequence[Command]) -> tuple[Command, ...]:
        """The same path in pixels."""
        placed = []
        for letter, at in commands:
            pairs = [self.point(at[i], at[i + 1]) for i in range(0, len(at), 2)]
            placed.append((letter, tuple(c for pair in pairs for c in pair)))
        return tuple(placed)


def ribbon(stops: Sequence[tuple[float, float]], thick: float) -> tuple[Command, ...]:
    """A band of constant thickness across the flow through `stops`, pairs of (u, upper v).

    Between two stops it eases from one v to the other; where they are equal it runs straight.
    """
    upper: list[Command] = [("M", stops[0])]
    upper += [_ease(a, b) for a, b in pairwise(stops)]
    lower_stops = [(u, v + thick) for u, v in reversed(stops)]
    lower: list[Command] = [("L", lower_stops[0])]
    lower += [_ease(a, b) for a, b in pairwise(lower_stops)]
    return (*upper, *lower, ("Z", ()))


def taper(
    start: tuple[float, float, float], end: tuple[float, float, float]
) -> tuple[Command, ...]:
    """A lens between two scales, each end given as (u, upper v, thickness)."""
    (u0, v0, t0), (u1, v1, t1) = start, end
    return (
        ("M", (u0, v0)), _ease((u0, v0), (u1, v1)),
        ("L", (u1, v1 + t1)), _ease((u1, v1 + t1), (u0, v0 + t0)), ("Z", ()),
    )  # fmt: skip


def arc_back(
    start: tuple[float, float], end: tuple[float, float], *,
    thick: float, rail: float, reach: float, room: float, radius: float,
) -> tuple[Command, ...]:  # fmt: skip
    """A band that leaves forward at `start`, runs back along `rail`, and comes in forward at `end`.

    `start` and `end` are (u, upper v); `rail` is the upper v of the way back; `reach` and `room` how
    far the turns stand off from start and end. Its thickness is the same everywhere, in the bends too.
    """
    (u0, v0), (u1, v1) = start, end
    out, inn = u0 + reach + radius, u1 - room - radius
    outer, inner, t = radius + thick, radius, thick
    return (
        ("M", (u0, v0)), ("L", (u0 + reach, v0)),
        _bend((u0 + reach, v0), (out, v0 - inner), "h"),
        ("L", (out, rail + t + inner)),
        _bend((out, rail + t + inner), (out - inner, rail + t), "v"),
        ("L", (inn + inner, rail + t)),
        _bend((inn + inner, rail + t), (inn, rail + t + inner), "h"),
        ("L", (inn, v1 - inner)),
        _bend((inn, v1 - inner), (inn + inner, v1), "v"),
        ("L", (u1, v1)), ("L", (u1, v1 + t)), ("L", (inn + inner, v1 + t)),
        _bend((inn + inner, v1 + t), (inn - t, v1 - inner), "h"),
        ("L", (inn - t, rail + outer)),
        _bend((inn - t, rail + outer), (inn + inner, rail), "v"),
        ("L", (out - inner, rail)),
        _bend((out - inner, rail), (out + t, rail + outer), "h"),
        ("L", (out + t, v0 - inner)),
        _bend((out + t, v0 - inner), (u0 + reach, v0 + t), "v"),
        ("L", (u0, v0 + t)), ("Z", ()),
    )  # fmt: skip


def _ease(a: tuple[float, float], b: tuple[float, float]) -> Command:
    if abs(a[1] - b[1]) < 1e-9:
        return "L", b
    middle = (a[0] + b[0]) / 2
    return "C", (middle, a[1], middle, b[1], *b)


def _bend(a: tuple[float, float], b: tuple[float, float], first: str) -> Command:
    """A quarter of a circle from a to b that sets off along u (`h`) or along v (`v`)."""
    du, dv = b[0] - a[0], b[1] - a[1]
    rest = 1 - _ROUND
    if first == "h":
        return "C", (a[0] + du * _ROUND, a[1], b[0], b[1] - dv * _ROUND, *b)
    return "C", (a[0], a[1] + dv * _ROUND, a[0] + du * rest, b[1], *b)
