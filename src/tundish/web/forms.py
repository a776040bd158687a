"""Forms of the project's own pages, and how every form looks."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from tundish.web.widgets import LongSelect
from tundish.weblib.access.models import Role, Scope, Team, User
from tundish.weblib.access.staff import claimed_by_another

LANGUAGES = [("en", "English"), ("ar", "العربية")]
DIGITS = [("latin", _("Latin digits (123)")), ("arabic", _("Arabic digits (١٢٣)"))]
THEMES = [("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
CURRENCIES = (
    "AED AUD BHD BRL CAD CHF CNY CZK DKK DZD EGP EUR GBP HKD HUF IDR ILS INR IQD JOD JPY KES KRW KWD LBP "
    "LYD MAD MXN MYR NGN NOK NZD OMR PHP PKR PLN QAR RON SAR SDG SEK SGD SYP THB TND TRY TWD UAH USD VND "
    "YER ZAR"
).split()  # fmt: skip


class StyledField(BoundField):
    """A field whose widget carries the look's class."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """The widget's attributes, with `form-control` or `form-select` where one fits."""
        attrs = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        if isinstance(shown, forms.RadioSelect | forms.CheckboxInput | forms.HiddenInput):
            return attrs
        look = "form-select" if isinstance(shown, forms.Select) else "form-control"
        wrong = " is-invalid" if self.form.is_bound and self.errors else ""
        return attrs | {"class": f"{shown.attrs.get('class', '')} {look}{wrong}".strip()}


class Renderer(TemplatesSetting):
    """Forms drawn by our own templates."""

    field_template_name = "form_field.html"
    bound_field_class = StyledField


@cache  # six hundred files are looked at
def _zones() -> list[tuple[str, str]]:
    return [
        (zone, zone.replace("_", " "))
        for zone in sorted(available_timezones())
        if "/" in zone or zone == "UTC"
    ]


class SignInForm(forms.Form):
    """E-mail and password."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True, "dir": "ltr"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class FirmForm(forms.Form):
    """The firm's name and how it counts money and days."""

    name = forms.CharField(label=_("Name of the firm"), max_length=120)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in CURRENCIES])
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones, widget=LongSelect)
    language = forms.ChoiceField(label=_("Language for new users"), choices=LANGUAGES)
    digits = forms.ChoiceField(
        label=_("Digits in Arabic text"), choices=DIGITS, widget=forms.RadioSelect
    )


class AccountForm(forms.ModelForm):
    """A user's own reading habits. The name is an administrator's to change: it says whose a record is."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    digits = forms.ChoiceField(label=_("Digits in Arabic text"), required=False,
        choices=[("", _("As the firm")), *DIGITS])  # fmt: skip
    theme = forms.ChoiceField(label=_("Appearance"), choices=THEMES)

    class Meta:
        model = User
        fields = ["language", "digits", "theme"]


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    current = forms.CharField(label=_("Present password"), strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}))  # fmt: skip
    new = forms.CharField(label=_("New password"), strip=False,
        help_text=_("At least 10 characters, and not a common word."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}))  # fmt: skip
    again = forms.CharField(label=_("New password again"), strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}))  # fmt: skip

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_current(self) -> str:
        """The present password must be right."""
        current = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise ValidationError(_("This is not your present password."), code="password_wrong")
        return current

    def clean_new(self) -> str:
        """The new one must be strong enough."""
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> dict:
        """Both new ones must be the same."""
        if self.cleaned_data.get("new") and self.cleaned_data["new"] != self.cleaned_data.get(
            "again"
        ):
            self.add_error(
                "again", ValidationError(_("The two do not agree."), code="password_unequal")
            )
        return self.cleaned_data


class UserForm(forms.ModelForm):
    """A user of ours, as an administrator sets one up."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    scope = forms.ChoiceField(label=_("Sees"), choices=Scope.choices)
    team_name = forms.CharField(label=_("Team"), max_length=80, required=False,
        help_text=_("A new name makes a new team."))  # fmt: skip

    class Meta:
        model = User
        fields = ["name", "email", "known_as", "role", "scope"]

    def __init__(self, *args: object, by: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["email"].widget.attrs["dir"] = "ltr"
        if self.instance.pk and self.instance.team:
            self.fields["team_name"].initial = self.instance.team.name
        if by.role != Role.OWNER:
            self.fields["role"].choices = [c for c in Role.choices if c[0] != Role.OWNER]

    def clean_email(self) -> str:
        """Addresses are kept in lower case; each belongs to one user."""
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another user has this address."), code="email_taken")
        return self._unclaimed(email)

    def clean_name(self) -> str:
        """An owner field may say a name, so no two users may be meant by it."""
        return self._unclaimed(self.cleaned_data["name"].strip())

    def clean_known_as(self) -> str:
        """The same holds for the name in imported data."""
        return self._unclaimed(self.cleaned_data["known_as"].strip())

    def _unclaimed(self, text: str) -> str:
        if claimed_by_another(text, self.instance):
            raise ValidationError(
                _("Another user is called so, by name, address or in imported data."),
                code="name_taken",
            )
        return text

    def save(self, commit: bool = True) -> User:
        """Save with the team of that name."""
        name = self.cleaned_data["team_name"].strip()
        self.instance.team = Team.objects.get_or_create(name=name)[0] if name else None
        return super().save(commit)


class AdministratorForm(forms.Form):
    """Whoever sets the workspace up; becomes its owner."""

    person = forms.CharField(label=_("Your name"), max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}))  # fmt: skip
    email = forms.EmailField(label=_("E-mail"),
        widget=forms.EmailInput({"autocomplete": "username", "dir": "ltr"}))  # fmt: skip
    password = forms.CharField(label=_("Password"), strip=False,
        help_text=_("At least 10 characters, and not a common word."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The password must be strong enough and unlike the name."""
        said = self.cleaned_data
        if said.get("password"):
            try:
                validate_password(
                    said["password"], User(email=said.get("email", ""), name=said.get("person", ""))
                )
            except ValidationError as weak:
                self.add_error("password", weak)
        return said


class FirstProspectForm(forms.Form):
    """A prospect, typed: who it is and how they came."""

    CHANNELS = [
        ("", _("Not known")), ("direct", _("Web site")), ("referral", _("Referral")),
        ("call", _("Telephone")), ("cold_mail", _("Cold mail")), ("event", _("Fair or event")),
        ("paid", _("Advert")), ("social", _("Social network")), ("search", _("Search")),
    ]  # fmt: skip

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput({"dir": "ltr"})
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False,
        widget=forms.TextInput({"dir": "ltr", "inputmode": "tel"}))  # fmt: skip
    company = forms.CharField(label=_("Company"), max_length=120, required=False)
    channel = forms.ChoiceField(
        label=_("How did they come to you?"), choices=CHANNELS, required=False
    )
