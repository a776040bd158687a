"""Numbers in addresses, bounded: whatever else somebody types there is no number."""

import re

from django.urls import register_converter
from django.urls.converters import IntConverter

# Eighteen digits fit into the 64 bits of the database; `\d` and str.isdigit would take ² and ٣ too.
_WHOLE = re.compile(r"[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """The number that `text` is in plain digits; None where it is none or a far too long one."""
    return int(text) if _WHOLE.fullmatch(text) else None


class Key(IntConverter):
    """`<key:pk>` in a path: a number that a row can have; any other address does not exist."""

    regex = _WHOLE.pattern


register_converter(Key, "key")
