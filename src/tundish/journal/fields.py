"""Typed fields of people, companies and deals: what each kind of value is, and how it is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlsplit

from tundish.journal.readers.cells import decimal_of, number
from tundish.terms import InputError, Money

Kind = Literal[
    "text", "long_text", "number", "money", "date", "yes_no", "one_of", "several_of", "address",
    "owner",
]  # fmt: skip
CUSTOM_KINDS: tuple[Kind, ...] = (
    "text", "long_text", "number", "money", "date", "yes_no", "one_of", "several_of", "address",
)  # fmt: skip
"""The kinds that a firm may choose for a field of its own (`owner` is one of our users)."""
TEXT_LIMIT, LONG_LIMIT = 300, 10_000
_PERSONAL_KINDS = frozenset({"text", "long_text", "address"})
_NOT_PERSONAL = frozenset({"country", "product", "title"})
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_YES = frozenset({"1", "yes", "true", "on", "y", "x", "نعم", "صح"})
_NO = frozenset({"0", "no", "false", "off", "n", "لا", "خطأ"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    `of` is person, company or deal; `name` is its key in events and rows; `choices` belong to one_of
    and several_of; `currency` to money. Built-in fields have a column, the firm's own ones a property.
    """

    of: str
    name: str
    title: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    help: str = ""
    currency: str = ""
    place: int = 0
    archived: bool = False
    built_in: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether its values are kept apart from the journal: free text, and what names a person."""
        return self.kind in _PERSONAL_KINDS and not (self.built_in and self.name in _NOT_PERSONAL)


_LISTED = {
    "person": (
        ("name", "Name", "text"), ("email", "E-mail", "text"), ("phone", "Telephone", "text"),
        ("title", "Title", "text"), ("country", "Country", "text"), ("owner", "Owner", "owner"),
        ("do_not_contact", "Do not contact", "yes_no"), ("do_not_track", "Do not track", "yes_no"),
    ),
    "company": (("name", "Name", "text"), ("country", "Country", "text"), ("owner", "Owner", "owner")),
    "deal": (
        ("name", "Name", "text"), ("value", "Value", "money"), ("product", "Product", "text"),
        ("country", "Country", "text"), ("owner", "Owner", "owner"),
    ),
}  # fmt: skip
BUILT_IN: tuple[Field, ...] = tuple(
    Field(of, name, title, kind, place=place, built_in=True)  # type: ignore[arg-type]
    for of, listed in _LISTED.items()
    for place, (name, title, kind) in enumerate(listed)
)
"""The fields that every record of a kind has, and that one of us may change."""


def read_value(field: Field, said: Any) -> Any:
    """The value of `field` that a form, a cell or a call says; None where it says nothing.

    Text for text, address, date (ISO), one_of and owner; int or float; bool; a list of texts for
    several_of; `{"minor_units", "currency"}` for money (an amount alone is in the field's currency).
    Raises InputError, whose code says what is wrong.
    """
    if field.kind == "several_of":
        return _several(field, said)
    if isinstance(said, list | tuple):
        said = said[-1] if said else None
    if said is None or (isinstance(said, str) and not said.strip()):
        return None
    return _READERS[field.kind](field, said)


def written(value: Any) -> str:
    """A kept value as `read_value` would read it again; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and "minor_units" in value:
        exponent = Money.exponent(str(value.get("currency", "")))
        amount = Decimal(int(value["minor_units"])).scaleb(-exponent)
        return f"{amount} {value.get('currency', '')}".strip()
    if isinstance(value, list | tuple):
        return "; ".join(str(one) for one in value)
    return str(value)


def key_of(title: str, *, taken: Sequence[str]) -> str:
    """A key for a new field: its title in small letters and underscores, unlike those `taken`."""
    words = re.sub(r"[^\w]+", "_", title.strip().casefold()).strip("_")[:40] or "field"
    if words[0].isdigit():
        words = f"field_{words}"
    key, number = words, 2
    while key in taken:
        key, number = f"{words}_{number}", number + 1
    return key


def plain_number(text: str) -> Decimal:
    """A number as people write it: `1 250,5`, `1,250.50`, `١٢٥٠`. Raises InputError."""
    cell = re.sub(r"\s", "", str(text)).replace("−", "-")
    try:
        if not re.fullmatch(r"[+-]?[\d.,٫٬']{1,40}", cell):
            raise ValueError
        return Decimal(number(cell, decimal=decimal_of([cell])))
    except (InputError, ArithmeticError, ValueError):
        raise _wrong(f"“{str(text)[:40]}” is not a number.", "number_unreadable",
                     "Write digits, as in 1250.5.") from None  # fmt: skip


def _text(field: Field, said: Any) -> str:
    text, limit = str(said).strip(), LONG_LIMIT if field.kind == "long_text" else TEXT_LIMIT
    if field.kind == "text":
        text = " ".join(text.split())
    if len(text) > limit:
        raise _wrong(f"The text is longer than {limit} characters.", "text_too_long",
                     "Shorten it, or put it into a note.")  # fmt: skip
    return text.replace("\x00", "")


def _number(_: Field, said: Any) -> int | float:
    found = plain_number(str(said))
    return int(found) if found == found.to_integral_value() and abs(found) < 2**53 else float(found)


def _money(field: Field, said: Any) -> dict[str, Any]:
    if isinstance(said, Money):
        return {"minor_units": said.minor_units, "currency": said.currency}
    if isinstance(said, dict):
        return {"minor_units": int(said["minor_units"]), "currency": str(said["currency"])}
    text = str(said).strip()
    found = re.search(r"([A-Za-z]{3})", text)
    currency = found[1].upper() if found else field.currency
    amount = plain_number(re.sub(r"[A-Za-z]{3}|[€$£¥]", "", text))
    value = Money.from_major(str(amount), currency)
    return {"minor_units": value.minor_units, "currency": value.currency}


def _date(_: Field, said: Any) -> str:
    if isinstance(said, date):
        return said.isoformat()[:10]
    text = str(said).strip().translate(_DIGITS)
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise _wrong(f"“{text[:40]}” is not a date.", "date_unreadable",
                     "Write year, month and day, as in 2026-03-31.") from None  # fmt: skip


def _yes_no(_: Field, said: Any) -> bool:
    if isinstance(said, bool):
        return said
    plain = str(said).strip().casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise _wrong(f"“{str(said)[:40]}” is neither yes nor no.", "yes_no_unreadable",
                 "Write yes or no.")  # fmt: skip


def _one_of(field: Field, said: Any) -> str:
    plain = " ".join(str(said).split()).casefold()
    for choice in field.choices:
        if choice.casefold() == plain:
            return choice
    listed = ", ".join(field.choices[:12])
    raise _wrong(f"“{str(said)[:40]}” is not one of the choices of {field.title}: {listed}.",
                 "choice_unknown", "Choose one of these, or add it in the settings.")  # fmt: skip


def _several(field: Field, said: Any) -> list[str] | None:
    if said is None:
        return None
    many = said if isinstance(said, list | tuple) else re.split(r"[;\n]", str(said))
    chosen = {_one_of(field, one) for one in many if str(one).strip()}
    return [choice for choice in field.choices if choice in chosen] or None


def _address(field: Field, said: Any) -> str:
    text = _text(field, said)
    if "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text) if re.fullmatch(r"[^\s<>\"]+", text) else None
    if parts is None or parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise _wrong(f"“{str(said)[:60]}” is not an address of a web page.", "address_unreadable",
                     "Write it as in https://example.com.")  # fmt: skip
    return text


def _wrong(message: str, code: str, hint: str) -> InputError:
    return InputError(message, code, hint)


_READERS = {
    "text": _text, "long_text": _text, "owner": _text, "number": _number, "money": _money,
    "date": _date, "yes_no": _yes_no, "one_of": _one_of, "address": _address,
}  # fmt: skip
