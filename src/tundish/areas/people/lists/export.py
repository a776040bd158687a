"""A list as a CSV file: what the reader may see, in the list's order, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from tundish.areas.people.lists.fields import ListField
from tundish.areas.people.models import MODELS, Company, Record
from tundish.areas.people.standing import Standing
from tundish.terms import Money, from_micros
from tundish.weblib.access.visibility import visible_ids

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's own letters."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 1_000


def rows(
    kind: str,
    ids: list[str],
    *,
    columns: list[ListField],
    heads: list[str],
    standing: Any,
    names: Mapping[str, str],
    reader: Any,
) -> Iterator[str]:
    """The file in pieces; `standing(ids)` tells where units stand, `names` are our users' by owner.

    A company that the `reader` may not see stays unnamed, as in the list.
    """
    yield BOM + _line(heads)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = MODELS[kind].objects.in_bulk(some)
        stands: Mapping[str, Standing] = standing(some)
        named = {one.company for one in found.values() if one.company}
        firms = Company.objects.in_bulk(visible_ids(reader, "company", named))
        for one in (found[i] for i in some if i in found):
            cells = [one.pk, one.shown_name, one.email or "", one.phone or ""]
            cells += [
                _cell(one, column, stands.get(one.pk), firms.get(one.company or ""), names)
                for column in columns
            ]
            yield _line(cells)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(_FORMULA) and not text.lstrip("+-").replace(".", "", 1).isdigit():
        return f"'{text}"
    return text


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _cell(
    record: Record,
    field: ListField,
    standing: Standing | None,
    company: Record | None,
    names: Mapping[str, str],
) -> str:
    if field.name == "stage":
        return standing.title if standing and not standing.lost else ""
    if field.name == "stage_days":
        return ""
    if field.name == "company_name":
        return company.shown_name if company else ""
    if field.name == "value":
        return f"{record.money.major:.2f} {record.money.currency}" if record.money else ""
    column = field.name in {one.name for one in record._meta.fields}
    value = getattr(record, field.name) if column else record.more.get(field.name)
    if value is None:
        return ""
    if field.type == "instant":
        return from_micros(int(value)).isoformat(timespec="seconds")
    if isinstance(value, Mapping) and "minor_units" in value:
        amount = Money(int(value["minor_units"]), str(value.get("currency", "")))
        return f"{amount.major:.2f} {amount.currency}"
    if field.name == "stage_hint":
        return field.shown_value(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return names.get(str(value), str(value)) if field.name == "owner" else str(value)
