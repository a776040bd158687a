"""The words that the demo firm is composed of. All people, companies and places of trade are invented."""

# (in Arabic script, in Latin letters)
ARABIC_MEN = (
    ("أحمد", "Ahmad"), ("محمود", "Mahmoud"), ("خالد", "Khaled"), ("عمر", "Omar"),
    ("يوسف", "Yousef"), ("سامر", "Samer"), ("رامي", "Rami"), ("طارق", "Tareq"),
    ("فادي", "Fadi"), ("زيد", "Zaid"), ("حسام", "Husam"), ("باسل", "Basel"),
    ("ماهر", "Maher"), ("أنس", "Anas"), ("كريم", "Karim"), ("ليث", "Laith"),
    ("مازن", "Mazen"), ("نضال", "Nidal"), ("سيف", "Saif"), ("هاني", "Hani"),
    ("وائل", "Wael"), ("إياد", "Iyad"), ("مراد", "Murad"), ("بلال", "Bilal"),
)  # fmt: skip
ARABIC_WOMEN = (
    ("سارة", "Sara"), ("ليلى", "Layla"), ("رنا", "Rana"), ("هبة", "Hiba"),
    ("دانا", "Dana"), ("نور", "Nour"), ("ريم", "Reem"), ("لينا", "Lina"),
    ("هدى", "Huda"), ("منى", "Muna"), ("ياسمين", "Yasmin"), ("سلمى", "Salma"),
    ("رشا", "Rasha"), ("عبير", "Abeer"), ("جمانة", "Jumana"), ("ندى", "Nada"),
    ("تالا", "Tala"), ("زينة", "Zeina"), ("أمل", "Amal"), ("فرح", "Farah"),
    ("شيرين", "Shireen"), ("إيمان", "Iman"), ("مها", "Maha"), ("لبنى", "Lubna"),
)  # fmt: skip
ARABIC_FAMILIES = (
    ("الحوراني", "Hourani"), ("الزعبي", "Zoubi"), ("النابلسي", "Nabulsi"),
    ("العمري", "Omari"), ("الخطيب", "Khatib"), ("حداد", "Haddad"), ("الشامي", "Shami"),
    ("القاسم", "Qasem"), ("المصري", "Masri"), ("البيطار", "Bitar"), ("النجار", "Najjar"),
    ("السعيد", "Saeed"), ("عبد الله", "Abdullah"), ("الصباغ", "Sabbagh"),
    ("العلي", "Ali"), ("الحسن", "Hasan"), ("عودة", "Odeh"), ("منصور", "Mansour"),
    ("الكردي", "Kurdi"), ("الرفاعي", "Rifai"), ("سلامة", "Salameh"), ("طوقان", "Touqan"),
    ("الخوري", "Khoury"), ("الداود", "Daoud"), ("شاهين", "Shahin"), ("الطويل", "Tawil"),
    ("الفارس", "Fares"), ("مراد", "Murad"), ("زيدان", "Zeidan"), ("الحموي", "Hamwi"),
    ("الترك", "Turk"), ("بركات", "Barakat"), ("قعوار", "Qawar"), ("النسور", "Nsour"),
)  # fmt: skip
DUTCH_MEN = tuple(
    """Jan Pieter Daan Sem Bram Thijs Lars Joost Ruben Koen Maarten Wouter Sander Jeroen Bas Niels
    Stijn Gijs Teun Floris Hugo Jasper Rik Dirk Willem Jelle Sjoerd Tjeerd""".split()
)
DUTCH_WOMEN = tuple(
    """Anna Emma Sophie Lotte Eva Fleur Sanne Femke Iris Roos Maaike Marieke Annelies Lieke Noor
    Tess Julia Hanna Ilse Mirjam Esther Inge Karin Saskia Wendy Nienke Jolien Marloes""".split()
)
DUTCH_FAMILIES = (
    "de Jong", "Jansen", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen", "Visser",
    "Smit", "Meijer", "de Boer", "Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks",
    "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits", "de Graaf",
    "van der Meer", "van der Linden", "Kok", "Jacobs", "de Haan", "Vermeulen", "van Vliet",
    "Hoekstra", "Koster", "Prins", "Huisman", "Postma", "Veenstra", "Kuipers", "Zijlstra",
)  # fmt: skip

ARABIC_COMPANY_HEADS = (
    ("وادي", "Wadi"), ("نجمة", "Najmat"), ("بوابة", "Bawabat"), ("أفق", "Ufuq"),
    ("جسر", "Jisr"), ("واحة", "Wahat"), ("قمة", "Qimmat"), ("شعاع", "Shuaa"),
    ("منارة", "Manarat"), ("بيت", "Bayt"), ("درب", "Darb"), ("غصن", "Ghusn"),
    ("مرسى", "Marsa"), ("نبع", "Nabaa"), ("سنابل", "Sanabel"), ("ركن", "Rukn"),
)  # fmt: skip
ARABIC_COMPANY_TAILS = (
    ("النخيل", "Nakheel"), ("الزيتون", "Zaytoun"), ("الشرق", "Sharq"), ("الأردن", "Urdun"),
    ("الياسمين", "Yasmeen"), ("البادية", "Badia"), ("القلعة", "Qalaa"), ("الأمل", "Amal"),
    ("المدينة", "Madina"), ("الصقر", "Saqr"), ("اللؤلؤ", "Lulu"), ("الفجر", "Fajr"),
    ("الريحان", "Rayhan"), ("الأرز", "Arz"), ("الغيث", "Ghayth"), ("السلام", "Salam"),
)  # fmt: skip
# (industry, Arabic, Latin, Dutch)
INDUSTRIES = (
    ("trade", "للتجارة", "Trading", "Handel"), ("logistics", "للنقل", "Transport", "Logistiek"),
    ("health", "للرعاية الصحية", "Health", "Zorg"), ("education", "للتعليم", "Education", "Onderwijs"),
    ("construction", "للإنشاءات", "Building", "Bouw"), ("food", "للأغذية", "Foods", "Voeding"),
    ("finance", "للخدمات المالية", "Finance", "Financiën"), ("media", "للإعلام", "Media", "Media"),
    ("manufacturing", "للصناعة", "Industries", "Techniek"),
)  # fmt: skip
DUTCH_COMPANY_HEADS = tuple(
    """Noorder Zuider Ooster Wester Linden Berken Wilgen Eiken Zilver Koper Water Duin Polder Veen
    Molen Toren Brug Haven Sluis Akker Heide Reiger Kievit Zwaluw""".split()
)
DUTCH_COMPANY_TAILS = tuple("veld dam wijk stroom zicht borg hof kade werf land meer poort".split())

JORDAN_CITIES = ("عمّان", "إربد", "الزرقاء", "العقبة", "السلط", "مادبا")
DUTCH_CITIES = ("Utrecht", "Rotterdam", "Eindhoven", "Groningen", "Zwolle", "Breda", "Arnhem")

# (title in English, in Arabic, part in the buying group)
TITLES = (
    ("Managing director", "المدير العام", "decides"),
    ("Head of operations", "مدير العمليات", "decides"),
    ("Head of sales", "مدير المبيعات", "influences"),
    ("Head of marketing", "مديرة التسويق", "influences"),
    ("IT manager", "مدير تقنية المعلومات", "checks"),
    ("Financial controller", "المراقب المالي", "approves"),
    ("Office manager", "مدير المكتب", "uses"),
    ("Project lead", "قائد المشروع", "uses"),
    ("Analyst", "محلل أعمال", "influences"),
    ("Buyer", "مسؤول المشتريات", "approves"),
)

# (product, yearly price of a seat in euros, weight)
PRODUCTS = (("Naqsh Plan", 240, 0.45), ("Naqsh Flow", 360, 0.35), ("Naqsh Sign", 180, 0.20))
COMPETITORS = ("Bluevane", "Ordito", "Taskhaven", "Wathba")
DOCUMENTS = ("buyer-guide", "price-comparison", "security-paper", "rollout-checklist")
PAGES = ("/", "/about", "/blog/plan-a-week", "/blog/first-hundred-days", "/customers", "/features")

COMPLAINTS = (
    "The export has been failing since the last update.",
    "Nobody answered my two tickets.",
    "الفاتورة لا تطابق العرض الذي وافقنا عليه.",
    "الخدمة بطيئة جداً في ساعات الصباح.",
    "We were promised training that never took place.",
)
NEEDS = (
    "We plan our field teams in spreadsheets and lose track.",
    "نحتاج إلى نظام واحد للعروض والتوقيع.",
    "Three offices, one calendar, Arabic and English.",
    "نريد متابعة الطلبات من الهاتف.",
)
