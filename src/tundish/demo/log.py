"""Where the journeys write: rows in working time, turned into events when all are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tundish.demo.calendar import WORK
from tundish.journal.event import NOTHING, Event
from tundish.terms import DAY, HOUR, MINUTE, SECOND, Money, from_micros, to_micros

CURRENCY = "EUR"
LAST = -0.1
"""No row is anchored later (working days before now), so that the steps after it are not in the future."""

Touch = tuple[str | None, str | None, str | None]
NO_TOUCH: Touch = (None, None, None)


class Row(NamedTuple):
    """One thing that happened: `at` in working days before now, plus `step` seconds of real time."""

    at: float
    step: float
    country: str
    owner: str | None
    name: str
    person: str | None
    company: str | None
    deal: str | None
    session: str | None
    touch: Touch
    cents: int | None
    properties: Mapping[str, Any]
    personal: Mapping[str, str]
    actor: str | None
    day_only: bool
    late_days: float
    bot: bool


@dataclass
class Log:
    """The rows of one firm. `evenings` holds the sessions that may move to an evening or a Saturday."""

    rows: list[Row] = field(default_factory=list)
    evenings: dict[str, float] = field(default_factory=dict)

    def add(
        self,
        at: float,
        name: str,
        *,
        country: str,
        owner: str | None = None,
        person: str | None = None,
        company: str | None = None,
        step: float = 0.0,
        deal: str | None = None,
        session: str | None = None,
        touch: Touch = NO_TOUCH,
        cents: int | None = None,
        personal: Mapping[str, str] = NOTHING,
        actor: str | None = None,
        day_only: bool = False,
        late_days: float = 0.0,
        bot: bool = False,
        properties: Mapping[str, Any] = NOTHING,
    ) -> bool:
        """Note one thing; False (and nothing noted) where it lies in the future."""
        if at > LAST:
            return False
        self.rows.append(
            Row(
                at, step, country, owner, name, person, company, deal, session, touch, cents,
                properties, personal, actor, day_only, late_days, bot,
            )
        )  # fmt: skip
        return True

    def instants(self, now: datetime) -> NDArray[np.int64]:
        """Microseconds UTC of every row; shape (rows,)."""
        at = np.array([row.at for row in self.rows])
        steps = np.array([row.step * SECOND for row in self.rows]).astype(np.int64)
        country = np.array([row.country for row in self.rows])
        found = np.empty(len(self.rows), np.int64)
        for code, calendar in WORK.items():
            mask = country == code
            found[mask] = calendar.instants(at[mask], now=now)
        found += steps
        self._move_to_evenings(found, now=to_micros(now))
        days = np.array([row.day_only for row in self.rows], np.bool_)
        found[days] -= found[days] % DAY
        return np.minimum(found, to_micros(now))

    def _move_to_evenings(self, times: NDArray[np.int64], *, now: int) -> None:
        """Move some sessions out of office hours where their owner does nothing else until then."""
        spans: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            if row.session in self.evenings:
                spans.setdefault(row.session or "", []).append(place)
        following = self._next_of_owner(times)
        for session, places in spans.items():
            first, last = places[0], places[-1]
            start, end = int(times[first]), int(times[places].max())
            zone = WORK[self.rows[first].country]
            share = self.evenings[session]
            target = zone.local_midnight(zone.local_day(start)) + 19 * HOUR
            target += int(share * 2.5 * HOUR)
            shift = target - start
            limit = min(int(following[last]), now) - 10 * MINUTE
            if shift > 0 and end + shift < limit:
                times[places] += shift

    def _next_of_owner(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """The time of the owner's next row outside the row's session; shape (rows,)."""
        codes: dict[str | None, int] = {None: -1}
        owner = np.array([codes.setdefault(row.owner, len(codes)) for row in self.rows])
        order = np.lexsort((times, owner))
        found = np.full(len(times), np.iinfo(np.int64).max)
        for here, there in zip(order[:-1][::-1].tolist(), order[1:][::-1].tolist(), strict=True):
            if owner[here] != owner[there] or owner[here] < 0:
                continue
            one, other = self.rows[here], self.rows[there]
            same = one.session is not None and one.session == other.session
            found[here] = found[there] if same else times[there]
        return found

    def events(self, times: NDArray[np.int64], *, now: datetime, prefix: str) -> list[Event]:
        """All rows as events, in the order of their times; ids stay with the rows."""
        order = np.argsort(times, kind="stable")
        return [
            _event(self.rows[i], int(times[i]), ident=f"{prefix}-{i:06}", now=now)
            for i in order.tolist()
        ]


def _event(row: Row, micros: int, *, ident: str, now: datetime) -> Event:
    at = from_micros(micros)
    recorded = at + timedelta(days=row.late_days) if row.late_days else at
    channel, source, campaign = row.touch
    return Event(
        id=ident,
        name=row.name,
        occurred_at=at,
        precision="day" if row.day_only else "instant",
        recorded_at=min(recorded, now),
        person=row.person,
        company=row.company,
        deal=row.deal,
        session=row.session,
        channel=channel,
        source=source,
        campaign=campaign,
        value=None if row.cents is None else Money(row.cents, CURRENCY),
        properties=row.properties,
        personal=row.personal,
        inlet="demo",
        batch="demo",
        actor=row.actor,
        bot=row.bot,
    )
