"""Chance that does not change: the same seed gives the same throws in every version of Python."""

from collections.abc import Sequence
from math import exp
from random import Random
from statistics import NormalDist
from typing import TypeVar

Item = TypeVar("Item")
_NORMAL = NormalDist()


class Dice:
    """Throws of one unit of the firm. Only `Random.random` is used, which Python keeps stable."""

    def __init__(self, *words: object) -> None:
        self.throw = Random("|".join(map(str, words))).random

    def yes(self, chance: float) -> bool:
        """True with the chance given."""
        return self.throw() < chance

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[int(self.throw() * len(items))]

    def weighted(self, items: Sequence[tuple[Item, float]]) -> Item:
        """One of the items of (item, weight); the weights sum to 1."""
        left = self.throw()
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def between(self, low: float, high: float) -> float:
        """A number between the two, each as likely."""
        return low + (high - low) * self.throw()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.throw() * (high - low + 1))

    def span(self, median: float, *, top: float, spread: float = 0.7) -> float:
        """A log-normal span around `median`, never above `top` nor below a fiftieth of the median."""
        chance = min(max(self.throw(), 1e-6), 1 - 1e-6)
        return max(min(median * exp(spread * _NORMAL.inv_cdf(chance)), top), median / 50)

    def normal(self) -> float:
        """A standard normal number."""
        return _NORMAL.inv_cdf(min(max(self.throw(), 1e-6), 1 - 1e-6))
