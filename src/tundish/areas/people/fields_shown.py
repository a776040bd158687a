"""A record's fields as a page shows and edits them: each with its words, its value and its form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tundish.areas.people.actions import held_value
from tundish.areas.people.models import Company
from tundish.journal.fields import Field, written
from tundish.stores import fields
from tundish.terms import InputError, Money
from tundish.weblib.access.models import User
from tundish.weblib.access.staff import name_for_owner, shown_names
from tundish.weblib.access.visibility import visible_to
from tundish.weblib.page import formats, labels

if TYPE_CHECKING:
    from tundish.workspace import Workspace

KINDS = {
    "text": gettext_lazy("Text"), "long_text": gettext_lazy("Long text"),
    "number": gettext_lazy("Number"), "money": gettext_lazy("Money"), "date": gettext_lazy("Date"),
    "yes_no": gettext_lazy("Yes or no"), "one_of": gettext_lazy("One of a list"),
    "several_of": gettext_lazy("Several of a list"), "address": gettext_lazy("Web address"),
}  # fmt: skip
_OWN_PLACES = ("email", "phone", "do_not_contact", "do_not_track")
"""Fields that have a place of their own on the page."""
_SWITCHES = {
    "do_not_contact": gettext_lazy("Do not contact"), "do_not_track": gettext_lazy("Do not track"),
}  # fmt: skip
_WRONG = {
    "number_unreadable": gettext_lazy("This is not a number. Write digits, as in 1250.5."),
    "amount_unreadable": gettext_lazy("This is not an amount. Write digits, as in 1250.50."),
    "currency_unreadable": gettext_lazy("This is not a currency. Write three letters, as in EUR."),
    "date_unreadable": gettext_lazy("This is not a date. Write year, month and day, as in 2026-03-31."),
    "yes_no_unreadable": gettext_lazy("Write yes or no."),
    "choice_unknown": gettext_lazy("This is not one of the choices."),
    "address_unreadable": gettext_lazy("This is not a web address. Write it as in https://example.com."),
    "text_too_long": gettext_lazy("This is too long. Put it into a note."),
    "owner_unknown": gettext_lazy("The owner must be one of our users."),
    "mail_unreadable": gettext_lazy("This is not an e-mail address. Write it as in name@example.com."),
    "phone_unreadable": gettext_lazy("This is not a telephone number. Write digits, as in +49 30 901820."),
    "field_archived": gettext_lazy("This field is archived."),
    "tag_unreadable": gettext_lazy("A tag has 1 to 60 letters."),
    "addresses_too_many": gettext_lazy("There are too many addresses already."),
    "note_unreadable": gettext_lazy("A note has 1 to 10,000 letters."),
    "person_unclear": gettext_lazy("Nobody, or more than one, is called so. Type the e-mail address."),
    "group_of_another": gettext_lazy(
        "This person belongs to another company. Put them into the group of the deal instead."
    ),
    "company_unknown": gettext_lazy("There is no company of this name. Add it first."),
    "company_known": gettext_lazy("There is a company of this name already."),
    "name_missing": gettext_lazy("A name of up to 200 letters is needed."),
    "field_title_wrong": gettext_lazy("A field needs a name of up to 80 letters."),
    "field_title_taken": gettext_lazy("There is a field of this name already, perhaps archived."),
    "choices_wrong": gettext_lazy("A list needs 2 to 200 choices, one on a line, without semicolons."),
    "purpose_unreadable": gettext_lazy("A purpose needs a name of up to 80 letters."),
    "purpose_taken": gettext_lazy("There is a purpose of this name already."),
    "purpose_archived": gettext_lazy("This purpose is archived."),
    "touch_ahead": gettext_lazy("This is still to come. Write down what has happened."),
    "time_unreadable": gettext_lazy("This is no date and time. Choose it in the calendar."),
    "record_in_use": gettext_lazy("Too much depends on this record for it to be deleted."),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A field with its value: `text` as it is read, `form` as it is typed, `chosen` of several."""

    field: Field
    title: str
    text: str
    form: str
    chosen: tuple[str, ...]
    href: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def control(self) -> str:
        """Which control edits it: select, checks, area, or an input's type."""
        kinds = {
            "one_of": "select", "yes_no": "select", "owner": "select", "several_of": "checks",
            "long_text": "area", "date": "date", "address": "url",
        }  # fmt: skip
        return kinds.get(self.field.kind, "text")

    @property
    def is_ltr(self) -> bool:
        """Whether it is written from left to right in every language."""
        return self.field.kind in ("address", "number", "money", "date") or self.field.name in (
            "email", "phone",
        )  # fmt: skip


def title_of(field: Field) -> str:
    """A field's name in this reader's language; the firm's own as the firm wrote it."""
    if not field.built_in:
        return field.title
    return str(_SWITCHES.get(field.name) or labels.field(field.name))


def value_text(field: Field, value: Any) -> str:
    """A kept value in words; empty for none. A value that is not of the field's kind as it is."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping) and "minor_units" in value:
        return formats.money(Money(int(value["minor_units"]), str(value["currency"])))
    if field.kind == "number" and isinstance(value, int | float):
        return formats.number(value, _places(value))
    if field.kind == "date" and isinstance(value, str):
        try:
            return formats.day(date.fromisoformat(value))
        except ValueError:
            return value
    if field.kind == "owner":
        return shown_names().get(str(value), str(value))
    if isinstance(value, list):
        return _(", ").join(str(one) for one in value)
    return str(value) if not isinstance(value, Mapping) else ""


def shown(field: Field, row: Mapping[str, Any], *, editing: bool = False) -> Shown:
    """One field of a row (stores.profiles); with its choices where it is to be edited."""
    value = held_value(field, row)
    form = written(value)
    chosen = tuple(value) if isinstance(value, list) else (form,) if form else ()
    href = str(value) if field.kind == "address" and str(value).startswith("http") else ""
    return Shown(
        field, title_of(field), value_text(field, value), form, chosen, href,
        _options(field, form) if editing else (),
    )  # fmt: skip


def facts(workspace: "Workspace", kind: str, row: Mapping[str, Any], *, reader: Any) -> list[Shown]:
    """The fields that stand in a record's facts, own ones included."""
    listed = [
        shown(field, row)
        for field in fields.fields_of(workspace.connection, kind)
        if field.name not in _OWN_PLACES
    ]
    if kind != "company":
        listed.insert(1, company_shown(kind, row, reader=reader))
    return listed


def company_shown(kind: str, row: Mapping[str, Any], *, reader: Any) -> Shown:
    """To which company a person or deal belongs, by its name; hidden as everywhere."""
    company = str(row.get("company") or "")
    name = company_names({company}, reader=reader).get(company, "") if company else ""
    field = Field(kind, "company", "Company", built_in=True)
    return Shown(field, _("Company"), name, name, ())


def company_names(ids: Collection[str], *, reader: Any) -> dict[str, str]:
    """The names of those companies that `reader` may see, by id."""
    seen = visible_to(reader, Company.objects.filter(pk__in=ids), kind="company")
    return {one.pk: one.shown_name for one in seen}


def wrong_text(error: InputError) -> str:
    """What is wrong with a typed value, in this reader's language."""
    return str(_WRONG.get(error.code, error.message))


def _options(field: Field, now: str) -> tuple[tuple[str, str], ...]:
    if field.kind == "one_of":
        return tuple((choice, choice) for choice in field.choices)
    if field.kind == "several_of":
        return tuple((choice, choice) for choice in field.choices)
    if field.kind == "yes_no":
        return (("yes", _("Yes")), ("no", _("No")))
    if field.kind == "owner":
        users = User.objects.filter(is_active=True)
        known = [(name_for_owner(user), user.name) for user in users]
        if now and now not in dict(known):
            known.append((now, shown_names().get(now, now)))
        return tuple(known)
    return ()


def _places(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])
