"""A CSV file to its rows, so that one broken row never hides the good ones after it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tundish.journal.readers.reading import Reject
from tundish.journal.readers.text import csv_delimiter, text_of
from tundish.terms import InputError

_LONGEST_NOTES = 20
_LONGEST = 200  # lines of one quoted cell, so that a lost quote costs no more than this


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line from 1, its cells by header, and the row as it came."""

    line: int
    cells: dict[str, str]
    raw: str


def csv_rows(
    data: bytes, *, encoding: str | None = None
) -> tuple[list[str], Iterator[Row | Reject]]:
    """(headers, rows and refused rows in order) of a CSV file's bytes.

    Encoding, byte-order mark, delimiter, a leading `sep=;` and notes above the header are found
    out. A row with another number of cells than the header (empty cells at its end aside) is refused
    (`row_width`), a quote that is not closed too (`row_broken`); reading goes on with the next line.
    Raises InputError where there is no header.
    """
    text = text_of(data, encoding=encoding)
    lines = text.split("\n") if "\n" in text else text.split("\r")
    start, delimiter = 0, ""
    if said := re.fullmatch(r"sep=(.)\r?", lines[0]):
        start, delimiter = 1, said[1]
    while start < len(lines) and not lines[start].strip():
        start += 1
    start = start if delimiter else _past_notes(lines, start)
    delimiter = delimiter or csv_delimiter("\n".join(lines[start : start + 20]))
    taken, cells = _record(lines, start, delimiter=delimiter)
    if not cells or not any(cell.strip() for cell in cells):
        raise InputError(
            "The file has no header line.", "header_missing", "Its first line names the columns."
        )
    headers = _distinct([cell.strip() for cell in cells])
    return headers, _rows(lines, start + taken, headers=headers, delimiter=delimiter)


def _past_notes(lines: list[str], start: int) -> int:
    """The line of the header, where notes stand above it: an empty line divides them from the table.

    Notes have no cells, at most one quoted sentence a line.
    """
    for at in range(start, min(len(lines), start + _LONGEST_NOTES)):
        if lines[at].strip():
            if re.search(r"[,;\t|]", re.sub(r'"(?:[^"]|"")*"', "", lines[at]).rstrip(",;\r ")):
                return start  # a table begins at once
            continue
        below = at + 1
        while below < len(lines) and not lines[below].strip():
            below += 1
        head = "\n".join(lines[below : below + 20])
        if below < len(lines) and csv_delimiter(head) in lines[below]:
            return below
    return start


def _rows(
    lines: list[str], at: int, *, headers: list[str], delimiter: str
) -> Iterator[Row | Reject]:
    width = len(headers)
    while at < len(lines):
        if not lines[at].strip("\r\n\t ,;|"):
            at += 1
            continue
        taken, cells = _record(lines, at, delimiter=delimiter)
        if cells is not None and not any(map(str.strip, cells)):
            at += taken
            continue
        if cells is not None:
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width and taken > 1:
                taken, cells = 1, None
        raw = lines[at].rstrip("\r")
        if taken > 1:
            raw = "\n".join(line.rstrip("\r") for line in lines[at : at + taken])
        if cells is None:
            yield Reject(at + 1, "row_broken", "A quote in this row is not closed.", raw)
        elif len(cells) != width:
            reason = f"The row has {len(cells)} cells, the header {width}."
            yield Reject(at + 1, "row_width", reason, raw)
        else:
            yield Row(at + 1, dict(zip(headers, map(str.strip, cells), strict=True)), raw)
        at += taken


def _record(lines: list[str], at: int, *, delimiter: str) -> tuple[int, list[str] | None]:
    """(lines taken, cells) of the record that begins at a line; None where its quotes are broken."""
    first = lines[at].rstrip("\r") if at < len(lines) else ""
    if '"' not in first:
        return 1, first.split(delimiter)
    record = first
    for taken in range(1, _LONGEST + 1):
        # Only a line with a quote of its own can close the cell.
        if taken == 1 or '"' in lines[at + taken - 1]:
            try:
                return taken, next(csv.reader([record], delimiter=delimiter, strict=True))
            except csv.Error as wrong:
                if "unexpected end of data" not in str(wrong):
                    return 1, None
        if at + taken >= len(lines):
            break
        record += "\n" + lines[at + taken].rstrip("\r")
    return 1, None


def _distinct(headers: list[str]) -> list[str]:
    """Headers told apart: an empty one becomes `column 3`, a repeated one `name 2`."""
    seen: dict[str, int] = {}
    found = []
    for place, header in enumerate(headers, 1):
        name = header or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found
