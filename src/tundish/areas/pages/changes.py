"""The difference between two versions of a page, in words."""

from collections.abc import Iterator

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tundish.areas.pages.content import Block, Content
from tundish.areas.pages.wording import ACCENTS, KINDS, LANGUAGES, LOOKS, field_name

_PAGE = ("title", "description", "language", "look", "accent")
_CHOICES = {"language": LANGUAGES, "look": LOOKS, "accent": ACCENTS}
_LISTS = ("fields", "options")
_SILENT = ("id", "kind")


def difference(old: Content, new: Content) -> list[str]:
    """Sentences on what `new` says otherwise than `old`; none where they are equal."""
    return [*_page(old, new), *_blocks(old["blocks"], new["blocks"])]


def _page(old: Content, new: Content) -> Iterator[str]:
    for name in _PAGE:
        if old[name] != new[name]:
            said = _CHOICES.get(name, {})
            yield _changed(
                field_name(name), said.get(old[name], old[name]), said.get(new[name], new[name])
            )


def _blocks(old: list[Block], new: list[Block]) -> Iterator[str]:
    before, after = {b["id"]: b for b in old}, {b["id"]: b for b in new}
    for ident, one in before.items():
        if ident not in after:
            yield _("%(block)s taken away") % {"block": _named(one)}
    for ident, one in after.items():
        if ident not in before:
            yield _("%(block)s added") % {"block": _named(one)}
        else:
            yield from _block(before[ident], one)
    if [i for i in before if i in after] != [i for i in after if i in before]:
        yield _("The order of the blocks changed")


def _block(old: Block, new: Block) -> Iterator[str]:
    for name, value in new.items():
        if name in _SILENT or name in _LISTS or old.get(name) == value:
            continue
        what = f"{KINDS[new['kind']]}, {field_name(name)}"
        yield _changed(what, old.get(name), value)
    if new["kind"] == "form":
        yield from _fields(old["fields"], new["fields"])


def _fields(old: list[Block], new: list[Block]) -> Iterator[str]:
    before, after = {f["id"]: f for f in old}, {f["id"]: f for f in new}
    for ident, one in before.items():
        if ident not in after:
            yield _("Field “%(field)s” taken away") % {"field": _label(one)}
    for ident, one in after.items():
        if ident not in before:
            yield _("Field “%(field)s” added") % {"field": _label(one)}
            continue
        for name, value in one.items():
            if before[ident].get(name) != value:
                what = _("Field “%(field)s”, %(part)s") % {
                    "field": _label(one), "part": field_name(name),
                }  # fmt: skip
                yield _changed(what, before[ident].get(name), value)
    if [i for i in before if i in after] != [i for i in after if i in before]:
        yield _("The order of the fields changed")


def _named(one: Block) -> str:
    text = one.get("text") or one.get("body") or one.get("heading") or one.get("label") or ""
    kind = str(KINDS[one["kind"]])
    return f"{kind} “{_short(text)}”" if text else kind


def _label(one: Block) -> str:
    return str(one["label"] or one["wording"] or one["to"])


def _changed(what: object, old: object, new: object) -> str:
    if isinstance(new, bool):
        said = _("%(what)s switched on") if new else _("%(what)s switched off")
        return said % {"what": what}
    before, after = _short(old), _short(new)
    if not before:
        return _("%(what)s: “%(new)s” added") % {"what": what, "new": after}
    if not after:
        return _("%(what)s: “%(old)s” taken away") % {"what": what, "old": before}
    return _("%(what)s: “%(old)s” became “%(new)s”") % {"what": what, "old": before, "new": after}


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return Truncator(" ".join(text.split())).chars(90)
