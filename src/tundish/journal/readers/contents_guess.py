"""What a column holds by its cells, whatever its header: addresses, telephone numbers, web sites."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from tundish.journal.readers.record_fields import COMPANIES, PEOPLE
from tundish.journal.redaction import is_mail_address

LOOKED_AT = 200
"""Rows that say what their columns hold."""
_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PEOPLE: {"email": ("email",), "phone": ("phone", "mobile"), "web": ("company_domain",)},
    COMPANIES: {"phone": ("phone",), "web": ("domain",)},
}
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b.*")
_FEW_DIGITS, _PHONE_DIGITS = 4, range(7, 16)
# No path: a profile's address tells of the person, and its domain is nobody's company.
_WEB = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,24}/?", re.I)
_FILE = re.compile(r".*\.(?:csv|doc|docx|gif|jpe?g|pdf|png|txt|xls|xlsx|zip)", re.I)


def looks_like_phone(text: str) -> bool:
    """Whether a cell that should be a telephone number may be one: `=1+1` and `n/a` are none."""
    digits = sum(letter.isdigit() for letter in text)
    letters = sum(letter.isalpha() for letter in text)
    return digits >= _FEW_DIGITS and letters <= 2 * digits and not re.match(r"[=@]", text.strip())


def contents_of(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """`{header: email, phone or web}` of the columns of which most cells are one."""
    told: dict[str, Counter[str]] = {}
    for row in rows:
        for header, cell in row.items():
            if cell not in (None, ""):
                told.setdefault(header, Counter())[_what(str(cell).strip())] += 1
    found = {}
    for header, counts in told.items():
        what, number = counts.most_common(1)[0]
        if what and 2 * number > counts.total():
            found[header] = what
    return found


def by_contents(
    headers: Iterable[str], contents: Mapping[str, str], *, kind: str, taken: Iterable[str]
) -> dict[str, str]:
    """`{field: header}` of the fields that are not `taken`, from left to right."""
    free = {what: [f for f in names if f not in {*taken}] for what, names in _fields(kind).items()}
    found = {}
    for header in headers:
        if fields := free.get(contents.get(header, "")):
            found[fields.pop(0)] = header
    return found


def _fields(kind: str) -> Mapping[str, tuple[str, ...]]:
    return _FIELDS.get(kind, {})


def _what(text: str) -> str:
    if is_mail_address(text):
        return "email"
    if _WEB.fullmatch(text) and not _FILE.fullmatch(text):
        return "web"
    digits = sum(letter.isdigit() for letter in text)
    is_number = re.fullmatch(r"(?:p:)?(?:\+|\(|0)[\d\s()./-]+", text) is not None
    return "phone" if is_number and digits in _PHONE_DIGITS and not _DATE.fullmatch(text) else ""
