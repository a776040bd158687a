"""Simple estimators of the planted effects, from the firm's events alone; nothing of its making."""

from collections import defaultdict
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

Z95 = 1.959964
DAY = 86_400_000_000
HOUR = DAY // 24
INTEREST = {"newsletter_joined", "document_downloaded"}
ASKED = {"demo_requested", "trial_started"}


@dataclass(frozen=True)
class Estimate:
    """A ratio with its 95 % interval, and the numbers of units with and without the factor."""

    ratio: float
    low: float
    high: float
    with_factor: int
    without: int

    def holds(self, size: float) -> bool:
        return self.low <= size <= self.high


class Facts:
    """The events of a firm by person, by deal, and by company, in the order of time."""

    def __init__(self, firm):
        self.firm = firm
        self.now = firm.now.timestamp() * 1e6
        self.refs = {p.seen_as: p.id for p in firm.people if p.seen_as}
        self.by_person, self.by_deal = defaultdict(list), defaultdict(list)
        for event in firm.events:
            at = event.occurred_at.timestamp() * 1e6
            if event.person:
                self.by_person[self.refs.get(event.person, event.person)].append((at, event))
            if event.deal:
                self.by_deal[event.deal].append((at, event))

    def mature(self, at, days):
        return at <= self.now - days * DAY


def odds_ratio(yes_with, all_with, yes_without, all_without):
    """Woolf's interval, with a half added to each cell where one is empty."""
    cells = [yes_with, all_with - yes_with, yes_without, all_without - yes_without]
    a, b, c, d = [x + 0.5 for x in cells] if 0 in cells else cells
    return _from_log(
        log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d), all_with, all_without
    )


def risk_ratio(yes_with, all_with, yes_without, all_without):
    """Katz's interval."""
    a, c = max(yes_with, 0.5), max(yes_without, 0.5)
    spread = sqrt(1 / a - 1 / all_with + 1 / c - 1 / all_without)
    return _from_log(log(a / all_with / (c / all_without)), spread, all_with, all_without)


def mantel_haenszel(strata):
    """The common odds ratio of 2 x 2 tables (yes_with, all_with, yes_without, all_without), with the
    interval of Robins, Breslow and Greenland (1986)."""
    r = s = pr = ps_qr = qs = 0.0
    for a, n1, c, n0 in strata:
        b, d, n = n1 - a, n0 - c, n1 + n0
        p, q, ri, si = (a + d) / n, (b + c) / n, a * d / n, b * c / n
        r, s = r + ri, s + si
        pr, ps_qr, qs = pr + p * ri, ps_qr + p * si + q * ri, qs + q * si
    spread = sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s))
    return _from_log(log(r / s), spread, sum(t[1] for t in strata), sum(t[3] for t in strata))


def _from_log(middle, spread, n1, n0):
    return Estimate(exp(middle), exp(middle - Z95 * spread), exp(middle + Z95 * spread), n1, n0)


def table(pairs):
    """(factor, outcome) pairs to (yes_with, all_with, yes_without, all_without)."""
    a = n1 = c = n0 = 0
    for factor, outcome in pairs:
        if factor:
            n1, a = n1 + 1, a + outcome
        else:
            n0, c = n0 + 1, c + outcome
    return a, n1, c, n0


def _asks(event):
    return event.name in ASKED or (
        event.name == "form_submitted" and event.properties.get("form") == "contact"
    )


def _interested(event):
    return event.name in INTEREST or _asks(event)


def _interest(facts, *, having, among):
    """(factor, became interested within 120 days) of the people of the channels in question."""
    for person in facts.firm.people:
        told = facts.by_person[person.id]
        if not among(person) or not told or not facts.mature(told[0][0], 125):
            continue
        limit = told[0][0] + 120 * DAY
        yield having(person), any(_interested(e) for at, e in told if at <= limit)


def campaign_leak(facts):
    having = lambda p: p.campaign == "spring-display"  # noqa: E731
    return odds_ratio(*table(_interest(facts, having=having, among=lambda p: p.channel == "paid")))


def referral(facts):
    among = {"referral", "search", "social", "direct", "review"}
    having = lambda p: p.channel == "referral"  # noqa: E731
    return odds_ratio(*table(_interest(facts, having=having, among=lambda p: p.channel in among)))


def evaluations(facts, *, having):
    """(company, factor, began to evaluate within 120 days) of people who showed interest."""
    for person in facts.firm.people:
        told = facts.by_person[person.id]
        start = next((at for at, e in told if e.name in INTEREST), None)
        if start is None or not facts.mature(start, 125):
            continue
        until = [e for at, e in told if start <= at <= start + 120 * DAY]
        yield person.company, any(map(having, until)), any(map(_asks, until))


def webinar(facts):
    having = lambda e: e.properties.get("format") == "webinar"  # noqa: E731
    return odds_ratio(*table((f, y) for _, f, y in evaluations(facts, having=having)))


def slow_answer(facts):
    def pairs():
        for told in facts.by_person.values():
            for place, (at, event) in enumerate(told):
                if event.name != "handoff_offered" or not facts.mature(at, 170):
                    continue
                rest = told[place + 1 :]
                answer = next(t for t, e in rest if e.name.startswith("handoff_"))
                bought = any(e.name == "order_placed" and t <= at + 150 * DAY for t, e in rest)
                yield answer - at > 72 * HOUR, bought

    return risk_ratio(*table(pairs()))


def _deals(facts, first, then, *, days, having):
    for told in facts.by_deal.values():
        start = next(((at, e) for at, e in told if e.name == first), None)
        if start and facts.mature(start[0], days):
            yield having(start[1]), any(e.name == then for _, e in told)


def product_leak(facts):
    having = lambda e: e.properties["product"] == "Naqsh Sign"  # noqa: E731
    return risk_ratio(*table(_deals(facts, "deal_created", "offer_sent", days=120, having=having)))


def discount(facts):
    having = lambda e: e.properties["discount"] > 0  # noqa: E731
    return odds_ratio(*table(_deals(facts, "offer_sent", "order_placed", days=50, having=having)))


def unanswered_complaint(facts):
    def pairs():
        for told in facts.by_person.values():
            orders = [at for at, e in told if e.name == "order_placed"]
            if not orders or not facts.mature(orders[0], 245):
                continue
            early = {e.name for at, e in told if orders[0] <= at <= orders[0] + 75 * DAY}
            sore = "complaint_made" in early and "complaint_resolved" not in early
            yield sore, len(orders) > 1 and orders[1] <= orders[0] + 240 * DAY

    return risk_ratio(*table(pairs()))


def country_time(facts):
    logs = {"JO": [], "NL": []}
    country = {c.id: c.country for c in facts.firm.companies}
    for told in facts.by_deal.values():
        when = {e.name: at for at, e in told if e.name in ("deal_created", "offer_sent")}
        if len(when) == 2 and facts.mature(when["deal_created"], 120):
            span = when["offer_sent"] - when["deal_created"]
            logs[country[told[0][1].company]].append(log(span))
    one, other = np.array(logs["JO"]), np.array(logs["NL"])
    spread = sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return _from_log(one.mean() - other.mean(), spread, len(one), len(other))


def lull(facts):
    first = {}
    for person in facts.firm.people:
        told = facts.by_person[person.id]
        if told:
            ago = (facts.now - told[0][0]) / DAY / 7
            if person.company not in first or ago > first[person.company][0]:
                first[person.company] = (ago, person.channel)
    weeks = np.array([ago for ago, channel in first.values() if channel != "referral"])

    def count(*spans):
        return sum(int(((weeks > low) & (weeks <= high)).sum()) for low, high in spans)

    inside = count((14, 20), (66, 72))
    around = count((8, 14), (20, 26), (60, 66), (72, 78))
    return _from_log(
        log(inside / 12 / (around / 24)), sqrt(1 / inside + 1 / around), inside, around
    )


ESTIMATORS = {
    "slow_answer": slow_answer,
    "product_leak": product_leak,
    "webinar": webinar,
    "campaign_leak": campaign_leak,
    "referral": referral,
    "discount": discount,
    "unanswered_complaint": unanswered_complaint,
    "country_time": country_time,
    "lull": lull,
}
