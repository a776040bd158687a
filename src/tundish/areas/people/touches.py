"""What a rep did or heard of, written down in two clicks: calls, meetings, cold mails, fairs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen, Done
from tundish.terms import InputError, from_micros

if TYPE_CHECKING:
    from tundish.workspace import Workspace

LONGEST_NOTE = 10_000
LONGEST_WHERE = 120


@dataclass(frozen=True)
class Touch:
    """A kind of touch: its button, its event, the channel; `where` is the property that says by whom
    or at which place, and `says` what the event says by itself."""

    label: Any
    icon: str
    event: str
    channel: str | None = None
    where: str = "place"
    says: tuple[tuple[str, str], ...] = ()


TOUCHES: dict[str, Touch] = {
    "call_out": Touch(_("We called"), "phone", "call_held", "call", says=(("direction", "out"),)),
    "call_in": Touch(_("They called"), "phone", "call_held", "call", says=(("direction", "in"),)),
    "meeting": Touch(_("Meeting"), "users", "meeting_held"),
    "cold_mail": Touch(_("Cold mail"), "send", "mail_sent", "cold_mail"),
    "referral": Touch(_("Referral"), "share", "referral_received", "referral", where="by"),
    "review_read": Touch(_("Read a review"), "star-half", "review_viewed", "review", where="site"),
    "review_written": Touch(_("Wrote a review"), "star", "review_posted", where="site"),
    "fair": Touch(_("Fair or event"), "map-pin", "fair_visited", "event", where="event"),
}


def log_touch(
    workspace: "Workspace",
    chosen: Chosen,
    *,
    kind: str,
    at: datetime | None = None,
    where: str = "",
    note: str = "",
) -> Done:
    """Write a touch down on each chosen record, at `at` (aware) or now.

    Raises InputError for a kind that is none, an instant to come, or a text that is too long.
    """
    touch = TOUCHES.get(kind)
    if touch is None:
        raise InputError("There is no such kind of touch.", "touch_unknown")
    now = from_micros(workspace.now())
    if at is not None and at > now:
        raise InputError("This is still to come.", "touch_ahead", "Write down what has happened.")
    where, note = " ".join(where.split()), note.strip()
    if len(where) > LONGEST_WHERE or len(note) > LONGEST_NOTE:
        raise InputError("The text is too long.", "text_too_long", "Shorten it.")
    named = where if touch.where == "by" else ""
    said: dict[str, Any] = {
        "name": touch.event,
        "channel": touch.channel,
        "properties": dict(touch.says) | ({touch.where: where} if where and not named else {}),
        # Who recommended us is a person's name: it stands with the words and not in the journal.
        "personal": {"text": text} if (text := "\n".join(filter(None, (named, note)))) else {},
        "occurred_at": at or now,
    }
    return actions.write(workspace, chosen, lambda _row: said)
