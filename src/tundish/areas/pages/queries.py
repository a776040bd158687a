"""Visits, submissions and their rate, from the journal: one question for every page that shows them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from tundish.areas.pages.models import LandingPage
from tundish.areas.pages.visits import INLET, SESSION
from tundish.stores.dialect import execute
from tundish.stores.identity import LIVE, LIVE_JOIN
from tundish.terms import Rate

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_SQL = f"""SELECT e.name, e.session, e.properties, e.bot FROM event e{LIVE_JOIN}
 WHERE e.session >= ? AND e.session < ? AND e.inlet = ? AND e.name IN ('page_viewed', 'form_submitted')
 AND e.occurred >= ? AND {LIVE}"""


@dataclass(frozen=True)
class Counted:
    """`visits`: sessions that saw it; `rate`: those in which the form was sent, of the visits.

    `submissions` counts every sent form, also those embedded in other sites (`elsewhere`), whose
    visits we do not see; `views` every page seen; `machines` pages seen by machines, left out of all else.
    """

    visits: int = 0
    views: int = 0
    submissions: int = 0
    elsewhere: int = 0
    machines: int = 0
    rate: Rate = Rate(0, 0)  # noqa: RUF009 - a frozen value


@dataclass(frozen=True)
class PageCounts:
    """The counts of a page, and of each of its versions. A visit may see two versions."""

    total: Counted
    versions: dict[int, Counted]


NOTHING = PageCounts(Counted(), {})


class _Tally:
    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.sent: set[str] = set()
        self.views = self.submissions = self.elsewhere = self.machines = 0

    def add(self, name: str, session: str, *, place: str, bot: bool) -> None:
        if bot:
            self.machines += 1
        elif name == "page_viewed":
            self.seen.add(session)
            self.views += 1
        else:
            self.submissions += 1
            self.elsewhere += place != "page"
            self.sent.add(session)

    def counted(self) -> Counted:
        rate = Rate(len(self.seen & self.sent), len(self.seen))
        return Counted(
            len(self.seen), self.views, self.submissions, self.elsewhere, self.machines, rate
        )


def counts(workspace: "Workspace", *, since: int = 0) -> dict[str, PageCounts]:
    """By the page's address, what the journal counts since an instant in microseconds."""
    totals: dict[str, _Tally] = defaultdict(_Tally)
    versions: dict[tuple[str, int], _Tally] = defaultdict(_Tally)
    values = (SESSION, SESSION[:-1] + ";", INLET, since)
    for name, session, properties, bot in execute(workspace.connection, _SQL, values).fetchall():
        slug, version, place = _said(properties)
        for tally in (totals[slug], versions[slug, version]):
            tally.add(name, session, place=place, bot=bool(bot))
    found: dict[str, dict[int, Counted]] = defaultdict(dict)
    for (slug, version), tally in versions.items():
        found[slug][version] = tally.counted()
    return {slug: PageCounts(tally.counted(), found[slug]) for slug, tally in totals.items()}


def pages(*, archived: bool) -> QuerySet[LandingPage]:
    """The pages in use, or those put away, with how many submissions of each were refused."""
    waiting = Count("refused", filter=Q(refused__let_in_at=None))
    found = LandingPage.objects.select_related("published", "updated_by")
    return found.filter(archived_at__isnull=not archived).annotate(refused_count=waiting)


def online() -> Iterable[LandingPage]:
    """The pages that visitors can see."""
    return LandingPage.objects.filter(published__isnull=False).select_related("published")


@lru_cache(maxsize=512)
def _said(properties: str | None) -> tuple[str, int, str]:
    told: dict[str, Any] = json.loads(properties or "{}")
    version = told.get("version")
    return (
        str(told.get("page", "")),
        version if isinstance(version, int) else 0,
        str(told.get("place", "page")),
    )
