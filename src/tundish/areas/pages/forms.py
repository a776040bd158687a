"""The form of what all pages share."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tundish.areas.pages import pictures
from tundish.areas.pages.models import Frontage
from tundish.areas.pages.sites import origins_of
from tundish.terms import InputError


class FrontageForm(forms.Form):
    """Logo, own sites, and the two addresses that the law asks for in many countries."""

    logo = forms.FileField(
        label=_("Logo"), required=False,
        help_text=_("PNG, JPEG or WebP, at most 3 MB. Shown 40 pixels high."),
        widget=forms.ClearableFileInput({"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    no_logo = forms.BooleanField(
        label=_("Show the firm’s name instead of the logo"), required=False
    )
    sites = forms.CharField(
        label=_("Your own web sites"), required=False, max_length=2000,
        help_text=_(
            "One a line, as in www.example.com. They may embed your forms, and visitors may be led "
            "to them after a form; all others are refused."
        ),
        widget=forms.Textarea({"rows": 3, "dir": "ltr", "spellcheck": "false"}),
    )  # fmt: skip
    privacy_url = forms.URLField(
        label=_("Address of your privacy notice"), required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput({"dir": "ltr"}),
    )  # fmt: skip
    imprint_url = forms.URLField(
        label=_("Address of your imprint"), required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput({"dir": "ltr"}),
    )  # fmt: skip

    def __init__(self, *args: Any, frontage: Frontage, **kwargs: Any) -> None:
        initial = {
            name: getattr(frontage, name) for name in ("sites", "privacy_url", "imprint_url")
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.frontage = frontage

    def clean_sites(self) -> str:
        """Kept as origins, one a line."""
        try:
            return "\n".join(origins_of(self.cleaned_data["sites"]))
        except InputError as wrong:
            raise ValidationError(f"{wrong.message} {wrong.hint}", code=wrong.code) from None

    def save(self, *, now: datetime) -> None:
        """Keep it; a picture that is none is refused in `clean`."""
        said = self.cleaned_data
        for name in ("sites", "privacy_url", "imprint_url"):
            setattr(self.frontage, name, said[name])
        if said.get("logo"):
            said["logo"].seek(0)
            self.frontage.logo = pictures.keep(said["logo"], now=now)
        if said["no_logo"]:
            self.frontage.logo = None
        self.frontage.save()

    def clean_logo(self) -> Any:
        """A picture by its content and size."""
        upload = self.cleaned_data["logo"]
        if upload:
            if upload.size > pictures.LARGEST:
                raise ValidationError(
                    _("The picture is larger than 3 MB."), code="picture_too_large"
                )
            try:
                pictures.look(upload.read())
            except InputError as wrong:
                raise ValidationError(f"{wrong.message} {wrong.hint}", code=wrong.code) from None
        return upload
