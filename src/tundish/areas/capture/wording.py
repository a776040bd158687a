"""The words of the import pages: kinds, fields, states, refusals, counts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tundish.journal.readers.presets import Preset
from tundish.journal.readers.record_fields import COMPANIES, PEOPLE
from tundish.terms import TundishError
from tundish.weblib.page import labels
from tundish.workspace.import_kinds import CRM, WEBLOG
from tundish.workspace.import_kinds import EVENTS as TABLE

KINDS: Mapping[str, Any] = {
    CRM: _("Deals of a CRM"),
    PEOPLE: pgettext_lazy("kind of a file", "People"),
    COMPANIES: pgettext_lazy("kind of a file", "Companies"),
    WEBLOG: _("Log of a web server"),
    TABLE: _("Table of events"),
}
COMPANION_KINDS: Mapping[str, Any] = {
    "companies": _("Companies, for the deals"),
    "teams": _("Sales teams, for the deals"),
    "products": _("Products, for the deals"),
}
# What a reader counts beside the rows, in the order in which a person would ask.
NOTES: Mapping[str, Any] = {
    "deals": _("Deals"),
    "won": pgettext_lazy("deals", "Won"),
    "lost": pgettext_lazy("deals", "Lost"),
    "engaging": pgettext_lazy("deals", "In the works"),
    "prospecting": pgettext_lazy("deals", "Prospecting"),
    "without_company": _("Deals without a company"),
    "sessions": _("Sessions of people"),
    "page_views": _("Pages they saw"),
    "bot_sessions": _("Sessions of bots, kept apart"),
    "bot_lines": _("Lines by bots"),
    "asset_lines": _("Lines for images and the like"),
    "estimated": _("Events without a date of their own"),
    "times_read_as_s": _("Times that were read as seconds since 1970"),
    "times_read_as_ms": _("Times that were read as milliseconds since 1970"),
    "times_read_as_us": _("Times that were read as microseconds since 1970"),
}

FIELDS: Mapping[str, Any] = {
    "id": _("Event’s own number"), "event": pgettext_lazy("field of a file", "Event"),
    "time": _("Time"), "person": _("Person"),
    "anonymous": _("Anonymous visitor"), "email": _("E-mail"), "company": _("Company"),
    "deal": _("Deal"), "session": _("Session"), "value": _("Amount"), "currency": _("Currency"),
    "channel": _("Channel"), "source": _("Source"), "campaign": _("Campaign"),
    "precision": _("Precision of the time"), "estimated": _("Time is estimated"),
    "properties": _("Properties (JSON)"), "name": _("Name"), "stage": _("Stage"),
    "status": pgettext_lazy("of a deal", "Status"), "is_won": _("Is won"), "is_closed": _("Is closed"),
    "created": _("Created on"), "engaged": _("Engaged on"), "closed": _("Closed on"),
    "won_time": _("Won on"), "lost_time": _("Lost on"), "stage_time": _("Last change of stage"),
    "expected": _("Expected close"), "owner": _("Owner"), "product": _("Product"),
    "reason": _("Reason of loss"), "pipeline": _("Pipeline"),
    "deleted": _("Is deleted"), "contact": _("Name of the person"),
    "external_id": _("Number in the other system"), "first_name": _("First name"),
    "last_name": _("Last name"), "phone": _("Telephone"), "mobile": _("Mobile telephone"),
    "title": _("Job title"), "company_id": _("Company’s number in the other system"),
    "company_domain": _("Company’s web address"), "country": _("Country"), "city": _("City"),
    "address": _("Address"), "industry": _("Industry"), "tags": _("Tags"), "note": _("Note"),
    "lifecycle": _("Lifecycle stage"), "lead_status": _("Lead status"), "form": _("Form"),
    "opted_in_at": _("Agreed to mail on"), "opted_out": _("Wants no mail"),
    "opted_out_at": _("Unsubscribed on"), "opted_out_reason": _("Reason of unsubscribing"),
    "bounced": _("Address is dead"), "bounced_at": _("Address dead since"),
    "domain": _("Web address"), "employees": _("Employees"), "revenue": _("Annual revenue"),
    "founded": _("Founded"), "parent": _("Parent company"),
    "date_order": _("Order of day and month"), "birthday": _("Birthday"),
    "expected_close": _("Expected close"),
}  # fmt: skip
MATCHES: Mapping[str, Any] = {
    "email": _("E-mail"), "external_id": _("Number in the other system"), "phone": _("Telephone"),
    "domain": _("Web address"), "name": _("Name"), "phone and name": _("Telephone and name together"),
}  # fmt: skip
RULES: Mapping[str, Any] = {
    "overwrite": _("overwrite"), "fill": _("fill blanks"), "append": _("append"),
    "never": _("never change"),
}  # fmt: skip
NEW_FIELDS: Mapping[str, Any] = {
    "text": _("New field: text"), "number": _("New field: number"), "date": _("New field: date"),
    "yes_no": _("New field: yes or no"),
}  # fmt: skip
TABLES: Mapping[str, Any] = {
    "contacts": _("Contacts"), "companies": pgettext_lazy("kind of a file", "Companies"),
    "deals": _("Deals"), "deal stages": _("Stages of deals"),
    "people": pgettext_lazy("kind of a file", "People"), "organizations": _("Organizations"),
    "activities": _("Activities"), "notes": _("Notes"), "leads": _("Leads"), "accounts": _("Accounts"),
    "opportunity history": _("History of opportunities"), "opportunities": _("Opportunities"),
    "contact roles": _("Contact roles"), "campaign members": _("Members of campaigns"),
    "campaigns": _("Campaigns"), "tasks": _("Tasks"), "members": _("Subscribers"),
    "unsubscribed": _("Unsubscribed"), "cleaned": _("Dead addresses"), "connections": _("Connections"),
    "lead ads": _("Lead adverts"), "by day": _("Costs by day"),
}  # fmt: skip
# Rows of a dry run, by what becomes of them; the empty one is all.
ROWS: Mapping[str, Any] = {
    "": _("All rows"), "new": pgettext_lazy("rows of an import", "New"),
    "changed": pgettext_lazy("rows of an import", "Changed"),
    "same": pgettext_lazy("rows of an import", "Nothing changes"),
    "refused": pgettext_lazy("rows of an import", "Refused"),
}  # fmt: skip
ROW_STATES: Mapping[str, tuple[Any, str]] = {
    "new": (pgettext_lazy("row of an import", "New"), "won"),
    "changed": (pgettext_lazy("row of an import", "Changes"), "accent"),
    "same": (pgettext_lazy("row of an import", "Stays"), ""),
    "refused": (pgettext_lazy("row of an import", "Refused"), "lost"),
}

STATES: Mapping[str, tuple[Any, str]] = {
    "queued": (_("Waiting"), ""),
    "running": (_("Running"), "accent"),
    "done": (pgettext_lazy("state of an import", "Done"), "won"),
    "failed": (_("Failed"), "lost"),
    "cancelled": (pgettext_lazy("state of an import", "Stopped"), "warn"),
    "undone": (_("Taken back"), ""),
}

REFUSALS: Mapping[str, Any] = {
    "amount_unreadable": _("The amount is not a number."),
    "currency_missing": _("There is an amount without a currency."),
    "currency_unreadable": _("The currency is not three letters, as in EUR."),
    "deal_missing": _("The row names no deal."),
    "event_missing": _("The row does not name its event."),
    "event_unstorable": _("The row holds something that no database can keep."),
    "event_reserved": _("The event’s name is kept for Tundish itself."),
    "flag_unreadable": _("A mark is neither true nor false."),
    "json_unreadable": _("The line is not a JSON object."),
    "line_unreadable": _("The line is not in the log format."),
    "precision_unknown": _("A precision is neither instant nor day."),
    "properties_unreadable": _("The properties cannot be read."),
    "record_repeated": _("The same deal stands in an earlier row."),
    "record_deleted": _("The CRM marks the deal as deleted."),
    "row_broken": _("A quotation mark in the row is not closed."),
    "row_unreadable": _("The row cannot be read."),
    "row_width": _("The row has another number of cells than the header."),
    "stage_missing": _("The row has no stage."),
    "stage_unknown": _("The stage is none that is known."),
    "time_in_future": _("The time lies in the future."),
    "time_missing": _("The row has no time."),
    "time_out_of_range": _("The time lies beyond what can be kept."),
    "time_unit_missing": _("The time is a number without a unit."),
    "time_unreadable": _("The time is not a date or a time."),
    "time_without_zone": _("The time has no time zone."),
    "unit_missing": _("The row names no person, company, deal or session."),
    "email_unreadable": _("That is not an e-mail address."),
    "record_missing": _("The row does not say whom or what it is about."),
    "row_not_done": _("What the row tells has not happened yet."),
}

# Whole files that cannot be read; what areas/capture refuses itself comes translated.
_ERRORS: Mapping[str, tuple[Any, Any]] = {
    "column_missing": (
        _("A column that is needed or named is not in every one of the files."),
        _("Upload files with other columns by themselves."),
    ),
    "csv_unreadable": (
        _("The file cannot be read as a table."), _("Save it again as CSV (UTF-8)."),
    ),
    "file_kind_unknown": (
        _("It cannot be told what the files are."), _("Choose it above."),
    ),
    "files_of_several_kinds": (
        _("The files are of several kinds."), _("Import them one after the other."),
    ),
    "header_missing": (
        _("The file has no header line."), _("Its first line names the columns."),
    ),
    "parquet_unreadable": (
        _("The Parquet file is broken or cut off."), _("Export it again."),
    ),
}  # fmt: skip


def field(name: str) -> Any:
    """A field of a mapping, by its name in this language."""
    return FIELDS.get(name, name)


def preset(one: Preset) -> str:
    """A preset by its system's name and its table, as in HubSpot · Contacts."""
    return f"{one.title} · {TABLES[one.table]}"


def file_kind(kind: str | None, *, chosen: str | None) -> Any:
    """What a file seems to be, in an import of the `chosen` kind."""
    along = COMPANION_KINDS.get(kind or "") if kind != chosen else None
    return along or KINDS.get(kind or "") or _("Unknown")


def refusal(code: str, why: str) -> Any:
    """Why rows are refused, in general; `why` is what the reader said of one of them."""
    return REFUSALS.get(code, why)


def exact_refusal(code: str, why: str) -> Any:
    """Why one row is refused: as exactly as this language allows."""
    return why if _english() else refusal(code, why)


def error(wrong: TundishError) -> tuple[Any, Any]:
    """(message, hint) of a refusal of the core in this language."""
    if _english() or wrong.code not in _ERRORS:
        return wrong.message, wrong.hint
    return _ERRORS[wrong.code]


def note(name: str) -> Any:
    """What a reader counted, in words; None for what no page needs."""
    start, _colon, rest = name.partition(": ")
    if start == "channel":
        return _("Sessions: %(channel)s") % {"channel": labels.channel(rest)}
    return NOTES.get(name)


def _english() -> bool:
    return (get_language() or "en").startswith("en")
