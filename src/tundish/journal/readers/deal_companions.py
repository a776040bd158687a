"""The tables that come with opportunities: companies, sales teams, products, found by headers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.text import plain_header
from tundish.terms import InputError

_COMPANY = {
    "sector": "company_sector", "industry": "company_sector", "revenue": "company_revenue",
    "annual revenue": "company_revenue", "employees": "company_employees",
    "number of employees": "company_employees", "no of employees": "company_employees",
    "office location": "company_country", "country": "company_country",
    "country region": "company_country", "year established": "company_founded",
    "subsidiary of": "company_parent", "city": "company_city",
    "company domain name": "company_domain", "website": "company_website",
}  # fmt: skip
_AGENT = {"manager": "manager", "regional office": "office", "office": "office", "team": "team"}
_PRODUCT = {
    "series": "product_series", "sales price": "product_price", "price": "product_price",
    "unit price": "product_price", "family": "product_series", "product family": "product_series",
}  # fmt: skip
_KINDS = (
    ("products", ("product", "product name"), _PRODUCT),
    ("teams", ("sales agent", "agent", "owner", "owner name"), _AGENT),
    ("companies", ("account", "account name", "company name", "company", "record id"), _COMPANY),
)
_OTHER_TABLES = frozenset(
    ("stage", "deal stage", "stage name", "close date", "opportunity id", "email", "last name")
)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True)
class Companions:
    """Attributes by company, agent and product; `product_names` by their compact form."""

    companies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    teams: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    product_names: Mapping[str, str] = field(default_factory=dict)


def companion_kind(headers: Iterable[str]) -> str | None:
    """companies, teams or products, of a table's headers; None where it is none of them."""
    plain = {plain_header(header) for header in headers}
    if plain & _OTHER_TABLES:
        return None
    for kind, keys, attributes in _KINDS:
        if plain & set(keys) and plain & set(attributes):
            return kind
    return None


def companions(others: Iterable[bytes], *, products_seen: Iterable[str] = ()) -> Companions:
    """What the other tables tell; a table of another kind (a data dictionary) is passed over.

    `products_seen` are the product names of the deals, one entry a deal: without a products table
    the spelling is chosen among them.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {"companies": {}, "teams": {}, "products": {}}
    for data in others:
        try:
            headers, rows = csv_rows(data)
        except InputError:
            continue
        if (kind := companion_kind(headers)) is not None:
            found[kind] |= _table(rows, kind)
    names = _spelling(Counter(list(found["products"])) or Counter(products_seen))
    return Companions(found["companies"], found["teams"], found["products"], names)


def compact(name: str) -> str:
    """A name without spaces, punctuation and case: `GTX Pro` and `GTXPro` are alike."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _table(rows: Iterable[Any], kind: str) -> dict[str, dict[str, Any]]:
    keys, attributes = next((k, a) for name, k, a in _KINDS if name == kind)
    table = {}
    for row in rows:
        if not isinstance(row, Row):
            continue
        plain = {plain_header(header): cell for header, cell in row.cells.items()}
        if name := next((plain[key] for key in keys if plain.get(key)), ""):
            table[name] = {
                attributes[k]: _plain(v) for k, v in plain.items() if k in attributes and v
            }
    return table


def _spelling(counts: Mapping[str, int]) -> dict[str, str]:
    """The spelling to use by compact form: the one in most words, then the commonest."""
    best: dict[str, str] = {}
    for name in sorted(counts, key=lambda n: (len(n.split()), counts[n], n)):
        best[compact(name)] = name
    return best


def _plain(text: str) -> Any:
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
