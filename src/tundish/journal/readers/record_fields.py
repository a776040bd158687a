"""What a table of people or of companies may say, by the words of its headers."""

PEOPLE, COMPANIES = "people", "companies"
RECORDS = {PEOPLE: "person", COMPANIES: "company"}
"""The kinds of files that describe records, and the kind of record."""

PEOPLE_FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": (
        "external id", "person id", "contact id", "customer id", "lead id", "user id", "record id", "id",
        "رقم العميل", "معرف العميل", "المعرف",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "work email", "mail", "email 1",
        "البريد الإلكتروني", "البريد", "الايميل", "courriel", "correo",
    ),
    "name": (
        "name", "full name", "contact name", "display name", "customer name", "person",
        "الاسم", "الاسم الكامل", "اسم العميل", "nom complet",
    ),
    "first_name": ("first name", "given name", "forename", "vorname", "prenom", "الاسم الأول"),
    "last_name": (
        "last name", "surname", "family name", "nachname", "nom", "apellido", "اسم العائلة", "اللقب",
    ),
    "phone": (
        "phone", "phone number", "telephone", "tel", "work phone", "business phone", "telefon",
        "الهاتف", "رقم الهاتف",
    ),
    "mobile": (
        "mobile", "mobile phone", "mobile phone number", "mobile number", "cell", "cell phone", "whatsapp",
        "الجوال", "رقم الجوال", "الموبايل", "المحمول",
    ),
    "title": ("job title", "title", "position", "role", "المسمى الوظيفي", "المنصب", "الوظيفة"),
    "company": (
        "company", "company name", "organization", "organisation", "account", "account name", "firm",
        "employer", "firma", "entreprise", "الشركة", "اسم الشركة", "المؤسسة",
    ),
    "company_id": ("company id", "account id", "organization id"),
    "company_domain": ("company domain", "company domain name", "website", "website url", "domain"),
    "also": (),
    "owner": ("owner", "contact owner", "account owner", "sales rep", "المسؤول", "المالك", "مندوب المبيعات"),
    "country": ("country", "country region", "land", "pays", "الدولة", "البلد"),
    "city": ("city", "town", "ort", "ville", "المدينة"),
    "address": ("address", "street", "street address", "العنوان"),
    "industry": ("industry", "sector", "القطاع"),
    "tags": ("tags", "tag", "labels", "label", "الوسوم"),
    "note": ("note", "notes", "comment", "comments", "ملاحظات", "ملاحظة"),
    "lifecycle": ("lifecycle stage", "lifecyclestage"),
    "lead_status": ("lead status",),
    "marketing": ("marketing status",),
    "source": ("source", "lead source", "original source", "utm source", "المصدر"),
    "campaign": ("campaign", "campaign name", "utm campaign", "الحملة"),
    "form": ("form name",),
    "created": (
        "create date", "created", "created at", "created date", "created time", "date added", "added on",
        "signup date", "تاريخ الإنشاء", "تاريخ الإضافة",
    ),
    "opted_in_at": ("optin time", "subscribed at", "opt in date"),
    "opted_out": ("opted out", "email opt out", "unsubscribed", "do not email", "has opted out of email"),
    "opted_out_at": ("unsub time", "unsubscribed at", "opt out date"),
    "opted_out_reason": ("unsub reason",),
    "bounced": ("bounced", "email bounced", "is email bounced"),
    "bounced_at": ("clean time",),
    "sent_form": (),
    "ip": ("optin ip", "confirm ip", "ip", "ip address"),
    "deleted": ("is deleted", "deleted"),
}  # fmt: skip
"""Plain headers by field of a person, the surest first."""

COMPANY_FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": ("external id", "company id", "account id", "organization id", "record id", "id"),
    "name": (
        "company name", "company", "account name", "account", "organization", "organization name",
        "organisation", "name", "firma", "entreprise", "الشركة", "اسم الشركة", "المؤسسة", "الاسم",
    ),
    "domain": (
        "company domain name", "company domain", "domain", "website", "website url", "web site", "الموقع",
    ),
    "industry": ("industry", "sector", "branche", "القطاع", "المجال"),
    "employees": (
        "number of employees", "no of employees", "employees", "employee count", "company size", "size",
        "عدد الموظفين",
    ),
    "revenue": ("annual revenue", "revenue", "turnover", "الإيراد السنوي"),
    "phone": ("phone", "phone number", "telephone", "الهاتف"),
    "owner": ("company owner", "account owner", "owner", "المسؤول", "المالك"),
    "country": ("country", "country region", "billing country", "office location", "الدولة", "البلد"),
    "city": ("city", "billing city", "المدينة"),
    "address": ("address", "street", "billing street", "العنوان"),
    "founded": ("year established", "founded", "year founded"),
    "parent": ("subsidiary of", "parent company", "parent account"),
    "tags": ("tags", "tag", "labels", "label", "الوسوم"),
    "note": ("note", "notes", "description", "ملاحظات"),
    "lifecycle": ("lifecycle stage",),
    "created": ("create date", "created", "created at", "created date", "تاريخ الإنشاء"),
    "deleted": ("is deleted", "deleted"),
}  # fmt: skip
"""Plain headers by field of a company."""

FIELDS = {PEOPLE: PEOPLE_FIELDS, COMPANIES: COMPANY_FIELDS}
SAID_OF = {
    PEOPLE: (
        "email", "name", "first_name", "last_name", "phone", "mobile", "title", "company", "owner",
        "country", "city", "address", "industry", "tags", "lifecycle", "lead_status", "marketing",
    ),
    COMPANIES: (
        "name", "domain", "industry", "employees", "revenue", "phone", "owner", "country", "city",
        "address", "founded", "parent", "tags", "lifecycle",
    ),
}  # fmt: skip
"""The fields of which a rule (overwrite, fill, append, never) may be said; the others are facts or keys."""
TIMES = ("created", "opted_in_at", "opted_out_at", "bounced_at")
MATCHES = {PEOPLE: ("email", "external_id", "phone"), COMPANIES: ("domain", "external_id", "name")}
"""The keys by which a record may be found again; the first is taken where nothing is said."""
RULES = ("overwrite", "fill", "append", "never")
"""What becomes of a value where the record has one: the first is taken where nothing is said."""
