"""What each standard event is called on the screen: a short sentence, an icon, the kind it belongs to."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[Any, str]] = {
    "arrival": (_("Arrivals and web"), "world"),
    "mail": (_("Mails"), "mail"),
    "talk": (_("Calls and meetings"), "phone"),
    "deal": (_("Deals and orders"), "briefcase"),
    "after": (_("After the purchase"), "heart-handshake"),
    "note": (_("Notes"), "message"),
    "stage": (_("Stages and hand-offs"), "stairs"),
    "change": (_("Changes"), "pencil"),
    "system": (_("Other events"), "history"),
}

OF_OURS = frozenset({"stage", "change", "note", "system"})
"""Kinds of what we write down or the system notes, and no prospect does."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An event's name in words; `kind` is a key of KINDS."""

    label: Any
    icon: str
    kind: str


EVENTS: dict[str, Shown] = {
    "advert_clicked": Shown(_("Clicked an advert"), "ad-2", "arrival"),
    "post_engaged": Shown(_("Engaged with a post"), "thumb-up", "arrival"),
    "session_started": Shown(_("Visited the web site"), "world", "arrival"),
    "page_viewed": Shown(_("Saw a page"), "eye", "arrival"),
    "link_clicked": Shown(_("Clicked a marked link"), "hand-click", "arrival"),
    "review_viewed": Shown(_("Read a review of us"), "star-half", "arrival"),
    "referral_received": Shown(_("Came by a recommendation"), "share", "arrival"),
    "fair_visited": Shown(_("Attended a fair or event"), "map-pin", "arrival"),
    "call_held": Shown(_("Had a telephone call"), "phone", "talk"),
    "campaign_answered": Shown(_("Answered a campaign"), "speakerphone", "arrival"),
    "task_done": Shown(_("A task was done"), "clipboard-check", "talk"),
    "list_joined": Shown(_("Was put on a target list"), "target", "arrival"),
    "form_submitted": Shown(_("Sent a form"), "forms", "arrival"),
    "account_created": Shown(_("Opened an account"), "user-plus", "arrival"),
    "newsletter_joined": Shown(_("Subscribed to the newsletter"), "news", "mail"),
    "document_downloaded": Shown(_("Downloaded a document"), "file-download", "arrival"),
    "mail_sent": Shown(_("Was sent a mail"), "send", "mail"),
    "mail_delivered": Shown(_("A mail arrived"), "mail", "mail"),
    "mail_opened": Shown(_("Opened a mail"), "mail-opened", "mail"),
    "mail_clicked": Shown(_("Clicked a link in a mail"), "click", "mail"),
    "mail_replied": Shown(_("Answered a mail"), "mail-forward", "mail"),
    "mail_bounced": Shown(_("A mail could not be delivered"), "mail-off", "mail"),
    "mail_complained": Shown(_("Marked a mail as spam"), "flag", "mail"),
    "mail_unsubscribed": Shown(_("Unsubscribed from our mail"), "mail-off", "mail"),
    "product_viewed": Shown(_("Looked at a product"), "package", "arrival"),
    "price_viewed": Shown(_("Looked at the prices"), "tag", "arrival"),
    "need_stated": Shown(_("Said what is needed"), "bulb", "talk"),
    "product_compared": Shown(_("Compared our product with another"), "scale", "arrival"),
    "competitor_considered": Shown(_("Considered a competitor"), "git-compare", "arrival"),
    "demo_requested": Shown(_("Asked for a demonstration"), "hand-click", "talk"),
    "demo_held": Shown(_("Saw a demonstration"), "presentation", "talk"),
    "meeting_booked": Shown(_("Booked a meeting"), "calendar", "talk"),
    "meeting_held": Shown(_("Had a meeting"), "calendar-event", "talk"),
    "trial_started": Shown(_("Started a trial"), "player-play", "arrival"),
    "trial_ended": Shown(_("The trial ended"), "hourglass", "arrival"),
    "deal_created": Shown(_("A deal was opened"), "briefcase", "deal"),
    "deal_engaged": Shown(_("Work on the deal began"), "rocket", "deal"),
    "deal_stage_changed": Shown(_("The deal’s stage changed in another system"), "replace", "deal"),
    "deal_won": Shown(_("The deal was won"), "trophy", "deal"),
    "deal_lost": Shown(_("The deal was lost"), "circle-x", "deal"),
    "offer_sent": Shown(_("Was sent an offer"), "send", "deal"),
    "offer_viewed": Shown(_("Looked at the offer"), "eye", "deal"),
    "offer_accepted": Shown(_("Accepted the offer"), "circle-check", "deal"),
    "offer_refused": Shown(_("Refused the offer"), "ban", "deal"),
    "cart_filled": Shown(_("Put something into the cart"), "shopping-cart", "deal"),
    "checkout_started": Shown(_("Began the checkout"), "credit-card", "deal"),
    "order_placed": Shown(_("Placed an order"), "receipt", "deal"),
    "order_paid": Shown(_("Paid an order"), "cash", "deal"),
    "order_refunded": Shown(_("An order was refunded"), "receipt-refund", "deal"),
    "onboarding_completed": Shown(_("Finished the first steps"), "confetti", "after"),
    "product_used": Shown(_("Used the product"), "activity", "after"),
    "support_requested": Shown(_("Asked for help"), "help", "after"),
    "complaint_made": Shown(_("Made a complaint"), "mood-sad", "after"),
    "complaint_resolved": Shown(_("The complaint was settled"), "mood-smile", "after"),
    "survey_answered": Shown(_("Answered a survey"), "clipboard-check", "after"),
    "review_posted": Shown(_("Wrote a review of us"), "star", "after"),
    "referral_made": Shown(_("Recommended us to someone"), "speakerphone", "after"),
    "subscription_renewed": Shown(_("Renewed the contract"), "repeat", "after"),
    "subscription_cancelled": Shown(_("Cancelled the contract"), "circle-x", "after"),
    "person_identified": Shown(_("Details were given"), "id", "change"),
    "person_merged": Shown(_("Two ids were joined to one person"), "git-merge", "system"),
    "company_joined": Shown(_("Joined a company"), "building", "change"),
    "field_changed": Shown(_("A field changed"), "pencil", "change"),
    "persons_differ": Shown(_("Is not the same person as another"), "git-compare", "system"),
    "merge_suggested": Shown(_("May be the same person as another"), "git-merge", "system"),
    "company_identified": Shown(_("Gave details of a company"), "building", "system"),
    "company_created": Shown(_("Was put on record"), "building", "change"),
    "tag_added": Shown(_("A tag was put on"), "tag", "change"),
    "tag_removed": Shown(_("A tag was taken off"), "tag", "change"),
    "address_added": Shown(_("A further address was added"), "id", "change"),
    "address_removed": Shown(_("An address was taken away"), "id", "change"),
    "note_added": Shown(_("Note"), "message", "note"),
    "note_pinned": Shown(_("A note was pinned"), "map-pin", "note"),
    "consent_granted": Shown(_("Consent was given"), "circle-check", "change"),
    "consent_withdrawn": Shown(_("Consent was withdrawn"), "ban", "change"),
    "group_joined": Shown(_("Joined the buying group"), "users", "change"),
    "group_left": Shown(_("Left the buying group"), "users", "change"),
    "stage_moved": Shown(_("Was moved by hand"), "hand-move", "stage"),
    "handoff_offered": Shown(
        _("Marketing offered a hand-off to sales"), "arrows-exchange", "stage"
    ),
    "handoff_accepted": Shown(_("Sales accepted the hand-off"), "user-check", "stage"),
    "handoff_returned": Shown(_("Sales returned the hand-off"), "arrow-back-up", "stage"),
    "cost_recorded": Shown(_("A cost was recorded"), "report-money", "system"),
    "page_published": Shown(_("A landing page was published"), "world", "system"),
    "page_withdrawn": Shown(_("A landing page was taken offline"), "ban", "system"),
    "events_voided": Shown(_("Events were taken back"), "trash", "system"),
}


def shown_event(name: str) -> Shown:
    """How an event is shown; a name that is not standard is shown as its words."""
    found = EVENTS.get(name)
    return found or Shown(name.replace("_", " ").strip().capitalize(), "point", "system")


def names_of_kind(kind: str) -> list[str]:
    """The standard names of a kind."""
    return [name for name, shown in EVENTS.items() if shown.kind == kind]
