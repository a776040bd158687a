"""The demo firm as a whole: everyone lives, then their rows become events."""

import heapq
from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
from numpy.typing import NDArray

from tundish.demo import population
from tundish.demo.customer import live_on
from tundish.demo.dice import Dice
from tundish.demo.log import CURRENCY, Log
from tundish.demo.population import REFERRED_SHARE, Resident, arrived_by
from tundish.demo.prospect import DEFINITION, read_newsletters, warm_up
from tundish.demo.records import DemoCompany, DemoDeal, DemoFirm, DemoPerson, Variant
from tundish.demo.sale import Account, ask
from tundish.demo.staff import FIRM, USERS, Desk
from tundish.demo.traffic import cost_events, costs, robots, strangers
from tundish.demo.truth import Truth
from tundish.demo.walk import Walk
from tundish.terms import InputError, Money, from_micros

_CLOSING_TIME = time(16, 0, tzinfo=UTC)


def demo_firm(
    *,
    seed: int,
    today: date,
    now: datetime | None = None,
    variant: Variant = "planted",
    people: int = 5000,
    companies: int = 1200,
) -> DemoFirm:
    """The firm of `seed` whose last day is `today` and whose last event lies before `now`.

    `now` is aware (default: 16:00 UTC of `today`). The same seed gives the same people, counts and
    order of things on every day; only the dates move. Raises InputError for a `now` of another day,
    for an unknown variant, or for fewer people than companies.
    """
    now = _checked(today, now, variant=variant, people=people, companies_=companies)
    truth, log, desk = Truth(variant), Log(), Desk(seed)
    firms, groups = _populate(seed, truth, people=people, companies_=companies)
    told: list[Walk] = []
    waiting = int(len(groups) * (1 - REFERRED_SHARE))
    for group in groups[:waiting]:
        told += _live(group, truth, log=log, desk=desk, seed=seed)
    for group in _referred(groups[waiting:], log=log, desk=desk, seed=seed):
        told += _live(group, truth, log=log, desk=desk, seed=seed)
    strangers(log, seed=seed, count=people // 2)
    robots(log, seed=seed, count=people // 20)
    prefix = f"demo-{seed}-{variant}"
    times = log.instants(now)
    events = log.events(times, now=now, prefix=prefix)
    bills = costs(log.rows, now=now)
    events = sorted(events + cost_events(bills, prefix=prefix), key=lambda one: one.occurred_at)
    return DemoFirm(
        name=FIRM, currency=CURRENCY, time_zone="Europe/Amsterdam", seed=seed, variant=variant,
        now=now, definition_name=DEFINITION, users=USERS, companies=tuple(firms),
        people=_people(told), deals=_deals(desk, times), events=events, costs=tuple(bills),
        effects=truth.effects(),
    )  # fmt: skip


def _checked(
    today: date, now: datetime | None, *, variant: str, people: int, companies_: int
) -> datetime:
    now = now or datetime.combine(today, _CLOSING_TIME)
    if now.tzinfo is None or now.astimezone(UTC).date() != today:
        raise InputError(
            f"The present {now.isoformat()} is not an instant of {today.isoformat()} in UTC.",
            "demo_now_elsewhere", "Give an aware datetime of the firm's last day.",
        )  # fmt: skip
    if variant not in ("planted", "null", "confounded"):
        raise InputError(
            f"“{variant}” is not a demo firm; there are planted, null and confounded.",
            "demo_variant_unknown", "Choose one of these.",
        )  # fmt: skip
    if not 0 < companies_ <= people:
        raise InputError(
            f"{people} people cannot work in {companies_} companies; each company needs one.",
            "demo_too_few_people", "Give at least as many people as companies, and one company.",
        )  # fmt: skip
    return now.astimezone(UTC)


def _populate(
    seed: int, truth: Truth, *, people: int, companies_: int
) -> tuple[list[DemoCompany], list[list[Resident]]]:
    firms = population.companies(seed, count=companies_)
    return firms, population.residents(seed, firms, truth, count=people)


def _live(group: list[Resident], truth: Truth, *, log: Log, desk: Desk, seed: int) -> list[Walk]:
    """One company: everyone warms up, then those who want to try ask in the order of their days."""
    walks = [_walk(one, log, desk=desk, seed=seed) for one in group]
    queue = [(walk.now, n, walk) for n, walk in enumerate(walks) if warm_up(walk, truth)]
    account = Account(walks=walks)
    heapq.heapify(queue)
    while queue:
        _, n, walk = heapq.heappop(queue)
        outcome = ask(walk, truth, desk=desk, account=account)
        if outcome == "again":
            heapq.heappush(queue, (walk.now, n, walk))
        elif outcome == "bought" and account.deal is not None:
            live_on(walk, truth, desk=desk, account=account, deal=account.deal)
    for walk in walks:
        read_newsletters(walk)
    return walks


def _walk(resident: Resident, log: Log, *, desk: Desk, seed: int) -> Walk:
    dice = Dice(seed, "walk", resident.person.id)
    return Walk(resident, log, dice, rep=desk.rep(resident.home))


def _referred(
    groups: list[list[Resident]], *, log: Log, desk: Desk, seed: int
) -> list[list[Resident]]:
    """Give the waiting companies to the recommendations, earliest first; the rest find us alone."""
    dice = Dice(seed, "referrals")
    words = sorted(desk.recommendations, key=lambda one: one.at)
    words = words[:: max(1, -(-len(words) // max(1, len(groups))))]
    found = []
    for place, (lead, *rest) in enumerate(groups):
        if place >= len(words):
            found.append([arrived_by(lead, "search"), *rest])
            continue
        word = words[place]
        lead = replace(lead, arrives=min(word.at + dice.between(1, 8), -0.2))
        walk = _walk(lead, log, desk=desk, seed=seed)
        walk.does("referral_received", touch=walk.touch, properties={"referrer": word.referrer})
        walk.becomes_known(by="referral")
        later = [replace(one, arrives=max(one.arrives, walk.now)) for one in rest]
        found.append([replace(lead, arrives=walk.now), *later])
    return found


def _people(walks: list[Walk]) -> tuple[DemoPerson, ...]:
    return tuple(
        sorted((replace(w.person, seen_as=w.seen_as) for w in walks), key=lambda one: one.id)
    )


def _deals(desk: Desk, times: NDArray[np.int64]) -> tuple[DemoDeal, ...]:
    def at(row: int | None) -> datetime | None:
        return None if row is None else from_micros(int(times[row]))

    return tuple(
        DemoDeal(
            deal.id, deal.name, deal.company, deal.contact, deal.owner, deal.product,
            Money(deal.cents, CURRENCY), from_micros(int(times[deal.row])), at(deal.closed_row),
            deal.status, deal.reason,
        )
        for deal in desk.deals
    )  # fmt: skip
