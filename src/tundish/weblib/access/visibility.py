"""`visible_to`: which people, companies and deals a user may see; under every list, name and record.

Aggregates are firm-wide for everyone. A record that a user may not see does not exist for them (404).
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from tundish.weblib.access import staff
from tundish.weblib.access.models import Scope, User

AnyModel = TypeVar("AnyModel", bound=Model)

# A company is seen by whoever works one of its people or deals; a person without an owner by whoever
# works the company or one of its deals. `{n}` stands for the list of owner names.
_IDS = {
    "person": (
        "SELECT id FROM person WHERE owner IN ({n}) OR (COALESCE(owner, '') = '' AND company IN ("
        "SELECT id FROM company WHERE owner IN ({n}) UNION SELECT company FROM deal WHERE owner IN ({n}))) "
        "UNION SELECT person FROM deal WHERE owner IN ({n}) AND person IS NOT NULL"
    ),
    "company": (
        "SELECT id FROM company WHERE owner IN ({n}) UNION SELECT company FROM person "
        "WHERE owner IN ({n}) AND company IS NOT NULL "
        "UNION SELECT company FROM deal WHERE owner IN ({n}) AND company IS NOT NULL"
    ),
    "deal": "SELECT id FROM deal WHERE owner IN ({n})",
}


def visible_to(user: Any, records: QuerySet[AnyModel], *, kind: str) -> QuerySet[AnyModel]:
    """The records of `kind` (person, company, deal) that `user` may see."""
    if not _known(user):
        return records.none()
    if user.scope == Scope.ALL:
        return records
    sql, values = _ids_query(user, kind)
    return records.filter(pk__in=RawSQL(sql, values)) if sql else records.none()


def visible_ids(user: Any, kind: str, ids: Iterable[str]) -> list[str]:
    """The ids among `ids` that `user` may see, in their order; a list says how many it hides."""
    ids = list(ids)
    if not _known(user) or not ids:
        return []
    if user.scope == Scope.ALL:
        return ids
    sql, values = _ids_query(user, kind)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        seen = {row[0] for row in cursor.fetchall()}
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


def _ids_query(user: User, kind: str) -> tuple[str, list[str]]:
    names = list(owner_names(user))
    sql = _IDS.get(kind, "")
    return sql.replace("{n}", ", ".join(["%s"] * len(names))), names * sql.count("{n}")
