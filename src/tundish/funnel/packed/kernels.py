"""Which kernel does the search: numpy, or numba where it is asked for and can."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tundish.funnel.packed import levels as by_numpy
from tundish.funnel.packed.attempts import Depth, depths
from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.packed.levels import Level
from tundish.funnel.packed.plan import Plan
from tundish.funnel.packed.rows import Parted, Tally, parted, tally
from tundish.funnel.packed.streams import Keys, Merged, merged
from tundish.funnel.packed.touch import Touch, touch
from tundish.journal.columns import Bools, Ints


@dataclass(frozen=True)
class Kernel:
    """Two questions to the keys of a range of buckets, as in levels.py, what attempts.py makes of the
    answer, one as in touch.py two as in rows.py and one as in
    streams.py."""

    reached: Callable[[Plan, Sequence[Keys], Bools | None], Ints]
    levels: Callable[[Plan, Sequence[Keys], Bools | None], list[Level]]
    depths: Callable[..., list[Depth]]
    touch: Touch
    parted: Parted
    tally: Tally
    merged: Merged


def kernel(packed: PackedEvents, asked: Plan, *, compiled: bool) -> Kernel:
    """The kernel for a question. Raises ModuleNotFoundError where numba is not installed."""
    span = packed.latest - packed.base
    if compiled:
        from tundish.funnel.packed import compiled as by_numba

        if by_numba.fits(asked.window, span):
            return Kernel(
                partial(by_numba.reached, span=span),
                partial(by_numba.levels, span=span),
                by_numba.depths,
                by_numba.touch,
                by_numba.parted,
                by_numba.tally,
                by_numba.merged,
            )
    return Kernel(by_numpy.reached, by_numpy.levels, depths, touch, parted, tally, merged)
