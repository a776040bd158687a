"""The firm's own fields, kept beside its settings, and all fields of a kind of record in one list."""

import json
from dataclasses import replace
from typing import Any

from tundish.journal.fields import BUILT_IN, CUSTOM_KINDS, Field, key_of
from tundish.stores.dialect import Connection, execute, transaction
from tundish.stores.profiles import FIELDS, KINDS
from tundish.terms import InputError, NotFoundError

_COLUMNS = "kind, name, title, type, choices, help, currency, place, archived"
_RESERVED = (
    *FIELDS, "id", "person", "tags", "emails", "phones", "consent", "group", "stage", "search",
    "held", "properties", "new", "old", "text", "role", "do_not_contact", "do_not_track",
)  # fmt: skip
_LONGEST_TITLE, _MOST_CHOICES = 80, 200


def fields_of(connection: Connection, kind: str, *, archived: bool = False) -> list[Field]:
    """The fields of person, company or deal: those that all have, then the firm's own, in order.

    A built-in field's value stands in the row's column of that name (do_not_… : a property), an own
    field's in the row's property of that name. Archived ones only where asked for.
    """
    own = own_fields(connection, kind, archived=archived)
    return [*(field for field in BUILT_IN if field.of == kind), *own]


def own_fields(connection: Connection, kind: str, *, archived: bool = True) -> list[Field]:
    """The firm's own fields of a kind, in their order."""
    rows = execute(
        connection,
        f"SELECT {_COLUMNS} FROM own_field WHERE kind = ?{'' if archived else ' AND archived = 0'}"
        " ORDER BY place, name",
        (kind,),
    ).fetchall()
    return [_field(row) for row in rows]


def field_of(connection: Connection, kind: str, name: str) -> Field:
    """One field by its key, archived or not. Raises NotFoundError."""
    for field in fields_of(connection, kind, archived=True):
        if field.name == name:
            return field
    raise NotFoundError(
        f"There is no field “{name[:40]}” of a {kind}.",
        "field_not_found",
        "Choose one of the fields, or make one in the settings.",
    )


def save_field(connection: Connection, field: Field) -> Field:
    """Make an own field (its name is empty: a key is made of the title) or change it; gives it.

    The kind of value never changes. Raises InputError, NotFoundError.
    """
    with transaction(connection):
        known = own_fields(connection, field.of)
        if field.name:
            before = next((one for one in known if one.name == field.name), None)
            if before is None:
                raise NotFoundError("There is no such field.", "field_not_found")
            field = replace(field, kind=before.kind, place=before.place)
        field = _checked(field)
        _check_title(field, known)
        if not field.name:
            key = key_of(field.title, taken=[*_RESERVED, *(one.name for one in known)])
            place = max((one.place for one in known), default=-1) + 1
            field = replace(field, name=key, place=place)
        _write(connection, field)
    return field


def order_fields(connection: Connection, kind: str, names: list[str]) -> None:
    """Put the own fields of a kind into this order; those not named follow."""
    with transaction(connection):
        rank = {name: place for place, name in enumerate(names)}
        known = own_fields(connection, kind)
        known.sort(key=lambda field: (rank.get(field.name, len(rank)), field.place))
        for place, field in enumerate(known):
            _write(connection, replace(field, place=place))


def _checked(field: Field) -> Field:
    title = " ".join(field.title.split())
    if field.of not in KINDS or field.kind not in CUSTOM_KINDS:
        raise InputError(
            f"A field is of {', '.join(KINDS)}, and its kind one of {', '.join(CUSTOM_KINDS)}.",
            "field_kind_unknown",
            "Choose one of these.",
        )
    if not title or len(title) > _LONGEST_TITLE:
        raise InputError(
            f"A field needs a name of up to {_LONGEST_TITLE} letters.", "field_title_wrong"
        )
    choices = tuple(dict.fromkeys(" ".join(c.split()) for c in field.choices if c.strip()))
    if field.kind in ("one_of", "several_of"):
        if len(choices) < 2 or len(choices) > _MOST_CHOICES or any(";" in c for c in choices):
            raise InputError(
                f"A list needs 2 to {_MOST_CHOICES} choices, without semicolons.",
                "choices_wrong",
                "Write one choice on a line.",
            )
    else:
        choices = ()
    return replace(field, title=title, choices=choices, help=field.help.strip()[:300])


def _check_title(field: Field, known: list[Field]) -> None:
    plain = field.title.casefold()
    others = [*known, *(one for one in BUILT_IN if one.of == field.of)]
    if any(one.title.casefold() == plain and one.name != field.name for one in others):
        raise InputError(
            f"There is a field “{field.title}” already.",
            "field_title_taken",
            "Choose another name, or bring the archived field back.",
        )


def _write(connection: Connection, field: Field) -> None:
    execute(
        connection,
        f"INSERT INTO own_field ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, name) DO UPDATE SET title = excluded.title,"
        " choices = excluded.choices, help = excluded.help, currency = excluded.currency,"
        " place = excluded.place, archived = excluded.archived",
        (
            field.of, field.name, field.title, field.kind,
            json.dumps(field.choices, ensure_ascii=False) if field.choices else None,
            field.help or None, field.currency or None, field.place, int(field.archived),
        ),
    )  # fmt: skip


def _field(row: Any) -> Field:
    return Field(
        row[0], row[1], row[2], row[3], tuple(json.loads(row[4] or "[]")), row[5] or "", row[6] or "",
        row[7], bool(row[8]),
    )  # fmt: skip
