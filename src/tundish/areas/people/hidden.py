"""Which events a reader may not be told of: those that name a prospect whom they may not see.

A prospect of one's own may have events with a colleague's deal, person or company in them; what such
an event says (an amount, a reason, a text) belongs to that other one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tundish.stores import journal
from tundish.stores.dialect import among
from tundish.weblib.access.models import Scope, User
from tundish.weblib.access.visibility import visible_ids

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_COLUMNS = {"person": "e.person", "company": "e.company", "deal": "e.deal"}


@dataclass(frozen=True)
class Hidden:
    """Ids, as events write them, of the people, companies and deals that stay hidden."""

    person: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()
    deal: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.person or self.company or self.deal)


def sees_all(user: Any) -> bool:
    """Whether nothing is hidden from this user."""
    return isinstance(user, User) and user.is_active and user.scope == Scope.ALL


def hidden_of(workspace: "Workspace", user: Any, *, named: Collection[tuple[Any, ...]]) -> Hidden:
    """What is hidden from `user` among the (person, company, deal) that events name."""
    if sees_all(user):
        return Hidden()
    final = journal.final_ids(workspace.connection)
    found = {}
    for place, kind in enumerate(_COLUMNS):
        ids = {row[place] for row in named if row[place]}
        now = {one: final.get(one, one) if kind == "person" else one for one in ids}
        seen = set(visible_ids(user, kind, set(now.values())))
        found[kind] = frozenset(one for one in ids if now[one] not in seen)
    return Hidden(**found)


def hidden_events(workspace: "Workspace", user: Any, *, ids: Collection[str]) -> set[str]:
    """Those of the live events `ids` that `user` may not be told of."""
    if sees_all(user) or not ids:
        return set()
    found = [event for _, event in journal.live(workspace.connection, list(ids)).values()]
    named = {event.id: (event.person, event.company, event.deal) for event in found}
    hidden = hidden_of(workspace, user, named=set(named.values()))
    return {
        one
        for one, (person, company, deal) in named.items()
        if person in hidden.person or company in hidden.company or deal in hidden.deal
    }


def names_hidden(workspace: "Workspace", hidden: Hidden) -> tuple[str, list[Any]]:
    """(condition, values) on `event e`: it names one of the hidden; never true where none is."""
    tests, values = ["1 = 0"], []
    for kind, column in _COLUMNS.items():
        ids = getattr(hidden, kind)
        if ids:
            test, value = among(workspace.connection, column, sorted(ids))
            tests.append(f"({column} IS NOT NULL AND {test})")
            values.append(value)
    return f"({' OR '.join(tests)})", values
