"""What a table of people or of companies may say, by the words of its headers."""

PEOPLE, COMPANIES = "people", "companies"
RECORDS = {PEOPLE: "person", COMPANIES: "company"}
"""The kinds of files that describe records, and the kind of record."""

PEOPLE_FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": (
        "external id", "person id", "contact id", "customer id", "lead id", "user id",
        "record id", "id", "رقم العميل", "معرف العميل", "المعرف", "kontakt id", "kontakt nr",
        "kunden nr", "kundennummer",
        "kunden id", "id contact", "numero client", "id contacto", "id cliente",
        "numero de cliente",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "work email", "mail", "email 1",
        "البريد الإلكتروني", "البريد", "الايميل", "courriel", "correo", "e mail adresse",
        "email adresse", "mailadresse", "mail adresse", "adresse e mail", "adresse email",
        "adresse mail", "adresse electronique", "correo electronico", "direccion de correo",
        "direccion de correo electronico", "عنوان البريد الإلكتروني", "البريد الالكتروني",
        "الإيميل", "إيميل",
    ),
    "name": (
        "name", "full name", "contact name", "display name", "customer name", "person", "الاسم",
        "الاسم الكامل", "اسم العميل", "nom complet", "vollstandiger name", "ansprechpartner",
        "kontakt", "nom et prenom", "nombre completo", "nombre y apellidos", "contacto",
        "الاسم بالكامل",
    ),
    "first_name": (
        "first name", "given name", "forename", "vorname", "prenom", "الاسم الأول", "rufname",
        "nombre", "primer nombre", "nombre de pila", "الاسم الاول",
    ),
    "last_name": (
        "last name", "surname", "family name", "nachname", "nom", "apellido", "اسم العائلة",
        "اللقب", "familienname", "zuname", "nom de famille", "apellidos", "primer apellido",
        "اسم العائله", "العائلة",
    ),
    "phone": (
        "phone", "phone number", "telephone", "tel", "work phone", "business phone", "telefon",
        "الهاتف", "رقم الهاتف", "telefonnummer", "tel nr", "telefon geschaftlich",
        "telephone professionnel", "numero de telephone", "telefono", "numero de telefono",
        "هاتف", "التليفون", "رقم التليفون",
    ),
    "mobile": (
        "mobile", "mobile phone", "mobile phone number", "mobile number", "cell", "cell phone",
        "whatsapp", "الجوال", "رقم الجوال", "الموبايل", "المحمول", "mobil", "mobiltelefon",
        "mobilnummer", "handy", "handynummer", "portable", "telephone portable",
        "telephone mobile", "movil", "celular", "telefono movil", "جوال", "رقم الموبايل",
    ),
    "title": (
        "job title", "title", "position", "role", "المسمى الوظيفي", "المنصب", "الوظيفة",
        "berufsbezeichnung", "stellenbezeichnung", "funktion", "poste", "fonction", "cargo",
        "puesto", "المسمى",
    ),
    "company": (
        "company", "company name", "organization", "organisation", "account", "account name",
        "firm", "employer", "firma", "entreprise", "الشركة", "اسم الشركة", "المؤسسة",
        "unternehmen", "firmenname", "societe", "nom de l entreprise", "nom de la societe",
        "empresa", "nombre de la empresa", "شركة",
    ),
    "company_id": ("company id", "account id", "organization id"),
    "company_domain": (
        "company domain", "company domain name", "website", "website url", "domain", "webseite",
        "website der firma", "internetseite", "homepage", "site web", "sitio web", "pagina web",
        "الموقع", "الموقع الإلكتروني",
    ),
    "also": (),
    "owner": (
        "owner", "contact owner", "account owner", "sales rep", "المسؤول", "المالك",
        "مندوب المبيعات", "zustandig", "betreuer", "responsable", "proprietaire", "propietario",
    ),
    "country": (
        "country", "country region", "land", "pays", "الدولة", "البلد", "staat", "pais", "دولة",
        "بلد",
    ),
    "city": (
        "city", "town", "ort", "ville", "المدينة", "stadt", "wohnort", "ciudad", "localidad",
        "مدينة",
    ),
    "address": (
        "address", "street", "street address", "العنوان", "adresse", "anschrift", "strasse",
        "rue", "direccion", "calle", "عنوان",
    ),
    "industry": (
        "industry", "sector", "القطاع", "branche", "secteur", "industria", "المجال",
    ),
    "tags": (
        "tags", "tag", "labels", "label", "الوسوم", "schlagworte", "etiquettes", "etiquetas",
        "وسوم",
    ),
    "note": (
        "note", "notes", "comment", "comments", "ملاحظات", "ملاحظة", "notiz", "notizen",
        "bemerkung", "bemerkungen", "remarque", "remarques", "commentaire", "nota", "notas",
        "comentario", "comentarios", "الملاحظات",
    ),
    "lifecycle": (
        "lifecycle stage", "lifecyclestage", "lifecycle phase", "lebenszyklusphase",
        "phase du cycle de vie", "etapa del ciclo de vida", "مرحلة دورة الحياة",
    ),
    "lead_status": ("lead status",),
    "marketing": ("marketing status",),
    "source": (
        "source", "lead source", "original source", "utm source", "المصدر", "quelle", "herkunft",
        "origine", "fuente", "origen", "مصدر",
    ),
    "campaign": (
        "campaign", "campaign name", "utm campaign", "الحملة", "kampagne", "campagne", "campana",
        "حملة",
    ),
    "form": ("form name",),
    "created": (
        "create date", "created", "created at", "created date", "created time", "date added",
        "added on", "signup date", "تاريخ الإنشاء", "تاريخ الإضافة", "erstellt am",
        "erstellungsdatum", "angelegt am", "date de creation", "cree le", "fecha de creacion",
        "creado el", "تاريخ الانشاء",
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
    "external_id": (
        "external id", "company id", "account id", "organization id", "record id", "id",
        "firmen id", "unternehmens id", "kundennummer", "id entreprise", "id empresa",
        "معرف الشركة", "رقم الشركة",
    ),
    "name": (
        "company name", "company", "account name", "account", "organization", "organization name",
        "organisation", "name", "firma", "entreprise", "الشركة", "اسم الشركة", "المؤسسة", "الاسم",
        "unternehmen", "unternehmensname", "firmenname", "societe", "raison sociale",
        "nom de l entreprise", "nom de la societe", "empresa", "nombre de la empresa",
        "razon social", "شركة", "nom", "nombre",
    ),
    "domain": (
        "company domain name", "company domain", "domain", "website", "website url", "web site",
        "الموقع", "webseite", "internetseite", "internetadresse", "homepage", "site web",
        "site internet", "sitio web", "pagina web", "dominio", "domaine", "الموقع الإلكتروني",
    ),
    "industry": (
        "industry", "sector", "branche", "القطاع", "المجال", "secteur", "secteur d activite",
        "industria",
    ),
    "employees": (
        "number of employees", "no of employees", "employees", "employee count", "company size",
        "size", "عدد الموظفين", "mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeiter",
        "effectif", "nombre d employes", "empleados", "numero de empleados",
    ),
    "revenue": (
        "annual revenue", "revenue", "turnover", "الإيراد السنوي", "umsatz", "jahresumsatz",
        "chiffre d affaires", "facturacion", "ingresos anuales", "الإيرادات",
    ),
    "phone": (
        "phone", "phone number", "telephone", "الهاتف", "telefon", "telefonnummer",
        "numero de telephone", "telefono", "numero de telefono", "رقم الهاتف", "هاتف",
    ),
    "owner": (
        "company owner", "account owner", "owner", "المسؤول", "المالك", "zustandig", "betreuer",
        "responsable", "proprietaire", "propietario", "مندوب المبيعات",
    ),
    "country": (
        "country", "country region", "billing country", "office location", "الدولة", "البلد",
        "land", "staat", "pays", "pais", "دولة",
    ),
    "city": (
        "city", "billing city", "المدينة", "stadt", "ort", "ville", "ciudad", "مدينة",
    ),
    "address": (
        "address", "street", "billing street", "العنوان", "adresse", "anschrift", "strasse",
        "rue", "direccion", "calle", "عنوان",
    ),
    "founded": (
        "year established", "founded", "year founded", "gegrundet", "grundungsjahr",
        "annee de creation", "ano de fundacion", "سنة التأسيس",
    ),
    "parent": ("subsidiary of", "parent company", "parent account"),
    "tags": ("tags", "tag", "labels", "label", "الوسوم"),
    "note": (
        "note", "notes", "description", "ملاحظات", "notiz", "notizen", "beschreibung", "remarque",
        "notas", "descripcion", "ملاحظة",
    ),
    "lifecycle": ("lifecycle stage",),
    "created": (
        "create date", "created", "created at", "created date", "تاريخ الإنشاء", "erstellt am",
        "erstellungsdatum", "date de creation", "fecha de creacion",
    ),
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
