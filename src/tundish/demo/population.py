"""The companies and the people in them, before anything happens."""

from dataclasses import dataclass, replace

from tundish.demo import names
from tundish.demo.dice import Dice
from tundish.demo.records import DemoCompany, DemoPerson
from tundish.demo.truth import LARGE_SHARE, LEAK_CAMPAIGN, LEAK_CAMPAIGN_SHARE, Truth

JORDAN_SHARE = 0.45
REFERRED_SHARE = 0.14  # companies that only the word of a customer brings
_FIRST_DAY, _LAST_DAY = -546.0, -1.0

CHANNELS = (
    ("search", 0.24), ("paid", 0.25), ("social", 0.12), ("cold_mail", 0.15), ("call", 0.05),
    ("event", 0.07), ("review", 0.04), ("direct", 0.08),
)  # fmt: skip
_SOURCES = {
    "search": ("google", "bing"),
    "paid": ("google", "linkedin"),
    "social": ("linkedin", "instagram"),
    "cold_mail": ("sales-mail",),
    "call": ("sales-call",),
    "event": ("trade-fair",),
    "review": ("softwaretest.example",),
    "direct": ("direct",),
    "referral": ("customer",),
}
_ADVERTS = ("search-planning", "search-signing", "video-story")


@dataclass
class Resident:
    """A person with the day (in working days before now) on which the firm first meets them."""

    person: DemoPerson
    home: DemoCompany
    arrives: float


def companies(seed: int, *, count: int) -> list[DemoCompany]:
    """`count` companies with distinct domains; ids C0001 and on."""
    taken: set[str] = set()
    return [_company(Dice(seed, "company", n), f"C{n:04}", taken) for n in range(1, count + 1)]


def _company(dice: Dice, ident: str, taken: set[str]) -> DemoCompany:
    kind, arabic, latin, dutch = dice.pick(names.INDUSTRIES)
    if dice.yes(JORDAN_SHARE):
        country, city, team = "JO", dice.pick(names.JORDAN_CITIES), "Amman"
        head, tail = dice.pick(names.ARABIC_COMPANY_HEADS), dice.pick(names.ARABIC_COMPANY_TAILS)
        slug = f"{head[1]}-{tail[1]}".lower()
        local, plain = f"{head[0]} {tail[0]} {arabic}", f"{head[1]} {tail[1]} {latin}"
        name = local if dice.yes(0.8) else plain
    else:
        country, city, team = "NL", dice.pick(names.DUTCH_CITIES), "Utrecht"
        word = dice.pick(names.DUTCH_COMPANY_HEADS) + dice.pick(names.DUTCH_COMPANY_TAILS)
        slug, name = word.lower(), f"{word} {dutch}"
    domain = f"{slug}-{kind}.example"
    while domain in taken:
        domain = f"{slug}-{kind}-{dice.whole(2, 99)}.example"
    taken.add(domain)
    if domain != f"{slug}-{kind}.example":
        name += f" {len(taken)}" if country == "JO" else f" {city}"
    large = dice.yes(LARGE_SHARE)
    employees = int(dice.span(700, top=6000)) if large else int(dice.span(55, top=240))
    return DemoCompany(
        ident, name, domain, country, city, kind, max(employees, 250) if large else employees, team
    )


def residents(
    seed: int, firms: list[DemoCompany], truth: Truth, *, count: int
) -> list[list[Resident]]:
    """`count` people, one list a company in the order of their arrival; some companies are larger.

    The first of each company arrives at the firm's rate, colleagues follow within months. The last
    REFERRED_SHARE of the companies wait for a referral: their first person has channel referral.
    """
    dice = Dice(seed, "residents")
    sizes = [1] * len(firms)
    pull = [dice.span(1.0, top=6.0) for _ in firms]
    ceiling = max(pull)
    missing = count - len(firms)
    while missing > 0:
        at = dice.whole(0, len(firms) - 1)
        if dice.yes(pull[at] / ceiling) and sizes[at] < 24:
            sizes[at] += 1
            missing -= 1
    waiting = int(len(firms) * (1 - REFERRED_SHARE))
    mails: set[str] = set()
    number, found = 0, []
    for place, (firm, size) in enumerate(zip(firms, sizes, strict=True)):
        group = []
        first = _first_day(Dice(seed, "arrival", firm.id), truth)
        for rank in range(size):
            number += 1
            own = Dice(seed, "person", number)
            day = first if rank == 0 else first + own.span(60, top=420, spread=1.1)
            referred = place >= waiting and rank == 0
            person = _person(own, f"P{number:05}", firm, mails, referred=referred)
            day = day if day < _LAST_DAY else own.between(first, _LAST_DAY)
            group.append(Resident(person, firm, day))
        lead, rest = group[0], group[1:]
        for colleague in rest:
            colleague.arrives = max(colleague.arrives, lead.arrives)
        found.append([lead, *sorted(rest, key=lambda one: one.arrives)])
    return found


def _first_day(dice: Dice, truth: Truth) -> float:
    while True:
        day = dice.between(_FIRST_DAY, _LAST_DAY)
        if dice.yes(truth.arrival_rate(day)):
            return day


def _person(
    dice: Dice, ident: str, home: DemoCompany, mails: set[str], *, referred: bool
) -> DemoPerson:
    shown, first, family, language = _name(dice, home)
    title, arabic_title, role = dice.pick(names.TITLES)
    local = f"{first}.{family}".lower().replace(" ", "")
    mail = f"{local}@{home.domain}"
    while mail in mails:
        mail = f"{local}{dice.whole(2, 99)}@{home.domain}"
    mails.add(mail)
    # no exchange gives out numbers whose local part begins with 000
    prefix = "+962 6 000" if home.country == "JO" else "+31 20 000"
    channel = "referral" if referred else dice.weighted(CHANNELS)
    return DemoPerson(
        id=ident, name=shown, email=mail, phone=f"{prefix} {dice.whole(0, 9999):04}",
        title=arabic_title if language == "ar" else title, role=role, company=home.id,
        country=home.country, language=language, channel=channel,
        source=dice.pick(_SOURCES[channel]), campaign=_campaign(dice, channel), seen_as=None,
    )  # fmt: skip


def _campaign(dice: Dice, channel: str) -> str | None:
    if channel == "paid":
        return LEAK_CAMPAIGN if dice.yes(LEAK_CAMPAIGN_SHARE) else dice.pick(_ADVERTS)
    return {"cold_mail": "first-contact", "event": "work-expo", "social": "weekly-posts"}.get(
        channel
    )


def _name(dice: Dice, home: DemoCompany) -> tuple[str, str, str, str]:
    """(name as it is written, first and family name in Latin letters, language)."""
    woman = dice.yes(0.45)
    if home.country == "JO" or dice.yes(0.08):
        first = dice.pick(names.ARABIC_WOMEN if woman else names.ARABIC_MEN)
        family = dice.pick(names.ARABIC_FAMILIES)
        if home.country == "JO" and dice.yes(0.75):
            return f"{first[0]} {family[0]}", first[1], family[1], "ar"
        return (
            f"{first[1]} {family[1]}",
            first[1],
            family[1],
            "en" if home.country == "JO" else "nl",
        )
    given = dice.pick(names.DUTCH_WOMEN if woman else names.DUTCH_MEN)
    family_name = dice.pick(names.DUTCH_FAMILIES)
    return f"{given} {family_name}", given, family_name, "nl"


def arrived_by(resident: Resident, channel: str) -> Resident:
    """The same resident with another channel (a referral that nobody made)."""
    changed = replace(resident.person, channel=channel, source=_SOURCES[channel][0], campaign=None)
    return replace(resident, person=changed)
