"""Paired timing: two ways, run in turn, compared by the median of their ratios."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def timed(work: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(
    name: str, ours: Callable[[], Any], yardstick: Callable[[], Any], *, rounds: int = 7
) -> float:
    """Print both medians in milliseconds and the median ratio ours / yardstick, and return it."""
    ours(), yardstick()
    rows = [(timed(ours), timed(yardstick)) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in rows)
    mine, other = (statistics.median(column) * 1000 for column in zip(*rows, strict=True))
    print(f"{name:<52} {mine:10.1f} ms  {other:10.1f} ms  ratio {ratio:7.2f}", flush=True)
    return ratio


def within(name: str, work: Callable[[], Any], limit_ms: float, *, rounds: int = 9) -> bool:
    """Print the median and the slowest of some rounds against an absolute limit."""
    work()
    seconds = sorted(timed(work) for _ in range(rounds))
    median, slowest = statistics.median(seconds) * 1000, seconds[-1] * 1000
    held = median <= limit_ms
    print(
        f"{name:<52} {median:10.1f} ms  slowest {slowest:8.1f} ms  limit {limit_ms:6.0f} ms"
        f"  {'held' if held else 'MISSED'}",
        flush=True,
    )
    return held
