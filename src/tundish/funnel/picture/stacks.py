"""The order in which bands lie on each other at a stage, and where that puts every stage.

Counted in units from the top of the first stage, downwards. At the left of a block lie, from the
top: who came back (loops, falls), who land from above (entries and jumps), who moved on from the
stage before. At its right: who goes back, who jumps ahead, who moves on, who is still here, who is
lost. So the main stream runs straight, losses leave below, and everything else passes above.
"""

from dataclasses import dataclass

from tundish.funnel.picture.model import OUTSIDE, Counts


@dataclass(frozen=True)
class Band:
    """A stream between two stages: `kind` is entered, moved_on, fell_back or looped."""

    kind: str
    source: int
    target: int
    count: int


@dataclass(frozen=True)
class Stacks:
    """Units above each stage's top (`over`), its own visits, and the bands in stacking order."""

    tops: tuple[int, ...]
    heights: tuple[int, ...]
    over: tuple[tuple[Band, ...], ...]
    arriving: tuple[tuple[Band, ...], ...]
    leaving: tuple[tuple[Band, ...], ...]
    returns: tuple[Band, ...]

    @property
    def extent(self) -> int:
        """Units from the highest to the lowest point of the stream, ways back left out."""
        if not self.tops:
            return 0
        top = min(t - sum(b.count for b in o) for t, o in zip(self.tops, self.over, strict=True))
        bottom = max(t + h for t, h in zip(self.tops, self.heights, strict=True))
        return bottom - top


def stack(counts: Counts) -> Stacks:
    """The stacks of every stage; bands that jump the farthest lie on top."""
    ahead = [Band("entered", OUTSIDE, t, n) for t, n in counts.entered.items()]
    ahead += [Band("moved_on", s, t, n) for (s, t), n in counts.moved.items()]
    # Whoever buys again from a stage before the purchase goes ahead, not back.
    ahead += [Band("looped", s, t, n) for (s, t), n in counts.looped.items() if t > s]
    ahead.sort(key=lambda b: (-b.target, b.source))
    returns = [Band("fell_back", s, t, n) for (s, t), n in counts.back.items()]
    returns += [Band("looped", s, t, n) for (s, t), n in counts.looped.items() if t <= s]
    returns.sort(key=lambda b: (b.source - b.target, b.kind, b.source))
    arriving, leaving, over = [], [], []
    for k in range(counts.stages):
        landing = sorted((b for b in ahead if b.target == k), key=lambda b: b.source)
        arriving.append((*[b for b in returns if b.target == k], *landing))
        leaving.append(
            (*[b for b in returns if b.source == k], *[b for b in ahead if b.source == k])
        )
        over.append(tuple(b for b in ahead if b.source < k < b.target))
    return Stacks(
        _tops(arriving, leaving),
        tuple(counts.height(k) for k in range(counts.stages)),
        tuple(over), tuple(arriving), tuple(leaving), tuple(returns),
    )  # fmt: skip


def _tops(arriving: list[tuple[Band, ...]], leaving: list[tuple[Band, ...]]) -> tuple[int, ...]:
    tops: list[int] = []
    for k, bands in enumerate(arriving):
        if not tops:
            tops.append(0)
            continue
        before = sum(b.count for b in leaving[k - 1] if not _main(b, k))
        above = sum(b.count for b in bands if not _main(b, k))
        tops.append(tops[-1] + before - above)
    return tuple(tops)


def _main(band: Band, target: int) -> bool:
    return band.kind == "moved_on" and band.target == target == band.source + 1
