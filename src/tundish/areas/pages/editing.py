"""What the editor's buttons do to a draft: pure, content in and content out."""

from copy import deepcopy

from django.utils.translation import gettext as _

from tundish.areas.pages import content as shapes
from tundish.areas.pages.content import Block, Content
from tundish.terms import InputError


def apply(content: Content, what: str) -> Content:
    """The content after a button: `add:KIND`, `add-field:BLOCK:TO`, or `up`, `down`, `copy`,
    `delete` with `:BLOCK`, and the same with `field-` in front and `:BLOCK:FIELD`.

    A button for what is no longer there changes nothing. Raises InputError where no more fits in.
    """
    now = deepcopy(content)
    verb, _, rest = what.partition(":")
    first, _, second = rest.partition(":")
    if verb == "add" and first in shapes.KINDS:
        _add(now, first)
    elif verb == "add-field" and second in shapes.TARGETS:
        if form := _found(now["blocks"], first):
            _add_field(form, second)
    elif verb.startswith("field-"):
        if form := _found(now["blocks"], first):
            _change(form["fields"], verb.removeprefix("field-"), second, shapes.MOST_FIELDS)
    elif verb in ("up", "down", "copy", "delete"):
        if verb == "copy" and (one := _found(now["blocks"], first)) and one["kind"] == "form":
            raise _second_form()
        _change(now["blocks"], verb, first, shapes.MOST_BLOCKS)
    return now


def _add(now: Content, kind: str) -> None:
    if kind == "form" and shapes.form_of(now):
        raise _second_form()
    _room(now["blocks"], shapes.MOST_BLOCKS)
    now["blocks"].append(shapes.block(kind))


def _add_field(form: Block, to: str) -> None:
    _room(form["fields"], shapes.MOST_FIELDS)
    form["fields"].append(shapes.field(to))


def _change(items: list[Block], verb: str, ident: str, most: int) -> None:
    one = _found(items, ident)
    if one is None:
        return
    place = items.index(one)
    if verb == "delete":
        del items[place]
    elif verb == "copy":
        _room(items, most)
        items.insert(place + 1, deepcopy(one) | {"id": shapes.fresh_id()})
    else:
        other = place - 1 if verb == "up" else place + 1
        if 0 <= other < len(items):
            items[place], items[other] = items[other], items[place]


def _found(items: list[Block], ident: str) -> Block | None:
    return next((one for one in items if one["id"] == ident), None)


def _room(items: list[Block], most: int) -> None:
    if len(items) >= most:
        raise InputError(
            _("A page holds at most %(n)s of these.") % {"n": most},
            "page_full",
            _("Take one away first."),
        )


def _second_form() -> InputError:
    return InputError(
        _("A page has one form."),
        "second_form",
        _("Add fields to the form that is there, or make a second page."),
    )
