"""Writes of the capture area."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tundish.areas.capture.models import Inlet
from tundish.terms import InputError


def open_inlet(name: str, *, now: datetime) -> Inlet:
    """A new inlet with a fresh write key; raises InputError where the name is taken or empty."""
    slug = slugify(name, allow_unicode=True)[:40]
    if not slug:
        raise InputError(
            _("“%(name)s” cannot name an inlet.") % {"name": name},
            "inlet_name_unusable",
            _("Use letters, digits and hyphens, as in website."),
        )
    try:
        with transaction.atomic():
            return Inlet.objects.create(name=slug, write_key=_fresh_key(), created_at=now)
    except IntegrityError:
        raise InputError(
            _("There is or was an inlet “%(name)s” already.") % {"name": slug},
            "inlet_taken",
            _("Choose another name."),
        ) from None


def close_inlet(inlet: Inlet, *, now: datetime) -> None:
    """From now on its key is refused; what came through it stays."""
    inlet.closed_at = inlet.closed_at or now
    inlet.save(update_fields=["closed_at"])


def reopen_inlet(inlet: Inlet) -> None:
    """Its key is taken again."""
    inlet.closed_at = None
    inlet.save(update_fields=["closed_at"])


def rename_inlet(inlet: Inlet, title: str) -> None:
    """Call it by another name; raises InputError where the name is empty, too long or taken."""
    title = " ".join(title.split())
    if not 0 < len(title) <= 60:
        raise InputError(
            _("An inlet’s name has 1 to 60 letters."),
            "inlet_name_unusable",
            _("Choose another name."),
        )
    others = Inlet.objects.exclude(pk=inlet.pk)
    if any(title.casefold() == str(other).casefold() for other in others):
        raise InputError(
            _("There is or was an inlet “%(name)s” already.") % {"name": title},
            "inlet_taken",
            _("Choose another name."),
        )
    inlet.title = title
    inlet.save(update_fields=["title"])


def change_key(inlet: Inlet) -> None:
    """A fresh write key; the one before it is refused from now on, and remembered."""
    inlet.previous_key, inlet.write_key = inlet.write_key, _fresh_key()
    inlet.save(update_fields=["previous_key", "write_key"])


def restore_key(inlet: Inlet) -> None:
    """The key before the last change again; nothing where there is none."""
    if inlet.previous_key:
        inlet.previous_key, inlet.write_key = inlet.write_key, inlet.previous_key
        inlet.save(update_fields=["previous_key", "write_key"])


def _fresh_key() -> str:
    return f"tk_{token_urlsafe(24)}"
