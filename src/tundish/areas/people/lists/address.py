"""The whole question of a list in its address, both ways.

f=country:equals:JO                      one condition: field, operator, values
f=stage:in:lead,offer|tags:equals:vip    several joined: the other word than `match` joins them
f=~did:form_submitted:2:30d:form:equals:contact      did so at least twice in 30 days
f=~not:mail_opened:1:14d                 did not
match=any                                any of the `f` instead of all
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from tundish.funnel.conditions import Condition
from tundish.funnel.filters import Done, Group, parse_filter, to_data
from tundish.terms import DefinitionError
from tundish.weblib.page.addresses import whole_number

SHORT = ("country", "channel", "owner", "product")
"""Parameters that ask for one value of a field, as links of other pages write them."""
LOST, OUTSIDE = "-lost", "-outside"
_TOLD = ("name", "email", "phone")
KNOWN = Group("all", (Group("any", tuple(Condition(name, "is_set") for name in _TOLD)),))
"""People of whom we know a name or how to reach them."""
VISITORS = Group("all", tuple(Condition(name, "is_not_set") for name in _TOLD))
"""All other people: of them only their visits are known."""
SORTS = {"last": "last_seen", "first": "first_seen", "since": "stage_days"}
_MANY = ("in", "not_in", "between")
_NONE = ("is_set", "is_not_set")
_NUMBERS = ("gt", "gte", "lt", "lte", "between")


@dataclass(frozen=True)
class Asked:
    """A list's state; `sort` is a field's name, with - for descending; `view` a saved view's id."""

    kind: str
    text: str = ""
    filter: Group = field(default_factory=Group)
    sort: str = "-last_seen"
    page: int = 1
    view: int | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but sort and page was asked for."""
        return bool(self.text or self.filter)

    @property
    def query(self) -> str:
        """The address's query, without the page."""
        said: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        if self.filter.how == "any":
            said.append(("match", "any"))
        said += [("f", _item(part)) for part in self.filter.parts]
        if self.sort != "-last_seen":
            said.append(("sort", self.sort))
        if self.view is not None:
            # An empty f: the view without its filter, which its number alone would bring back.
            said += [("view", str(self.view)), *([] if self.filter.parts else [("f", "")])]
        return urlencode(said)

    def but(self, **changes: Any) -> "Asked":
        """The same list with some changes."""
        return replace(self, **changes)


def parse(kind: str, query: QueryDict) -> Asked:
    """The list that an address asks for. Raises DefinitionError for a filter that cannot be read."""
    sort = query.get("sort", "")[:80]
    column = sort.removeprefix("-")
    return Asked(
        kind=kind,
        text=" ".join(query.get("q", "").split())[:200],
        filter=read_filter(query, kind),
        sort=("-" if sort.startswith("-") else "") + SORTS.get(column, column)
        if column
        else "-last_seen",
        page=min(whole_number(query.get("page", "1")) or 1, 100_000),
        view=whole_number(query.get("view", "")),
    )


def read_filter(query: QueryDict, kind: str) -> Group:
    """The filter that an address writes, its short parameters included."""
    how = "any" if query.get("match") == "any" else "all"
    parts = [_read_item(text, how) for text in query.getlist("f")[:60] if text]
    found = parse_filter({how: parts} if parts else None)
    short = _short(query, kind)
    if not short:
        return found
    if found.how == "any" and found.parts:
        return Group("all", (*short, found))
    return Group("all", (*short, *found.parts))


def write_item(part: "Condition | Done | Group") -> str:
    """One `f` of an address."""
    return _item(part)


def _short(query: QueryDict, kind: str) -> list[Condition | Done | Group]:
    found: list[Condition | Done | Group] = [
        Condition(name, "equals", query[name][:200]) for name in SHORT if query.get(name)
    ]
    who = query.get("who", "") if kind == "person" else ""
    if who in ("known", "visitors"):
        found += (KNOWN if who == "known" else VISITORS).parts
    stage = query.get("stage", "")[:80]
    if stage == OUTSIDE:
        found.append(Condition("stage", "is_not_set"))
    elif stage:
        found.append(Condition("stage", "equals", stage))
    return found


def _item(part: "Condition | Done | Group") -> str:
    if isinstance(part, Group):
        return "|".join(_item(inner) for inner in part.parts)
    if isinstance(part, Done):
        within = "" if part.days is None else f"{part.days}d"
        words = ["~not" if part.fewer else "~did", _safe(part.event), str(part.times), within]
        for one in part.where[:1]:
            words += _words(one)
        return ":".join(words).rstrip(":")
    return ":".join(_words(part))


def _words(one: Condition) -> list[str]:
    words = [_safe(one.property), one.op]
    if one.op in _NONE:
        return words
    many = one.value if isinstance(one.value, list | tuple) else [one.value]
    return [*words, ",".join(_safe(_plain(value)) for value in many)]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _safe(text: str) -> str:
    for letter in "\\:,|":
        text = text.replace(letter, f"\\{letter}")
    return text


def _read_item(text: str, how: str) -> dict[str, Any]:
    parts = [_read_part(part) for part in _split(text[:4_000], "|")]
    return parts[0] if len(parts) == 1 else {("any" if how == "all" else "all"): parts}


def _read_part(text: str) -> dict[str, Any]:
    words = _split(text, ":")
    if words[0] in ("~did", "~not"):
        return _read_done(words)
    if len(words) < 2 or len(words) > 3:
        raise _unreadable(text)
    return {"field": _bare(words[0]), **_read_condition(words[1:], text)}


def _read_done(words: list[str]) -> dict[str, Any]:
    _, event, times, within, *where = [*words, "", "", ""][: max(4, len(words))]
    of: dict[str, Any] = {"event": _bare(event)}
    if where and where[0]:
        of["where"] = {_bare(where[0]): _read_condition(where[1:], ":".join(words))}
    said: dict[str, Any] = {"of": of, **({"within": within} if within else {})}
    number = whole_number(times or "1")
    if number is None:
        raise _unreadable(":".join(words))
    return {"fewer_than" if words[0] == "~not" else "at_least": number, **said}


def _read_condition(words: list[str], text: str) -> dict[str, Any]:
    if not words:
        raise _unreadable(text)
    op = words[0]
    if op in _NONE:
        return {"op": op}
    values = [_bare(value) for value in _split(words[1], ",")] if len(words) > 1 else [""]
    read = [_number(value) for value in values] if op in _NUMBERS else list(values)
    return {"op": op, "value": read if op in _MANY else read[0]}


def _number(text: str) -> Any:
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        return text


def _split(text: str, mark: str) -> list[str]:
    """Cut at each mark that has no backslash before it; the backslashes stay."""
    found, now, place = [], "", 0
    while place < len(text):
        letter = text[place]
        if letter == "\\" and place + 1 < len(text):
            now += text[place : place + 2]
            place += 2
            continue
        if letter == mark:
            found.append(now)
            now = ""
        else:
            now += letter
        place += 1
    return [*found, now]


def _bare(text: str) -> str:
    bare, place = "", 0
    while place < len(text):
        if text[place] == "\\" and place + 1 < len(text):
            place += 1
        bare += text[place]
        place += 1
    return bare


def _unreadable(text: str) -> DefinitionError:
    return DefinitionError(
        f"“{text[:80]}” is no condition of a list.",
        "filter_unreadable",
        "Open the list without it and choose the filter again.",
    )


def body_of(asked: Asked) -> dict[str, Any]:
    """What a saved view keeps of a list's question."""
    said = to_data(asked.filter) if asked.filter else None
    return {"filter": said, "q": asked.text, "sort": asked.sort}


def from_body(kind: str, body: Mapping[str, Any], *, view: int | None) -> Asked:
    """The list that a saved view asks for."""
    return Asked(
        kind,
        str(body.get("q") or ""),
        parse_filter(body.get("filter")),
        str(body.get("sort") or "-last_seen"),
        view=view,
    )
