"""Frozen values that carry their meaning: a rate its denominator, money its currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from tundish.terms.errors import InputError

_Z95 = 1.959963984540054
NO_CURRENCY = "XXX"
"""ISO 4217 for an amount of which nobody said the currency."""

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


# 64 bits hold 19 digits; an amount of a million of them is not worth the attempt.
_LONGEST = 20


def is_currency(text: str) -> bool:
    """Whether a text has the form of a currency's code (ISO 4217): three capital letters."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`, never a bare percentage; with its 95 % Wilson interval (Wilson 1927)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """part / whole between 0 and 1, or None where whole is 0."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """(low, high) of the 95 % Wilson score interval, or None where whole is 0."""
        if not self.whole:
            return None
        n, p, zz = self.whole, self.part / self.whole, _Z95 * _Z95
        middle = (p + zz / (2 * n)) / (1 + zz / n)
        half = _Z95 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n))
        low = 0.0 if self.part == 0 else max(0.0, middle - half)
        high = 1.0 if self.part == n else min(1.0, middle + half)
        return low, high

    def to_dict(self) -> dict[str, int | float | None]:
        """`{part, whole, low, high}`; low and high are None where whole is 0."""
        low, high = self.interval or (None, None)
        return {"part": self.part, "whole": self.whole, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, fils) of one currency."""

    minor_units: int
    currency: str

    @staticmethod
    def exponent(currency: str) -> int:
        """How many decimal places the currency's major unit has (ISO 4217)."""
        return _EXPONENTS.get(currency, 2)

    @staticmethod
    def unusual_exponents() -> dict[int, list[str]]:
        """The currencies whose major unit has other than two decimal places, by how many."""
        found: dict[int, list[str]] = {}
        for currency, places in _EXPONENTS.items():
            found.setdefault(places, []).append(currency)
        return found

    @classmethod
    def from_major(cls, amount: float | int | str, currency: str) -> "Money":
        """Money from an amount in major units, rounded half to even at the minor unit.

        Raises InputError where it is no amount, does not fit into 64 bits, or the currency is none.
        """
        from decimal import ROUND_HALF_EVEN, Decimal

        if not is_currency(currency):
            raise InputError(
                f"“{currency[:20]}” is not a currency.",
                "currency_unreadable",
                "Write its three letters, as in EUR.",
            )
        try:
            minor = Decimal(str(amount)).scaleb(cls.exponent(currency))
            if (
                minor.adjusted() > _LONGEST
                or not -(2**63) <= (whole := int(minor.to_integral_value(ROUND_HALF_EVEN))) < 2**63
            ):
                raise ValueError
            return cls(whole, currency)
        except (ArithmeticError, ValueError):
            raise InputError(
                f"“{str(amount)[:40]}” is not an amount of money that can be kept.",
                "amount_unreadable",
                "Write it with digits and a decimal point, as in 1250.50.",
            ) from None

    @property
    def major(self) -> float:
        """The amount in major units, for display only."""
        return float(self.minor_units / 10 ** self.exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor_units + other.minor_units, self.currency)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included, microseconds UTC; None is open."""

    start: int | None = None
    end: int | None = None

    def holds(self, micros: int) -> bool:
        """Whether the instant lies in the period."""
        return (self.start is None or micros >= self.start) and (
            self.end is None or micros <= self.end
        )


@dataclass(frozen=True, slots=True)
class Quantiles:
    """n, mean, median, 10th and 90th percentile of a set of numbers; linear interpolation."""

    n: int
    mean: float | None
    median: float | None
    p10: float | None
    p90: float | None

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Quantiles":
        """The quantiles of `numbers` in their own unit; all None where there are none."""
        ordered = sorted(numbers)
        if not ordered:
            return cls(0, None, None, None, None)
        at = [_interpolate(ordered, q) for q in (0.5, 0.1, 0.9)]
        return cls(len(ordered), sum(ordered) / len(ordered), *at)

    def to_dict(self) -> dict[str, int | float | None]:
        """`{n, mean, median, p10, p90}`."""
        return {
            "n": self.n,
            "mean": self.mean,
            "median": self.median,
            "p10": self.p10,
            "p90": self.p90,
        }


def _interpolate(ordered: Sequence[float], q: float) -> float:
    place = (len(ordered) - 1) * q
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
