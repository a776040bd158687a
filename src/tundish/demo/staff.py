"""The firm's own people, obviously invented, and the queue of the sales teams."""

from dataclasses import dataclass, field

from tundish.demo.dice import Dice
from tundish.demo.records import DemoCompany, DemoUser

FIRM = "Naqsh Software"
DOMAIN = "naqsh-software.example"

USERS = tuple(
    DemoUser(ident, name, f"{ident}@{DOMAIN}", role, team, language)
    for ident, name, role, team, language in (
        ("olivia", "Olivia Owner", "owner", "", "en"),
        ("adam", "Adam Admin", "admin", "", "en"),
        ("mona", "منى التسويقية", "marketing", "Marketing", "ar"),
        ("mark", "Mark Marketer", "marketing", "Marketing", "en"),
        ("salma", "سلمى البائعة", "sales", "Amman", "ar"),
        ("samir", "Samir Sales", "sales", "Amman", "ar"),
        ("tala", "Tala Target", "sales", "Amman", "en"),
        ("stijn", "Stijn Sales", "sales", "Utrecht", "en"),
        ("saskia", "Saskia Seller", "sales", "Utrecht", "en"),
        ("ruben", "Ruben Rep", "sales", "Utrecht", "en"),
        ("victor", "Victor Viewer", "viewer", "", "en"),
    )
)


@dataclass
class OpenDeal:
    """A deal while it is told; `status` and `closed` (working days) only once they have happened."""

    id: str
    name: str
    company: str
    contact: str
    owner: str
    product: str
    cents: int
    row: int
    status: str = "open"
    reason: str | None = None
    closed_row: int | None = None


@dataclass
class Recommendation:
    """A customer's word that may bring someone, at a day before now."""

    at: float
    referrer: str


@dataclass
class Desk:
    """What the sales side remembers: all deals, and the recommendations of the customers."""

    seed: int
    deals: list[OpenDeal] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    orders: int = 0

    def rep(self, home: DemoCompany) -> str:
        """The sales rep of a company: one of its team, always the same."""
        team = [user.id for user in USERS if user.team == home.team]
        return Dice(self.seed, "rep", home.id).pick(team)

    def marketer(self, home: DemoCompany) -> str:
        """Who in marketing looks after a company's country."""
        return "mona" if home.country == "JO" else "mark"

    def next_order(self) -> str:
        """A fresh order number."""
        self.orders += 1
        return f"O{self.orders:05}"
