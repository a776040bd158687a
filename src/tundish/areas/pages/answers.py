"""What a visitor filled in: checked field by field, with errors in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tundish.areas.pages.content import OWN, Block, input_name
from tundish.journal.redaction import digits_in, is_mail_address

LONGEST, LONGEST_TEXT = 200, 4_000
TRAP = "confirm_address"
"""The field that people do not see; machines fill it in."""


@dataclass
class Answers:
    """The values by field id, and the errors by field id; `values` are as typed, to show again."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def of(self, form: Block, to: str) -> str:
        """The answer to the field with this target; empty where there is none."""
        return next((self.values.get(f["id"], "") for f in form["fields"] if f["to"] == to), "")


def read(form: Block, sent: Mapping[str, Any]) -> Answers:
    """The answers to a form's fields."""
    found = Answers()
    for said in form["fields"]:
        value = _value(said, str(sent.get(input_name(said), "")))
        found.values[said["id"]] = value
        if error := _error(said, value):
            found.errors[said["id"]] = error
    return found


def _value(said: Mapping[str, Any], typed: str) -> str:
    text = typed.replace("\r\n", "\n").replace("\x00", "").strip()
    if said["to"] == "consent":
        return "yes" if text else ""
    if said["to"] in OWN and said["shape"] == "long":
        return text[: LONGEST_TEXT + 1]
    return " ".join(text.split())[: LONGEST + 1]


def _error(said: Mapping[str, Any], value: str) -> str:
    to, own = said["to"], said["to"] in OWN
    most = LONGEST_TEXT if own and said["shape"] == "long" else LONGEST
    if not value:
        if not said["required"]:
            return ""
        return _("Please tick this box.") if to == "consent" else _("Please fill this in.")
    if len(value) > most:
        return _("This is too long; at most %(n)s characters fit.") % {"n": most}
    if to == "email" and not _is_address(value):
        return _("This is no e-mail address. It looks like name@example.com.")
    if to == "phone" and not 5 <= digits_in(value) <= 19:
        return _("This is no telephone number. Write it with its digits, as in +49 30 123456.")
    if own and said["shape"] == "choice" and value not in said["options"]:
        return _("Please choose one of these.")
    return ""


def _is_address(value: str) -> bool:
    local, _at, domain = value.rpartition("@")
    dotted = "." in domain and not domain.startswith(".") and not domain.endswith(".")
    return is_mail_address(value) and bool(local) and dotted and ".." not in domain
