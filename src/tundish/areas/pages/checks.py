"""What must be right before a page is published, told in the reader's language."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tundish.areas.pages import content as shapes
from tundish.areas.pages import starters
from tundish.areas.pages.content import Block, Content
from tundish.areas.pages.sites import may_go_to
from tundish.areas.pages.text import is_safe_target
from tundish.areas.pages.wording import KINDS


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which block (None: the page itself)."""

    text: str
    block: str | None = None


def faults(content: Content, *, origins: Collection[str]) -> list[Fault]:
    """Everything that keeps the page from being published; `origins` are the firm's own sites."""
    found = []
    if not content["title"].strip():
        found.append(Fault(_("The page needs a title.")))
    if not any(one["kind"] == "headline" and one["text"] for one in content["blocks"]):
        found.append(Fault(_("The page needs a headline.")))
    for one in content["blocks"]:
        check = _CHECKS.get(one["kind"])
        if check:
            found += [Fault(text, one["id"]) for text in check(one, origins)]
    to_form = any(one["kind"] == "button" and one["target"] == "#form" for one in content["blocks"])
    if to_form and shapes.form_of(content) is None:
        found.append(Fault(_("A button leads to the form, but the page has none.")))
    return found


def unwritten(content: Content, *, before: Content | None = None) -> list[Fault]:
    """Blocks that still say the template's words; not those that visitors read already, `before`."""
    words = starters.words()
    known = set() if before is None else {text for one in before["blocks"] for text in _said(one)}
    return [
        Fault(f"{KINDS[one['kind']]}: “{Truncator(text).chars(80)}”", one["id"])
        for one in content["blocks"]
        for text in _said(one)
        if text in words and text not in known
    ]


def _said(one: Block) -> list[str]:
    return [text for key in ("sub", "body") if (text := one.get(key))]


def _headline(one: Block, _origins: Collection[str]) -> Iterator[str]:
    if not one["text"]:
        yield _("A headline is empty.")


def _picture(one: Block, _origins: Collection[str]) -> Iterator[str]:
    if not one["picture"]:
        yield _("A picture has not been chosen yet.")
    elif not one["alt"]:
        yield _("A picture needs a description for those who cannot see it.")


def _proof(one: Block, _origins: Collection[str]) -> Iterator[str]:
    if one["style"] == "logo":
        if not one["picture"] or not one["by"]:
            yield _("A logo needs its picture and the name that it stands for.")
    elif not one["body"]:
        yield _("A proof is empty.")


def _button(one: Block, _origins: Collection[str]) -> Iterator[str]:
    if not one["label"]:
        yield _("A button needs words.")
    if not is_safe_target(one["target"]):
        yield _("A button needs an address that begins with https://, mailto:, tel:, / or #form.")


def _form(one: Block, origins: Collection[str]) -> Iterator[str]:
    fields = one["fields"]
    targets = Counter(said["to"] for said in fields)
    if not fields:
        yield _("The form has no fields.")
    for to in (to for to, n in targets.items() if n > 1 and to not in (*shapes.OWN, "consent")):
        yield _("Two fields of the form ask for the same: %(field)s.") % {
            "field": _label(fields, to)
        }
    unnamed = sum(not said["label"] for said in fields if said["to"] != "consent")
    if unnamed:
        yield ngettext(
            "%(n)s field of the form has no name.",
            "%(n)s fields of the form have no name.",
            unnamed,
        ) % {"n": unnamed}
    keys = Counter(
        (said["to"], shapes.property_key(said)) for said in fields if said["to"] in shapes.OWN
    )
    if any(n > 1 for n in keys.values()):
        yield _("Two fields of the form fill the same property; give them different names.")
    if any(
        said["shape"] == "choice" and said["to"] in shapes.OWN and len(said["options"]) < 2
        for said in fields
    ):
        yield _("A field with a choice needs at least two choices, one a line.")
    consents = [said for said in fields if said["to"] == "consent"]
    if any(not said["wording"] or not said["purpose"] for said in consents):
        yield _("A consent needs its exact words and its purpose.")
    if one["double_opt_in"]:
        if not targets["email"]:
            yield _("To ask for confirmation by mail, the form must ask for the e-mail address.")
        if not consents:
            yield _("To ask for confirmation by mail, the form needs a consent to be confirmed.")
    if one["after"] == "redirect" and not may_go_to(one["redirect"], origins=origins):
        yield _(
            "After the form, visitors may go to an address on this site or on your own sites only."
        )


def _label(fields: list[dict[str, str]], to: str) -> str:
    return next((said["label"] for said in fields if said["to"] == to and said["label"]), to)


_CHECKS = {
    "headline": _headline, "picture": _picture, "proof": _proof, "button": _button, "form": _form,
}  # fmt: skip
