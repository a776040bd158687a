"""What speaks for and against a pair, in the reader's words."""

from typing import Any

from django.utils.translation import gettext as _

from tundish.journal.likeness import Likeness, Reason
from tundish.weblib.page.formats import number, percent

_SAME: dict[str, Any] = {
    "email": lambda: _("The same e-mail address"),
    "phone": lambda: _("The same telephone number"),
    "mail_name": lambda: _("The same name before the @"),
    "company": lambda: _("The same company"),
}
_OTHER: dict[str, Any] = {
    "email": lambda: _("Other e-mail addresses"),
    "phone": lambda: _("Other telephone numbers"),
    "company": lambda: _("Other companies"),
    "country": lambda: _("Other countries"),
}


def reasons(pair: Likeness) -> list[tuple[str, str, bool]]:
    """(what, its weight, whether it speaks for one person), the weightiest first."""
    ordered = sorted(pair.reasons, key=lambda reason: -abs(reason.bits))
    return [(_reason(one), _weight(one.bits), one.bits > 0) for one in ordered]


def _reason(one: Reason) -> str:
    if one.what == "name":
        if one.share == 1:
            return _("The same name")
        share = percent(one.share, 0)
        text = _("Names alike by %(share)s") if one.agrees else _("Names alike by only %(share)s")
        return text % {"share": share}
    words = _SAME if one.agrees else _OTHER
    return str(words[one.what]())


def _weight(bits: float) -> str:
    sign = "+" if bits > 0 else "−"
    return f"\u2066{sign}{number(abs(bits), 1)}\u2069"
