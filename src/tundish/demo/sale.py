"""From the wish to try to the order: hand-off, first answer, deal, evaluation, offer, yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tundish.demo import names
from tundish.demo.dice import Dice
from tundish.demo.staff import Desk, OpenDeal
from tundish.demo.truth import (
    DISCOUNT_SHARE,
    RETURNED,
    SLOW_SHARE,
    WEAK_PRODUCT,
    Truth,
)
from tundish.demo.walk import Walk

_BACK_AFTER_LOSS = 160.0


@dataclass
class Account:
    """How a company stands with us: until when a deal keeps it busy, and whether it has bought."""

    busy_until: float = -1e9
    customer: bool = False
    deal: OpenDeal | None = None
    walks: list[Walk] = field(default_factory=list)


def ask(walk: Walk, truth: Truth, *, desk: Desk, account: Account) -> str:
    """One person begins to evaluate: "bought", "again" (asks later anew) or "done"."""
    _request(walk)
    if account.customer or walk.now < account.busy_until:
        _look_along(walk)
        return "done"
    rep, dice = walk.rep, walk.dice
    walk.does(
        "handoff_offered", actor=desk.marketer(walk.home), properties={"team": walk.home.team}
    )
    slow = dice.yes(SLOW_SHARE)
    walk.wait(dice.between(6.0, 11.0) if slow else dice.span(0.2, top=0.75))
    account.busy_until = walk.now + 15
    if dice.yes(RETURNED):
        reason = dice.pick(("too small", "no budget", "student", "wrong country"))
        walk.does("handoff_returned", actor=rep, properties={"reason": reason})
        return "done"
    walk.does("handoff_accepted", actor=rep, gap=0.001)
    if dice.yes(0.5):
        answer = {"direction": "out", "purpose": "first answer"}
        walk.does("call_held", actor=rep, touch=("call", "sales-call", None), properties=answer)
    else:
        mail = ("mail", "sales-mail", None)
        walk.does("mail_sent", actor=rep, touch=mail, properties={"letter": "first-answer"})
    deal = _open(walk, desk, rep=rep)
    if deal is None:
        return "done"
    account.deal = deal
    won = _evaluate(walk, truth, deal=deal, account=account, slow=slow)
    account.busy_until = max(walk.now, account.busy_until)
    if won:
        account.customer = True
        return "bought"
    if walk.over or not dice.yes(0.22):
        return "done"
    walk.wait(_BACK_AFTER_LOSS + dice.span(40, top=150))
    return "done" if walk.over else "again"


def _request(walk: Walk) -> None:
    dice = walk.dice
    kind = dice.throw()
    touch = dice.weighted(
        ((("direct", "direct", None), 0.5), (("search", "google", None), 0.3),
         (("mail", "sales-mail", None), 0.2))
    )  # fmt: skip
    price = ("price_viewed", {"path": "/prices"})
    if kind < 0.55:
        asked = ("demo_requested", {"product": dice.pick(names.PRODUCTS)[0]})
        walk.visits(price, asked, touch=touch, pages=dice.whole(1, 4))
    elif kind < 0.8:
        asked = ("trial_started", {"product": dice.pick(names.PRODUCTS)[0]})
        walk.visits(("account_created", {}), asked, touch=touch, pages=dice.whole(1, 4))
    else:
        form = ("form_submitted", {"form": "contact"})
        walk.visits(form, ("need_stated", {}), touch=touch, pages=dice.whole(1, 3))
    if walk.ref != walk.person.id:
        walk.becomes_known(by="form")
    walk.wait(0.02)


def _look_along(walk: Walk) -> None:
    """A colleague joins what is going on already."""
    dice = walk.dice
    for _ in range(dice.whole(1, 3)):
        walk.wait(dice.span(4, top=15))
        if dice.yes(0.4):
            other = {"competitor": dice.pick(names.COMPETITORS)}
            walk.does("product_compared", properties=other)
        elif dice.yes(0.5):
            walk.visits(touch=("direct", "direct", None), pages=dice.whole(2, 5))
        else:
            walk.does("review_viewed", touch=("review", "softwaretest.example", None))


def _open(walk: Walk, desk: Desk, *, rep: str) -> OpenDeal | None:
    dice, home = walk.dice, walk.home
    product, price, _ = dice.weighted([(item, item[2]) for item in names.PRODUCTS])
    seats = max(3, int(home.employees * dice.between(0.08, 0.35)))
    cents = round(seats**0.8 * price) * 100
    ident = f"D{len(desk.deals) + 1:04}"
    name = f"{home.name}: {product}"
    walk.wait(dice.between(0.05, 0.3))
    happened = walk.does(
        "deal_created", deal=ident, actor=rep, cents=cents, touch=walk.touch,
        properties={
            "product": product, "owner": rep, "name": name, "seats": seats,
            "contact": walk.person.id, "role": walk.person.role, "country": home.country,
        },
    )  # fmt: skip
    if not happened:
        return None
    row = len(walk.log.rows) - 1
    owner = {"field": "owner", "old": None, "new": rep}
    walk.does("field_changed", actor=rep, gap=0.001, properties=owner)
    fit = {"field": "fit", "old": None, "new": _fit(dice, home.employees)}
    walk.does("field_changed", actor=rep, gap=0.001, properties=fit)
    deal = OpenDeal(ident, name, home.id, walk.person.id, rep, product, cents, row)
    desk.deals.append(deal)
    return deal


def _fit(dice: Dice, employees: int) -> int:
    return min(100, int(35 + 8 * len(str(employees)) + 12 * dice.normal())) if employees else 0


def _evaluate(walk: Walk, truth: Truth, *, deal: OpenDeal, account: Account, slow: bool) -> bool:
    """The deal's weeks, its offer and its end; True where it is won."""
    dice = walk.dice
    start = walk.now
    length = dice.span(20, top=58, spread=0.5) * truth.evaluation_time(walk.person.country)
    walk.wait(dice.between(0.1, min(1.5, length / 8)))
    walk.does("deal_engaged", deal=deal.id, actor=deal.owner)
    steps = [step for step in _STEPS if dice.yes(step[1])]
    for number, (step, _) in enumerate(steps):
        walk.now = max(
            walk.now, start + length * (number + dice.between(0.3, 1.0)) / (len(steps) + 1)
        )
        step(walk, deal, account)
    walk.now = max(walk.now, start + length)
    if not dice.yes(truth.offer(slow=slow, weak=deal.product == WEAK_PRODUCT)):
        if not dice.yes(0.15):  # the rest is never closed: it stands there and grows old
            _lose(walk, deal, reason=dice.weighted(_REASONS_EARLY))
        return False
    return _offer(walk, truth, deal=deal)


def _offer(walk: Walk, truth: Truth, *, deal: OpenDeal) -> bool:
    dice, rep = walk.dice, deal.owner
    discount = dice.pick((10, 10, 15, 20)) if dice.yes(DISCOUNT_SHARE) else 0
    deal.cents = deal.cents * (100 - discount) // 100
    terms = {"discount": discount, "product": deal.product}
    mail = ("mail", "sales-mail", None)
    walk.does("offer_sent", deal=deal.id, actor=rep, touch=mail, cents=deal.cents, properties=terms)
    walk.wait(dice.span(1, top=4))
    if dice.yes(0.9):
        walk.does("offer_viewed", deal=deal.id, touch=mail)
    if dice.yes(0.4):
        walk.does("mail_replied", deal=deal.id, touch=mail)
    accepted = dice.yes(truth.accept(discount=discount > 0))
    walk.wait(dice.span(6, top=18))
    if not accepted:
        if dice.yes(0.6):
            walk.does("offer_refused", deal=deal.id)
        else:
            walk.wait(dice.span(8, top=20))
        _lose(walk, deal, reason=dice.weighted(_REASONS_LATE))
        return False
    walk.does("offer_accepted", deal=deal.id, gap=0.02)
    return _win(walk, deal)


def _win(walk: Walk, deal: OpenDeal) -> bool:
    product = {"product": deal.product}
    if not walk.does(
        "deal_won", deal=deal.id, actor=deal.owner, cents=deal.cents, properties=product
    ):
        return False
    deal.status, deal.closed_row = "won", len(walk.log.rows) - 1
    return True


def _lose(walk: Walk, deal: OpenDeal, *, reason: str) -> None:
    dice = walk.dice
    what: dict[str, object] = {"reason": reason, "product": deal.product}
    if reason == "competitor":
        what["competitor"] = dice.pick(names.COMPETITORS)
    if walk.does("deal_lost", deal=deal.id, actor=deal.owner, properties=what):
        deal.status, deal.reason = "lost", reason
        deal.closed_row = len(walk.log.rows) - 1


_REASONS_EARLY = (
    ("no_decision", 0.4), ("competitor", 0.25), ("no_budget", 0.2), ("not_a_fit", 0.15)
)  # fmt: skip
_REASONS_LATE = (("price", 0.4), ("competitor", 0.3), ("no_decision", 0.3))


def _meet(walk: Walk, deal: OpenDeal, account: Account) -> None:
    walk.does("meeting_booked", deal=deal.id, actor=deal.owner)
    walk.wait(walk.dice.between(0.4, 1.2))
    room = {"place": walk.dice.pick(("video", "video", "their office"))}
    _together("meeting_held", walk, deal, account=account, properties=room)


def _show(walk: Walk, deal: OpenDeal, account: Account) -> None:
    _together("demo_held", walk, deal, account=account, properties={"product": deal.product})


def _together(
    name: str, walk: Walk, deal: OpenDeal, *, account: Account, properties: Mapping[str, object]
) -> None:
    """A meeting of the contact, and of those colleagues who already know us."""
    touch = ("meeting", "sales", None)
    for other in account.walks:
        known = other.interested_at is not None and other.interested_at < walk.now - 5
        if other is not walk and known and walk.dice.yes(0.4):
            walk.log.add(
                walk.now, name, country=other.person.country, owner=other.person.id,
                person=other.person.id, company=walk.home.id, deal=deal.id, touch=touch,
                actor=deal.owner, properties=properties,
            )  # fmt: skip
    walk.does(name, deal=deal.id, actor=deal.owner, touch=touch, properties=properties)


def _call(walk: Walk, deal: OpenDeal, _: Account) -> None:
    late = walk.dice.between(1.2, 4) if walk.dice.yes(0.1) else 0.0
    touch = ("call", "sales-call", None)
    walk.does("call_held", deal=deal.id, actor=deal.owner, touch=touch, late_days=late)
    if walk.dice.yes(0.6):
        said = {"text": walk.dice.pick(names.NEEDS)}
        walk.does("need_stated", deal=deal.id, personal=said)


def _compare(walk: Walk, deal: OpenDeal, _: Account) -> None:
    rival = {"competitor": walk.dice.pick(names.COMPETITORS)}
    walk.does("competitor_considered", deal=deal.id, properties=rival)
    walk.wait(walk.dice.between(0.1, 0.4))
    walk.does("product_compared", deal=deal.id, properties=rival)


def _try_out(walk: Walk, deal: OpenDeal, _: Account) -> None:
    product = {"product": deal.product}
    walk.does("trial_started", deal=deal.id, touch=("direct", "direct", None), properties=product)
    walk.wait(walk.dice.between(0.3, 1.0))
    walk.visits(touch=("direct", "direct", None), pages=walk.dice.whole(3, 8))
    walk.does("trial_ended", deal=deal.id, properties=product)


def _look_again(walk: Walk, _: OpenDeal, __: Account) -> None:
    price = ("price_viewed", {"path": "/prices"})
    walk.visits(price, touch=("direct", "direct", None), pages=walk.dice.whole(2, 5))


def _write(walk: Walk, deal: OpenDeal, _: Account) -> None:
    touch = ("mail", "sales-mail", None)
    walk.does("mail_sent", deal=deal.id, actor=deal.owner, touch=touch, gap=0.2)
    if walk.dice.yes(0.75):
        walk.does("mail_opened", deal=deal.id, touch=touch, gap=0.05)
        if walk.dice.yes(0.6):
            walk.does("mail_replied", deal=deal.id, touch=touch)


def _sync(walk: Walk, deal: OpenDeal, _: Account) -> None:
    change = {"old": "qualified", "new": "proposal"}
    walk.does("deal_stage_changed", deal=deal.id, actor=deal.owner, properties=change)


# what may happen in a deal's weeks, in this order, with its chance
_STEPS = (
    (_call, 0.8), (_write, 0.7), (_meet, 0.65), (_look_again, 0.6), (_show, 0.75), (_sync, 0.25),
    (_compare, 0.5), (_try_out, 0.4), (_write, 0.6), (_meet, 0.35),
    (_look_again, 0.5),
)  # fmt: skip
