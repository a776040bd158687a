"""A CRM's table of opportunities: each row with its stage and dates becomes back-dated events.

Source: the export layouts of HubSpot, Salesforce and Pipedrive, and Maven Analytics' CRM tables.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tundish.journal.event import Event
from tundish.journal.identity import person_ref
from tundish.journal.ids import row_id
from tundish.journal.personal import is_mail_address, split_personal
from tundish.journal.readers.cells import date_order_of, decimal_of
from tundish.journal.readers.columns_guess import DEAL_FIELDS, cell, mapped
from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.deal_companions import Companions, compact, companions
from tundish.journal.readers.deal_rows import (
    ENGAGING,
    LOST,
    WON,
    Deal,
    Habits,
    Instant,
    deal_of,
    entered_columns,
)
from tundish.journal.readers.mapping_words import preset_columns
from tundish.journal.readers.preset_events import long_ids
from tundish.journal.readers.reading import Batcher, Options, Reading, Reject, joined
from tundish.journal.readers.record_refs import named_ref, outside_ref
from tundish.terms import InputError, from_micros

KIND = "crm-opportunities"
_TIMES = ("created", "engaged", "closed", "won_time", "lost_time", "stage_time")
_MIDNIGHT = re.compile(r"[T ](0?0:00(:00(\.0+)?)?|12:00(:00)? ?AM)(Z|\+00:00)?$", re.I)
_HIDDEN = frozenset(
    (*_TIMES, "deal", "stage", "status", "is_won", "is_closed", "value", "currency")
)


def read(data: bytes, *, options: Options, others: Iterable[bytes] = ()) -> Reading:
    """The whole table at once; see `batches`."""
    return joined(batches(data, options=options, others=others))


def batches(data: bytes, *, options: Options, others: Iterable[bytes] = ()) -> Iterator[Reading]:
    """The events of an opportunity table, in batches, with refused rows.

    A row gives `deal_created`, `deal_engaged` where work has begun, `deal_stage_changed` for each
    `Date entered [stage]`, and `deal_won` or `deal_lost`. A time that the row does not tell is
    estimated: creation at the first time that it tells, the rest at its last, and where it tells
    none at the latest of the file. `others` are the tables that came along (companies, sales teams,
    products; found by their headers); their attributes stand on the events. Notes: `deals`, and
    `won`, `lost`, `engaging`, `prospecting`, `estimated`, `without_company`. Raises InputError
    where the table has no deals or no stages.
    """
    headers, rows = csv_rows(data, encoding=options.encoding)
    known = preset_columns(headers, options.preset)
    known = {field: header for field, header in known.items() if field in DEAL_FIELDS}
    mapping = mapped(headers, fields=DEAL_FIELDS, said={**known, **options.mapping})
    _check(mapping, headers)
    listed = list(rows)
    if options.preset is not None and options.preset.long_ids:
        listed = [
            replace(row, cells=long_ids(row.cells)) if isinstance(row, Row) else row
            for row in listed
        ]
    habits = _habits([row for row in listed if isinstance(row, Row)], mapping, options=options)
    deals = list(_deals(listed, habits))
    told = [instant for deal in deals if isinstance(deal, Deal) for instant in deal.instants]
    latest = max(told, default=None)
    seen = [cell(d.cells, mapping, field="product") for d in deals if isinstance(d, Deal)]
    along = companions(others, products_seen=[name for name in seen if name])
    batcher = Batcher()
    for deal in deals:
        batcher.rows += 1
        if isinstance(deal, Deal) and latest is None:
            reason = "Neither the row nor any other of the file has a date."
            deal = Reject(deal.line, "time_missing", reason, deal.raw)
        if isinstance(deal, Reject):
            batcher.rejects.append(deal)
        elif latest is not None:
            _add(deal, latest, batcher=batcher, habits=habits, along=along)
        yield from batcher.full()
    yield batcher.take()


def _check(mapping: Mapping[str, str], headers: list[str]) -> None:
    for names in (("deal", "name"), ("stage", "status", "is_won", "is_closed")):
        if not any(name in mapping for name in names):
            raise InputError(
                f"No column says the {names[0]}; there are {', '.join(headers)}.",
                "column_missing",
                f"Name it in the mapping, as in {names[0]}=COLUMN.",
            )


def _habits(rows: list[Row], mapping: Mapping[str, str], *, options: Options) -> Habits:
    def cells(name: str) -> list[str]:
        return [text for row in rows if (text := cell(row.cells, mapping, field=name))]

    dated = [mapping[name] for name in _TIMES if name in mapping]
    dated += list(entered_columns(rows[0].cells)) if rows else []
    columns = {header: [row.cells.get(header, "") for row in rows] for header in dated}
    midnight = [h for h, texts in columns.items() if _all_midnight(t for t in texts if t)]
    all_dates = (text for texts in columns.values() for text in texts if text)
    return Habits(
        mapping=mapping,
        options=options,
        date_order=options.date_order or date_order_of(all_dates) or "day",
        decimal=options.decimal or decimal_of(cells("value")),
        midnight=frozenset(midnight),
    )


def _all_midnight(texts: Iterable[str]) -> bool:
    found = [_MIDNIGHT.search(text) is not None for text in texts]
    return bool(found) and all(found)


def _deals(rows: list[Row | Reject], habits: Habits) -> Iterator[Deal | Reject]:
    known: set[str] = set()
    for row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        try:
            deal = deal_of(row, habits=habits)
        except InputError as wrong:
            yield Reject(row.line, wrong.code, wrong.message, row.raw)
            continue
        if deal.id in known:
            reason = f"The deal {deal.id} stands in an earlier row of this file too."
            yield Reject(row.line, "record_repeated", reason, row.raw)
            continue
        known.add(deal.id)
        yield deal


def _add(
    deal: Deal, latest: Instant, *, batcher: Batcher, habits: Habits, along: Companions
) -> None:
    base = _base(deal, habits=habits, along=along)
    events = list(_events(deal, latest, base=base))
    batcher.events += events
    batcher.lines += [deal.line] * len(events)
    batcher.notes["deals"] += 1
    batcher.notes[deal.stage] += 1
    batcher.notes["without_company"] += base["company"] is None
    batcher.notes["estimated"] += sum(event.estimated for event in events)


def _events(deal: Deal, latest: Instant, *, base: Mapping[str, Any]) -> Iterator[Event]:
    first = min(deal.instants, default=latest)
    last = max(deal.instants, default=latest)
    yield _event(deal, "deal_created", at=deal.created, base=base, otherwise=first)
    if deal.engaged or deal.stage == ENGAGING:
        yield _event(deal, "deal_engaged", at=deal.engaged, base=base, otherwise=last)
    old = None
    for name, at in sorted(deal.steps, key=lambda step: (step[1], step[0])):
        change = {"new": name} | ({"old": old} if old else {})
        yield _event(deal, "deal_stage_changed", at=at, base=base, otherwise=last, more=change)
        old = name
    if deal.stage in (WON, LOST):
        yield _event(deal, f"deal_{deal.stage}", at=deal.closed, base=base, otherwise=last)


def _event(
    deal: Deal,
    name: str,
    *,
    at: Instant | None,
    base: Mapping[str, Any],
    otherwise: Instant,
    more: Mapping[str, Any] | None = None,
) -> Event:
    micros, day = at or otherwise
    closing = name in ("deal_won", "deal_lost")
    worth = (
        deal.value
        if closing or (name == "deal_created" and deal.stage not in (WON, LOST))
        else None
    )
    record = f"{deal.id}>{more['new']}" if more else deal.id
    return Event(
        id=row_id(KIND, record, event=name, micros=micros if at else None),
        name=name,
        occurred_at=from_micros(micros),
        precision="day" if day else "instant",
        estimated=at is None,
        deal=deal.id,
        value=worth if worth and (worth.minor_units or name == "deal_won") else None,
        **{**base, "properties": {**base["properties"], **(more or {})}},
    )


def _base(deal: Deal, *, habits: Habits, along: Companions) -> dict[str, Any]:
    """What all events of a deal share."""
    mapping = habits.mapping

    def said(name: str) -> str | None:
        return cell(deal.cells, mapping, field=name) or None

    product, owner, company = said("product"), said("owner"), said("company")
    if product:
        product = along.product_names.get(compact(product), product)
    taken = {mapping[name] for name in mapping if name in _HIDDEN or name in _NAMED}
    taken |= {*entered_columns(deal.cells), *habits.options.ignored}
    rest = {k: v for k, v in deal.cells.items() if v and k not in taken}
    named = {
        "product": product, "owner": owner, "stage": deal.stage_name or None,
        "reason": said("reason") if deal.stage == LOST else None,
        "name": said("name"), "pipeline": said("pipeline"),
        "expected_close": _expected(deal, said),
    }  # fmt: skip
    properties, personal = split_personal(rest)
    properties |= split_personal({k: v for k, v in named.items() if v})[0]
    for found, key in ((along.companies, company), (along.teams, owner), (along.products, product)):
        properties |= found.get(key or "", {})
    person = (said("person") or "").split(";")[0].strip()
    contact = said("contact")
    if is_mail_address(person):
        personal["email"] = person
    if contact:
        personal["name"] = contact
    return {
        "company": company,
        "person": _person(person, contact, company=company, options=habits.options),
        "source": said("source"),
        "properties": properties,
        "personal": personal,
        "inlet": habits.options.inlet,
    }


def _person(said: str, contact: str | None, *, company: str | None, options: Options) -> str | None:
    """Who the deal's person is: by id or address, else by the name that the system links rows with."""
    if said and options.preset is not None and not is_mail_address(said):
        return outside_ref(options.preset.system, said, secret=options.secret)
    if said or not contact:
        return person_ref(said, secret=options.secret)
    return named_ref(contact, company=company or "", secret=options.secret)


def _expected(deal: Deal, said: Any) -> str | None:
    """The hoped-for date: of an open deal the close date is no more than that."""
    hoped: str | None = said("expected") or (None if deal.stage in (WON, LOST) else said("closed"))
    return hoped


_NAMED = frozenset(
    "product owner company person contact source reason name pipeline expected closed".split()
)
