"""The form of the mail server."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tundish.weblib.outbox.models import MailServer, Security

_HERE = ("localhost", "127.0.0.1", "::1")


class MailServerForm(forms.ModelForm):
    """Which server takes our mails, and whom they are from. The password is kept, never shown."""

    host = forms.CharField(
        label=_("Server"), max_length=255,
        widget=forms.TextInput({"dir": "ltr", "placeholder": "smtp.example.com"}),
    )  # fmt: skip
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("Security"), choices=Security.choices)
    user = forms.CharField(label=_("User name"), required=False, max_length=255,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}))  # fmt: skip
    password = forms.CharField(label=_("Password"), required=False, strip=False, max_length=255,
        widget=forms.PasswordInput({"dir": "ltr", "autocomplete": "new-password"}))  # fmt: skip
    sender = forms.EmailField(label=_("Sender’s address"), widget=forms.EmailInput({"dir": "ltr"}))
    sender_name = forms.CharField(label=_("Sender’s name"), required=False, max_length=120)

    class Meta:
        model = MailServer
        fields = ["host", "port", "security", "user", "password", "sender", "sender_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept, self._kept_for = self.instance.password, self.instance.host
        if self._kept:
            self.fields["password"].help_text = _("Leave it empty to keep the present one.")

    def clean_host(self) -> str:
        """A name without spaces or a scheme."""
        host = self.cleaned_data["host"].strip()
        if any(sign in host for sign in " /@") or "://" in host:
            raise ValidationError(
                _("Give only the server’s name, as smtp.example.com."), code="host_odd"
            )
        return host

    def clean(self) -> dict[str, Any]:
        """Without a user no password is kept; no password crosses a network in the clear."""
        data = self.cleaned_data
        if data.get("user") and self._kept and not data.get("password"):
            # Nobody learns a kept password by naming a server of their own.
            if data.get("host", self._kept_for) != self._kept_for:
                self.add_error("password", ValidationError(
                    _("This is another server: type its password."), code="password_of_another",
                ))  # fmt: skip
            data["password"] = self._kept
        elif not data.get("user"):
            data["password"] = ""
        away = data.get("host") not in _HERE
        if data.get("security") == Security.NONE and data.get("user") and away:
            self.add_error("security", ValidationError(
                _("Without TLS the password would cross the network in the clear."), code="line_open",
            ))  # fmt: skip
        return data
