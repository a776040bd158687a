"""Landing pages, their versions and pictures, and what their forms refused."""

from typing import Any
from urllib.parse import urlsplit

from django.db import models

from tundish.weblib.access.models import User


class LandingPage(models.Model):
    """A page with its draft; `published` is the version that visitors see.

    The address never changes once a version was published: adverts and mails point at it.
    """

    slug = models.CharField(max_length=60, unique=True)
    draft = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    published = models.ForeignKey(
        "PageVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-updated_at", "-id"]

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        """The draft's title, or the address where it has none yet."""
        return str(self.draft.get("title") or self.slug)

    @property
    def is_online(self) -> bool:
        """Whether visitors can see it."""
        return self.published_id is not None

    @property
    def was_published(self) -> bool:
        """Whether visitors could ever see it."""
        return self.is_online or self.versions.exists()

    @property
    def has_changes(self) -> bool:
        """Whether the draft says something else than what is online."""
        return self.published is not None and self.published.content != self.draft


class PageVersion(models.Model):
    """What was published, once and for good."""

    page = models.ForeignKey(LandingPage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="page_version_number")
        ]


class DraftStep(models.Model):
    """The draft as it was before a change, so that it can be taken back; `typing`: before words
    were typed, and not before a button."""

    page = models.ForeignKey(LandingPage, on_delete=models.CASCADE, related_name="steps")
    content = models.JSONField()
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    typing = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]


class Picture(models.Model):
    """An uploaded picture under the hash of its bytes; `kind` is png, jpeg or webp."""

    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-uploaded_at", "-id"]

    @property
    def name(self) -> str:
        """Its file name in addresses."""
        return f"{self.key}.{self.kind}"


class Frontage(models.Model):
    """What all pages of the firm share; one row. `sites` are origins, one a line: they may embed
    our forms, send to them, and be gone to after them."""

    logo = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True)
    sites = models.TextField(blank=True)
    privacy_url = models.URLField(blank=True, max_length=300)
    imprint_url = models.URLField(blank=True, max_length=300)

    @classmethod
    def current(cls) -> "Frontage":
        """The firm's; a fresh one before anything was chosen."""
        return cls.objects.select_related("logo").first() or cls(pk=1)

    @property
    def origins(self) -> list[str]:
        """The firm's own sites, as a browser names them."""
        return self.sites.split()

    @property
    def hosts(self) -> list[str]:
        """Their host names."""
        return [host for one in self.origins if (host := urlsplit(one).hostname)]


class RefusedForm(models.Model):
    """A submission taken for spam, with its reason; kept apart from the journal until it is let in."""

    page = models.ForeignKey(LandingPage, on_delete=models.CASCADE, related_name="refused")
    event_id = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=20)
    said: Any = models.JSONField()
    at = models.DateTimeField()
    let_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]


class Sending(models.Model):
    """That a form was sent, kept for some minutes to slow down a flood; `key` is a hash."""

    key = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
