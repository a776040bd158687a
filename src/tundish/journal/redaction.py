"""E-mail addresses, phone numbers and IP addresses in texts: found and replaced.

Every search takes time in proportion to the text: its parts are bounded, and an address is looked
for from its @ outwards, so that no sender can keep the machine busy with one message.
"""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote, unquote_plus

from tundish.journal.personal_keys import PERSONAL_KEYS
from tundish.journal.readers.text import plain_header

_AT = re.compile("@|\uff20|%40|%2540", re.I)
_LOCAL = re.compile(r"[\w.!#$&'*+/=?^`{|}~-]{1,64}\Z")
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LONGEST_LOCAL = 64
_REMEMBERED = 200  # letters of the longest text whose redaction is remembered
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST_ADDRESS = 320
_INTERNATIONAL = r"(?:\+|00)\d(?:[ ()./-]{0,2}\d){6,17}"
_PHONE = re.compile(
    r"(?<![\w.-])(?!\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4})"
    rf"(?:{_INTERNATIONAL}"
    r"|0[1-9]\d{7,10}"  # national, in one piece
    r"|\(?\d{2,5}\)?(?:[ ./-]{1,2}\d{2,5}){2,5})"  # in groups
    r"(?![\w-]|\.\d)"
)
_PLUS_PHONE = re.compile(r"(?<![\w.])\+ ?\d(?:[ ()./-]{0,2}\d){6,17}(?![\w-]|\.\d)")
_MANY_DIGITS = re.compile(r"(?:\d\D*){7}")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(
    # A browser's version is written like 120.0.0.0, which is no machine's address.
    rf"(?<![\w.])(?<!version )(?!\d+\.0\.0\.0(?!\d))(?:{_BYTE}\.){{3}}{_BYTE}(?!\w|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f:]{6,39}(?![\w:])", re.I)
_QUERY = re.compile(r"([?&;#])([^=?&;#\s]{1,100})=([^&;#\s]*)")
_MAIL_MARK, _PHONE_MARK, _IP_MARK = "[e-mail]", "[phone]", "[ip]"
# Arabic and Persian digits.
_DIGITS = {start + digit: str(digit) for start in (0x660, 0x6F0) for digit in range(10)}


def is_mail_address(text: str) -> bool:
    """Whether a whole text is one e-mail address."""
    text = text.strip()
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def mail_in(text: str) -> str | None:
    """The first e-mail address in a text, decoded; None where there is none."""
    for start, end in _mails(text):
        return unquote(unquote(text[start:end])).replace("\uff20", "@")
    return text.strip() if "@" in text and is_mail_address(text) else None


def holds_person(text: str) -> bool:
    """Whether an id holds an e-mail address, an international phone number or an IP address.

    Numbers without a plus are left: most ids are numbers.
    """
    plain = text if text.isascii() else text.translate(_DIGITS)
    return bool(
        mail_in(plain)
        or ("+" in plain and _PLUS_PHONE.search(plain))
        or (plain.count(".") >= 3 and _IPV4.search(plain))
        or (plain.count(":") >= 2 and any(map(_is_ipv6, _IPV6.findall(plain))))
    )


def digits_in(text: str) -> int:
    """How many digits a text has."""
    return sum(c.isdigit() for c in text)


def redact_text(text: str) -> str:
    """A text with `[e-mail]`, `[phone]` and `[ip]` where they stood, also inside a URL's query."""
    return _redact(text, addresses=True) if len(text) > _REMEMBERED else _redacted(text)


@lru_cache(maxsize=16_384)
def _redacted(text: str) -> str:
    """Remembered, because the same few names, paths and labels come again and again."""
    return _redact(text, addresses=True)


def redact_versions(text: str) -> str:
    """The same for a version, which may look like an IP address."""
    return _redact(text, addresses=False)


def _redact(text: str, *, addresses: bool) -> str:
    if "=" in text:
        text = _QUERY.sub(_clean_parameter, text)
    return _plainly(text, addresses=addresses)


def _plainly(text: str, *, addresses: bool = True) -> str:
    if spans := _mails(text):
        parts, done = [], 0
        for start, end in spans:
            parts += [text[done:start], _MAIL_MARK]
            done = end
        text = "".join(parts) + text[done:]
    if not text.isascii() and (latin := text.translate(_DIGITS)) != text:
        clean = _numbers(latin, addresses=addresses)
        return text if clean == latin else clean
    return _numbers(text, addresses=addresses)


def _numbers(text: str, *, addresses: bool) -> str:
    if addresses and text.count(".") >= 3:
        text = _IPV4.sub(_IP_MARK, text)
    if addresses and text.count(":") >= 2:
        text = _IPV6.sub(lambda m: _IP_MARK if _is_ipv6(m.group()) else m.group(), text)
    # No number is shorter, and most texts hold fewer digits.
    return _PHONE.sub(_phone_mark, text) if _MANY_DIGITS.search(text) else text


def _mails(text: str) -> list[tuple[int, int]]:
    """Where the e-mail addresses of a text begin and end."""
    if "@" not in text and "%" not in text and "\uff20" not in text:
        return []
    found: list[tuple[int, int]] = []
    done = 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        first = max(done, at.start() - _LONGEST_LOCAL)
        local = _LOCAL.search(text[first : at.start()])
        domain = _DOMAIN.match(text, at.end()) if local else None
        if local and domain:
            found.append((first + local.start(), domain.end()))
            done = domain.end()
    return found


def _is_ipv6(text: str) -> bool:
    # Short ones with :: are more often names of code than addresses.
    if "::" in text and (digits_in(text) == 0 or len(text.replace(":", "")) < 5):
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _clean_parameter(found: re.Match[str]) -> str:
    mark, key, value = found.groups()
    plain = unquote_plus(value)
    if not plain:
        return found.group()
    if plain_header(unquote_plus(key)) in PERSONAL_KEYS:
        return f"{mark}{key}=[removed]"
    clean = _plainly(plain)
    return found.group() if clean == plain else f"{mark}{key}={clean.replace(' ', '+')}"


def _phone_mark(found: re.Match[str]) -> str:
    return _PHONE_MARK if 8 <= digits_in(found.group()) <= 19 else found.group()
