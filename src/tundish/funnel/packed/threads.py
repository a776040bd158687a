"""Work on ranges of buckets in threads of its own: numpy and the compiled kernels free the lock."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Thread
from typing import TypeVar

import numpy as np

from tundish.journal.columns import Ints

T = TypeVar("T")
Range = tuple[int, int]


def cut_ranges(weight: Ints, count: int) -> list[Range]:
    """At most `count` ranges (first, end) of the buckets, of about equal `weight` (buckets,)."""
    if not len(weight):
        return []
    total = np.cumsum(weight + 1)
    wanted = np.arange(1, count) * (int(total[-1]) / count)
    inner = (np.searchsorted(total, wanted) + 1).tolist()
    # np.unique would import numpy.ma, which a fresh process feels
    edges = sorted({0, *inner, len(weight)})
    return list(pairwise(edges))


def on_ranges(work: Callable[[int, int], T], ranges: Sequence[Range], *, threads: int) -> list[T]:
    """The results of `work(first, end)` in the order of the ranges; raises what it raises."""
    found: dict[int, T] = {}
    failed: list[BaseException] = []
    left = iter(range(len(ranges)))

    def take() -> None:
        try:
            for place in left:
                found[place] = work(*ranges[place])
        except BaseException as wrong:
            failed.append(wrong)

    others = [Thread(target=take) for _ in range(min(threads, len(ranges)) - 1)]
    for other in others:
        other.start()
    take()
    for other in others:
        other.join()
    if failed:
        raise failed[0]
    return [found[place] for place in range(len(ranges))]
