"""How the funnel is looked at: everything comes from the address, and goes back into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tundish.terms import Period, from_micros
from tundish.terms.times import end_of_day, local_midnight
from tundish.weblib.page.addresses import whole_number

COUNTINGS = ("reached", "visited", "strict")
COUNTS = ("passes", "entries")
PRESETS = {"30d": 30, "90d": 90, "365d": 365}
PROPERTIES = ("country", "channel", "source", "campaign", "product", "owner", "industry", "plan")
"""What a segment or a breakdown may ask of a unit, where the firm's records say it."""
VIEW = "view"
"""`view:12` as a segment: those whom the saved view 12 of a list finds."""
# Beyond these a day's midnight in some time zone is no date any more.
_FIRST, _LAST = date(1900, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True)
class Look:
    """One way of looking. Empty texts mean the definition's own, or all.

    `period` is a preset, `year`, `custom` or empty for all time; `since` and `until` are the days of
    a custom one; `segment` is `property:value`, or `view:id`; `against` is `before` for the second picture.
    """

    model: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    per: str = "passes"
    counting: str = ""
    segment: str = ""
    breakdown: str = ""
    against: str = ""

    @property
    def query(self) -> str:
        """The address's query for this look; what is not said is left out."""
        said = {name: value for name, value in vars(self).items() if value}
        if said.get("per") == "passes":
            del said["per"]
        return urlencode(said)

    def but(self, **changes: str) -> "Look":
        """The same look with some changes."""
        return replace(self, **changes)

    @property
    def view(self) -> int | None:
        """The saved view that is the segment."""
        name, _, value = self.segment.partition(":")
        return whole_number(value) if name == VIEW else None

    @property
    def property_and_value(self) -> tuple[str, str] | None:
        """The segment's property and its value."""
        name, found, value = self.segment.partition(":")
        return (name, value) if found and name in PROPERTIES else None


def parse(asked: Mapping[str, str]) -> Look:
    """The look that an address asks for; what has no meaning is left at its default."""
    given = {name: str(asked.get(name, "")).strip()[:200] for name in vars(Look())}
    since, until = _day(given["since"]), _day(given["until"])
    period = given["period"] if given["period"] in (*PRESETS, "year", "custom") else ""
    if period == "custom" and not (since or until):
        period = ""
    return Look(
        model=given["model"],
        period=period,
        since=since.isoformat() if since and period == "custom" else "",
        until=until.isoformat() if until and period == "custom" else "",
        per=given["per"] if given["per"] in COUNTS else "passes",
        counting=given["counting"] if given["counting"] in COUNTINGS else "",
        segment=given["segment"]
        if given["segment"].partition(":")[0] in (*PROPERTIES, VIEW)
        else "",
        breakdown=given["breakdown"] if given["breakdown"] in PROPERTIES else "",
        against="before" if given["against"] == "before" else "",
    )


def period_of(look: Look, *, now: int, zone: str) -> Period:
    """The period in microseconds: whole days in the firm's time zone, today included."""
    here = ZoneInfo(zone or "UTC")
    today = from_micros(now).astimezone(here).date()
    if look.period in PRESETS:
        return Period(local_midnight(today - timedelta(days=PRESETS[look.period] - 1), here), None)
    if look.period == "year":
        return Period(local_midnight(date(today.year, 1, 1), here), None)
    if look.period == "custom":
        since, until = _day(look.since), _day(look.until)
        return Period(
            local_midnight(since, here) if since else None,
            end_of_day(until, here) if until else None,
        )
    return Period()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and _FIRST <= day <= _LAST else None
