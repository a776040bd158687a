"""One person walking through time: writes their events and keeps the clock."""

from typing import Any

from tundish.demo import names
from tundish.demo.dice import Dice
from tundish.demo.log import LAST, NO_TOUCH, Log, Touch
from tundish.demo.population import Resident

_AFTER_A_SESSION = 0.12  # working days; longer than any session of ours


class Walk:
    """A person on the way. `now` is the clock in working days before the firm's present."""

    def __init__(self, resident: Resident, log: Log, dice: Dice, *, rep: str) -> None:
        self.person = resident.person
        self.home = resident.home
        self.log = log
        self.dice = dice
        self.rep = rep
        self.now = resident.arrives
        self.ref = self.person.id
        self.seen_as: str | None = None
        self.sessions = 0
        self.subscribed_at: float | None = None
        self.unsubscribed_at: float | None = None
        self.interested_at: float | None = None

    @property
    def over(self) -> bool:
        """Whether the present has been reached."""
        return self.now > LAST

    @property
    def touch(self) -> Touch:
        """How the person came: channel, source, campaign."""
        return self.person.channel, self.person.source, self.person.campaign

    def wait(self, days: float) -> None:
        """Let working days pass."""
        self.now += days

    def does(self, name: str, *, touch: Touch = NO_TOUCH, gap: float = 0.04, **more: Any) -> bool:
        """Note an event at the clock, then let a short gap pass; False where it lies ahead."""
        known = self.ref == self.person.id
        happened = self.log.add(
            self.now, name, country=self.person.country, owner=self.person.id, person=self.ref,
            company=self.person.company if known else None, touch=touch, **more,
        )  # fmt: skip
        self.now += gap
        return happened

    def visits(self, *ends: tuple[str, dict[str, Any]], touch: Touch, pages: int) -> bool:
        """A session of `pages` pages that ends with the events given; False where it lies ahead."""
        if self.over:
            return False
        self.sessions += 1
        session = f"S{self.person.id[1:]}-{self.sessions}"
        step = 0.0
        if self.dice.yes(0.3):
            self.log.evenings[session] = self.dice.throw()
        inside: dict[str, Any] = {"session": session, "gap": 0.0}
        self.does("session_started", touch=touch, **inside)
        for _ in range(pages):
            step += self.dice.between(8, 140)
            self._page(step, inside)
        for name, properties in ends:
            step += self.dice.between(15, 120)
            self.does(name, touch=touch, step=step, properties=properties, **inside)
        self.now += _AFTER_A_SESSION
        return True

    def _page(self, step: float, inside: dict[str, Any]) -> None:
        kind = self.dice.throw()
        if kind < 0.16 and self.sessions > 1:
            product = self.dice.pick(names.PRODUCTS)[0]
            self.does("product_viewed", step=step, properties={"product": product}, **inside)
        elif kind < 0.19 and self.sessions > 1:
            self.does("price_viewed", step=step, properties={"path": "/prices"}, **inside)
        else:
            path = {"path": self.dice.pick(names.PAGES)}
            self.does("page_viewed", step=step, properties=path, **inside)

    def becomes_known(self, *, by: str, late_days: float = 0.0) -> None:
        """The person's name and addresses are given; an anonymous past is joined to them."""
        one = self.person
        if self.ref != one.id:
            other, self.ref = self.ref, one.id
            self.seen_as = None if self.over else other
            merged = {"other": other, "kept": one.id}
            self.does("person_merged", gap=0.0, step=1, properties=merged)
        told: dict[str, Any] = {
            "fields": ["name", "email", "phone"], "by": by, "title": one.title,
            "country": one.country, "language": one.language, "role": one.role,
        }  # fmt: skip
        if by != "form":  # whom sales found belongs to a rep from the start
            told["owner"] = self.rep
        self.does(
            "person_identified", gap=0.0, step=2, late_days=late_days, properties=told,
            personal={"name": one.name, "email": one.email, "phone": one.phone},
        )  # fmt: skip
        firm = self.home
        self.does(
            "company_joined", gap=0.05, step=3, late_days=late_days,
            properties={
                "name": firm.name, "domain": firm.domain, "industry": firm.industry,
                "employees": firm.employees, "country": firm.country, "city": firm.city,
                "large": firm.large, "owner": self.rep,
            },
        )  # fmt: skip
