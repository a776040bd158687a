"""From working time to the calendar: one monotone map a country, so that no order can be broken.

The firm is lived in *working days before now*, where seven of them make a calendar week whatever
day it ends on. That makes the same firm possible on every day of the year: only the map changes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tundish.terms import HOUR, to_micros

_DAYS_BACK = 620


@dataclass(frozen=True)
class Calendar:
    """When people of one country are at work: local hours, and the weight of each weekday."""

    zone: str
    opens: time
    closes: time
    weights: tuple[float, ...]  # Monday first

    def instants(self, offsets: NDArray[np.float64], *, now: datetime) -> NDArray[np.int64]:
        """Microseconds UTC of working-day `offsets` (<= 0) before `now`; shape (n,) to (n,)."""
        hours, micros = self._grid(now)
        here = float(np.interp(to_micros(now), micros, hours))
        week = sum(self.weights) * self._hours_a_day()
        wanted = here + offsets * (week / 7)
        # interp on differences: floats hold 2e15 microseconds exactly, but only just
        base = int(micros[0])
        found = np.interp(wanted, hours, (micros - base).astype(np.float64))
        return np.minimum(found.astype(np.int64) + base, to_micros(now))

    def local_midnight(self, day: date) -> int:
        """Microseconds UTC at which `day` begins in the country."""
        return to_micros(datetime.combine(day, time(), ZoneInfo(self.zone)))

    def local_day(self, micros: int) -> date:
        """The country's day at an instant."""
        moment = datetime.fromtimestamp(micros // 1_000_000, UTC)
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def _hours_a_day(self) -> float:
        return self.closes.hour + self.closes.minute / 60 - self.opens.hour - self.opens.minute / 60

    def _grid(self, now: datetime) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        zone = ZoneInfo(self.zone)
        first = now.astimezone(zone).date() - timedelta(days=_DAYS_BACK)
        hours: list[float] = []
        micros: list[int] = []
        worked = 0.0
        for number in range(_DAYS_BACK + 2):
            day = first + timedelta(days=number)
            weight = self.weights[day.weekday()]
            if not weight:
                continue
            opening = to_micros(datetime.combine(day, self.opens, zone))
            hours += [worked + 1e-7, worked + weight * self._hours_a_day()]
            micros += [opening, opening + int(self._hours_a_day() * HOUR)]
            worked = hours[-1]
        return np.array(hours), np.array(micros, np.int64)


WORK = {
    "JO": Calendar("Asia/Amman", time(8, 30), time(17, 30), (1, 1, 1, 1, 0, 0, 1)),
    "NL": Calendar("Europe/Amsterdam", time(8, 30), time(17, 30), (1, 1, 1, 1, 1, 0, 0)),
    # anonymous visitors and robots keep no office hours
    "": Calendar("UTC", time(0, 0), time(23, 0), (1, 1, 1, 1, 0.9, 0.5, 0.5)),
}
