"""What is personal: splitting it out of properties, by the names of their keys."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tundish.journal.personal_keys import (
    FEW_DIGITS,
    LAST_TWO,
    LAST_WORDS,
    LONGEST_KEY,
    PEOPLE,
    PERSONAL_KEYS,
    TRAIT_KEYS,
    VERSIONS,
)
from tundish.journal.readers.text import plain_header
from tundish.journal.redaction import digits_in, is_mail_address, redact_text, redact_versions

_NESTED = (dict, list, tuple, Mapping)  # the common ones first: the last is asked slowly

__all__ = ["is_mail_address", "redact", "redact_text", "split_personal"]


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
    """`value` with addresses and numbers of persons replaced, inside texts, lists and mappings."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {redact_text(str(key)): redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def _split(
    properties: Mapping[str, Any],
    keys: Mapping[str, str],
    *,
    personal: dict[str, str],
    inside: str = "",
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in properties.items():
        plain, name, ending = _read_key(str(key))
        kind = keys.get(plain) or (_agreed(ending, value) if ending else None)
        if kind is not None and _is_personal(kind, value):
            if kind != "ip" and (said := _said(value)):
                personal.setdefault(f"{inside}{kind}", said)
        elif isinstance(value, str):
            kept[name] = redact_versions(value) if plain.endswith(VERSIONS) else redact_text(value)
        elif isinstance(value, _NESTED):
            # What is told further down may be about somebody else: a friend's address, say.
            inner = TRAIT_KEYS if plain in PEOPLE else PERSONAL_KEYS
            kept[name] = _split_inside(value, inner, personal=personal, inside=f"{inside}{name}.")
        else:
            kept[name] = value
    return kept


@lru_cache(maxsize=4096)
def _read_key(key: str) -> tuple[str, str, str | None]:
    """(plain words, the key to keep, what its last words say) of a property's key."""
    plain = plain_header(key[:LONGEST_KEY])
    words = plain.split()
    ending = LAST_TWO.get(" ".join(words[-2:])) or LAST_WORDS.get(words[-1] if words else "")
    return plain, redact_text(key), ending


def _split_inside(
    value: Any, keys: Mapping[str, str], *, personal: dict[str, str], inside: str
) -> Any:
    if isinstance(value, Mapping):
        return _split(value, keys, personal=personal, inside=inside)
    if isinstance(value, list | tuple):
        return [_split_inside(item, keys, personal=personal, inside=inside) for item in value]
    return redact(value)


def _agreed(kind: str, value: Any) -> str | None:
    """`customer email`, `billing phone`: what the last words of a key say, if the value agrees."""
    if kind != "phone" or (isinstance(value, str | int) and digits_in(str(value)) >= FEW_DIGITS):
        return kind
    return None


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
