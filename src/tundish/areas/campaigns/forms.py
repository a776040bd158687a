"""Forms of campaigns, their parts and their costs."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tundish.areas.campaigns.models import Campaign, Part
from tundish.funnel.campaigns import campaign_key
from tundish.journal.fields import plain_number
from tundish.terms import InputError, Money


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


class AmountField(forms.CharField):
    """An amount in major units, with a decimal point or comma."""

    widget = forms.TextInput({"inputmode": "decimal", "dir": "ltr"})

    def money(self, text: str, currency: str) -> Money:
        """The amount as Money. Raises ValidationError."""
        try:
            money = Money.from_major(str(plain_number(text)), currency)
        except InputError:
            money = None
        if money is None or money.minor_units <= 0:
            raise ValidationError(
                _("Write an amount above zero, as 1250.50."), code="amount_unreadable"
            )
        return money


class CampaignForm(forms.ModelForm):
    """Name, key, days, budget."""

    name = forms.CharField(label=_("Name"), max_length=120)
    key = forms.CharField(label=_("Name in links"), max_length=80,
        help_text=_("What stands behind utm_campaign= in its links: everything with it counts here."),
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}))  # fmt: skip
    starts_on = _day(label=_("From"), required=False)
    ends_on = _day(label=_("Until"), required=False)
    budget = AmountField(label=_("Budget"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea({"rows": 2}))

    class Meta:
        model = Campaign
        fields = ["name", "key", "starts_on", "ends_on", "note"]

    field_order = ["name", "key", "starts_on", "ends_on", "budget", "note"]

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Its own currency stays with a campaign when the firm's changes.
        self.currency = self.instance.currency or currency
        self.fields["budget"].help_text = self.currency
        if (kept := self.instance.budget) is not None:
            self.initial["budget"] = f"{kept.major:.{Money.exponent(kept.currency)}f}"

    def clean_key(self) -> str:
        """In small letters; no other campaign has it."""
        key = campaign_key(self.cleaned_data["key"])
        if Campaign.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another campaign has this name in links."), code="key_taken")
        return key

    def clean_budget(self) -> Money | None:
        """The budget as Money."""
        text = self.cleaned_data["budget"]
        field: AmountField = self.fields["budget"]
        return field.money(text, self.currency) if text else None

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            text = _("It would end before it begins.")
            self.add_error("ends_on", ValidationError(text, code="range_backwards"))
        return data

    def save(self, commit: bool = True) -> Campaign:
        """Keep it with the budget in minor units."""
        budget = self.cleaned_data["budget"]
        self.instance.budget_minor = None if budget is None else budget.minor_units
        self.instance.currency = self.currency
        return super().save(commit)


class CostForm(forms.Form):
    """Money spent on a day."""

    day = _day(label=_("Day"))
    amount = AmountField(label=_("Amount"))
    item = forms.CharField(label=_("What for"), max_length=200, required=False)

    def __init__(self, *args: Any, currency: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.today = currency, today
        self.initial.setdefault("day", today)

    def clean_amount(self) -> Money:
        """The amount as Money of the campaign's currency."""
        field: AmountField = self.fields["amount"]
        return field.money(self.cleaned_data["amount"], self.currency)

    def clean_day(self) -> date:
        """What is not spent yet is a budget."""
        day = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("This day is still to come."), code="day_ahead")
        return day


class PartForm(forms.ModelForm):
    """A page, an advert, a mail, and where its link leads."""

    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.URLField(label=_("Leads to"), max_length=500, assume_scheme="https",
        widget=forms.URLInput({"dir": "ltr", "placeholder": "https://"}))  # fmt: skip
    source = forms.CharField(label=_("Seen on"), max_length=60, required=False,
        help_text=_("The network, paper or list, as linkedin or newsletter."),
        widget=forms.TextInput({"dir": "ltr"}))  # fmt: skip

    class Meta:
        model = Part
        fields = ["kind", "name", "address", "source"]
        labels = {"kind": _("Kind")}
