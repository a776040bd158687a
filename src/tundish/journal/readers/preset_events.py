"""Tables of what happened in an outside system (activities, stage histories, members of campaigns)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.event_rows import Record, event_batches
from tundish.journal.readers.mapping_words import preset_columns
from tundish.journal.readers.presets import Preset
from tundish.journal.readers.reading import Options, Reading, Reject
from tundish.journal.readers.record_refs import named_ref, outside_ref
from tundish.journal.readers.text import plain_header
from tundish.journal.redaction import is_mail_address
from tundish.terms import InputError, from_micros

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def batches(data: bytes, *, preset: Preset, options: Options, now: int) -> Iterator[Reading]:
    """The events of such a table, in batches; see `event_rows.event_batches`.

    A table that dates nothing is dated at `now` (microseconds), estimated. A row that the preset does
    not count (a task that is still open) is refused (`row_not_done`).
    """
    headers, _ = csv_rows(data, encoding=options.encoding)
    by_plain = {plain_header(header): header for header in reversed(headers)}
    mapping = {**preset_columns(headers, preset), **options.mapping}
    if not mapping.get("time"):
        mapping |= {"time": f"={from_micros(now).isoformat()}", "estimated": "=true"}
    taken = {header for header in mapping.values() if header}
    renamed = {
        h: new for p, new in preset.renamed.items() if (h := by_plain.get(p)) and h not in taken
    }
    renamed |= {h: "role" for p in preset.roles if (h := by_plain.get(p))}
    event = mapping.get("event", "")
    second = _fallbacks(preset, mapping, by_plain)

    def records() -> Iterator[Record | Reject]:
        for row in csv_rows(data, encoding=options.encoding)[1]:
            if not isinstance(row, Row):
                yield row
                continue
            try:
                _check_counts(row.cells, preset=preset, by_plain=by_plain)
            except InputError as wrong:
                yield Reject(row.line, wrong.code, wrong.message, row.raw)
                continue
            cells = long_ids(row.cells) if preset.long_ids else row.cells
            for header, others in second.items():
                if not cells.get(header):
                    told = next((cells[o] for o in others if cells.get(o)), "")
                    cells = {**cells, header: told}
            values = {renamed.get(header, header): text for header, text in cells.items()}
            if preset.events and event in values:
                word = plain_header(values[event])
                values[event] = preset.events.get(word, preset.otherwise or values[event])
                values["type"] = row.cells[event]
            values |= _person(values, mapping, preset=preset, secret=options.secret)
            yield Record(row.line, values, row.raw)

    names = [renamed.get(header, header) for header in headers]
    return event_batches(records, names, options=replace(options, mapping=mapping))


def _person(
    values: Mapping[str, str], mapping: Mapping[str, str], *, preset: Preset, secret: bytes
) -> dict[str, str]:
    """The person's cell as a reference: the system's own id, or the name that it links rows with."""
    header = mapping.get("person", "")
    said = values.get(header, "")
    if not said or is_mail_address(said):
        return {}
    if not preset.by_name:
        return {header: outside_ref(preset.system, said, secret=secret)}
    company = values.get(mapping.get("company", ""), "")
    return {header: named_ref(said, company=company, secret=secret), "contact name": said}


def long_ids(cells: Mapping[str, str]) -> dict[str, str]:
    """A row whose ids of 15 characters have the 18 that do not depend on their case."""
    return {
        header: long_id(text) if plain_header(header).endswith("id") else text
        for header, text in cells.items()
    }


def long_id(text: str) -> str:
    """The 18 characters of a Salesforce id of 15; any other text as it is."""
    if len(text) != 15 or not text.isascii() or not text.isalnum():
        return text
    if not any(letter.isdigit() for letter in text):
        return text
    return text + "".join(
        _LETTERS[sum(text[at + i].isupper() << i for i in range(5))] for at in (0, 5, 10)
    )


def _check_counts(cells: Mapping[str, str], *, preset: Preset, by_plain: Mapping[str, str]) -> None:
    there = {by_plain[p]: words for p, words in preset.only.items() if p in by_plain}
    if not there:
        return
    for header, words in there.items():
        said = cells.get(header, "").casefold()
        if said and ("*" in words or said in words):
            return
    shown = ", ".join(there)
    raise InputError(f"It did not happen: the row's {shown} does not say so.", "row_not_done")


def _fallbacks(
    preset: Preset, mapping: Mapping[str, str], by_plain: Mapping[str, str]
) -> dict[str, list[str]]:
    """By header the further headers of its field: where one cell is empty the next one is asked."""
    found = {}
    for field in ("time", "person"):
        header = mapping.get(field, "")
        others = [by_plain[p] for p in preset.columns.get(field, ()) if p in by_plain]
        if header in others and len(others) > 1:
            found[header] = [other for other in others if other != header]
    return found
