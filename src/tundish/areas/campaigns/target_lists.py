"""Pasted lines to people on a target list."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from tundish.areas.people import actions
from tundish.areas.people.actions import Chosen, Done
from tundish.areas.people.creating import create_person
from tundish.areas.people.models import Person
from tundish.journal.redaction import is_mail_address
from tundish.terms import InputError
from tundish.weblib.access.models import User
from tundish.weblib.access.visibility import visible_to

if TYPE_CHECKING:
    from tundish.workspace import Workspace

MOST_LINES = 500
LONGEST_NAME = 80
_LONGEST_LINE = 200
_NO_TOUCH = "list"


@dataclass(frozen=True)
class Line:
    """What a pasted line says; `number` counts from 1."""

    number: int
    name: str
    email: str
    company: str


def list_name(text: str) -> str:
    """A list's name as it is kept. Raises InputError."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise InputError("A target list needs a name of up to 80 letters.", "list_name_wrong")
    return name


def read_lines(text: str) -> list[Line]:
    """Name, e-mail address and company by line, in any order, between commas, semicolons or tabs.

    The cell with an @ is the address, the first other one the name, the next the company. Raises
    InputError that names the line.
    """
    rows = [row for row in text.replace("\x00", "").splitlines() if row.strip()]
    if not rows:
        raise InputError("There is no line to add.", "list_empty", "Write one person a line.")
    if len(rows) > MOST_LINES:
        raise InputError(
            f"There are {len(rows)} lines; {MOST_LINES} can be added at once.",
            "list_too_long", "Import a file instead.",
        )  # fmt: skip
    return list(_lines(rows))


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


def _lines(rows: list[str]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if len(row) > _LONGEST_LINE:
            raise InputError(
                "A line is too long for a name, an address and a company.", "text_too_long",
                "Write one person a line.", place=f"line {number}",
            )  # fmt: skip
        mark = next((one for one in "\t;" if one in row), ",")
        cells = [cell.strip() for cell in next(csv.reader(StringIO(row), delimiter=mark))]
        email = next((cell for cell in cells if "@" in cell), "")
        if email and not is_mail_address(email):
            raise InputError(
                f"“{email[:60]}” is not an e-mail address.", "mail_unreadable",
                "Write it as in name@example.com.", place=f"line {number}",
            )  # fmt: skip
        others = [cell for cell in cells if cell and cell != email]
        yield Line(number, others[0] if others else "", email, others[1] if len(others) > 1 else "")


def _known(line: Line, by: User) -> str | None:
    people = visible_to(by, Person.objects.filter(email__iexact=line.email), kind="person")
    found = people.first()
    return None if found is None else found.pk
