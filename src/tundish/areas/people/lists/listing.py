"""A page of a list, its count, its order, and the neighbours of a record in it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, F, QuerySet, TextField, Window
from django.db.models.expressions import RawSQL

from tundish.areas.people.lists.address import Asked
from tundish.areas.people.models import MODELS, Company, Record
from tundish.areas.people.standing import Funnel, Standing, active_funnel, standings
from tundish.funnel.filters import Group
from tundish.stores import filtering
from tundish.stores.filtering import Ground
from tundish.weblib.access.visibility import only_visible, visible_ids
from tundish.workspace import filtered

if TYPE_CHECKING:
    from tundish.workspace import Workspace

PAGE = 50
_PLAIN = frozenset(
    {"name", "email", "phone", "title", "owner", "country", "channel", "source", "campaign",
     "product", "value", "first_seen", "last_seen"}
)  # fmt: skip
"""Fields whose column is the record's own."""


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


@dataclass(frozen=True)
class Way:
    """The neighbours of a record as (id, place), its own place from 0, and the list's length."""

    before: tuple[str, int] | None = None
    after: tuple[str, int] | None = None
    at: int | None = None
    total: int = 0


@dataclass
class Question:
    """A list's question as one reader asks it: bound to the workspace, its funnel and the day."""

    workspace: "Workspace"
    user: Any
    asked: Asked
    ground: Ground = field(init=False)

    def __post_init__(self) -> None:
        self.ground = filtered.ground(self.workspace, self.asked.kind, filter_=self.asked.filter)

    @property
    def all(self) -> QuerySet[Record]:
        """What the question finds, whoever may see it."""
        found = MODELS[self.asked.kind].objects.all()
        for word in self.asked.text.casefold().split():
            found = found.filter(search__contains=word)
        if not self.asked.filter:
            return found
        return found.filter(_raw(*filtering.condition_of(self.asked.filter, self.ground)))

    @property
    def seen(self) -> QuerySet[Record]:
        """What this reader may see of it."""
        return only_visible(self.user, self.all, kind=self.asked.kind)

    @property
    def ordered(self) -> QuerySet[Record]:
        """The same in the list's order."""
        sort = self.asked.sort.removeprefix("-")
        down = self.asked.sort.startswith("-")
        found = self.seen
        if sort == "stage_days":
            down = not down  # the longest stay entered first
        if sort in _PLAIN:
            by = F(sort)
        else:
            sql, values = filtering.order_of(sort, self.ground)
            found = found.annotate(sorted_by=RawSQL(_marks(sql), values, output_field=TextField()))
            by = F("sorted_by")
        order = by.desc(nulls_last=True) if down else by.asc(nulls_last=True)
        if sort != "name":
            return found.order_by(order, "pk")
        # Whoever has no name is shown by mail address or id, which `search` begins with.
        return found.order_by(order, F("search").desc() if down else F("search").asc(), "pk")


def listing(workspace: "Workspace", user: Any, *, asked: Asked) -> Listing:
    """The page of the list that was asked for, as this user may see it."""
    question = Question(workspace, user, asked)
    funnel = active_funnel(workspace)
    start = (asked.page - 1) * PAGE
    ids, total = _page(question, start)
    # Told of the whole list only: a count under a search would answer what the hidden ones hold.
    hidden = 0 if asked.narrowed else question.all.count() - total
    found = MODELS[asked.kind].objects.in_bulk(ids)
    shown = [found[i] for i in ids if i in found]
    counted = funnel is not None and funnel.unit == asked.kind
    standing = standings(workspace, funnel, ids=ids, reader=user) if counted else {}
    companies = _companies(user, shown) if asked.kind != "company" else {}
    lines = [
        Line(one, standing.get(one.pk), companies.get(one.company or ""), start + place)
        for place, one in enumerate(shown)
    ]
    return Listing(asked, lines, total, hidden, funnel)


def _page(question: Question, start: int) -> tuple[list[str], int]:
    """(ids, length of the whole list); a filter that costs time is asked once for both."""
    page = question.ordered
    if not question.asked.filter:
        ids = page.values_list("pk", flat=True)[start : start + PAGE]
        return list(ids), question.seen.count()
    counted = page.annotate(length=Window(Count("*"))).values_list("pk", "length")
    rows = list(counted[start : start + PAGE])
    return [row[0] for row in rows], rows[0][1] if rows else question.seen.count()


def count(workspace: "Workspace", user: Any, *, asked: Asked) -> int:
    """How many records the list has for this user."""
    return Question(workspace, user, asked).seen.count()


def ids(workspace: "Workspace", user: Any, *, asked: Asked) -> list[str]:
    """The ids of the whole list in its order, as this user may see it."""
    return list(Question(workspace, user, asked).ordered.values_list("pk", flat=True))


def neighbours(workspace: "Workspace", user: Any, *, asked: Asked, record_id: str, at: int) -> Way:
    """Where a record that stood at the place `at` stands in its list, with who is before and after.

    A record that moved by a place or two is found again; one that left the list has neighbours none.
    """
    question = Question(workspace, user, asked)
    start = max(0, at - 2)
    around = list(question.ordered.values_list("pk", flat=True)[start : at + 4])
    if record_id not in around:
        return Way()
    place = around.index(record_id)
    before = (around[place - 1], start + place - 1) if place else None
    after = (around[place + 1], start + place + 1) if place + 1 < len(around) else None
    return Way(before, after, start + place, question.seen.count())


def narrowed(asked: Asked, part: Any) -> Asked:
    """The list with one more condition that must hold too."""
    held = asked.filter
    if held.how == "any" and held.parts:
        return asked.but(filter=Group("all", (held, part)))
    return asked.but(filter=Group("all", (*held.parts, part)))


def _raw(sql: str, values: list[Any]) -> RawSQL:
    return RawSQL(_marks(sql), values, output_field=BooleanField())


def _marks(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _companies(user: Any, shown: list[Record]) -> dict[str, Record]:
    named = {one.company for one in shown if one.company}
    return Company.objects.in_bulk(visible_ids(user, "company", named))
