"""What is personal: splitting it out of properties, redacting the rest."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from tundish.journal.readers.text import plain_header

_KINDS = {
    "email": "email|e mail|mail|email address|e mail address|mail address|work email|user email",
    "first_name": "first name|firstname|given name|forename",
    "last_name": "last name|lastname|surname|family name",
    "name": "full name|fullname|display name|username|user name|contact name|person name",
    "phone": "phone|phone number|telephone|tel|mobile|mobile phone|mobile phone number|cell|fax"
    "|whatsapp|work phone|home phone|mobilenumber",
    "address": "address|street|street address|address line 1|address line 2|postal code|postcode"
    "|zip|zip code|billing address|shipping address|mailing street",
    "birthday": "birthday|date of birth|birth date|birthdate|dob",
    "text": "message|comment|comments|note|notes|free text|feedback|body|remarks",
    "ip": "ip|ip address|ipaddress|remote addr|client ip",
    "picture": "avatar|photo|picture",
}
PERSONAL_KEYS = {alias: kind for kind, said in _KINDS.items() for alias in said.split("|")}
"""Kind of personal value by plain key (see `plain_header`), wherever the key stands."""
TRAIT_KEYS = PERSONAL_KEYS | {"name": "name", "description": "text"}
"""The same for what describes a person: there a bare name is the person's, not a product's."""

_MAIL = re.compile(r"[\w.!#$&'*+/=?^`{|}~-]+(?:@|%40|%2540)[\w-]+(?:\.[\w-]+)+", re.I)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(
    r"(?<![\w.-])(?!\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4})"
    r"(?:(?:\+|00)\d(?:[ ()./-]{0,2}\d){6,17}"  # international
    r"|0[1-9]\d{7,10}"  # national, in one piece
    r"|\(?\d{2,5}\)?(?:[ ./-]{1,2}\d{2,5}){2,5})"  # in groups
    r"(?![\w-]|\.\d)"
)
_MANY_DIGITS = re.compile(r"(?:\d\D*){7}")
_QUERY = re.compile(r"([?&;#])([^=&;#\s]+)=([^&;#\s]*)")
_MAIL_MARK, _PHONE_MARK = "[e-mail]", "[phone]"


def is_mail_address(text: str) -> bool:
    """Whether a whole text is one e-mail address."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def split_personal(
    properties: Mapping[str, Any], *, traits: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """(properties without personal data, personal values by kind).

    Values under a personal key move out, at any depth; what is left is redacted. With `traits` the
    mapping describes a person, so its own `name` is one too. Kinds: email, name, first_name,
    last_name, phone, address, birthday, text, picture; further down the path stands in front
    (`friend.email`). An IP address is not kept at all.
    """
    personal: dict[str, str] = {}
    return _split(properties, TRAIT_KEYS if traits else PERSONAL_KEYS, personal=personal), personal


def redact(value: Any) -> Any:
    """`value` with e-mail addresses and phone numbers replaced, inside texts, lists and mappings."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {redact_text(str(key)): redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def redact_text(text: str) -> str:
    """A text with `[e-mail]` and `[phone]` where they stood, also inside a URL's query."""
    if "=" in text:
        text = _QUERY.sub(_clean_parameter, text)
    if "@" in text or "%" in text:
        text = _MAIL.sub(_MAIL_MARK, text)
    # No number is shorter, and most texts hold fewer digits.
    return _PHONE.sub(_phone_mark, text) if _MANY_DIGITS.search(text) else text


def _split(
    properties: Mapping[str, Any],
    keys: Mapping[str, str],
    *,
    personal: dict[str, str],
    inside: str = "",
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in properties.items():
        kind, name = keys.get(plain_header(str(key))), redact_text(str(key))
        if kind is not None and _is_personal(kind, value):
            if kind != "ip" and (said := _said(value)):
                personal.setdefault(f"{inside}{kind}", said)
        elif isinstance(value, Mapping | list | tuple):
            # What is told further down may be about somebody else: a friend's address, say.
            kept[name] = _split_inside(value, personal, inside=f"{inside}{name}.")
        else:
            kept[name] = redact(value)
    return kept


def _split_inside(value: Any, personal: dict[str, str], *, inside: str) -> Any:
    if isinstance(value, Mapping):
        return _split(value, PERSONAL_KEYS, personal=personal, inside=inside)
    if isinstance(value, list | tuple):
        return [_split_inside(item, personal, inside=inside) for item in value]
    return redact(value)


def _is_personal(kind: str, value: Any) -> bool:
    """Whether a value under a personal key is one: `mail: welcome-2` and `comments: 5` are not."""
    if kind == "email" and isinstance(value, str):
        return "@" in value or "%40" in value
    return kind != "text" or isinstance(value, str)


def _said(value: Any) -> str:
    """A personal value as one text: an address' parts on one line."""
    if isinstance(value, Mapping):
        return ", ".join(said for item in value.values() if (said := _said(item)))
    if isinstance(value, list | tuple):
        return ", ".join(said for item in value if (said := _said(item)))
    return "" if value is None else str(value).strip()


def _clean_parameter(found: re.Match[str]) -> str:
    mark, key, value = found.groups()
    plain = unquote_plus(value)
    if not plain:
        return found.group()
    if plain_header(unquote_plus(key)) in PERSONAL_KEYS:
        return f"{mark}{key}=[removed]"
    clean = _PHONE.sub(_phone_mark, _MAIL.sub(_MAIL_MARK, plain))
    return found.group() if clean == plain else f"{mark}{key}={clean.replace(' ', '+')}"


def _phone_mark(found: re.Match[str]) -> str:
    digits = sum(c.isdigit() for c in found.group())
    return _PHONE_MARK if 8 <= digits <= 19 else found.group()
