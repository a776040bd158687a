"""Double opt-in: the mail with the link, and what pressing its button says.

The link carries no address: whoever finds it in a log learns nothing. Opening it changes nothing,
because mail programs open links by themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from tundish.areas.pages.submitting import granted
from tundish.journal.event import Event
from tundish.weblib.outbox import queue
from tundish.weblib.outbox.models import Mail

_SALT = "tundish.pages.confirm"
LONGEST_SECONDS = 30 * 24 * 3600
MOST_MAILS, WITHIN = 3, timedelta(days=1)
"""Anybody may type anybody's address: so many of these mails a day it gets, however often."""
_PURPOSE = "double_opt_in"


@dataclass(frozen=True)
class Asked:
    """What a confirmation link stands for."""

    slug: str
    event_id: str
    person: str
    consents: list[dict[str, Any]]


def token(asked: Asked) -> str:
    """The signed text of a link."""
    said = [asked.slug, asked.event_id, asked.person, asked.consents]
    return signing.dumps(said, salt=_SALT, compress=True)


def read(text: str, *, slug: str) -> Asked | None:
    """What a link says; None where it is not ours, of another page, or older than thirty days."""
    try:
        found = Asked(*signing.loads(text, salt=_SALT, max_age=LONGEST_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return found if found.slug == slug else None


def send(asked: Asked, *, to: str, link: str, firm: str, language: str, now: datetime) -> None:
    """Hand the mail in; the same submission hands it in once, and an address gets MOST_MAILS within a
    day. Raises ValidationError for no address."""
    lately = Mail.objects.filter(to__iexact=to, purpose=_PURPOSE, created_at__gt=now - WITHIN)
    if lately.count() >= MOST_MAILS:
        return
    said = {"link": link, "firm": firm, "consents": asked.consents, "language": language}
    with override(language):
        queue.enqueue(
            key=f"confirm:{asked.event_id}",
            to=to,
            subject=_("Please confirm your address for %(firm)s") % {"firm": firm},
            text=render_to_string("pages/confirm_mail.txt", said).strip() + "\n",
            html=render_to_string("pages/confirm_mail.html", said),
            language=language,
            person=asked.person,
            purpose=_PURPOSE,
            now=now,
        )


def events(asked: Asked, *, at: datetime, address: str) -> list[Event]:
    """The consents, granted now; the submission that asked for them is their evidence."""
    main = Event(id=asked.event_id, name="form_submitted", occurred_at=at, person=asked.person)
    return [granted(main, one, at=at, source="mail", address=address) for one in asked.consents]
