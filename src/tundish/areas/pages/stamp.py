"""The hidden, signed field of a form: when it was shown, in which version, in which visit.

It takes the place of a cookie: the visitor's key of the day travels in the page and nowhere else.
"""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.core import signing

_SALT = "tundish.pages.form"
LONGEST_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Stamp:
    """`shown_at` in seconds since 1970; `once` tells this form from every other that was shown."""

    slug: str
    version: int
    shown_at: int
    session: str
    person: str | None
    once: str


def made(*, slug: str, version: int, now: int, session: str, person: str | None) -> str:
    """A signed stamp of a form that is shown `now` (seconds since 1970)."""
    said = [slug, version, now, session, person, token_urlsafe(9)]
    return signing.dumps(said, salt=_SALT)


def read(text: str, *, slug: str, now: int) -> Stamp | None:
    """What a stamp says; None where it is not ours, of another page, or older than two days."""
    try:
        found = Stamp(*signing.loads(text, salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    fits = found.slug == slug and 0 <= now - found.shown_at <= LONGEST_SECONDS
    return found if fits else None
