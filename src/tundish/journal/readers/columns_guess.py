"""Which column of a table is which field, by the words of its headers."""

from collections.abc import Iterable, Mapping

from tundish.journal.readers.text import plain_header
from tundish.terms import InputError

EVENT_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("event id", "message id", "messageid", "id", "uuid", "insert id"),
    "event": (
        "event", "event name", "event type", "action", "activity", "activity type", "name of event",
        "type", "الحدث", "ereignis", "evenement",
    ),
    "time": (
        "time", "timestamp", "occurred at", "created at", "date", "datetime", "event time",
        "event date", "date time", "created", "created time", "create date", "when", "ts",
        "sent at", "activity date", "التاريخ", "الوقت", "datum", "zeit",
    ),
    "person": (
        "person", "person id", "user id", "userid", "user", "customer id", "contact id",
        "distinct id", "client id", "lead id", "visitor id", "unit", "العميل", "الشخص",
        "معرف العميل", "رقم العميل",
    ),
    "anonymous": ("anonymous id", "anonymousid", "anon id", "cookie id", "device id"),
    "email": ("email", "e mail", "email address", "e mail address", "mail", "البريد الإلكتروني"),
    "company": (
        "company", "company id", "company name", "account", "account id", "account name",
        "organization", "organisation", "organization id", "firm", "الشركة",
    ),
    "deal": ("deal", "deal id", "opportunity", "opportunity id", "الصفقة"),
    "session": ("session", "session id", "visit id"),
    "value": ("value", "amount", "revenue", "total", "price", "order value", "القيمة", "betrag"),
    "currency": ("currency", "currency code", "currency iso code", "العملة"),
    "channel": ("channel", "marketing channel", "medium", "utm medium", "القناة"),
    "source": ("source", "utm source", "lead source", "original source"),
    "campaign": ("campaign", "utm campaign", "campaign name"),
    "precision": ("precision",),
    "estimated": ("estimated",),
    "properties": ("properties",),
}  # fmt: skip
"""Plain headers by field of an event, the surest first."""

DEAL_FIELDS: dict[str, tuple[str, ...]] = {
    "deal": (
        "opportunity id", "deal id", "record id", "id", "رقم الصفقة", "معرف الصفقة", "رقم الفرصة",
        "deal nummer", "id affaire", "id oportunidad", "معرف الفرصة",
    ),
    "name": (
        "deal name", "deal title", "opportunity name", "property dealname", "name", "title",
        "اسم الصفقة", "الصفقة", "العنوان", "dealname", "bezeichnung", "verkaufschance",
        "nom de l affaire", "affaire", "nombre del negocio", "nombre de la oportunidad",
        "oportunidad", "اسم الفرصة",
    ),
    "stage": (
        "deal stage", "stage name", "stage", "property dealstage", "dealstage",
        "deal pipeline stage id", "المرحلة", "مرحلة الصفقة", "phase", "dealphase",
        "verkaufsphase", "etape", "phase de l affaire", "etapa", "etapa del negocio", "مرحلة",
    ),
    "status": (
        "deal status", "status", "الحالة", "حالة الصفقة", "estado", "statut",
    ),
    "is_won": ("is won", "won"),
    "is_closed": ("is closed", "closed"),
    "created": (
        "create date", "created date", "deal deal created", "deal created", "property createdate",
        "createdate", "created at", "created", "تاريخ الإنشاء", "أنشئت في", "erstellt am",
        "erstellungsdatum", "angelegt am", "date de creation", "fecha de creacion",
        "تاريخ الانشاء",
    ),
    "engaged": (
        "engage date", "engaged date", "date engaged", "engaged at", "تاريخ التواصل", "بداية العمل",
    ),
    "closed": (
        "close date", "closed date", "property closedate", "closedate", "closed at",
        "تاريخ الإغلاق", "تاريخ الاغلاق", "abschlussdatum", "abgeschlossen am", "date de cloture",
        "fecha de cierre",
    ),
    "won_time": ("deal won time", "won time"),
    "lost_time": ("deal lost time", "lost time"),
    "stage_time": ("deal last stage change", "last stage change date"),
    "expected": ("deal expected close date", "expected close date"),
    "value": (
        "close value", "amount", "deal value", "property amount", "value", "القيمة",
        "قيمة الصفقة", "المبلغ", "betrag", "wert", "summe", "auftragswert", "montant", "valeur",
        "importe", "valor", "monto", "مبلغ",
    ),
    "currency": (
        "deal currency of value", "deal currency", "currency", "currency iso code",
        "deal currency code", "العملة", "wahrung", "devise", "moneda", "divisa", "عملة",
    ),
    "owner": (
        "sales agent", "deal owner", "opportunity owner", "owner", "owner name", "owner id",
        "المسؤول", "المالك", "مندوب المبيعات", "zustandig", "betreuer", "verkaufer",
        "proprietaire", "responsable", "propietario", "vendedor",
    ),
    "company": (
        "account", "account name", "deal organization", "company", "company name",
        "associated company", "associated company ids primary", "associated company ids",
        "organization", "account id", "الشركة", "الحساب", "المؤسسة", "firma", "unternehmen",
        "kunde", "entreprise", "societe", "client", "empresa", "cliente", "اسم الشركة",
    ),
    "person": ("associated contact ids", "contact id", "primary contact id"),
    "contact": ("deal contact person", "contact person", "contact name", "primary contact"),
    "product": (
        "product", "product name", "deal product", "المنتج", "produkt", "produit", "producto",
        "منتج",
    ),
    "reason": (
        "closed lost reason", "deal lost reason", "lost reason", "loss reason", "سبب الخسارة",
        "verlustgrund", "grund des verlusts", "raison de la perte", "motivo de perdida",
        "سبب الفقدان",
    ),
    "source": (
        "lead source", "original source", "deal source", "المصدر", "quelle", "herkunft",
        "origine", "fuente", "origen", "مصدر",
    ),
    "deleted": ("is deleted", "deleted"),
    "pipeline": ("pipeline", "deal pipeline", "deal pipeline id"),
}  # fmt: skip
"""Plain headers by field of a deal: Maven's, HubSpot's, Salesforce's and Pipedrive's."""


def guess(headers: Iterable[str], *, fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """`{field: header}` of the fields that the headers name; a header serves one field."""
    by_plain: dict[str, str] = {}
    for header in headers:
        by_plain.setdefault(plain_header(header), header)
    found: dict[str, str] = {}
    for field, aliases in fields.items():
        for alias in aliases:
            match = by_plain.get(plain_header(alias))
            if match is not None and match not in found.values():
                found[field] = match
                break
    return found


def mapped(
    headers: list[str], *, fields: Mapping[str, tuple[str, ...]], said: Mapping[str, str]
) -> dict[str, str]:
    """The guess, overridden by what the user `said`: a header, `=constant`, or empty for none.

    Headers are matched as loosely as in the guess. Raises InputError (`field_unknown`,
    `column_missing`).
    """
    by_plain = {plain_header(header): header for header in reversed(headers)}
    chosen: dict[str, str] = {}
    for field, header in said.items():
        if field not in fields:
            raise InputError(
                f"“{field}” is not a field; there are {', '.join(fields)}.",
                "field_unknown",
                "Columns without a field are kept as properties.",
            )
        # Empty means none, also where a header such as “#” has no words.
        found = header if header in headers or not header else by_plain.get(plain_header(header))
        if not header.startswith("=") and found is None:
            raise InputError(
                f"There is no column “{header}”; there are {', '.join(headers)}.",
                "column_missing",
                "Name a column of the file.",
            )
        chosen[field] = header if header.startswith("=") else (found or "")
    guessed = guess([h for h in headers if h not in chosen.values()], fields=fields)
    return {k: v for k, v in (guessed | chosen).items() if v}


def cell(cells: Mapping[str, str], mapping: Mapping[str, str], *, field: str) -> str:
    """The cell of a field in a row; a constant where the mapping says one; empty where none."""
    header = mapping.get(field, "")
    return header[1:] if header.startswith("=") else cells.get(header, "")
