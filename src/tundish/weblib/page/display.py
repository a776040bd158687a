"""How this reader sees numbers, dates and money: language, digits, time zone, currency."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Display:
    """`digits` is latin or arabic (used in Arabic text only), `zone` an IANA name, `currency` ISO 4217."""

    language: str = "en"
    digits: str = "latin"
    zone: str = "UTC"
    currency: str = "USD"

    @property
    def arabic_digits(self) -> bool:
        """Whether digits are written ٠١٢…"""
        return self.language == "ar" and self.digits == "arabic"


_PLAIN = Display()
_current: ContextVar[Display] = ContextVar("tundish_display", default=_PLAIN)


def current() -> Display:
    """The display of the request that is being answered."""
    return _current.get()


@contextmanager
def use(display: Display) -> Iterator[Display]:
    """Format as `display` says until the block ends."""
    token = _current.set(display)
    try:
        yield display
    finally:
        _current.reset(token)
