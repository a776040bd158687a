"""Lists of people, companies and deals: search, filters, sort, pages, and the neighbours of a record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from tundish.areas.people.models import MODELS, Company, Record
from tundish.areas.people.standing import Funnel, Standing, active_funnel, standings
from tundish.weblib.access.visibility import visible_ids, visible_to
from tundish.weblib.page.addresses import whole_number

if TYPE_CHECKING:
    from tundish.workspace import Workspace

PAGE = 50
FILTERS = ("country", "channel", "owner", "product")
SORTS = {
    "name": "name",
    "last": "last_seen",
    "first": "first_seen",
    "value": "value",
    "since": "since",
}
WHO = {"known": {"name__isnull": False}, "visitors": {"name__isnull": True}}
LOST, OUTSIDE = "-lost", "-outside"
_OPTIONS_LIMIT, _OPTIONS_SECONDS = 40, 60.0
_options: dict[tuple[str, str, Any], tuple[float, dict[str, list[str]]]] = {}


@dataclass(frozen=True)
class Asked:
    """A list's state as its address says it; `sort` is a key of SORTS, with - for descending."""

    kind: str
    text: str = ""
    stage: str = ""
    sort: str = "-last"
    page: int = 1
    who: str = ""
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether anything but sort and page was asked for."""
        return bool(self.text or self.stage or self.who or self.filters)


@dataclass(frozen=True)
class Line:
    """One row of a list; `at` is its place in the whole list, from 0; a hidden company is None."""

    record: Record
    standing: Standing | None
    company: Record | None
    at: int


@dataclass(frozen=True)
class Listing:
    """One page of a list; `hidden` counts what this user may not see, where nothing narrows the list."""

    asked: Asked
    lines: list[Line]
    total: int
    hidden: int
    funnel: Funnel | None

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The place of the first line, from 1."""
        return (self.asked.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last line, from 1."""
        return min(self.asked.page * PAGE, self.total)


def parse(kind: str, query: QueryDict) -> Asked:
    """The list that an address asks for; what it does not know is left out."""
    sort = query.get("sort", "-last")
    page = whole_number(query.get("page", "1")) or 1
    return Asked(
        kind=kind,
        text=query.get("q", "").strip()[:200],
        stage=query.get("stage", ""),
        sort=sort if sort.removeprefix("-") in SORTS else "-last",
        page=min(page, 100_000),
        who=query.get("who", "") if kind == "person" else "",
        filters={name: query[name] for name in FILTERS if query.get(name)},
    )


def listing(workspace: "Workspace", user: Any, *, asked: Asked) -> Listing:
    """The page of the list that was asked for, as this user may see it."""
    funnel = active_funnel(workspace)
    matching = _matching(asked, funnel)
    seen = visible_to(user, matching, kind=asked.kind)
    total = seen.count()
    # Told of the whole list only: a count under a search would answer what the hidden ones hold.
    hidden = 0 if seen is matching or asked.narrowed else matching.count() - total
    start = (asked.page - 1) * PAGE
    ids = list(_ordered(seen, asked, funnel)[start : start + PAGE].values_list("pk", flat=True))
    found = MODELS[asked.kind].objects.in_bulk(ids)
    shown = [found[i] for i in ids if i in found]
    standing = standings(workspace, funnel, ids=ids, reader=user) if _counted(asked, funnel) else {}
    companies = _companies(user, shown) if asked.kind != "company" else {}
    lines = [
        Line(one, standing.get(one.pk), companies.get(one.company or ""), start + place)
        for place, one in enumerate(shown)
    ]
    return Listing(asked, lines, total, hidden, funnel)


def counts(user: Any, text: str) -> dict[str, int]:
    """How many of each kind match a search, for the tabs."""
    return {
        kind: visible_to(user, _matching(Asked(kind, text), None), kind=kind).count()
        for kind in MODELS
    }


def neighbours(
    workspace: "Workspace", user: Any, *, asked: Asked, record_id: str, at: int
) -> tuple[tuple[str, int] | None, tuple[str, int] | None]:
    """(previous, next) in the list as (id, place); None at its ends, or if it has left the list."""
    funnel = active_funnel(workspace)
    seen = visible_to(user, _matching(asked, funnel), kind=asked.kind)
    ordered = _ordered(seen, asked, funnel).values_list("pk", flat=True)
    start = max(0, at - 1)
    around = list(ordered[start : at + 2])
    if record_id not in around:
        return None, None
    place = around.index(record_id)
    before = (around[place - 1], start + place - 1) if place else None
    after = (around[place + 1], start + place + 1) if place + 1 < len(around) else None
    return before, after


def options(workspace: "Workspace", user: Any, *, kind: str) -> dict[str, list[str]]:
    """The values to choose from in each filter, among the records that this user may see."""
    key = (str(workspace.folder), kind, user.pk)
    kept = _options.get(key)
    if kept is not None and monotonic() - kept[0] < _OPTIONS_SECONDS:
        return kept[1]
    seen = visible_to(user, MODELS[kind].objects.all(), kind=kind)
    found = {}
    for name in FILTERS:
        values = seen.exclude(**{name: None}).exclude(**{name: ""}).order_by(name)
        shown = list(values.values_list(name, flat=True).distinct()[: _OPTIONS_LIMIT + 1])
        found[name] = shown if len(shown) <= _OPTIONS_LIMIT else []
    if len(_options) > 200:
        _options.clear()
    _options[key] = (monotonic(), found)
    return found


def records(kind: str, user: Any, *, limit: int, **where: Any) -> list[Record]:
    """Up to `limit` records that this user may see, the most recently active first."""
    found = visible_to(user, MODELS[kind].objects.filter(**where), kind=kind)
    return list(found.order_by(F("last_seen").desc(nulls_last=True), "pk")[:limit])


def _matching(asked: Asked, funnel: Funnel | None) -> QuerySet[Record]:
    found = MODELS[asked.kind].objects.all()
    for word in asked.text.casefold().split():
        found = found.filter(search__contains=word)
    if asked.who in WHO:
        found = found.filter(**WHO[asked.who])
    if asked.filters:
        found = found.filter(**asked.filters)
    if asked.stage and funnel is not None and _counted(asked, funnel):
        return _standing_at(found, asked.stage, funnel=funnel)
    return found


def _standing_at(found: QuerySet[Record], stage: str, *, funnel: Funnel) -> QuerySet[Record]:
    here = "SELECT unit FROM visit WHERE definition = %s AND outcome = 0 AND imputed = 0"
    if stage == OUTSIDE:
        return found.exclude(
            pk__in=RawSQL("SELECT unit FROM visit WHERE definition = %s", [funnel.id])
        )
    if stage == LOST:
        ever = RawSQL("SELECT unit FROM visit WHERE definition = %s AND outcome = 3", [funnel.id])
        return found.filter(pk__in=ever).exclude(pk__in=RawSQL(here, [funnel.id]))
    names = [str(one["name"]) for one in funnel.stages]
    place = names.index(stage) if stage in names else -1
    return found.filter(pk__in=RawSQL(f"{here} AND stage = %s", [funnel.id, place]))


def _ordered(found: QuerySet[Record], asked: Asked, funnel: Funnel | None) -> QuerySet[Record]:
    column, down = SORTS[asked.sort.removeprefix("-")], asked.sort.startswith("-")
    if column == "since":
        table = MODELS[asked.kind]._meta.db_table
        since = RawSQL(
            "SELECT max(v.entered) FROM visit v WHERE v.definition = %s AND v.outcome = 0 "
            f"AND v.imputed = 0 AND v.unit = {table}.id",
            [0 if funnel is None else funnel.id],
        )
        found = found.annotate(since=since)
        down = not down  # the longest stay entered first
    by = F(column)
    order = by.desc(nulls_last=True) if down else by.asc(nulls_last=True)
    # Whoever has no name is shown by mail address or id, which `search` begins with.
    tie = F("search").desc() if down else F("search").asc()
    return found.order_by(order, tie, "pk")


def _counted(asked: Asked, funnel: Funnel | None) -> bool:
    return funnel is not None and funnel.unit == asked.kind


def _companies(user: Any, shown: Iterable[Record]) -> dict[str, Record]:
    named = {one.company for one in shown if one.company}
    return Company.objects.in_bulk(visible_ids(user, "company", named))
