"""Channels, fields, roles and reasons in this reader's words; what we do not know stays as it came."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tundish.weblib.page.formats import digits

CHANNELS = {
    "website": _("Web site"), "web": _("Web site"), "direct": _("Direct"),
    "search": _("Search"), "organic_search": _("Search"),
    "organic search": _("Search"), "social": _("Social network"),
    "organic_social": _("Social network"), "advert": _("Advert"),
    "paid": _("Advert"), "paid_search": _("Search advert"),
    "paid_social": _("Social advert"), "mail": _("Mail"), "email": _("Mail"),
    "newsletter": _("Newsletter"), "referral": _("Referral"),
    "review": _("Review site"), "blog": _("Blog"), "event": _("Fair or event"),
    "call": _("Telephone"), "cold_call": _("Cold call"),
    "cold_mail": _("Cold mail"), "partner": _("Partner"),
}  # fmt: skip
FIELDS = {
    "form": _("Form"), "document": _("Document"), "path": _("Page"),
    "product": _("Product"), "mail": _("Mail"), "subject": _("Subject"),
    "event": _("Event"), "competitor": _("Competitor"), "reason": _("Reason"),
    "score": _("Score"), "stage": _("Stage"), "discount": _("Discount"),
    "list": _("List"), "direction": _("Direction"), "answer": _("Answer"),
    "seats": _("Seats"), "team": _("Team"), "owner": _("Owner"),
    "fit": _("Fit"), "value": _("Value"), "name": _("Name"),
    "email": _("E-mail"), "phone": _("Telephone"), "country": _("Country"),
    "title": _("Title"), "role": _("Part in the buying group"),
    "employees": _("Employees"), "industry": _("Industry"),
    "language": _("Language"), "by": _("By"), "city": _("City"),
    "domain": _("Domain"), "manager": _("Manager"), "office": _("Office"),
    "tag": _("Tag"), "purpose": _("Purpose"), "contact": _("Contact"),
    "product_series": _("Product series"), "product_price": _("Product price"),
}  # fmt: skip
ROLES = {
    "decides": _("Decides"), "decider": _("Decides"),
    "decision_maker": _("Decides"), "influences": _("Influences"),
    "influencer": _("Influences"), "uses": _("Uses"), "user": _("Uses"),
    "buys": _("Buys"), "buyer": _("Buys"), "champion": _("Speaks for us"), "approves": _("Approves"),
}  # fmt: skip
_DIRECTIONS = {
    "in": pgettext_lazy("direction of a call", "incoming"),
    "out": pgettext_lazy("direction of a call", "outgoing"),
}  # fmt: skip
REASONS = {
    "price": _("price"), "competitor": _("competitor"), "silent": _("silence"),
    "silence": _("silence"), "lost": _("lost"), "deal lost": _("deal lost"),
    "deal_lost": _("deal lost"), "unsubscribed": _("unsubscribed"),
    "no budget": _("no budget"), "budget": _("no budget"), "timing": _("timing"),
    "no need": _("no need"), "churn": _("left"), "cancelled": _("cancelled"),
    "refused": _("refused"),
}  # fmt: skip


def channel(name: str | None) -> str:
    """A channel in words; empty where there is none."""
    return str(CHANNELS.get((name or "").lower(), name or ""))


def field(name: str) -> str:
    """A field's name in words."""
    return str(FIELDS.get(name, name.replace("_", " ").capitalize()))


def reason(name: str) -> str:
    """A loss's reason in words."""
    return str(REASONS.get(name, name.replace("_", " ")))


def value(of: str, told: str) -> str:
    """A field's value, in words where it is one of a few."""
    if of == "role":
        return str(ROLES.get(told.lower(), told.replace("_", " ").capitalize()))
    if of == "direction":
        return str(_DIRECTIONS.get(told, told))
    return digits(told) if told.replace(".", "").isdigit() else told
