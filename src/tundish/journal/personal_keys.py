"""The names of keys under which personal values stand, in plain words (see `plain_header`)."""

from tundish.journal.readers.text import plain_header

_KINDS = {
    "email": "email|e mail|mail|email address|e mail address|mail address|work email|user email"
    "|البريد|البريد الالكتروني|بريد الكتروني|الايميل|ايميل",
    "first_name": "first name|firstname|given name|forename|prenom|vorname|الاسم الاول",
    "last_name": "last name|lastname|surname|family name|nachname|apellido|nom de famille"
    "|اسم العائلة|الاسم الاخير|اللقب",
    "name": "full name|fullname|display name|username|user name|contact name|person name"
    "|customer name|client name|buyer name|guest name|patient name|recipient name|sender name"
    "|billing name|shipping name|cardholder name|nom|nombre|الاسم|الاسم الكامل|اسم العميل"
    "|اسم المستخدم|الاسم الثلاثي",
    "phone": "phone|phone number|telephone|tel|mobile|mobile phone|mobile phone number|cell|fax"
    "|whatsapp|work phone|home phone|mobilenumber|الهاتف|رقم الهاتف|هاتف|الجوال|رقم الجوال|جوال"
    "|الموبايل|رقم الموبايل|المحمول|الواتساب",
    "address": "address|street|street address|address line 1|address line 2|postal code|postcode"
    "|zip|zip code|billing address|shipping address|mailing street|العنوان|عنوان السكن"
    "|الرمز البريدي",
    "birthday": "birthday|date of birth|birth date|birthdate|dob",
    "text": "message|comment|comments|note|notes|free text|feedback|body|remarks",
    "ip": "ip|ip address|ipaddress|remote addr|client ip|ip addr",
    "picture": "avatar|photo|picture",
}
PERSONAL_KEYS = {
    plain_header(alias): kind for kind, said in _KINDS.items() for alias in said.split("|")
}
"""Kind of personal value by plain key (see `plain_header`), wherever the key stands."""
TRAIT_KEYS = PERSONAL_KEYS | {"name": "name", "اسم": "name", "description": "text"}
"""The same for what describes a person: there a bare name is the person's, not a product's."""
LAST_WORDS = {"email": "email", "mail": "email", "ip": "ip"} | dict.fromkeys(
    ("phone", "telephone", "tel", "mobile", "whatsapp", "fax"), "phone"
)
LAST_TWO = {"email address": "email", "phone number": "phone", "ip address": "ip",
             "first name": "first_name", "last name": "last_name", "full name": "name"}  # fmt: skip
PEOPLE = frozenset(
    """contact customer client buyer guest patient recipient sender user person lead billing
    shipping employee cardholder friend""".split()
)
"""Keys that describe a person further down."""
LONGEST_KEY = 100
FEW_DIGITS = 5
VERSIONS = ("version", "build", "release", "firmware")
