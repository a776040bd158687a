"""Users and teams, and failed sign-ins."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user may do."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    MARKETING = "marketing", _("Marketing")
    SALES = "sales", _("Sales")
    VIEWER = "viewer", _("Viewer")


class Scope(models.TextChoices):
    """Whose records a user may see."""

    OWN = "own", _("Their own prospects")
    TEAM = "team", _("Their team’s prospects")
    ALL = "all", _("All prospects")


class Team(models.Model):
    """A group of users who see one another's prospects."""

    name = models.CharField(_("Name"), max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a hashed password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Whoever signs in with this address, in whatever case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One of us. Prospects are never users."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    known_as = models.CharField(
        _("Name in imported data"), max_length=120, blank=True,
        help_text=_("How other systems call this person as an owner, if not by name or e-mail."),
    )  # fmt: skip
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices, default=Role.SALES)
    scope = models.CharField(_("Sees"), max_length=6, choices=Scope.choices, default=Scope.OWN)
    team = models.ForeignKey(
        Team, verbose_name=_("Team"), on_delete=models.SET_NULL, null=True, blank=True,
        related_name="members",
    )  # fmt: skip
    language = models.CharField(_("Language"), max_length=5, blank=True)
    digits = models.CharField(_("Digits"), max_length=8, blank=True)
    theme = models.CharField(_("Appearance"), max_length=6, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_without_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """What the journal calls this user: it is no personal value and never changes."""
        return f"user:{self.pk}"


class SignInFailure(models.Model):
    """A wrong password, kept for a quarter of an hour to slow down guessing."""

    key = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
