"""The worker's part: send what is due, and tell the journal what was sent."""

from typing import TYPE_CHECKING

from tundish.journal.event import Event
from tundish.journal.ids import derived_id
from tundish.terms import from_micros
from tundish.weblib.outbox import queue, sending
from tundish.weblib.outbox.models import Mail, MailServer, State

if TYPE_CHECKING:
    from tundish.workspace import Workspace


def deliver_next(workspace: "Workspace") -> bool:
    """Send the mail that is due longest; False where there is none, or no mail server yet."""
    _tell(workspace)
    server = MailServer.objects.first()
    if server is None:
        return False
    mail = queue.claim(from_micros(workspace.now()))
    if mail is None:
        return False
    answer = sending.send(server, mail)
    queue.note(mail, answer, now=from_micros(workspace.now()))
    _tell(workspace)
    return True


def _tell(workspace: "Workspace") -> None:
    """Sent mails to the journal. The event's id is the mail's: told twice, it stands there once."""
    for mail in Mail.objects.filter(state=State.SENT, told=False).order_by("sent_at")[:100]:
        if mail.person and mail.sent_at is not None:
            event = Event(
                id=derived_id(mail.message_id, what="mail_sent"),
                name="mail_sent",
                occurred_at=mail.sent_at,
                person=mail.person,
                properties={"purpose": mail.purpose},
            )
            workspace.append([event])
        Mail.objects.filter(pk=mail.pk).update(told=True)
