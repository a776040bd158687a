"""Who stands on which target list, and since when each of them knows us."""

import json
from collections import defaultdict
from collections.abc import Collection

from tundish.funnel.targets import OURS
from tundish.stores.campaigns import purchases
from tundish.stores.dialect import Connection, among, execute
from tundish.stores.identity import LIVE, LIVE_JOIN, aliases, final_ids

_OURS = ", ".join(f"'{name}'" for name in sorted(OURS))


def joined(connection: Connection) -> dict[str, dict[str, int]]:
    """By list, when each person (after merges) was first put on it, in microseconds UTC."""
    rows = execute(
        connection,
        f"SELECT e.person, e.occurred, e.properties FROM event e{LIVE_JOIN}"
        f" WHERE e.name = 'list_joined' AND e.person IS NOT NULL AND {LIVE} ORDER BY e.occurred",
    ).fetchall()
    final = final_ids(connection)
    lists: dict[str, dict[str, int]] = defaultdict(dict)
    for person, at, properties in rows:
        name = json.loads(properties or "{}").get("list")
        if isinstance(name, str) and name:
            lists[name].setdefault(final.get(person, person), at)
    return dict(lists)


def entries(connection: Connection, name: str, *, person: str) -> list[str]:
    """The ids of the live events that put a person on a list."""
    test, value = among(connection, "e.person", aliases(connection, [person]))
    rows = execute(
        connection,
        f"SELECT e.id, e.properties FROM event e{LIVE_JOIN}"
        f" WHERE e.name = 'list_joined' AND {test} AND {LIVE}",
        (value,),
    ).fetchall()
    return [row[0] for row in rows if json.loads(row[1] or "{}").get("list") == name]


def first_own(connection: Connection, persons: Collection[str]) -> dict[str, int]:
    """When each of these persons first did something of their own, in microseconds UTC."""
    test, value = among(connection, "e.person", aliases(connection, persons))
    rows = execute(
        connection,
        f"SELECT e.person, min(e.occurred) FROM event e{LIVE_JOIN} WHERE {test}"
        f" AND e.bot = 0 AND e.name NOT IN ({_OURS}) AND {LIVE} GROUP BY e.person",
        (value,),
    ).fetchall()
    final = final_ids(connection)
    found: dict[str, int] = {}
    for person, at in rows:
        one = final.get(person, person)
        found[one] = min(at, found.get(one, at))
    return found


def bought(connection: Connection) -> dict[str, list[int]]:
    """When persons bought, in microseconds UTC."""
    final = final_ids(connection)
    found: dict[str, list[int]] = defaultdict(list)
    for one in purchases(connection):
        found[final.get(one.person, one.person)].append(one.at)
    return dict(found)
