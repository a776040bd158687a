"""The mail server that the firm uses, and every single mail that is handed to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Security(models.TextChoices):
    """How the line to the mail server is kept private."""

    STARTTLS = "starttls", _("STARTTLS (port 587)")
    TLS = "tls", _("TLS (port 465)")
    NONE = "none", _("None (this machine only)")


class MailServer(models.Model):
    """The one mail server of the firm; there is at most one row."""

    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    user = models.CharField(max_length=255, blank=True)
    password = models.CharField(max_length=255, blank=True)
    sender = models.EmailField()
    sender_name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class State(models.TextChoices):
    """Where a mail stands. Only `waiting` ones are ever taken."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")
    UNCERTAIN = "uncertain", _("Unclear")
    CANCELLED = "cancelled", _("Cancelled")


class Mail(models.Model):
    """One mail to one address. `key` says what it is for: the same key is never sent twice."""

    key = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(max_length=60)
    person = models.CharField(max_length=200, blank=True)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="en")
    message_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    answer = models.TextField(blank=True)
    told = models.BooleanField(default=False)  # whether the journal has heard that it was sent

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="mail_due"),
            models.Index(fields=["person"], name="mail_person"),
        ]

    def __str__(self) -> str:
        return self.key
