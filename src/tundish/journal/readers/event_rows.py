"""Rows of any table (CSV, JSON Lines, Parquet) to events, by a mapping of columns to fields."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import company_of_mail, person_ref
from tundish.journal.ids import EqualRows, content_id, row_id
from tundish.journal.personal import is_mail_address, redact_text, split_personal
from tundish.journal.readers.cells import date_order_of, decimal_of, number, time_unit_of, when
from tundish.journal.readers.columns_guess import EVENT_FIELDS, mapped
from tundish.journal.readers.reading import Batcher, Options, Reading, Reject
from tundish.journal.readers.segment_names import standard_name
from tundish.journal.table_rows import flag_of, plain, precision_is_day
from tundish.journal.table_times import time_of
from tundish.terms import InputError, Money, from_micros

KIND = "events"
_NESTED, _DEEPEST = (Mapping, list, tuple), 64
_OF_NOBODY = ("cost_recorded",)
_UNITS = ("person", "anonymous", "email", "company", "deal", "session")


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its line from 1, its values by column (text or typed), and the row as it came."""

    line: int
    values: Mapping[str, Any]
    raw: str


Records = Callable[[], Iterable[Record | Reject]]
"""Gives the rows from the first one; asked twice, once to learn the file's habits."""


@dataclass(frozen=True)
class _Habits:
    mapping: Mapping[str, str]
    options: Options
    date_order: str
    decimal: str
    latest: tuple[int, bool] | None

    def said(self, record: Record, field: str) -> Any:
        """The value of a field; None where it is missing or empty."""
        header = self.mapping.get(field)
        if header is None:
            return None
        value = header[1:] if header[0] == "=" else record.values.get(header)
        return None if value is None or value != value or value == "" else value

    def text(self, record: Record, field: str) -> str | None:
        """The value of a field as text."""
        value = self.said(record, field)
        if value is None:
            return None
        return (value if isinstance(value, str) else str(value)).strip() or None


def event_batches(records: Records, headers: list[str], *, options: Options) -> Iterator[Reading]:
    """The events of a table, in batches, with refused rows.

    A row without a time is dated at the latest time of the file and marked as estimated; amounts
    without a currency stay properties; columns without a field are properties, personal ones apart.
    Numbers as times are of the unit that was said, else of the one in which all are plausible.
    Notes: `estimated`, `times_read_as_s` (`ms`, `us`). Raises InputError where no column is the
    event or the time.
    """
    mapping = mapped(headers, fields=EVENT_FIELDS, said=options.mapping)
    for field in ("event", "time"):
        if field not in mapping:
            raise InputError(
                f"No column says the {field}; there are {', '.join(headers)}.",
                "column_missing",
                f"Name it in the mapping, as in {field}=COLUMN.",
            )
    habits = _habits(records, mapping, options=options)
    batcher, equal = Batcher(), EqualRows()
    for record in records():
        batcher.rows += 1
        read = _read(record, habits, equal=equal) if isinstance(record, Record) else record
        if isinstance(read, Reject):
            batcher.rejects.append(read)
        else:
            batcher.events.append(read)
            batcher.lines.append(record.line)
            batcher.notes["estimated"] += read.estimated
            if habits.options.time_unit != options.time_unit:
                batcher.notes[f"times_read_as_{habits.options.time_unit}"] += 1
        yield from batcher.full()
    yield batcher.take()


def _habits(records: Records, mapping: Mapping[str, str], *, options: Options) -> _Habits:
    first = _Habits(mapping, options, "day", ".", None)
    times: list[Any] = []
    amounts: list[str] = []
    gaps = False
    for record in records():
        if not isinstance(record, Record):
            continue
        at, amount = first.said(record, "time"), first.said(record, "value")
        gaps = gaps or at is None
        times.append(at)
        if isinstance(amount, str):
            amounts.append(amount)
    if options.time_unit is None and (unit := time_unit_of(times)):
        options = replace(options, time_unit=unit)
    texts = (at for at in times if isinstance(at, str))
    order = options.date_order or date_order_of(texts) or "day"
    decimal = options.decimal or decimal_of(amounts)
    known = (_time(at, order, options=options) for at in times if at is not None) if gaps else ()
    latest = max((at for at in known if at is not None), default=None)
    return _Habits(mapping, options, order, decimal, latest)


def _time(value: Any, order: str, *, options: Options) -> tuple[int, bool] | None:
    try:
        return _instant(value, order, options=options)
    except InputError:
        return None


def _instant(value: Any, order: str, *, options: Options) -> tuple[int, bool]:
    if isinstance(value, str):
        return when(value, date_order=order, zone=options.zone, time_unit=options.time_unit)
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=options.zone)
    units = {"s": 1_000_000, "ms": 1_000, "us": 1}
    return time_of(value, per_unit=units.get(options.time_unit or ""), place="")


def _read(record: Record, habits: _Habits, *, equal: EqualRows) -> Event | Reject:
    try:
        return _event(record, habits, equal=equal)
    except InputError as wrong:
        return Reject(record.line, wrong.code, wrong.message, record.raw)


def _event(record: Record, habits: _Habits, *, equal: EqualRows) -> Event:
    _check_depth(record.values)
    original = habits.text(record, "event")
    if original is None or not (name := standard_name(original)):
        raise InputError("The row does not name its event.", "event_missing")
    if name == "events_voided":
        raise InputError("The name events_voided is kept for the workspace.", "event_reserved")
    if name not in _OF_NOBODY and not any(habits.text(record, field) for field in _UNITS):
        raise InputError("The row names no person, company, deal or session.", "unit_missing")
    micros, day, estimated = _when(record, habits)
    properties, personal, value = _details(record, habits, name=name, original=original)
    email = habits.text(record, "email") or habits.text(record, "person") or ""
    if is_mail_address(email):
        personal["email"] = email
    content = json.dumps(record.values, sort_keys=True, default=str, ensure_ascii=False)
    ident = habits.text(record, "id")
    own_time = None if estimated else micros
    return Event(
        id=row_id(KIND, ident, event=name, micros=own_time)
        if ident
        else content_id(KIND, content, ordinal=equal.ordinal(content)),
        name=name,
        occurred_at=_datetime(micros),
        precision="day" if day else "instant",
        estimated=estimated,
        person=_person(record, habits),
        company=habits.text(record, "company") or company_of_mail(email),
        value=value,
        properties=properties,
        personal=personal,
        inlet=habits.options.inlet,
        session=habits.text(record, "session"),
        deal=habits.text(record, "deal"),
        channel=habits.text(record, "channel"),
        source=habits.text(record, "source"),
        campaign=habits.text(record, "campaign"),
    )


def _datetime(micros: int) -> datetime:
    try:
        return from_micros(micros)
    except OverflowError:
        raise InputError("The time lies beyond the year 9999.", "time_out_of_range") from None


def _person(record: Record, habits: _Habits) -> str | None:
    user = habits.text(record, "person")
    if user and user.startswith(("anon:", "mail:")):
        return user  # our own export
    return person_ref(
        user,
        anonymous_id=habits.text(record, "anonymous"),
        email=habits.text(record, "email"),
        secret=habits.options.secret,
    )


def _when(record: Record, habits: _Habits) -> tuple[int, bool, bool]:
    """(microseconds, whether only the day is known, whether it is estimated)."""
    value = habits.said(record, "time")
    estimated = flag_of(habits.said(record, "estimated"), place="row")
    if value is None:
        if habits.latest is None:
            raise InputError(
                "Neither the row nor any other of the file has a time.", "time_missing"
            )
        return *habits.latest, True
    micros, day = _instant(value, habits.date_order, options=habits.options)
    if said := habits.text(record, "precision"):
        day = precision_is_day(said, place="row")
    return micros, day, estimated


def _details(
    record: Record, habits: _Habits, *, name: str, original: str
) -> tuple[dict[str, Any], dict[str, str], Money | None]:
    """(properties, personal values, value) of a row."""
    taken = {*habits.mapping.values(), *habits.options.ignored}
    rest = {k: _json(v) for k, v in record.values.items() if k not in taken and v not in (None, "")}
    rest |= _nested(habits.said(record, "properties"))
    value = _value(record, habits, rest=rest)
    # Where the rows are about people, a bare name is theirs.
    about_people = "email" in habits.mapping
    properties, personal = split_personal(rest, traits=about_people)
    if name != original:
        properties["original_name"] = redact_text(original)
    return properties, personal, value


def _nested(said: Any) -> dict[str, Any]:
    if said is None:
        return {}
    try:
        found = json.loads(said) if isinstance(said, str) else dict(said)
        _check_depth(found)
        return {str(k): _json(v) for k, v in found.items() if v is not None}
    except (RecursionError, ValueError, TypeError, AttributeError):
        raise InputError("The properties are not a JSON object.", "properties_unreadable") from None


def _check_depth(values: Mapping[str, Any]) -> None:
    """Refuse what is nested so deeply that no reader after this one could follow."""
    inside: list[Any] = [one for one in values.values() if isinstance(one, _NESTED)]
    for _ in range(_DEEPEST):
        if not inside:
            return
        parts = (one.values() if isinstance(one, Mapping) else one for one in inside)
        inside = [part for one in parts for part in one if isinstance(part, _NESTED)]
    if inside:
        raise InputError(
            f"The row is nested more than {_DEEPEST} levels deep.", "properties_unreadable"
        )


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _json(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value.hex() if isinstance(value, bytes) else plain(value)


def _value(record: Record, habits: _Habits, *, rest: dict[str, Any]) -> Money | None:
    amount = habits.said(record, "value")
    if amount is None:
        return None
    try:
        plain_amount = number(amount, decimal=habits.decimal) if isinstance(amount, str) else amount
        if isinstance(plain_amount, bool | Mapping | list):
            raise InputError(f"{amount!r} is not an amount.", "amount_unreadable")
    except InputError:
        if "value" in habits.options.mapping:
            raise
        rest[habits.mapping["value"]] = amount  # a column that was only guessed to be an amount
        return None
    currency = habits.text(record, "currency") or habits.options.currency
    if currency is None:
        rest["value"] = float(plain_amount)
        return None
    return Money.from_major(plain_amount, currency.upper())
