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
            return Inlet.objects.create(
                name=slug, write_key=f"tk_{token_urlsafe(24)}", created_at=now
            )
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
