"""One mail to one server, and what its answer means: taken, refused, later, or nobody knows."""

import smtplib
from dataclasses import dataclass
from email.utils import formataddr
from enum import Enum

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from tundish.weblib.outbox.models import Mail, MailServer, Security

_SECONDS = 30


class Outcome(Enum):
    """What became of a mail at the server."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Answer:
    """The outcome, and the server's own words."""

    outcome: Outcome
    text: str


def send(server: MailServer, mail: Mail) -> Answer:
    """Hand one mail to the server. Whatever goes wrong comes back as an answer."""
    line = EmailBackend(
        host=server.host, port=server.port, username=server.user, password=server.password,
        use_tls=server.security == Security.STARTTLS, use_ssl=server.security == Security.TLS,
        timeout=_SECONDS,
    )  # fmt: skip
    try:
        line.open()
    except (OSError, smtplib.SMTPException) as failure:
        # Nothing was said about any mail yet: trying again cannot double it, and a wrong password
        # is no reason to give a mail up.
        return Answer(Outcome.LATER, _words(failure))
    try:
        return _hand_over(line, server, mail)
    finally:
        line.close()


def _hand_over(line: EmailBackend, server: MailServer, mail: Mail) -> Answer:
    try:
        line.send_messages([_letter(server, mail)])
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return _refused(code, words)
    except smtplib.SMTPResponseException as refused:
        return _refused(refused.smtp_code, refused.smtp_error)
    except (OSError, smtplib.SMTPException) as failure:
        # The line broke: the server may have taken the mail before it could say so.
        return Answer(Outcome.UNCLEAR, _words(failure))
    return Answer(Outcome.TAKEN, "")


def _letter(server: MailServer, mail: Mail) -> EmailMultiAlternatives:
    letter = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((server.sender_name, server.sender)),
        to=[mail.to],
        headers={
            "Message-ID": mail.message_id,
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    if mail.html:
        letter.attach_alternative(mail.html, "text/html")
    return letter


def _refused(code: int, words: bytes | str) -> Answer:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    outcome = Outcome.LATER if 400 <= code < 500 else Outcome.REFUSED
    return Answer(outcome, f"{code} {text}".strip())


def _words(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        return _refused(failure.smtp_code, failure.smtp_error).text
    return f"{type(failure).__name__}: {failure}"
