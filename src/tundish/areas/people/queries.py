"""What lists and records read: values to choose from, records related to one, a search's counts."""

import json
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from tundish.areas.people.models import MODELS, Record
from tundish.weblib.access.visibility import visible_to

if TYPE_CHECKING:
    from tundish.workspace import Workspace

FILTERS = ("country", "channel", "owner", "product", "source", "campaign")
TOLD = "+told"
"""Among the options: the names of properties without a column that records have."""
_SAMPLE = 1_000
_OPTIONS_LIMIT, _OPTIONS_SECONDS = 40, 60.0
_options: dict[tuple[str, str, Any], tuple[float, dict[str, list[str]]]] = {}


def searched(kind: str, text: str) -> QuerySet[Record]:
    """The records of a kind whose name, address, telephone or id holds every word of a text."""
    found = MODELS[kind].objects.all()
    for word in text.casefold().split():
        found = found.filter(search__contains=word)
    return found


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
    found[TOLD] = _told(seen)
    if len(_options) > 200:
        _options.clear()
    _options[key] = (monotonic(), found)
    return found


def _told(seen: QuerySet[Record]) -> list[str]:
    """The properties that senders and files told of the records seen last."""
    names: Counter[str] = Counter()
    said = seen.exclude(properties=None).order_by(F("last_seen").desc(nulls_last=True))
    for text in said.values_list("properties", flat=True)[:_SAMPLE]:
        names.update(
            name
            for name, value in json.loads(text).items()
            if not isinstance(value, dict | list) and '"' not in name and "\\" not in name
        )
    return sorted(name for name, _ in names.most_common(_OPTIONS_LIMIT))


def records(kind: str, user: Any, *, limit: int, **where: Any) -> list[Record]:
    """Up to `limit` records that this user may see, the most recently active first."""
    found = visible_to(user, MODELS[kind].objects.filter(**where), kind=kind)
    return list(found.order_by(F("last_seen").desc(nulls_last=True), "pk")[:limit])
