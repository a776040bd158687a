"""A campaign and its parts. What it brought and cost is in the journal, under the campaign's key."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tundish.terms import Money


class Campaign(models.Model):
    """Named as its links name it: `key` is what stands in utm_campaign, in small letters."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=80, unique=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    budget_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def budget(self) -> Money | None:
        """What it may cost."""
        return None if self.budget_minor is None else Money(self.budget_minor, self.currency)


class Kind(models.TextChoices):
    """What a part is, and so the medium that its links carry."""

    PAGE = "page", _("Landing page")
    ADVERT = "advert", _("Advert")
    MAIL = "mail", pgettext_lazy("a part of a campaign", "Mail")
    POST = "post", _("Post on a network")
    OTHER = "other", pgettext_lazy("a part of a campaign", "Other")


MEDIUM = {
    Kind.PAGE: "", Kind.ADVERT: "cpc", Kind.MAIL: "email", Kind.POST: "social", Kind.OTHER: "",
}  # fmt: skip
"""utm_medium by kind: what the table of channel rules understands; empty where it says nothing."""


class Part(models.Model):
    """A page, an advert, a mail of a campaign, and where its link leads."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)
    address = models.URLField(max_length=500)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name
