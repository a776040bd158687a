"""`visible_to`: which people, companies and deals a user may see; under every list, name and record.

Aggregates are firm-wide for everyone. A record that a user may not see does not exist for them (404).
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

from tundish.weblib.access import staff
from tundish.weblib.access.models import Scope, User

AnyModel = TypeVar("AnyModel", bound=Model)
_AT_ONCE = 900  # SQLite takes 999 values and more only in newer versions

# A company is seen by whoever works one of its people or deals; a person without an owner by whoever
# works the company or one of its deals. `{n}` stands for the list of owner names.
_SEEN = {
    "person": (
        "person.owner IN ({n}) OR (COALESCE(person.owner, '') = '' AND person.company IN ("
        "SELECT id FROM company WHERE owner IN ({n}) UNION SELECT company FROM deal WHERE owner IN ({n}))) "
        "OR person.id IN (SELECT person FROM deal WHERE owner IN ({n}) AND person IS NOT NULL)"
    ),
    "company": (
        "company.owner IN ({n}) OR company.id IN (SELECT company FROM person "
        "WHERE owner IN ({n}) AND company IS NOT NULL "
        "UNION SELECT company FROM deal WHERE owner IN ({n}) AND company IS NOT NULL)"
    ),
    "deal": "deal.owner IN ({n})",
}


def visible_to(user: Any, records: QuerySet[AnyModel], *, kind: str) -> QuerySet[AnyModel]:
    """The records of `kind` (person, company, deal) that `user` may see."""
    if not _known(user):
        return records.none()
    if user.scope == Scope.ALL:
        return records
    test, values = _condition(user, kind)
    return records.filter(pk__in=RawSQL(_ids(kind, test), values)) if test else records.none()


def only_visible(user: Any, records: QuerySet[AnyModel], *, kind: str) -> QuerySet[AnyModel]:
    """The same as `visible_to`, asked of each row: for a long list, which nothing else embeds."""
    if not _known(user) or user.scope == Scope.ALL:
        return visible_to(user, records, kind=kind)
    test, values = _condition(user, kind)
    # IS TRUE keeps SQLite from fetching all that is seen by three indexes before it looks further.
    asked = RawSQL(f"({test}) IS TRUE", values, output_field=BooleanField())
    return records.filter(asked) if test else records.none()


def visible_ids(user: Any, kind: str, ids: Iterable[str]) -> list[str]:
    """The ids among `ids` that `user` may see, in their order; a list says how many it hides."""
    ids = list(ids)
    if not _known(user) or not ids:
        return []
    if user.scope == Scope.ALL:
        return ids
    test, values = _condition(user, kind)
    if not test:
        return []
    seen: set[str] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"{_ids(kind, test)} AND {kind}.id IN ({marks})", [*values, *some])
            seen |= {row[0] for row in cursor.fetchall()}
    return [i for i in ids if i in seen]


def may_see(user: Any, kind: str, record_id: str) -> bool:
    """Whether `user` may see this one record."""
    return bool(visible_ids(user, kind, [record_id]))


def owner_names(user: User) -> Sequence[str]:
    """The owner names that count as the user's own, or their team's."""
    said = staff.owner_names()
    names = set(said.get(user.pk, ()))
    if user.scope == Scope.TEAM and user.team_id is not None:
        for member in User.objects.filter(team_id=user.team_id).only("pk"):
            names |= said[member.pk]
    return sorted(names)


def _known(user: Any) -> bool:
    return isinstance(user, User) and user.is_active


def _condition(user: User, kind: str) -> tuple[str, list[str]]:
    """(condition, values) on the table of `kind`, called by its own name; empty for another kind."""
    names = list(owner_names(user))
    sql = _SEEN.get(kind, "")
    return sql.replace("{n}", ", ".join(["%s"] * len(names))), names * sql.count("{n}")


def _ids(kind: str, test: str) -> str:
    return f"SELECT {kind}.id FROM {kind} WHERE ({test})"
