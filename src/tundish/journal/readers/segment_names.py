"""What senders call things, and what they are called here."""

import re
from functools import lru_cache

from tundish.journal.names import STANDARD

KNOWN = {
    "account created": "account_created", "signed up": "account_created",
    "signup": "account_created", "trial started": "trial_started", "trial ended": "trial_ended",
    "page viewed": "page_viewed", "viewed page": "page_viewed",
    "product viewed": "product_viewed", "viewed product": "product_viewed",
    "product added": "cart_filled", "added product": "cart_filled",
    "checkout started": "checkout_started", "started checkout": "checkout_started",
    "order placed": "order_placed", "order completed": "order_placed",
    "completed order": "order_placed", "order paid": "order_paid",
    "order refunded": "order_refunded", "refunded order": "order_refunded",
    "product reviewed": "review_posted", "reviewed product": "review_posted",
    "email sent": "mail_sent", "email opened": "mail_opened",
    "email link clicked": "mail_clicked", "email bounced": "mail_bounced",
    "email delivered": "mail_delivered", "email marked as spam": "mail_complained",
    "unsubscribed": "mail_unsubscribed",
}  # fmt: skip
"""Standard names by the sender's, in lower case with single spaces."""
RESERVED = frozenset(
    """events_voided person_merged merge_suggested person_identified company_joined
    company_identified field_changed stage_moved persons_differ
    consent_granted consent_withdrawn tag_added tag_removed address_added address_removed
    note_added note_pinned group_joined group_left list_joined cost_recorded
    page_published page_withdrawn handoff_offered handoff_accepted handoff_returned""".split()
)
"""Names that only the workspace itself may write: whoever reads a page's source has its write key."""
VALUED = frozenset(name for name, said in STANDARD.items() if "carries the value" in said) | {
    "order_refunded"
}
"""Standard events whose amount is their value."""


@lru_cache(maxsize=4096)
def standard_name(sent: str) -> str:
    """The name of an event here: a known one's standard name, else the sent one in snake_case."""
    words = " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+", " ", sent).casefold().split())
    return KNOWN.get(words) or words.replace(" ", "_")
