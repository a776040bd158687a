"""After the order: payment, first steps, use, help, complaints, surveys, repeat orders, word of mouth."""

from collections.abc import Mapping

from tundish.demo import names
from tundish.demo.log import Touch
from tundish.demo.sale import Account
from tundish.demo.staff import Desk, OpenDeal, Recommendation
from tundish.demo.truth import SORE_SHARE, Truth
from tundish.demo.walk import Walk

_COMPLAINTS = 0.50
_DIRECT: Touch = ("direct", "direct", None)


def buy(walk: Walk, desk: Desk, *, cents: int, product: str, deal: str | None) -> float | None:
    """An order and its payment; the order's day, or None where it lies ahead."""
    dice, order = walk.dice, desk.next_order()
    at = walk.now
    what = {"order": order, "product": product}
    if not walk.does("order_placed", deal=deal, cents=cents, touch=_DIRECT, properties=what):
        return None
    if dice.yes(0.97):
        walk.now = at + dice.between(2.5, 30)
        walk.does("order_paid", deal=deal, cents=cents, day_only=dice.yes(0.2), properties=what)
        if dice.yes(0.02):
            walk.wait(dice.between(3, 9))
            walk.does("order_refunded", cents=cents, properties=what)
    walk.now = at + 0.1
    return at


def live_on(walk: Walk, truth: Truth, *, desk: Desk, account: Account, deal: OpenDeal) -> None:
    """A customer's life from the first order to the present."""
    dice = walk.dice
    start = buy(walk, desk, cents=deal.cents, product=deal.product, deal=deal.id)
    if start is None:
        return
    if dice.yes(0.88):
        walk.now = start + dice.span(9, top=30)
        walk.does("onboarding_completed", properties={"product": deal.product})
    sore = _complain(walk, start)
    end = _contract(walk, start, cents=deal.cents)
    _use(walk, account, start=start, end=end, product=deal.product)
    happy = _survey(walk, truth, start=start, sore=sore)
    _buy_again(walk, truth, desk=desk, deal=deal, start=start, sore=sore)
    if happy:
        _advocate(walk, desk, start=start)


def _complain(walk: Walk, start: float) -> bool:
    """Some complain; True where it is never settled."""
    dice = walk.dice
    if not dice.yes(_COMPLAINTS):
        return False
    walk.now = start + dice.between(20, 58)
    said = {"text": dice.pick(names.COMPLAINTS)}
    walk.does(
        "complaint_made", personal=said, properties={"about": dice.pick(("product", "service"))}
    )
    if dice.yes(SORE_SHARE / _COMPLAINTS):
        return True
    walk.wait(dice.span(3, top=8))
    walk.does("complaint_resolved")
    return False


def _contract(walk: Walk, start: float, *, cents: int) -> float:
    """Renewals each year, or the end of the contract; the day on which it ends."""
    dice = walk.dice
    if dice.yes(0.07):
        walk.now = end = start + dice.between(245, 360)
        walk.does("subscription_cancelled", properties={"reason": "never used enough"})
        return end
    if dice.yes(0.8):
        walk.now = start + 365 + dice.between(-12, 2)
        walk.does("subscription_renewed", cents=cents)
        return 1.0
    walk.now = end = start + 365
    walk.does("subscription_cancelled", properties={"reason": dice.pick(("price", "competitor"))})
    return end


def _use(walk: Walk, account: Account, *, start: float, end: float, product: str) -> None:
    """The contact uses the product most weeks, further seats without a name; both now and then need help."""
    dice = walk.dice
    for seat in range(min(3, len(account.walks))):
        person = walk.person.id if seat == 0 else None
        at, keen = start + dice.between(2, 15), dice.between(0.3, 0.95)
        while at < min(end, 0.0):
            if dice.yes(keen):
                used = {"product": product, "minutes": dice.whole(3, 180)}
                _at(walk, at, "product_used", person=person, properties=used)
            if dice.yes(0.02):
                topic = {"topic": dice.pick(("export", "login", "users"))}
                _at(walk, at + 0.05, "support_requested", person=person, properties=topic)
            at += dice.between(5, 9)


def _at(
    walk: Walk, at: float, name: str, *, person: str | None, properties: Mapping[str, object]
) -> None:
    walk.log.add(
        at, name, country=walk.person.country, owner=person, person=person,
        company=walk.home.id, properties=properties,
    )  # fmt: skip


def _survey(walk: Walk, truth: Truth, *, start: float, sore: bool) -> bool:
    """A score from 0 to 10 after two and a half months; True for the happy ones."""
    dice = walk.dice
    hurt = (3.0 if sore else 0.0) if truth.planted else 3.0 * SORE_SHARE
    score = max(0, min(10, round(8.4 - hurt + 1.5 * dice.normal())))
    walk.now = start + dice.between(72, 78)
    if dice.yes(0.8):
        walk.does("survey_answered", properties={"score": score, "survey": "after purchase"})
    return score >= 8


def _buy_again(
    walk: Walk, truth: Truth, *, desk: Desk, deal: OpenDeal, start: float, sore: bool
) -> None:
    dice = walk.dice
    if not dice.yes(truth.again(sore=sore)):
        if dice.yes(0.25):
            walk.now = start + dice.between(80, 225)
            walk.visits(("cart_filled", {}), touch=_DIRECT, pages=2)
        return
    walk.now = start + dice.between(80, 225)
    while not walk.over:
        product = dice.pick(names.PRODUCTS)[0]
        what = {"product": product}
        if dice.yes(0.6):
            steps = (("product_viewed", what), ("cart_filled", what), ("checkout_started", what))
            walk.visits(*steps, touch=_DIRECT, pages=1)
            cents = int(deal.cents * dice.between(0.15, 0.5)) // 100 * 100
        else:
            walk.does("call_held", actor=deal.owner, touch=("call", "sales-call", None), gap=0.5)
            cents = int(deal.cents * dice.between(0.4, 1.0)) // 100 * 100
        at = buy(walk, desk, cents=cents, product=product, deal=None)
        if at is None or not dice.yes(0.55):
            return
        walk.now = at + dice.span(75, top=220)


def _advocate(walk: Walk, desk: Desk, *, start: float) -> None:
    """The happy ones review us and bring others."""
    dice = walk.dice
    walk.now = start + dice.between(80, 100)
    if dice.yes(0.4):
        site = {"site": "softwaretest.example", "stars": dice.pick((4, 5, 5))}
        walk.does("review_posted", properties=site)
    while dice.yes(0.68):
        walk.wait(dice.span(25, top=120))
        if not walk.does("referral_made"):
            return
        desk.recommendations.append(Recommendation(walk.now, walk.person.id))
