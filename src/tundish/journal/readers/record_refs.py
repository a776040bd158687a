"""References of records that an outside system knows: by its own id, or by no more than a name."""

import hashlib
import hmac

from tundish.journal.identity import HIDDEN, hidden_id


def outside_ref(system: str, ident: str, *, secret: bytes) -> str:
    """`hubspot:123`; an id that is a web address or holds an address or number becomes its hash."""
    if "/" in ident:
        return _keyed("id", ident, secret=secret)
    known = hidden_id(ident, secret=secret)
    return known if known.startswith(HIDDEN) or not system else f"{system}:{known}"


def named_ref(name: str, *, company: str, secret: bytes) -> str:
    """A person of whom only the name and the company are known: equal ones are one person."""
    return _keyed("named", f"{name}\n{company}", secret=secret)


def phone_ref(digits: str, *, secret: bytes) -> str:
    """A person of whom only a telephone number is known."""
    return _keyed("phone", digits, secret=secret)


def value_hash(text: str, *, secret: bytes) -> str:
    """What stands for a personal value where only sameness matters."""
    return _keyed("value", text, secret=secret)


def _keyed(what: str, text: str, *, secret: bytes) -> str:
    plain = " ".join(text.casefold().split()) if what != "value" else text
    return HIDDEN + hmac.new(secret, f"{what}:{plain}".encode(), hashlib.sha256).hexdigest()[:32]
