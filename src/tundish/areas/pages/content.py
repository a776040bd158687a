"""What a page consists of: plain values in a JSON document, and how they are read from a form."""

import re
from collections.abc import Mapping
from copy import deepcopy
from secrets import token_hex
from typing import Any, Protocol

Content = dict[str, Any]
Block = dict[str, Any]

LANGUAGES = ("en", "ar")
LOOKS = ("clear", "warm", "night")
ACCENTS = ("blue", "green", "plum", "rust", "slate")
KINDS = ("headline", "text", "picture", "proof", "form", "button")
PROOFS = ("quote", "number", "logo")
TARGETS = (
    "email", "name", "first_name", "last_name", "phone", "title", "company", "country",
    "person", "firm", "event", "consent",
)  # fmt: skip
"""Where an answer goes: a field of the person or company, a property of one's own, or a consent."""
OWN = ("person", "firm", "event")
"""Targets of which a form may have several: properties of the person, the company, the event."""
SHAPES = ("line", "long", "choice")
MOST_BLOCKS, MOST_FIELDS = 60, 30

_TEXTS: dict[str, dict[str, int]] = {
    "headline": {"text": 200, "sub": 400},
    "text": {"body": 8_000},
    "picture": {"picture": 60, "alt": 200, "caption": 300},
    "proof": {"style": 10, "body": 600, "by": 160, "picture": 60},
    "form": {
        "heading": 200, "button": 60, "after": 10, "redirect": 500,
        "thanks_title": 200, "thanks_text": 2_000,
    },
    "button": {"label": 80, "target": 500},
}  # fmt: skip
_FIELD_TEXTS = {"label": 200, "key": 40, "purpose": 40, "wording": 2_000, "to": 12, "shape": 8}
_PAGE_TEXTS = {"title": 120, "description": 320}
_ID = re.compile(r"[a-z0-9]{4,16}")


class Form(Protocol):
    """A submitted form: Django's QueryDict."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def getlist(self, key: str) -> list[Any]: ...


def fresh_id() -> str:
    """An id of a block or field, unique within its page."""
    return token_hex(4)


def block(kind: str, **said: Any) -> Block:
    """A block of `kind` with what is said; everything else is empty."""
    made: Block = {"id": fresh_id(), "kind": kind} | dict.fromkeys(_TEXTS[kind], "")
    if kind == "proof":
        made["style"] = "quote"
    if kind == "form":
        made |= {"after": "thanks", "double_opt_in": False, "fields": []}
    return made | said


def field(to: str, label: str = "", **said: Any) -> dict[str, Any]:
    """A form's field."""
    base = {
        "id": fresh_id(), "to": to, "label": label, "key": "", "shape": "line", "options": [],
        "required": False, "purpose": "", "wording": "",
    }  # fmt: skip
    return base | said


def page(language: str, title: str, *, blocks: list[Block], **said: Any) -> Content:
    """A page's content."""
    base = {"title": title, "description": "", "language": language, "look": "clear"}
    return base | {"accent": "blue", "blocks": blocks} | said


def form_of(content: Content) -> Block | None:
    """The page's form, if it has one."""
    return next((one for one in content["blocks"] if one["kind"] == "form"), None)


def pictures_of(content: Content) -> list[str]:
    """The names of the pictures that a page shows, in order."""
    return [name for one in content["blocks"] if (name := one.get("picture"))]


def input_name(said: Mapping[str, Any]) -> str:
    """The name of a field's control."""
    return f"f-{said['id']}" if said["to"] in (*OWN, "consent") else str(said["to"])


def property_key(said: Mapping[str, Any]) -> str:
    """The name of the property that an own field fills: typed, else its label in snake_case."""
    words = re.sub(r"\W+", "_", (said.get("key") or said["label"]).strip().casefold())
    return words.strip("_")[:40] or f"field_{said['id']}"


def read(sent: Form, before: Content) -> Content:
    """The content that the editor's form says; what it does not say stays as `before`."""
    now = deepcopy(before)
    for name, most in _PAGE_TEXTS.items():
        now[name] = _line(sent.get(name, now[name]), most)
    for name, known in (("language", LANGUAGES), ("look", LOOKS), ("accent", ACCENTS)):
        if sent.get(name) in known:
            now[name] = sent.get(name)
    by_id = {one["id"]: one for one in before["blocks"]}
    order = dict.fromkeys(one for one in sent.getlist("block") if one in by_id)
    now["blocks"] = [_block(sent, by_id[one]) for one in order or by_id]
    return now


def _block(sent: Form, before: Block) -> Block:
    ident, kind = before["id"], before["kind"]
    now = deepcopy(before)
    for name, most in _TEXTS[kind].items():
        said = sent.get(f"{ident}.{name}")
        if said is not None:
            now[name] = _text(said, most)
    if kind == "proof" and now["style"] not in PROOFS:
        now["style"] = "quote"
    if kind == "form":
        now["double_opt_in"] = f"{ident}.double_opt_in" in sent  # type: ignore[operator]
        now["after"] = "redirect" if now["after"] == "redirect" else "thanks"
        known = {one["id"]: one for one in before["fields"]}
        order = dict.fromkeys(one for one in sent.getlist(f"{ident}.field") if one in known)
        now["fields"] = [_field(sent, known[one]) for one in order or known]
    return now


def _field(sent: Form, before: dict[str, Any]) -> dict[str, Any]:
    ident = before["id"]
    now = dict(before)
    for name, most in _FIELD_TEXTS.items():
        said = sent.get(f"{ident}.{name}")
        if said is not None:
            now[name] = _text(said, most) if name == "wording" else _line(said, most)
    if now["to"] not in TARGETS:
        now["to"] = before["to"]
    if now["shape"] not in SHAPES:
        now["shape"] = "line"
    options = sent.get(f"{ident}.options")
    if options is not None:
        lines = (_line(one, 120) for one in str(options).splitlines()[:100])
        now["options"] = list(dict.fromkeys(one for one in lines if one))
    now["required"] = f"{ident}.required" in sent  # type: ignore[operator]
    return now


def _line(said: Any, most: int) -> str:
    return " ".join(_text(said, most * 2).split())[:most]


def _text(said: Any, most: int) -> str:
    # A browser ends lines with two characters; NUL goes into no database.
    return str(said).replace("\r\n", "\n").replace("\x00", "").strip()[:most]
