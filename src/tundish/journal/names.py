"""The standard names of events: what the models' entry rules, the readers and the demo speak.

Any other name in the form noun_pastverb may come as well; these are the ones that mean something
out of the box. `TOUCHPOINTS` may earn credit because they have a channel.
"""

STANDARD: dict[str, str] = {
    # how prospects arrive
    "advert_clicked": "A paid advert was clicked.",
    "post_engaged": "A post on a social network was liked, shared or answered.",
    "session_started": "A visit of the web site began; carries channel, source and campaign.",
    "page_viewed": "A page of the web site was seen; property path.",
    "link_clicked": "A marked link or button of the web site was clicked; property link.",
    "review_viewed": "A third-party review of us was read.",
    "referral_received": "Someone came by the recommendation of a customer.",
    "fair_visited": "A fair, an event or a webinar of ours was attended.",
    "call_held": "A telephone call took place.",
    "campaign_answered": "A member of an outside system's campaign responded; carries the campaign.",
    "list_joined": "Put on a target list of those who do not know us yet.",
    # engagement
    "account_created": "An account was opened (signed up).",
    "form_submitted": "A form was sent; property form.",
    "newsletter_joined": "Subscribed to the newsletter.",
    "document_downloaded": "A document was downloaded; property document.",
    "mail_sent": "A mail was sent to the person.",
    "mail_delivered": "A mail arrived at the person's mail server.",
    "mail_opened": "A mail was opened (may be a machine).",
    "mail_clicked": "A link in a mail was clicked.",
    "mail_replied": "A mail was answered by the person.",
    "mail_bounced": "A mail could not be delivered.",
    "mail_complained": "A mail was marked as spam.",
    "mail_unsubscribed": "Unsubscribed from our mail.",
    "product_viewed": "A product's page was seen.",
    "price_viewed": "The price page was seen.",
    "need_stated": "The prospect said what is needed.",
    # evaluation
    "product_compared": "Our product was compared with another.",
    "competitor_considered": "A competitor came onto the prospect's list.",
    "demo_requested": "A demonstration was asked for.",
    "demo_held": "A demonstration took place.",
    "meeting_booked": "A meeting was booked.",
    "meeting_held": "A meeting took place.",
    "trial_started": "A trial began.",
    "trial_ended": "A trial ended.",
    # decision and purchase
    "deal_created": "A deal was opened.",
    "task_done": "Something else was done for the prospect; property type.",
    "deal_engaged": "Work on a deal began.",
    "deal_stage_changed": "A deal's stage in an outside system changed; properties old, new.",
    "deal_won": "A deal was won; carries the value.",
    "deal_lost": "A deal was lost; property reason.",
    "offer_sent": "An offer was sent; property discount.",
    "offer_viewed": "An offer was looked at.",
    "offer_accepted": "An offer was accepted.",
    "offer_refused": "An offer was refused.",
    "cart_filled": "Something was put into the cart.",
    "checkout_started": "The checkout began.",
    "order_placed": "An order was placed; carries the value.",
    "order_paid": "An order was paid; carries the value.",
    "order_refunded": "An order was refunded.",
    # after the purchase
    "onboarding_completed": "The customer finished the first steps with the product.",
    "product_used": "The product was used.",
    "support_requested": "Help was asked for.",
    "complaint_made": "A complaint was made.",
    "complaint_resolved": "A complaint was settled.",
    "survey_answered": "A survey was answered; property score from 0 to 10.",
    "review_posted": "The customer wrote a review of us.",
    "referral_made": "The customer recommended us to someone.",
    "subscription_renewed": "A contract was renewed; carries the value.",
    "subscription_cancelled": "A contract was cancelled.",
    # what we and the system do
    "person_identified": "A person's details were given; names the changed fields.",
    "person_merged": "Two ids are one person; properties other and kept.",
    "merge_suggested": "A sender says that two known persons are one; properties other and kept.",
    "persons_differ": "One of us said that two persons are two; properties one and other.",
    "company_joined": "A person belongs to a company from now on.",
    "company_identified": "A company's details were given.",
    "field_changed": "A field changed; properties field, old and new.",
    "company_created": "A company was put on record; property name.",
    "tag_added": "A tag was put on a record; property tag.",
    "tag_removed": "A tag was taken off a record; property tag.",
    "address_added": "A further e-mail address or telephone number of a person; properties kind, label.",
    "address_removed": "An e-mail address or telephone number is no longer the person's; property kind.",
    "note_added": "One of us wrote a note.",
    "note_pinned": "A note was pinned above the timeline; property note.",
    "consent_granted": "A person agreed to a purpose; properties purpose, basis, version, source, evidence.",
    "consent_withdrawn": "A person no longer agrees to a purpose; properties purpose, source, evidence.",
    "group_joined": "A person is in the buying group of the company or deal; property role.",
    "group_left": "A person is no longer in the buying group of the company or deal.",
    "stage_moved": "A stage was set by hand; properties definition, stage and reason, actor.",
    "handoff_offered": "Marketing offered the prospect to sales.",
    "handoff_accepted": "Sales accepted the prospect.",
    "handoff_returned": "Sales returned the prospect; property reason.",
    "cost_recorded": "Money was spent on a channel or campaign; carries the value.",
    "page_published": "A landing page went online; properties page and version, actor.",
    "page_withdrawn": "A landing page went offline; properties page and version, actor.",
    "events_voided": "A batch or an event no longer counts; property batch or event.",
}

TOUCHPOINTS = frozenset(
    """advert_clicked post_engaged session_started review_viewed referral_received fair_visited
    campaign_answered call_held form_submitted newsletter_joined document_downloaded mail_opened mail_clicked
    mail_replied demo_held meeting_held trial_started offer_sent offer_viewed""".split()
)
"""Standard events that may earn credit for a conversion."""

BY_HAND = "typed"
"""The inlet of what one of us types."""
RECORD_KEEPING = frozenset(
    """field_changed company_created tag_added tag_removed address_added address_removed note_added
    note_pinned consent_granted consent_withdrawn group_joined group_left list_joined stage_moved
    persons_differ merge_suggested person_merged""".split()
)
"""What we write down about a prospect: by hand it is no activity of theirs, so no time is taken from it."""
OBSERVED = frozenset(
    """advert_clicked post_engaged session_started page_viewed review_viewed product_viewed price_viewed
    mail_opened mail_clicked""".split()
)
"""What is recorded by watching and not by being told: of somebody who is not to be tracked, nothing of it."""
