"""Imports in words: kinds, fields, states, refusals, translated."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tundish.stores.imports import ImportRecord
from tundish.weblib.page.formats import number
from tundish.workspace.results import ImportResult

__all__ = ["KINDS", "field", "number", "rejects", "result", "shown"]

KINDS: Mapping[str, Any] = {
    "crm-opportunities": _("Deals of a CRM"),
    "weblog": _("Log of a web server"),
    "events": _("Table of events"),
}

_FIELDS: Mapping[str, Any] = {
    "id": _("Event’s own number"), "event": _("Event"), "time": _("Time"), "person": _("Person"),
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
}  # fmt: skip

_STATES: Mapping[str, tuple[Any, str]] = {
    "queued": (_("Waiting"), ""),
    "running": (_("Running"), "open"),
    "done": (pgettext_lazy("state of an import", "Done"), "won"),
    "failed": (_("Failed"), "lost"),
    "undone": (_("Taken back"), ""),
}

_REFUSALS: Mapping[str, Any] = {
    "amount_unreadable": _("The amount is not a number."),
    "currency_missing": _("There is an amount without a currency."),
    "deal_missing": _("The row names no deal."),
    "event_missing": _("The row does not name its event."),
    "event_reserved": _("The event’s name is kept for Tundish itself."),
    "flag_unreadable": _("A mark is neither true nor false."),
    "json_unreadable": _("The line is not a JSON object."),
    "line_unreadable": _("The line is not in the log format."),
    "precision_unknown": _("A precision is neither instant nor day."),
    "properties_unreadable": _("The properties cannot be read."),
    "record_repeated": _("The same deal stands in an earlier row."),
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
    "unit_missing": _("The row names no person, company, deal or session."),
}


@dataclass(frozen=True)
class Shown:
    """An import as the pages show it; `refused_by` and `notes` only where they are known."""

    record: ImportRecord
    state: Any
    tone: str
    kind: Any

    @property
    def files(self) -> str:
        """The file names, with commas between."""
        return ", ".join(self.record.files)

    @property
    def percent(self) -> int:
        """How far it has come, from 0 to 100."""
        return round(100 * self.record.progress)

    @property
    def working(self) -> bool:
        """Whether it still waits or runs."""
        return self.record.status in ("queued", "running")

    @property
    def can_undo(self) -> bool:
        """Whether it brought anything that can be taken back."""
        return self.record.status in ("done", "failed") and self.record.new > 0


@dataclass(frozen=True)
class Refused:
    """Rows refused for one reason."""

    code: str
    text: Any
    count: int


@dataclass(frozen=True)
class Outcome:
    """A dry run in words."""

    result: ImportResult
    refused: list[Refused]


def shown(record: ImportRecord) -> Shown:
    """One import with its state in words."""
    state, tone = _STATES[record.status]
    return Shown(record, state, tone, KINDS.get(record.kind or "", ""))


def result(found: ImportResult) -> Outcome:
    """The dry run with its reasons in words, the most frequent first."""
    reasons = sorted(found.reasons.items(), key=lambda one: -one[1][0])
    return Outcome(
        found, [Refused(code, _REFUSALS.get(code, why), n) for code, (n, why) in reasons]
    )


def field(name: str) -> Any:
    """A field of a mapping, by its name in this language."""
    return _FIELDS.get(name, name)


def rejects(record: ImportRecord, *, most: int) -> list[dict[str, Any]]:
    """The first refused rows: line, reason, raw."""
    path = Path(record.rejects or "")
    if not record.rejects or not path.is_file():
        return []
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows.append({**row, "reason": _REFUSALS.get(row["code"], row["reason"])})
            if len(rows) == most:
                break
    return rows
