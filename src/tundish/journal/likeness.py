"""Which people may be one: pairs that share something, weighed field by field.

The weights follow Fellegi and Sunter (A Theory for Record Linkage, 1969): a field that agrees adds
log2(m / u) bits, m how often it agrees for one person, u for two at random; u is counted from the
firm's own people, so that a rare name says more than a common one. Together with the prior they give
a probability, and every summand is kept, so that a page can say why.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

LARGEST_BLOCK = 60
"""People who share one thing are compared only if they are no more than so many."""
_SHARED_BOXES = frozenset(
    """info sales office contact hello mail admin support team service kontakt post enquiries
    inquiries marketing accounts billing""".split()
)
_TWINS = 0.05  # so many duplicates there are for each person, before anything is known of a pair
_FEWEST = 1_000  # a firm of thirty people says little of how rare a name is
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"})
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ALIKE = 0.86
_Rare = Callable[[str, str, float, float], float]


@dataclass(frozen=True, slots=True)
class Described:
    """A person as it is compared; addresses are all that it has, `company` an id or a name."""

    id: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a field says of a pair: `bits` for (above zero) or against its being one person.

    `what` is email, phone, name, mail_name, company or country; `share` how alike two names are.
    """

    what: str
    bits: float
    agrees: bool
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """A pair of ids, `one` before `other`, with the sum of its reasons and the prior in bits."""

    one: str
    other: str
    bits: float
    reasons: tuple[Reason, ...]

    @property
    def probability(self) -> float:
        """How likely the two are one person, between 0 and 1."""
        return 1 / (1 + 2 ** -max(-60.0, min(60.0, self.bits)))

    @property
    def exact(self) -> bool:
        """Whether an address or number is shared and nothing speaks against it."""
        shared = any(r.agrees and r.what in ("email", "phone") for r in self.reasons)
        return shared and not any(r.what == "name" and not r.agrees for r in self.reasons)


@dataclass(frozen=True, slots=True)
class _Plain:
    id: str
    name: str
    tokens: tuple[str, ...]
    emails: frozenset[str]
    boxes: frozenset[str]
    phones: frozenset[str]
    company: str
    country: str


def likely_pairs(
    people: Collection[Described],
    *,
    at_least: float = 0.5,
    apart: Collection[tuple[str, str]] = (),
) -> list[Likeness]:
    """The pairs that are one person with a probability of `at_least`, the likeliest first.

    Pairs in `apart`, in either order, are left out: somebody said that they are two.
    """
    plain = [_plain(person) for person in people]
    counts, size = _counts(plain), max(len(plain), _FEWEST)
    no = {frozenset(pair) for pair in apart}
    prior = log2(_TWINS / size)
    found = []
    for a, b in _candidates(plain):
        if no and frozenset((a.id, b.id)) in no:
            continue
        reasons = tuple(_reasons(a, b, counts, size))
        one = Likeness(a.id, b.id, prior + sum(r.bits for r in reasons), reasons)
        if one.probability >= at_least:
            found.append(one)
    return sorted(found, key=lambda pair: (-pair.bits, pair.one, pair.other))


def plain_name(text: str) -> str:
    """A name without case, accents, vowel signs and punctuation, its words in alphabetical order."""
    return " ".join(_tokens(text))


def plain_phone(text: str) -> str:
    """A telephone number's last eight digits: country codes are written in many ways."""
    return re.sub(r"\D", "", text.translate(_DIGITS))[-8:]


def _tokens(text: str) -> tuple[str, ...]:
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    letters = "".join(c for c in bare if not unicodedata.combining(c) and c != "ـ")
    return tuple(sorted(re.findall(r"\w+", letters)))


def _plain(person: Described) -> _Plain:
    tokens = _tokens(person.name)
    emails = frozenset(mail.strip().casefold() for mail in person.emails if "@" in mail)
    boxes = {re.sub(r"\+.*", "", mail.partition("@")[0]) for mail in emails}
    phones = frozenset(p for text in person.phones if len(p := plain_phone(text)) >= 7)
    company = person.company.strip().casefold()
    return _Plain(
        person.id, " ".join(tokens), tokens, emails, frozenset(boxes - _SHARED_BOXES), phones,
        company, person.country.strip().casefold(),
    )  # fmt: skip


def _counts(people: Iterable[_Plain]) -> Mapping[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in people:
        counts.update([("name", one.name), ("company", one.company)])
        counts.update(("phone", phone) for phone in one.phones)
        counts.update(("box", box) for box in one.boxes)
    return counts


def _candidates(people: Sequence[_Plain]) -> Iterator[tuple[_Plain, _Plain]]:
    """Pairs that share an address, a number, a name, or a company and the beginning of a name."""
    blocks: dict[tuple[str, str], list[_Plain]] = defaultdict(list)
    for one in people:
        for key in _keys(one):
            blocks[key].append(one)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        if 1 < len(block) <= LARGEST_BLOCK:
            for a, b in combinations(block, 2):
                first, second = (a, b) if a.id < b.id else (b, a)
                if first.id != second.id and (first.id, second.id) not in seen:
                    seen.add((first.id, second.id))
                    yield first, second


def _keys(one: _Plain) -> Iterator[tuple[str, str]]:
    yield from (("email", mail) for mail in one.emails)
    yield from (("phone", phone) for phone in one.phones)
    yield from (("box", box) for box in one.boxes)
    if one.name:
        yield "name", one.name
    for token in one.tokens:
        if one.company and len(token) > 2:
            yield "company", f"{one.company}\n{token[:3]}"
    # A letter that was mistyped or left out changes one word; the other is whole.
    if len(one.tokens) == 2:
        first, second = one.tokens
        for whole, broken in ((first, second), (second, first)):
            if len(whole) > 2 and len(broken) > 2:
                yield "word", f"{whole}\n{broken[0]}{broken[-1]}"


def _reasons(
    a: _Plain, b: _Plain, counts: Mapping[tuple[str, str], int], people: int
) -> Iterator[Reason]:
    def rare(kind: str, value: str, often: float, most: float) -> float:
        return min(most, log2(often * people / counts[kind, value]))

    if a.emails & b.emails:
        yield Reason("email", 22.0, True)
    elif a.emails and b.emails:
        yield Reason("email", -1.0, False)
    if same := a.phones & b.phones:
        yield Reason("phone", max(rare("phone", p, 0.6, 16.0) for p in same), True)
    elif a.phones and b.phones:
        yield Reason("phone", -1.0, False)
    if not a.emails & b.emails and (same := a.boxes & b.boxes):
        yield Reason("mail_name", max(rare("box", box, 0.3, 8.0) for box in same), True)
    if a.name and b.name:
        yield _by_name(a, b, rare)
    if a.company and b.company:
        if a.company == b.company:
            yield Reason("company", max(0.5, rare("company", a.company, 0.6, 9.0)), True)
        else:
            yield Reason("company", -2.0, False)
    if a.country and b.country and a.country != b.country:
        yield Reason("country", -2.5, False)


def _by_name(a: _Plain, b: _Plain, rare: _Rare) -> Reason:
    from rapidfuzz.distance import JaroWinkler

    if a.name == b.name:
        return Reason("name", max(1.0, rare("name", a.name, 0.7, 14.0)), True, 1.0)
    share = max(JaroWinkler.similarity(a.name, b.name), _by_initials(a, b))
    if share < _ALIKE:
        return Reason("name", -9.0, False, share)
    # What an equal name would say, less for every letter that differs.
    equal = min(rare("name", a.name, 0.7, 14.0), rare("name", b.name, 0.7, 14.0))
    return Reason(
        "name", max(0.5, equal * (0.35 + 0.5 * (share - _ALIKE) / (1 - _ALIKE))), True, share
    )


def _by_initials(a: _Plain, b: _Plain) -> float:
    """As alike as 0.9 where one has only the first letter of the other's word, and a word is whole."""
    if len(a.tokens) != 2 or len(b.tokens) != 2:
        return 0.0
    whole = set(a.tokens) & set(b.tokens)
    if len(whole) != 1 or len(next(iter(whole))) < 3:
        return 0.0
    (x,), (y,) = set(a.tokens) - whole or {""}, set(b.tokens) - whole or {""}
    short, long = sorted((x, y), key=len)
    return 0.9 if len(short) == 1 and long.startswith(short) else 0.0
