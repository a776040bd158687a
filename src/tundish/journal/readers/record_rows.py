"""A table of people or of companies: what each row says of its record, before it is known which one it is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tundish.journal.freemail import is_free_mail
from tundish.journal.personal import is_mail_address, split_personal
from tundish.journal.readers.cells import date_order_of, decimal_of, number, when
from tundish.journal.readers.columns_guess import cell
from tundish.journal.readers.contents_guess import LOOKED_AT, contents_of, looks_like_phone
from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.deal_rows import entered_columns
from tundish.journal.readers.mapping_words import Said, columns_of
from tundish.journal.readers.reading import BATCH, Options, Reject
from tundish.journal.readers.record_fields import COMPANIES, FIELDS, PEOPLE, SAID_OF, TIMES
from tundish.journal.readers.text import plain_header
from tundish.terms import InputError

Instant = tuple[int, bool]
"""Microseconds UTC, and whether only the day is known."""
_TRUE = frozenset(("true", "1", "yes", "y", "x", "unsubscribed", "opted out", "نعم"))
_PERSONAL = frozenset(("email", "name", "first_name", "last_name", "phone", "mobile", "address"))
_OF_A_FIRM = frozenset(("phone", "address"))
_NUMBERS = frozenset(("employees", "revenue"))
_BECAME = re.compile(r"became an? (.+) date")


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a row tells beside the record's fields; `at` None where it does not say when."""

    name: str
    at: Instant | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What one row says: by which `keys` the record may be found (email, external_id, domain, phone,
    name), its `fields` (those in `personal` are a person's), the `company` that a person belongs to by
    the same keys, when it was `created`, what `happened`, and the stages it came to (`steps`)."""

    line: int
    raw: str
    keys: Mapping[str, str]
    fields: Mapping[str, Any]
    personal: frozenset[str]
    company: Mapping[str, str]
    created: Instant | None
    happened: Sequence[Happened]
    steps: Sequence[tuple[str, Instant | None]]
    source: str | None = None
    campaign: str | None = None


@dataclass(frozen=True)
class _Habits:
    kind: str
    mapping: Mapping[str, str]
    said: Said
    options: Options
    date_order: str
    decimal: str
    entered: Mapping[str, str]
    taken: frozenset[str]


def record_batches(
    data: bytes, *, kind: str, said: Said, options: Options
) -> Iterator[list[RecordRow | Reject]]:
    """The rows of a table of people or companies, in batches; raises InputError where none can be one."""
    headers, rows = csv_rows(data, encoding=options.encoding)
    listed = list(rows)
    first = (row.cells for row in listed[:LOOKED_AT] if isinstance(row, Row))
    mapping = columns_of(headers, kind=kind, said=said, contents=contents_of(first))
    _check(mapping, headers, kind=kind)
    habits = _habits(listed, headers, mapping, kind=kind, said=said, options=options)
    for start in range(0, len(listed), BATCH):
        yield [_read(row, habits) for row in listed[start : start + BATCH]]


def _check(mapping: Mapping[str, str], headers: list[str], *, kind: str) -> None:
    wanted = {
        PEOPLE: ("email", "name", "first_name", "last_name", "phone", "mobile", "external_id"),
        COMPANIES: ("name", "domain", "external_id"),
    }[kind]
    if not any(name in mapping for name in wanted):
        raise InputError(
            f"No column says who or what the rows are about; there are {', '.join(headers)}.",
            "column_missing",
            f"Name one in the mapping, as in {wanted[0]}=COLUMN.",
        )


def _habits(
    rows: Sequence[Row | Reject],
    headers: list[str],
    mapping: Mapping[str, str],
    *,
    kind: str,
    said: Said,
    options: Options,
) -> _Habits:
    entered = entered_columns(headers) | {
        header: match[1]
        for header in headers
        if (match := _BECAME.fullmatch(plain_header(header))) and match[1] != "contact"
    }
    dated = [mapping[name] for name in TIMES if name in mapping] + list(entered)
    good = [row for row in rows if isinstance(row, Row)]
    dates = (text for header in dated for row in good if (text := row.cells.get(header)))
    amounts = [row.cells.get(mapping[n], "") for n in _NUMBERS if n in mapping for row in good]
    return _Habits(
        kind=kind,
        mapping=mapping,
        said=said,
        options=options,
        date_order=options.date_order or date_order_of(dates) or "day",
        decimal=options.decimal or decimal_of(amounts),
        entered=entered,
        taken=frozenset({*mapping.values(), *entered, *said.ignored}),
    )


def _read(row: Row | Reject, habits: _Habits) -> RecordRow | Reject:
    if isinstance(row, Reject):
        return row
    try:
        return _record(row, habits)
    except InputError as wrong:
        return Reject(row.line, wrong.code, wrong.message, row.raw)


def _record(row: Row, habits: _Habits) -> RecordRow:
    def said(name: str) -> str:
        return cell(row.cells, habits.mapping, field=name)

    def at(name: str) -> Instant | None:
        return _instant(text, habits) if (text := said(name)) else None

    if said("deleted").casefold() in _TRUE:
        raise InputError("The row is marked as deleted.", "record_deleted")
    fields, personal = _fields(row, habits, said=said)
    keys = _keys(habits, said=said, fields=fields)
    if not keys:
        what = "an e-mail address, a name, a phone number or an id" if habits.kind == PEOPLE else (
            "a name, a domain or an id"
        )  # fmt: skip
        raise InputError(f"The row has neither {what}.", "record_missing")
    email = fields.get("email")
    if email and not is_mail_address(str(email)):
        raise InputError(f"“{email}” is not an e-mail address.", "email_unreadable")
    created = at("created")
    happened = tuple(_happened(row, habits, said=said, at=at, created=created))
    steps = tuple(_steps(row, habits, said=said))
    if keys.keys() == {"external_id"} and not (fields or happened or steps):
        raise InputError("The row says nothing beside an id.", "record_missing")
    return RecordRow(
        line=row.line,
        raw=row.raw,
        keys=keys,
        fields=fields,
        personal=frozenset(personal),
        company=_company(habits, said=said, email=str(email or "")),
        created=created,
        happened=happened,
        steps=steps,
        source=said("source") or None,
        campaign=said("campaign") or None,
    )


def _fields(row: Row, habits: _Habits, *, said: Any) -> tuple[dict[str, Any], set[str]]:
    """(what the row says of its record, which of it is personal)."""
    is_person = habits.kind == PEOPLE
    fields: dict[str, Any] = {}
    for name in SAID_OF[habits.kind]:
        if name in ("company", "tags", "mobile") or not (text := said(name)):
            continue
        fields[name] = _amount(text, habits) if name in _NUMBERS else text
    if is_person:
        _names(fields)
        if number_said := _phone(said("phone")) or _phone(said("mobile")):
            fields["phone"] = number_said
        else:
            fields.pop("phone", None)
        if "email" in fields:
            fields["email"] = _first(fields["email"]).lower()
    else:
        if "domain" in fields:
            fields["domain"] = domain_of(str(fields["domain"])) or fields.pop("domain")
        if "phone" in fields and not _phone(str(fields["phone"])):
            del fields["phone"]
    custom = {name: cell(row.cells, habits.mapping, field=name) for name in habits.said.own}
    fields |= {
        n: habits.said.typed(n, text, _instant_of(habits)) for n, text in custom.items() if text
    }
    rest = {h: text for h, text in row.cells.items() if text and h not in habits.taken}
    properties, found = split_personal(rest, traits=is_person)
    for name, value in properties.items():
        fields.setdefault(slug(name), value)
    kept_apart = _PERSONAL if is_person else _OF_A_FIRM
    personal = {name for name in fields if name in kept_apart}
    if is_person:
        for name, text in found.items():
            if "." not in name and name not in fields:
                fields[name] = text
                personal.add(name)
    return fields, personal


def _names(fields: dict[str, Any]) -> None:
    whole = " ".join(p for k in ("first_name", "last_name") if (p := str(fields.pop(k, ""))))
    if whole and "name" not in fields:
        fields["name"] = whole


def _keys(habits: _Habits, *, said: Any, fields: Mapping[str, Any]) -> dict[str, str]:
    keys = {"external_id": said("external_id")}
    if habits.kind == PEOPLE:
        keys["email"] = str(fields.get("email") or "").casefold()
        keys["phone"] = digits_of(str(fields.get("phone") or ""))
    else:
        keys["domain"] = domain_of(str(fields.get("domain") or ""))
    keys["name"] = str(fields.get("name") or "")
    return {name: text for name, text in keys.items() if text}


def _company(habits: _Habits, *, said: Any, email: str) -> dict[str, str]:
    if habits.kind != PEOPLE:
        return {}
    mail_domain = email.rpartition("@")[2].casefold()
    found = {
        "external_id": said("company_id").split(";")[0].strip(),
        "domain": domain_of(said("company_domain"))
        or ("" if is_free_mail(mail_domain) else mail_domain),
        "name": said("company"),
    }
    return {name: text for name, text in found.items() if text}


def _happened(
    row: Row, habits: _Habits, *, said: Any, at: Any, created: Instant | None
) -> Iterable[Happened]:
    for tag in _listed(said("tags")):
        yield Happened("tag_added", created, {"tag": tag}, of=tag)
    mobile, phone = _phone(said("mobile")), _phone(said("phone"))
    if habits.kind == PEOPLE and mobile and phone and digits_of(mobile) != digits_of(phone):
        label = {"kind": "phone", "label": "mobile"}
        yield Happened("address_added", created, label, {"phone": mobile}, digits_of(mobile))
    for further in str(said("email")).replace(";", ",").split(",")[1:]:
        if is_mail_address(further.strip()):
            address = {"email": further.strip()}
            yield Happened("address_added", created, {"kind": "email"}, address, further.casefold())
    if note := said("note"):
        yield Happened("note_added", created, {}, {"text": note}, of=note)
    if habits.kind != PEOPLE:
        return
    if said("sent_form"):
        form = {"form": said("form")} if said("form") else {}
        yield Happened("form_submitted", created, form, of=said("external_id") or str(row.line))
    out_at, dead_at = at("opted_out_at"), at("bounced_at")
    is_out = said("opted_out").casefold() in _TRUE or out_at is not None
    if said("marketing").casefold() in ("unsubscribed", "bounced"):
        is_out = True
    if (since := at("opted_in_at")) and not is_out and not said("bounced"):
        yield Happened("newsletter_joined", since)
        yield Happened("consent_granted", since, {"basis": "consent", "source": "import"})
    if is_out:
        why = {"reason": said("opted_out_reason")} if said("opted_out_reason") else {}
        yield Happened("mail_unsubscribed", out_at, why)
        yield Happened("consent_withdrawn", out_at, {"source": "import"})
    if said("bounced").casefold() in _TRUE or dead_at is not None:
        yield Happened("mail_bounced", dead_at, {"permanent": True})


def _steps(row: Row, habits: _Habits, *, said: Any) -> Iterable[tuple[str, Instant | None]]:
    """The lifecycle stages that the row dates, and the one where the record stands."""
    dated = set()
    for header, stage in habits.entered.items():
        if text := row.cells.get(header):
            dated.add(stage_word(stage))
            yield stage_word(stage), _instant(text, habits)
    now = stage_word(said("lifecycle"))
    if now and now not in dated:
        yield now, None


def stage_word(stage: str) -> str:
    """A lifecycle stage as it is compared: `Marketing Qualified Lead` and `marketingqualifiedlead`."""
    bare = re.sub(r"\(.*?\)|\blifecycle stage( pipeline)?\b", " ", plain_header(stage))
    return re.sub(r"\W+", "", bare)


def domain_of(text: str) -> str:
    """The domain of a web address or mail address, without `www.`; empty where it is none."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().casefold()).rpartition("@")[2]
    bare = re.split(r"[/?#:]", bare)[0].removeprefix("www.").rstrip(".")
    return bare if re.fullmatch(r"[^\s.@]+(\.[^\s.@]+)+", bare) else ""


def digits_of(phone: str) -> str:
    """A telephone number as it is compared: its digits, a leading 00 left out."""
    return re.sub(r"\D", "", phone).removeprefix("00")


def _phone(text: str) -> str:
    """The telephone number that a cell holds; empty where what stands there does not look like one."""
    bare = re.sub(r"^p:", "", text.strip())
    return bare if looks_like_phone(bare) else ""


def _first(text: str) -> str:
    return re.split(r"[;,]", str(text))[0].strip()


def _listed(text: str) -> list[str]:
    parts = re.split(r"[;,|]", text.replace('"', ""))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def slug(header: str) -> str:
    """The name of the property that a column without a field becomes."""
    return plain_header(header).replace(" ", "_") or header


def _amount(text: str, habits: _Habits) -> Any:
    try:
        plain = number(text, decimal=habits.decimal)
    except InputError:
        return text  # “51-200” is what it says
    if re.search(r"\d\s*-\s*\d", text):
        return text
    return float(plain) if "." in plain else int(plain)


def _instant(text: str, habits: _Habits) -> Instant:
    options = habits.options
    return when(text, date_order=habits.date_order, zone=options.zone, time_unit=options.time_unit)


def _instant_of(habits: _Habits) -> Any:
    return lambda text: _instant(text, habits)


def fields_of_kind(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Plain headers by field of the kind."""
    return FIELDS[kind]
