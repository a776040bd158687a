"""The mails' states: handed in, claimed, answered. A claim is committed before the server hears of it."""

from datetime import datetime, timedelta
from email.utils import make_msgid

from django.core.validators import validate_email
from django.db.models import F, Q
from django.utils.text import Truncator

from tundish.weblib.outbox.models import Mail, MailServer, State
from tundish.weblib.outbox.sending import Answer, Outcome

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failure that the server calls passing; then the mail is refused."""
_LONGEST_TALK = timedelta(minutes=10)


def enqueue(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    purpose: str,
    html: str = "",
    language: str = "en",
    person: str = "",
) -> Mail:
    """Hand in a mail; one that was handed in under this key before stays as it is and is returned.

    `now` is aware UTC; `person` the journal's reference of the receiver, whose timeline then shows
    the mail. Raises django's ValidationError where `to` is no address.
    """
    validate_email(to)
    server = MailServer.objects.first()
    domain = server.sender.rpartition("@")[2] if server else "localhost"
    mail, _made = Mail.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose,
            "person": person,
            "to": to,
            "subject": Truncator(" ".join(subject.split())).chars(200),
            "text": text,
            "html": html,
            "language": language,
            "message_id": make_msgid(domain=domain),
            "created_at": now,
            "due_at": now,
        },
    )
    return mail


def claim(now: datetime) -> Mail | None:
    """Take the mail that is due longest; from now on nobody else will send it. None where none is."""
    _give_up_stale(now)
    due = Mail.objects.filter(state=State.WAITING, due_at__lte=now)
    found = due.order_by("due_at", "pk").first()
    return None if found is None else claim_one(found.pk, now)


def claim_one(pk: int, now: datetime) -> Mail | None:
    """Take this mail; None where it does not wait."""
    taken = Mail.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    return Mail.objects.get(pk=pk) if taken else None


def note(mail: Mail, answer: Answer, *, now: datetime) -> None:
    """Write down how the server answered to a claimed mail."""
    mail.answer = answer.text
    if answer.outcome is Outcome.TAKEN:
        mail.state, mail.sent_at = State.SENT, now
    elif answer.outcome is Outcome.UNCLEAR:
        mail.state = State.UNCERTAIN
    elif answer.outcome is Outcome.LATER and mail.attempts <= len(WAITS):
        mail.state, mail.due_at = State.WAITING, now + WAITS[mail.attempts - 1]
    else:
        mail.state = State.REFUSED
    # Only its own claim: one that was given up meanwhile is a person's to decide.
    Mail.objects.filter(pk=mail.pk, state=State.SENDING, claimed_at=mail.claimed_at).update(
        state=mail.state, sent_at=mail.sent_at, due_at=mail.due_at, answer=mail.answer
    )


def again(pk: int, *, now: datetime) -> bool:
    """Let a mail that was refused, cancelled or unclear wait once more; False where it is none."""
    states = (State.REFUSED, State.UNCERTAIN, State.CANCELLED)
    return bool(
        Mail.objects.filter(pk=pk, state__in=states).update(
            state=State.WAITING, due_at=now, attempts=0, answer=""
        )
    )


def cancel(pk: int) -> bool:
    """Keep a waiting mail from being sent; False where it waits no longer."""
    return bool(Mail.objects.filter(pk=pk, state=State.WAITING).update(state=State.CANCELLED))


def _give_up_stale(now: datetime) -> None:
    # Whoever claimed it was killed while talking to the server: nobody knows whether it went out.
    Mail.objects.filter(
        Q(claimed_at__lte=now - _LONGEST_TALK) | Q(claimed_at=None), state=State.SENDING
    ).update(state=State.UNCERTAIN, answer="The worker ended while it was sending.")
