"""What a file's cells tell of how it writes dates and amounts, with the cell that proves it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FIGURES = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})\b")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class DateOrder:
    """`order` is day or month (which stands first) where `proof` shows it; `doubt` is a date that may
    be read either way, where nothing shows it. All None where the dates are plain."""

    order: str | None = None
    proof: str | None = None
    doubt: str | None = None

    @property
    def must_ask(self) -> bool:
        """Whether only the user can know."""
        return self.order is None and self.doubt is not None


def date_order_told(cells: Iterable[str]) -> DateOrder:
    """Whether day or month stands first in the dates of `cells`."""
    proofs: dict[str, str] = {}
    counts = {"day": 0, "month": 0}
    doubt = None
    for text in cells:
        found = _FIGURES.match(text.translate(_DIGITS))
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            counts["day"] += 1
            proofs.setdefault("day", text)
        elif second > 12 >= first:
            counts["month"] += 1
            proofs.setdefault("month", text)
        elif first != second:
            doubt = doubt or text
    if counts["day"] == counts["month"]:
        return DateOrder(doubt=doubt or proofs.get("day"))
    order = max(counts, key=lambda name: counts[name])
    return DateOrder(order, proofs[order])
