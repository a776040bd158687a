"""What surrounds the known people: visitors who never say who they are, robots, and the bills."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tundish.demo import names
from tundish.demo.dice import Dice
from tundish.demo.log import CURRENCY, Log, Row, Touch
from tundish.demo.records import DemoCost
from tundish.journal.event import Event
from tundish.terms import Money

_TOUCHES: tuple[tuple[Touch, float], ...] = (
    (("search", "google", None), 0.38), (("paid", "google", "search-planning"), 0.14),
    (("paid", "linkedin", "spring-display"), 0.16), (("social", "linkedin", "weekly-posts"), 0.12),
    (("direct", "direct", None), 0.14), (("review", "softwaretest.example", None), 0.06),
)  # fmt: skip
# campaign: (channel, source, euros a week whatever happens, euros a response)
_PRICES = {
    "search-planning": ("paid", "google", 40, 4.2),
    "search-signing": ("paid", "google", 30, 3.9),
    "spring-display": ("paid", "linkedin", 60, 2.1),
    "video-story": ("paid", "linkedin", 80, 5.0),
    "weekly-posts": ("social", "linkedin", 90, 0.0),
    "first-contact": ("cold_mail", "sales-mail", 70, 0.4),
    "work-expo": ("event", "trade-fair", 0, 55.0),
    "guided-tour": ("event", "webinar", 35, 6.0),
}


def strangers(log: Log, *, seed: int, count: int) -> None:
    """`count` anonymous visitors with one session or a few, none of whom ever tells a name."""
    dice = Dice(seed, "strangers")
    for number in range(count):
        ref, touch = f"anon:v{number:05}", dice.weighted(_TOUCHES)
        at = dice.between(-546, -0.2) if number else -0.15
        for visit in range(1 if dice.yes(0.75) else dice.whole(2, 3)):
            _session(log, dice, at, ref=ref, session=f"V{number:05}-{visit}", touch=touch)
            at += dice.span(4, top=40)
            touch = ("direct", "direct", None)


def _session(log: Log, dice: Dice, at: float, *, ref: str, session: str, touch: Touch) -> None:
    step = 0.0
    if touch[0] == "paid":
        log.add(at, "advert_clicked", country="", owner=ref, person=ref, touch=touch)
    log.add(
        at,
        "session_started",
        country="",
        owner=ref,
        person=ref,
        session=session,
        step=1,
        touch=touch,
    )
    for _ in range(1 if dice.yes(0.5) else dice.whole(2, 5)):
        step += dice.between(5, 90)
        kind = dice.throw()
        name = "price_viewed" if kind < 0.04 else "product_viewed" if kind < 0.1 else "page_viewed"
        where = {"product": dice.pick(names.PRODUCTS)[0]} if name == "product_viewed" else {
            "path": "/prices" if name == "price_viewed" else dice.pick(names.PAGES)
        }  # fmt: skip
        log.add(
            at,
            name,
            country="",
            owner=ref,
            person=ref,
            session=session,
            step=step + 1,
            properties=where,
        )


def robots(log: Log, *, seed: int, count: int) -> None:
    """`count` visits of crawlers, marked as such."""
    dice = Dice(seed, "robots")
    for number in range(count):
        at, ref = dice.between(-546, -0.2), f"anon:bot{number % 7}"
        session = f"B{number:05}"
        own: dict[str, Any] = {
            "country": "",
            "owner": ref,
            "person": ref,
            "session": session,
            "bot": True,
        }
        log.add(at, "session_started", properties={"agent": "crawler"}, **own)
        for page in range(dice.whole(2, 6)):
            path = {"path": dice.pick(names.PAGES)}
            log.add(at, "page_viewed", step=1.0 + page, properties=path, **own)


def costs(rows: Iterable[Row], *, now: datetime, weeks: int = 78) -> list[DemoCost]:
    """The weekly bill of each campaign: a fixed part and a price for each response of that week."""
    responses: Counter[tuple[str, int]] = Counter()
    for row in rows:
        campaign = row.touch[2]
        if campaign in _PRICES and row.name in ("advert_clicked", "fair_visited", "mail_sent"):
            # weeks in working time, so that the bills are the same on every day
            responses[campaign, int(-row.at // 7)] += 1
    bills = []
    for week in range(weeks - 1, -1, -1):
        day = (now - timedelta(days=7 * week)).date()
        for campaign, (channel, source, fixed, each) in _PRICES.items():
            cents = round((fixed + each * responses[campaign, week]) * 100)
            if cents:
                bills.append(DemoCost(day, channel, source, campaign, Money(cents, CURRENCY)))
    return bills


def cost_events(bills: Iterable[DemoCost], *, prefix: str) -> list[Event]:
    """The bills as events: only their day is known."""
    return [
        Event(
            id=f"{prefix}-cost-{number:05}",
            name="cost_recorded",
            occurred_at=datetime.combine(bill.day, time(), UTC),
            precision="day",
            recorded_at=datetime.combine(bill.day, time(), UTC),
            channel=bill.channel,
            source=bill.source,
            campaign=bill.campaign,
            value=bill.amount,
            inlet="demo",
        )
        for number, bill in enumerate(bills)
    ]
