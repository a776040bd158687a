"""The words of the pages area for its lists of choices."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = {
    "headline": _("Headline"), "text": _("Text"), "picture": _("Picture"), "proof": _("Proof"),
    "form": _("Form"), "button": _("Button"),
}  # fmt: skip
ICONS = {
    "headline": "tag", "text": "list-details", "picture": "photo", "proof": "star",
    "form": "forms", "button": "hand-click",
}  # fmt: skip
LANGUAGES = {"en": "English", "ar": "العربية"}
LOOKS = {
    "clear": pgettext_lazy("look of a page", "Clear"),
    "warm": pgettext_lazy("look of a page", "Warm"),
    "night": pgettext_lazy("look of a page", "Night"),
}
ACCENTS = {
    "blue": _("Blue"), "green": _("Green"), "plum": _("Plum"), "rust": _("Rust"), "slate": _("Slate"),
}  # fmt: skip
PROOFS = {"quote": _("Quotation"), "number": _("Number"), "logo": _("Logo")}
SHAPES = {"line": _("One line"), "long": _("Several lines"), "choice": _("A choice")}
TARGETS = {
    "email": _("Person: e-mail"), "name": _("Person: name"), "first_name": _("Person: first name"),
    "last_name": _("Person: last name"), "phone": _("Person: telephone"),
    "title": _("Person: job title"), "country": _("Person: country"),
    "company": _("Company: name"), "person": _("Person: a property of your own"),
    "firm": _("Company: a property of your own"), "event": _("Event: a property of your own"),
    "consent": _("Consent box"),
}  # fmt: skip
PURPOSES = {
    "newsletter": _("Newsletter"), "marketing": _("Offers and advertising"),
    "contact": _("Being contacted"), "events": _("Invitations"),
}  # fmt: skip
REASONS = {
    "trap": _("a field that people do not see was filled in"),
    "too_fast": _("filled in faster than a person can"),
    "machine": _("the browser says that it is a program"),
    "no_stamp": _("it came neither from the page nor from one of your own sites"),
}  # fmt: skip
_FIELDS = {
    "title": _("title"), "description": _("description"), "language": _("language"),
    "look": _("look"), "accent": _("colour"), "text": _("words"), "sub": _("line below"),
    "body": _("text"), "picture": _("picture"), "alt": _("description of the picture"),
    "caption": _("caption"), "style": _("kind"), "by": _("name"), "heading": _("heading"),
    "button": _("button"), "after": _("what follows"), "redirect": _("address that follows"),
    "thanks_title": _("heading of the thanks"), "thanks_text": _("text of the thanks"),
    "double_opt_in": _("confirmation by mail"), "label": _("name"), "target": _("address"),
    "to": _("what it fills"), "shape": _("kind"), "options": _("choices"),
    "required": _("must be filled in"), "key": _("property"), "purpose": _("purpose"),
    "wording": _("words of the consent"),
}  # fmt: skip


def field_name(name: str) -> str:
    """What a part of a page, block or field is called within a sentence."""
    return str(_FIELDS.get(name, name))
