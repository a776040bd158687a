"""Numbers in addresses, bounded: whatever else somebody types there is no number. And ids of records."""

import re

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter

# Eighteen digits fit into the 64 bits of the database; `\d` and str.isdigit would take ² and ٣ too.
_WHOLE = re.compile(r"[0-9]{1,18}")


def whole_number(text: str) -> int | None:
    """The number that `text` is in plain digits; None where it is none or a far too long one."""
    return int(text) if _WHOLE.fullmatch(text) else None


class Key(IntConverter):
    """`<key:pk>` in a path: a number that a row can have; any other address does not exist."""

    regex = _WHOLE.pattern


class Ident(StringConverter):
    """`<ident:pk>` at the end of a path: an id as its sender made it, with slashes and line ends.

    Django's `path` knows no line end, so that a list could not show whoever has one in their id.
    """

    regex = r"[\s\S]+"


register_converter(Key, "key")
register_converter(Ident, "ident")
