"""From the first sight of us to the wish to try: how one person arrives, warms up, or goes silent."""

from tundish.demo import names
from tundish.demo.truth import WEBINAR_SHARE, Truth
from tundish.demo.walk import Walk

DEFINITION = "consumer_decision_journey"
"""The model that the firm works with, and that is shown first."""
_BY_HAND = "evaluate"
SEARCH = ("search", "google", None)
MAIL = ("mail", "newsletter", "newsletter")
_STAYS_UNAWARE = {"cold_mail": 0.45, "call": 0.30}
_BACK_AFTER = 135.0  # past every mature window of the tests


def warm_up(walk: Walk, truth: Truth) -> bool:
    """Write the person's way up to evaluation; True where they begin to evaluate, at the clock."""
    if not arrive(walk):
        return False
    one, dice = walk.person, walk.dice
    if one.channel in ("call", "event") and dice.yes(0.1):
        _be_moved(walk)
    if not dice.yes(truth.interest(one.channel, one.campaign)):
        _leave(walk)
        return dice.yes(0.02) and _come_back(walk, truth)
    if dice.yes(0.07):  # some ask at once
        walk.wait(dice.span(1.0, top=6))
        return not walk.over
    webinar = _show_interest(walk, truth)
    if dice.yes(truth.evaluation(webinar=webinar, large=walk.home.large)):
        _look_closer(walk)
        return not walk.over
    return dice.yes(0.16) and _come_back(walk, truth)


def arrive(walk: Walk) -> bool:
    """The first touchpoint by channel; False where the person never becomes aware of us."""
    channel, dice = walk.person.channel, walk.dice
    if channel in ("cold_mail", "call"):
        return _be_called_upon(walk, channel)
    if channel == "event":
        late = dice.between(2, 9) if dice.yes(0.5) else 0.0
        walk.does(
            "fair_visited", touch=walk.touch, day_only=True, late_days=late, gap=0.05,
            properties={"event": "Work Expo", "format": "fair"},
        )  # fmt: skip
        walk.becomes_known(by="fair list", late_days=late)
        walk.wait(dice.span(3, top=12))
        return True
    if channel == "referral":
        walk.wait(dice.span(4, top=15))
        if dice.yes(0.7):
            _browse(walk, pages=dice.whole(2, 5))
        return True
    walk.ref = f"anon:w{walk.person.id[1:]}{dice.whole(1000, 9999)}"
    lead = {"paid": "advert_clicked", "social": "post_engaged", "review": "review_viewed"}
    if channel in lead:
        walk.does(lead[channel], touch=walk.touch, gap=0.001)
    _browse(walk, pages=dice.whole(1, 4))
    if dice.yes(0.45):
        walk.wait(dice.span(3, top=12))
        _browse(walk, pages=dice.whole(1, 5))
    return True


def _be_called_upon(walk: Walk, channel: str) -> bool:
    dice = walk.dice
    walk.does(
        "list_joined", touch=walk.touch, gap=0.02, properties={"list": f"targets {walk.home.team}"}
    )
    walk.becomes_known(by="bought list")
    walk.wait(dice.span(4, top=20))
    aware = not dice.yes(_STAYS_UNAWARE[channel])
    if channel == "call":
        tries = dice.whole(1, 2)
        if aware:
            walk.does("call_held", touch=walk.touch, properties={"direction": "out", "try": tries})
            walk.wait(dice.span(2, top=8))
        return aware
    sent = {"letter": "first-contact"}
    for _ in range(dice.whole(1, 3)):
        walk.does("mail_sent", touch=walk.touch, gap=0.3, properties=sent)
        if dice.yes(0.04):
            walk.does("mail_bounced", touch=walk.touch, properties={"kind": "hard"})
            return False
        walk.does("mail_delivered", touch=walk.touch, properties=sent)
        if aware:
            break
        walk.wait(dice.span(6, top=12))
    if aware:
        walk.wait(dice.span(0.5, top=3))
        walk.does("mail_opened", touch=walk.touch, gap=0.01, properties=sent)
        walk.does("mail_clicked", touch=walk.touch, gap=0.01, properties=sent)
        _browse(walk, pages=dice.whole(1, 3))
    return aware


def _be_moved(walk: Walk) -> None:
    """A rep trusts a conversation more than behaviour, and sets the stage by hand."""
    reason = walk.dice.pick(
        ("Told me at the stand that they compare vendors", "Said so on the phone")
    )
    move = {"definition": DEFINITION, "stage": _BY_HAND, "reason": reason}
    walk.wait(0.2)
    walk.does("stage_moved", actor=walk.rep, properties=move)


def _browse(walk: Walk, *, pages: int) -> None:
    walk.visits(touch=walk.touch if walk.sessions == 0 else _again(walk), pages=pages)


def _again(walk: Walk) -> tuple[str, str, str | None]:
    return walk.dice.weighted(
        ((("direct", "direct", None), 0.5), (SEARCH, 0.4), (("social", "linkedin", None), 0.1))
    )


def _leave(walk: Walk) -> None:
    """Not interested: nothing more than a second look, then silence; research finds the name."""
    dice = walk.dice
    walk.wait(dice.span(5, top=30))
    if dice.yes(0.3):
        _browse(walk, pages=dice.whole(1, 2))
    if walk.ref != walk.person.id and not walk.over:
        walk.becomes_known(by="research")


def _show_interest(walk: Walk, truth: Truth) -> bool:
    """Newsletter and documents, for some a form later; True where the person attends a webinar."""
    dice = walk.dice
    walk.wait(dice.span(5, top=20))
    deeds: list[tuple[str, dict[str, object]]] = []
    if dice.yes(0.55):
        deeds.append(("newsletter_joined", {}))
    if truth.reads_paper(dice, large=walk.home.large):
        deeds.append(("document_downloaded", {"document": "security-paper"}))
    if dice.yes(0.5) or not deeds:
        document = dice.pick([d for d in names.DOCUMENTS if d != "security-paper"])
        deeds.append(("document_downloaded", {"document": document}))
    walk.visits(*deeds, touch=_again(walk), pages=dice.whole(2, 5))
    if walk.ref != walk.person.id:
        walk.becomes_known(by="form")
    walk.interested_at = walk.now
    if deeds[0][0] == "newsletter_joined":
        walk.subscribed_at = walk.now
    webinar = dice.yes(WEBINAR_SHARE)
    if webinar or dice.yes(0.4):
        walk.wait(dice.span(3, top=9))
        form = {"form": "webinar" if webinar else "materials"}
        walk.visits(("form_submitted", form), touch=_again(walk), pages=dice.whole(1, 3))
    if webinar:
        walk.wait(dice.span(3, top=8))
        tour = {"event": "Guided tour", "format": "webinar"}
        walk.does("fair_visited", touch=("event", "webinar", "guided-tour"), properties=tour)
    return webinar


def _look_closer(walk: Walk) -> None:
    """The weeks before the wish to try: prices, products, reviews of others."""
    dice = walk.dice
    for _ in range(dice.whole(1, 3)):
        walk.wait(dice.span(4, top=18))
        ends = [("price_viewed", {"path": "/prices"})] if dice.yes(0.6) else []
        if dice.yes(0.4):
            ends.append(("product_viewed", {"product": dice.pick(names.PRODUCTS)[0]}))
        walk.visits(*ends, touch=_again(walk), pages=dice.whole(2, 6))
    if dice.yes(0.3):
        site = ("review", "softwaretest.example", None)
        walk.does("review_viewed", touch=site, gap=0.05)
    if dice.yes(0.25):
        other = {"competitor": dice.pick(names.COMPETITORS)}
        walk.does("competitor_considered", properties=other)
    walk.wait(dice.span(2, top=8))


def _come_back(walk: Walk, truth: Truth) -> bool:
    """Months of silence, then a return: a second chance to begin to evaluate."""
    dice = walk.dice
    walk.wait(_BACK_AFTER + dice.span(40, top=200))
    if walk.over:
        return False
    if walk.ref != walk.person.id:
        walk.becomes_known(by="form")
    _browse(walk, pages=dice.whole(2, 6))
    if dice.yes(truth.evaluation(webinar=False, large=walk.home.large)):
        _look_closer(walk)
        return not walk.over
    return False


def read_newsletters(walk: Walk) -> None:
    """Every second week a letter to those who subscribed, until they leave the list."""
    if walk.subscribed_at is None:
        return
    dice = walk.dice
    keen = dice.between(0.15, 0.7)
    issue = int(-walk.subscribed_at // 14)
    while issue > 0:
        walk.now = max(-14.0 * issue + 0.002 * dice.throw(), walk.subscribed_at)
        letter = {"letter": f"newsletter-{40 - issue}"}
        touch = ("mail", "newsletter", f"newsletter-{40 - issue}")
        walk.does("mail_sent", touch=touch, gap=0.0, properties=letter)
        arrival = {"step": dice.between(2, 40), "gap": dice.span(0.4, top=3)}
        walk.does("mail_delivered", touch=touch, properties=letter, **arrival)
        if dice.yes(keen):
            walk.does("mail_opened", touch=touch, gap=0.01, properties=letter)
            if dice.yes(0.28):
                walk.does("mail_clicked", touch=touch, gap=0.01, properties=letter)
                walk.visits(touch=touch, pages=dice.whole(1, 2))
            if dice.yes(0.028):
                left = "mail_complained" if dice.yes(0.12) else "mail_unsubscribed"
                walk.does(left, touch=touch, properties=letter)
                return
        issue -= 1
