"""Pasted lines to people on a target list."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen, Done
from tundish.areas.people.creating import create_person
from tundish.areas.people.models import Person
from tundish.journal.readers.text import plain_header
from tundish.journal.redaction import is_mail_address, redact_text
from tundish.terms import InputError
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import visible_to

if TYPE_CHECKING:
    from tundish.workspace import Workspace

MOST_LINES = 500
LONGEST_NAME, LONGEST_PERSON = 80, 200
_HEADINGS = frozenset("name|full name|first name|person|contact|vorname|nom|الاسم".split("|"))
_LONGEST_LINE = 200
_NO_TOUCH = "list"


@dataclass(frozen=True)
class Line:
    """What a pasted line says; `number` counts from 1."""

    number: int
    name: str
    email: str
    company: str


@dataclass(frozen=True)
class Refused:
    """A line as it was pasted, and what is wrong with it."""

    number: int
    row: str
    wrong: InputError


def list_name(text: str) -> str:
    """A list's name as it is kept. Raises InputError."""
    # As the journal will keep it, so that the list is found again by its name.
    name = redact_text(" ".join(text.split()))
    if not name or len(name) > LONGEST_NAME:
        raise InputError("A target list needs a name of up to 80 letters.", "list_name_wrong")
    return name


def read_lines(text: str) -> tuple[list[Line], list[Refused]]:
    """Name, e-mail address and company by line, in any order, between commas, semicolons or tabs;
    and the lines that say nobody. Raises InputError where there is no line, or too many.

    The cell with an @ is the address, the first other one the name, the next the company. A first
    line of headings is left out.
    """
    rows = [
        (number, row)
        for number, row in enumerate(text.replace("\x00", "").splitlines(), start=1)
        if row.strip(" \t,;")
    ]
    if rows and "@" not in rows[0][1] and not _is_someone(rows[0][1]):
        rows = rows[1:]
    if not rows:
        raise InputError("There is no line to add.", "list_empty", "Write one person a line.")
    if len(rows) > MOST_LINES:
        raise InputError(
            f"There are {len(rows)} lines; {MOST_LINES} can be added at once.",
            "list_too_long", "Import a file instead.",
        )  # fmt: skip
    found: list[Line] = []
    refused: list[Refused] = []
    for number, row in rows:
        try:
            found.append(_line(number, row))
        except InputError as wrong:
            refused.append(Refused(number, row, wrong))
    return found, refused


def put_on(
    workspace: "Workspace", name: str, lines: Iterable[Line], *, by: User
) -> tuple[Done, int]:
    """Put people on a list; gives what was written, and how many are new to us.

    Somebody whose address a person has whom `by` may see is that person. Each new one is kept before
    the next is looked for: a later line may be of the same person or company.
    """
    ids, new = [], 0
    for line in lines:
        known = _known(line, by) if line.email else None
        if known is None:
            said = {"name": line.name or line.email, "email": line.email,
                    "company": line.company, "channel": _NO_TOUCH}  # fmt: skip
            known, new = create_person(workspace, said, by=by, follow=False), new + 1
        ids.append(known)
    done = actions.write(
        workspace, Chosen("person", ids, by),
        lambda _row: {"name": "list_joined", "properties": {"list": name}},
    )  # fmt: skip
    return done, new


def _is_someone(row: str) -> bool:
    """Whether a line without an address is a person's and not the headings of a table."""
    return plain_header(_cells(row)[0]) not in _HEADINGS


def _cells(row: str) -> list[str]:
    bare = re.sub(r'"[^"]*"', "", row)
    mark = next((one for one in "\t;" if one in bare), ",")
    return [cell.strip() for cell in next(csv.reader(StringIO(row), delimiter=mark))]


def _line(number: int, row: str) -> Line:
    if len(row) > _LONGEST_LINE:
        raise InputError(
            "A line is too long for a name, an address and a company.", "text_too_long",
            "Write one person a line.",
        )  # fmt: skip
    # As mail programs copy it: Ana Pires <ana@company.example>
    if told := re.fullmatch(r'\s*"?([^"<>@]*?)"?\s*<([^<>\s]+)>(.*)', row):
        row = ",".join((told[1].replace(",", " "), told[2], told[3].strip(" ,;")))
    cells = _cells(row)
    email = next((cell for cell in cells if "@" in cell), "")
    if email and not is_mail_address(email):
        raise InputError(
            f"“{email[:60]}” is not an e-mail address.", "mail_unreadable",
            "Write it as in name@example.com.",
        )  # fmt: skip
    others = [cell for cell in cells if cell and cell != email]
    name, company = others[0] if others else "", others[1] if len(others) > 1 else ""
    if len(name) > LONGEST_PERSON or len(company) > LONGEST_PERSON:
        raise InputError(
            "A name is too long.", "text_too_long", f"It has up to {LONGEST_PERSON} letters."
        )
    return Line(number, name, email, company)


def _known(line: Line, by: User) -> str | None:
    people = visible_to(by, Person.objects.filter(email__iexact=line.email), kind="person")
    found = people.first()
    return None if found is None else found.pk
