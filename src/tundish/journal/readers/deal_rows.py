"""One row of an opportunity table: what it says about its deal, whichever CRM wrote it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.readers.cells import number, when
from tundish.journal.readers.columns_guess import cell
from tundish.journal.readers.csv_rows import Row
from tundish.journal.readers.reading import Options
from tundish.journal.readers.text import plain_header
from tundish.terms import DAY, InputError, Money

Instant = tuple[int, bool]
"""Microseconds UTC, and whether only the day is known."""

WON, LOST, ENGAGING, PROSPECTING = "won", "lost", "engaging", "prospecting"
_STAGES = {
    WON: "won|closed won|closedwon|close won|deal won|فاز|فوز|فائزة|مكسوبة|رابحة|تم الفوز|مغلقة رابحة",
    LOST: "lost|closed lost|closedlost|close lost|deal lost|disqualified|abandoned|"
    "خسر|خسارة|خاسرة|مفقودة|تمت الخسارة|مغلقة خاسرة",
    PROSPECTING: "prospecting|prospect|new|open|lead|lead in|to do|backlog|identified|created|"
    "تنقيب|التنقيب|جديد|جديدة|مفتوحة|عميل محتمل",
}
_STAGE_OF = {name: stage for stage, names in _STAGES.items() for name in names.split("|")}
_TRUE = frozenset(("true", "1", "yes", "y", "x"))
_ENTERED = re.compile(r"date entered (.+)")


@dataclass(frozen=True, slots=True)
class Deal:
    """What one row says. `stage` is prospecting, engaging, won or lost; `steps` are further stages
    with the time each was entered; a time that the row does not tell is None."""

    line: int
    raw: str
    id: str
    stage: str
    stage_name: str
    created: Instant | None
    engaged: Instant | None
    closed: Instant | None
    changed: Instant | None
    value: Money | None
    steps: tuple[tuple[str, Instant], ...]
    cells: Mapping[str, str] = field(repr=False)

    @property
    def instants(self) -> Iterable[Instant]:
        """All times that the row tells."""
        known = (self.created, self.engaged, self.closed, self.changed, *(t for _, t in self.steps))
        return (instant for instant in known if instant is not None)


@dataclass(frozen=True, slots=True)
class Habits:
    """How the file at hand writes: its columns, dates, amounts; `midnight` columns hold bare days."""

    mapping: Mapping[str, str]
    options: Options
    date_order: str
    decimal: str
    midnight: frozenset[str]


def stage_of(name: str) -> str:
    """prospecting, engaging, won or lost, of a stage's name in the file."""
    return _STAGE_OF.get(plain_header(name), ENGAGING)


def deal_of(row: Row, *, habits: Habits) -> Deal:
    """What a row says; raises InputError with the code of what cannot be read."""

    def said(name: str) -> str:
        return cell(row.cells, habits.mapping, field=name)

    ident = said("deal") or said("name")
    if not ident:
        raise InputError("The row names no deal.", "deal_missing")
    if said("deleted").casefold() in _TRUE:
        raise InputError(f"The deal {ident} is marked as deleted.", "record_deleted")
    stage = _stage(said)
    if stage is None and not (said("created") or said("engaged")):
        raise InputError("The row has neither a stage nor a date.", "stage_missing")
    # Without a stage its dates are still true: it was created, and perhaps engaged.
    stage = stage or (ENGAGING if said("engaged") else PROSPECTING)
    steps = tuple(_steps(row, habits))
    closing = [s for s in ("won_time" if stage == WON else "lost_time", "closed") if said(s)]
    closed = (
        _instant(row, closing[0] if closing else "", habits=habits)
        if stage in (WON, LOST)
        else None
    )
    return Deal(
        line=row.line,
        raw=row.raw,
        id=ident,
        stage=stage,
        stage_name=said("stage") or said("status"),
        created=_instant(row, "created", habits=habits),
        engaged=_instant(row, "engaged", habits=habits) or _first_engaged(steps),
        closed=closed or next((at for name, at in steps if stage_of(name) == stage), None)
        if stage in (WON, LOST)
        else None,
        changed=_instant(row, "stage_time", habits=habits),
        value=_value(said, habits),
        steps=tuple((name, at) for name, at in steps if stage_of(name) not in (WON, LOST)),
        cells=row.cells,
    )


def entered_columns(headers: Iterable[str]) -> dict[str, str]:
    """`{header: stage}` of the columns `Date entered [stage]`."""
    found = {}
    for header in headers:
        if match := _ENTERED.fullmatch(plain_header(header)):
            bracketed = re.search(r"\[(.+?)\]|“(.+?)”|\"(.+?)\"", header)
            named = next((g for g in bracketed.groups() if g), None) if bracketed else None
            found[header] = named or match[1]
    return found


def _stage(said: Any) -> str | None:
    if said("is_won").casefold() in _TRUE:
        return WON
    if said("is_closed").casefold() in _TRUE:
        return LOST
    status = stage_of(said("status")) if said("status") else None
    if status in (WON, LOST):
        return status
    if said("stage"):
        return stage_of(said("stage"))
    if said("is_closed") or said("is_won"):
        return ENGAGING
    return status


def _steps(row: Row, habits: Habits) -> Iterable[tuple[str, Instant]]:
    for header, stage in entered_columns(row.cells).items():
        if text := row.cells[header]:
            yield stage, _read(text, header, habits=habits)


def _first_engaged(steps: Iterable[tuple[str, Instant]]) -> Instant | None:
    times = [at for name, at in steps if stage_of(name) == ENGAGING]
    return min(times, default=None)


def _instant(row: Row, name: str, *, habits: Habits) -> Instant | None:
    text = cell(row.cells, habits.mapping, field=name)
    return _read(text, habits.mapping.get(name, ""), habits=habits) if text else None


def _read(text: str, header: str, *, habits: Habits) -> Instant:
    zone = habits.options.zone
    micros, day = when(
        text, date_order=habits.date_order, zone=zone, time_unit=habits.options.time_unit
    )
    if not day and header in habits.midnight:
        # A column that has midnights only was a column of days before an export gave it clocks.
        return when(text.split()[0].partition("T")[0], date_order=habits.date_order)[0], True
    return micros, day or (header in habits.midnight and micros % DAY == 0)


def _value(said: Any, habits: Habits) -> Money | None:
    text = said("value")
    if not text:
        return None
    currency = said("currency") or habits.options.currency
    if not currency:
        raise InputError(
            "The amount has no currency.", "currency_missing", "Say the file's currency."
        )
    return Money.from_major(number(text, decimal=habits.decimal), currency.strip().upper())
