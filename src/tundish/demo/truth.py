"""What is true of the firm: the chances of every move, and the effects planted in them.

Every effect has one place where it works, so that a simple comparison of the events finds it. The
null firm replaces each chance by its average over the factor: the same marginals, no effect. In the
confounded firm only a company's size works, and large companies also read the security paper more.
"""

from dataclasses import dataclass

from tundish.demo.dice import Dice
from tundish.demo.records import PlantedEffect, Variant

# the share of units that have each factor
SLOW_SHARE = 0.30
WEBINAR_SHARE = 0.25
WEAK_PRODUCT_SHARE = 0.20
DISCOUNT_SHARE = 0.40
SORE_SHARE = 0.30  # complained and never got an answer
PAPER_SHARE = 0.30
LARGE_SHARE = 0.30
LEAK_CAMPAIGN_SHARE = 0.35  # of those who come by advert

LEAK_CAMPAIGN = "spring-display"
WEAK_PRODUCT = "Naqsh Sign"
LATE_ANSWER_HOURS = 72
# days before now, on whole weeks: six weeks, and the same weeks a year earlier
LULLS = ((-140.0, -98.0), (-504.0, -462.0))

# chances where no factor works
INTEREST = 0.52  # aware -> interested
EVALUATION = 0.37  # interested -> evaluating
OFFER = 0.86  # request accepted by sales -> offer
ACCEPT = 0.50  # offer -> order
AGAIN = 0.62  # first order -> another within 240 days
RETURNED = 0.10  # hand-offs that sales sends back

_REFERRAL_OR, _CAMPAIGN_OR, _WEBINAR_OR, _DISCOUNT_OR, _SIZE_OR = 2.5, 0.35, 2.5, 2.0, 4.0
_SLOW_RR, _PRODUCT_RR, _SORE_RR = 0.5, 0.6, 0.35
_LULL_RATIO, _COUNTRY_TIME = 0.55, 1.6

_ALL: tuple[PlantedEffect, ...] = (
    PlantedEffect(
        "slow_answer", "risk_ratio", _SLOW_RR, "handoff_offered", "order_placed",
        "the first answer came later than 72 hours",
        "A first answer later than three days halves the chance from evaluation to purchase.",
    ),
    PlantedEffect(
        "product_leak", "risk_ratio", _PRODUCT_RR, "deal_created", "offer_sent",
        "product is Naqsh Sign",
        "Deals about Naqsh Sign get an offer only 0.6 times as often as the others.",
    ),
    PlantedEffect(
        "webinar", "odds_ratio", _WEBINAR_OR, "interest", "evaluation",
        "fair_visited with format webinar",
        "Attending a webinar multiplies the odds from interest to evaluation by 2.5.",
    ),
    PlantedEffect(
        "campaign_leak", "odds_ratio", _CAMPAIGN_OR, "awareness", "interest",
        "campaign is spring-display, against the other adverts",
        "The advert spring-display brings people whose odds of interest are 0.35 of the others'.",
    ),
    PlantedEffect(
        "referral", "odds_ratio", _REFERRAL_OR, "awareness", "interest",
        "channel is referral, against search, social, direct and review",
        "Referred people have 2.5 times the odds of becoming interested.",
    ),
    PlantedEffect(
        "discount", "odds_ratio", _DISCOUNT_OR, "offer_sent", "order_placed",
        "discount above 0",
        "A discount doubles the odds that an offer is accepted.",
    ),
    PlantedEffect(
        "unanswered_complaint", "risk_ratio", _SORE_RR, "first order_placed", "second order_placed",
        "complaint_made within 70 days of the order and never resolved",
        "Customers whose complaint stays open buy again 0.35 times as often.",
    ),
    PlantedEffect(
        "country_time", "time_ratio", _COUNTRY_TIME, "deal_created", "offer_sent",
        "country is JO",
        "Evaluation takes 1.6 times as long in Jordan as in the Netherlands.",
    ),
    PlantedEffect(
        "lull", "rate_ratio", _LULL_RATIO, "", "first arrival of a company",
        "the six weeks from 20 to 14 weeks ago, and those from 72 to 66 weeks ago",
        "In the summer lull new companies arrive at 0.55 of the rate of the weeks around it.",
    ),
)  # fmt: skip
_SIZE = PlantedEffect(
    "company_size", "odds_ratio", _SIZE_OR, "interest", "evaluation", "250 employees or more",
    "People of large companies have 4 times the odds from interest to evaluation. They also read the "
    "security paper more often, which itself does nothing.",
)  # fmt: skip
_PAPER_IF_LARGE, _PAPER_IF_SMALL = 0.75, 0.12


@dataclass(frozen=True)
class Truth:
    """The chances of one variant."""

    variant: Variant

    @property
    def planted(self) -> bool:
        """Whether the effects work."""
        return self.variant == "planted"

    def effects(self) -> tuple[PlantedEffect, ...]:
        """The effects that are true of this variant."""
        return {"planted": _ALL, "null": (), "confounded": (_SIZE,)}[self.variant]

    def interest(self, channel: str, campaign: str | None) -> float:
        """Chance that one who has become aware becomes interested."""
        if channel == "paid":
            return self._odds(
                INTEREST, _CAMPAIGN_OR, campaign == LEAK_CAMPAIGN, LEAK_CAMPAIGN_SHARE
            )
        if self.planted and channel == "referral":
            return odds_times(INTEREST, _REFERRAL_OR)
        return INTEREST

    def evaluation(self, *, webinar: bool, large: bool) -> float:
        """Chance that one who is interested begins to evaluate."""
        if self.variant == "confounded":
            return odds_times(EVALUATION - 0.08, _SIZE_OR) if large else EVALUATION - 0.08
        return self._odds(EVALUATION, _WEBINAR_OR, webinar, WEBINAR_SHARE)

    def reads_paper(self, dice: Dice, *, large: bool) -> bool:
        """Whether an interested person downloads the security paper."""
        if self.variant == "confounded":
            return dice.yes(_PAPER_IF_LARGE if large else _PAPER_IF_SMALL)
        return dice.yes(PAPER_SHARE)

    def offer(self, *, slow: bool, weak: bool) -> float:
        """Chance that a deal comes to an offer."""
        chance = self._risk(OFFER, _SLOW_RR, slow, SLOW_SHARE)
        return chance * self._risk(1.0, _PRODUCT_RR, weak, WEAK_PRODUCT_SHARE)

    def accept(self, *, discount: bool) -> float:
        """Chance that an offer becomes an order."""
        return self._odds(ACCEPT, _DISCOUNT_OR, discount, DISCOUNT_SHARE)

    def again(self, *, sore: bool) -> float:
        """Chance that a customer buys again within 240 days."""
        return self._risk(AGAIN, _SORE_RR, sore, SORE_SHARE)

    def evaluation_time(self, country: str) -> float:
        """How many times as long as in the Netherlands an evaluation takes."""
        if not self.planted:
            return 1.25
        return _COUNTRY_TIME if country == "JO" else 1.0

    def arrival_rate(self, day: float) -> float:
        """The rate at which companies arrive, between 0 and 1, `day` days before now (negative)."""
        in_lull = any(start <= day < end for start, end in LULLS)
        return _LULL_RATIO if self.planted and in_lull else 1.0

    def _odds(self, base: float, ratio: float, has: bool, share: float) -> float:
        if self.planted:
            return odds_times(base, ratio) if has else base
        return (1 - share) * base + share * odds_times(base, ratio)

    def _risk(self, base: float, ratio: float, has: bool, share: float) -> float:
        if self.planted:
            return base * ratio if has else base
        return base * (1 - share + share * ratio)


def odds_times(chance: float, ratio: float) -> float:
    """The chance whose odds are `ratio` times those of `chance`."""
    odds = chance / (1 - chance) * ratio
    return odds / (1 + odds)
