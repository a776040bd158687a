"""Why the door refused something, and what to do: in the reader's language, by code."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WHY: Mapping[str, tuple[Any, Any]] = {
    "amount_unreadable": (
        _("The amount is not a number."), _("Send revenue, total or value as a number."),
    ),
    "batch_missing": (_("The request has no list of messages."), _("Send {\"batch\": […]}.")),
    "batch_too_large": (
        _("The request holds more than 500 KB."), _("Let the client send fewer events at once."),
    ),
    "body_too_large": (
        _("The request holds more than 500 KB."), _("Let the client send fewer events at once."),
    ),
    "body_unreadable": (_("The body is not a JSON object."), _("Send JSON.")),
    "busy": (
        _("Too much came at once; the sender was asked to come again."),
        _("Clients do so by themselves. If it stays, look at the server’s disk."),
    ),
    "currency_unreadable": (
        _("The currency is not three letters, as in EUR."), _("Send an ISO code under currency."),
    ),
    "event_missing": (_("The message does not name its event."), _("Send a name under event.")),
    "event_reserved": (
        _("The event’s name is kept for Tundish itself."), _("Choose another name for it."),
    ),
    "event_too_large": (
        _("A message holds more than 32 KB."), _("Send less with it; long texts belong elsewhere."),
    ),
    "event_unstorable": (
        _("The message holds something that no database can keep."),
        _("Look for odd characters and for huge numbers."),
    ),
    "form_broken": (
        _("The form has no readable field data."), _("Send JSON, or JSON in base64 under data."),
    ),
    "group_missing": (
        _("The message names no company that it could tell of."),
        _("Send groupId; of PostHog’s types of groups, company, organization, account and customer are."),
    ),
    "gzip_broken": (_("The gzip body is broken."), _("Send it again, or without gzip.")),
    "json_broken": (_("The body is not JSON."), _("Look for a missing bracket or quotation mark.")),
    "json_not_object": (_("The body must be a JSON object."), _("Begin it with {.")),
    "message_unreadable": (
        _("The message is no JSON object, or nested too deep, or holds odd text."),
        _("Send a plain object of texts and numbers."),
    ),
    "method_not_allowed": (_("Events come by POST."), _("Let the sender use POST.")),
    "person_missing": (
        _("The message does not say whom it is about."), _("Send userId, anonymousId or distinct_id."),
    ),
    "person_reserved": (
        _("The userId begins as only Tundish’s own ids do."),
        _("Send ids that do not begin with anon:, mail: or hash:."),
    ),
    "person_unreadable": (
        _("The id of the person is neither text nor a number."), _("Send it as a text."),
    ),
    "previous_missing": (
        _("The message does not name the person’s other id."), _("Send it under previousId or alias."),
    ),
    "time_in_future": (
        _("The time lies more than a day ahead."), _("Look at the sender’s clock, or send sentAt."),
    ),
    "time_out_of_range": (_("The time lies beyond what can be kept."), _("Send it as 2026-06-30T14:05:00Z.")),
    "time_unreadable": (_("The time is not a date or a time."), _("Send it as 2026-06-30T14:05:00Z.")),
    "type_unknown": (
        _("The type of message is none that is taken."),
        _("Send track, identify, page, screen, group or alias."),
    ),
    "write_key_closed": (
        _("The write key is no longer taken."),
        _("Give the sender the present key, or open the inlet again."),
    ),
    "write_key_unknown": (
        _("The write key is missing or unknown."), _("Compare it with the keys on the settings page."),
    ),
}  # fmt: skip
"""Code: (why, what to do). A test holds it and the codes of the door together."""


def why(code: str | None, detail: str | None) -> tuple[Any, Any]:
    """(why, what to do) of a refusal; the reader's own words where the code is unheard of."""
    return WHY.get(code or "", (detail or "", ""))
