"""Which kind of file this is, from its name and its bytes: what the import page proposes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tundish.journal.readers import jsonl_events, weblog
from tundish.journal.readers.columns_guess import DEAL_FIELDS, EVENT_FIELDS, guess
from tundish.journal.readers.contents_guess import by_contents, contents_of
from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.deal_companions import companion_kind
from tundish.journal.readers.event_rows import Record
from tundish.journal.readers.mapping_words import preset_columns
from tundish.journal.readers.parquet_events import opened
from tundish.journal.readers.presets import Found, preset_of
from tundish.journal.readers.reading import Batcher
from tundish.journal.readers.record_fields import COMPANIES, COMPANY_FIELDS, PEOPLE, PEOPLE_FIELDS
from tundish.journal.readers.text import csv_delimiter, encoding_of, plain_header, text_of, unpacked
from tundish.terms import InputError

_FIELDS = {
    "crm-opportunities": DEAL_FIELDS, PEOPLE: PEOPLE_FIELDS, COMPANIES: COMPANY_FIELDS,
}  # fmt: skip
_SAMPLES = 3
_HEAD = 200


@dataclass(frozen=True, slots=True)
class Detected:
    """A proposal for a file.

    `kind` is crm-opportunities, people, companies (alone, or a companion of opportunities like `teams`
    and `products`), events, weblog, or None where it is none of them; `format` csv, jsonl, parquet or
    log. `mapping` is `{field: header}`, `fields` what may be mapped, `samples` the first values by
    header, `missing` the fields without which it cannot be read; `found` whose export it is,
    `contents` which headers' cells are mostly email, phone or web.
    """

    kind: str | None
    format: str
    headers: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    delimiter: str = ""
    encoding: str = "utf-8"
    found: Found | None = None
    contents: dict[str, str] = field(default_factory=dict)


def detect(data: bytes, *, name: str) -> Detected:
    """The proposal for a file's bytes (gzipped or not); `name` is its file name.

    Raises InputError where the bytes cannot be opened at all.
    """
    data = unpacked(data)
    if data.startswith(b"PAR1"):
        file = opened(data)
        batch = next(file.iter_batches(batch_size=_SAMPLES), None)
        rows = batch.to_pylist() if batch is not None else []
        return _proposal("parquet", list(file.schema_arrow.names), rows=rows)
    text = text_of(data[: 1 << 20])
    if _is_log(text):
        return Detected("weblog", "log", encoding=encoding_of(data))
    if text.lstrip().startswith("{") or re.search(r"\.(jsonl|ndjson)(\.gz)?$", name.lower()):
        records = (r for r in jsonl_events.records(text) if isinstance(r, Record))
        return _proposal(
            "jsonl", jsonl_events.keys(text), rows=[r.values for r in islice(records, _SAMPLES)]
        )
    return _of_csv(data, text)


def _of_csv(data: bytes, text: str) -> Detected:
    try:
        headers, rows = csv_rows(text.encode(), encoding="utf-8")
    except InputError:
        return Detected(None, "csv")
    first = [row.cells for row in islice(rows, _HEAD) if isinstance(row, Row)]
    return _proposal(
        "csv", headers, rows=first, delimiter=csv_delimiter(text), encoding=encoding_of(data)
    )


def _is_log(text: str) -> bool:
    lines = [line for line in text.split("\n", 20)[:20] if line.strip()]
    hits = list(weblog.hits("\n".join(lines), Batcher()))
    return len(hits) * 2 > len(lines) > 0


def _proposal(
    format_: str,
    headers: list[str],
    *,
    rows: Sequence[Mapping[str, Any]],
    delimiter: str = "",
    encoding: str = "utf-8",
) -> Detected:
    found = preset_of(headers) if format_ == "csv" else None
    contents = contents_of(rows)
    kind, mapping = (
        _kind(headers, contents)
        if found is None
        else (found.preset.kind, preset_columns(headers, found.preset))
    )
    fields = tuple(_FIELDS.get(kind or "", EVENT_FIELDS))
    needed = () if kind != "events" else ("event", "time")
    return Detected(
        kind=kind,
        format=format_,
        headers=headers,
        mapping=mapping,
        samples={header: _samples(row.get(header) for row in rows) for header in headers},
        fields=() if kind in ("teams", "products") else fields,
        missing=tuple(f for f in needed if f not in mapping),
        found=found,
        contents=contents,
        delimiter=delimiter,
        encoding=encoding,
    )


def _kind(headers: list[str], contents: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    deals = guess(headers, fields=DEAL_FIELDS)
    events = guess(headers, fields=EVENT_FIELDS)
    # A lead or an order has a status too; a deal has a stage.
    has_stage = "stage" in deals or "is_won" in deals
    has_stage = has_stage or plain_header(deals.get("status", "")) == "deal status"
    if "deal" in deals and has_stage and len(deals) >= 3:
        return "crm-opportunities", deals
    is_event = "event" in events and "time" in events
    if along := companion_kind(headers):
        return along, guess(headers, fields=COMPANY_FIELDS) if along == COMPANIES else {}
    if is_event:
        return "events", events
    people = guess(headers, fields=PEOPLE_FIELDS)
    if {"email", "phone", "mobile"} & people.keys() and ("name" in people or "last_name" in people):
        return PEOPLE, people
    if "time" in events and len(events) >= 2:
        return "events", events
    if "email" in people:
        return PEOPLE, people
    companies = guess(headers, fields=COMPANY_FIELDS)
    if "domain" in companies and "name" in companies:
        return COMPANIES, companies
    people |= by_contents(headers, contents, kind=PEOPLE, taken=people)
    if "email" in people and {"name", "first_name", "last_name"} & people.keys():
        return PEOPLE, people
    return None, events


def _samples(values: Iterable[object]) -> list[str]:
    told = (str(value) for value in values if value not in (None, ""))
    return list(islice(dict.fromkeys(told), _SAMPLES))
