"""A web server's log (common or combined format) to sessions and page views.

Source: the Apache HTTP server's documentation of its `common` and `combined` log formats.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote

from tundish.journal.channels import arrival, host_of
from tundish.journal.event import Event
from tundish.journal.identity import ANONYMOUS
from tundish.journal.ids import EqualRows, content_id, derived_id
from tundish.journal.personal import redact_text
from tundish.journal.readers.bots import bot_reason
from tundish.journal.readers.reading import Batcher, Options, Reading, Reject, joined
from tundish.journal.readers.text import text_of

SILENCE = timedelta(minutes=30)
"""A session ends where its visitor makes no request for longer than this."""

_LINE = re.compile(
    r"(?P<address>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<size>\d+|-)'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)"?)?'
)
_TIME = re.compile(r"(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = {m: i for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_ASSET = re.compile(
    r"\.(css|js|mjs|map|json|xml|txt|png|jpe?g|gif|svg|webp|avif|ico|bmp|woff2?|ttf|otf|eot|mp[34]"
    r"|webm|ogg|wav)$",
    re.I,
)
_REDIRECT = range(300, 400)
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class _Hit:
    """One request: its line, who asked, when, for what."""

    line: int
    id: str
    address: str
    at: datetime
    method: str
    target: str
    status: int
    referrer: str
    agent: str

    @property
    def visitor(self) -> tuple[str, str]:
        return self.address, self.agent

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def is_page(self) -> bool:
        """Whether a page was looked at: no asset, no redirect, nothing but GET."""
        moved = self.status in _REDIRECT and self.status != _NOT_MODIFIED
        return self.method == "GET" and not moved and not _ASSET.search(self.path)


def read(data: bytes, *, options: Options) -> Reading:
    """The whole log at once; see `batches`."""
    return joined(batches(data, options=options))


def batches(data: bytes, *, options: Options) -> Iterator[Reading]:
    """The events of a log: `session_started` and `page_viewed`, in batches, with refused lines.

    A session is a visitor's (address and agent) requests without 30 minutes of silence; one that
    looked at no page, as when another site shows our picture, makes no event and is counted in the
    notes as `sessions_without_page`. Machines are marked `bot` with their reason. The person is
    `anon:` and a hash of the visitor whose key changes with the calendar month of the event. Notes:
    `lines`, `bot_lines`, `asset_lines`, `page_views`, `sessions`, `bot_sessions`,
    `bot: <reason>` and `channel: <name>` (people's sessions only).
    """
    batcher = Batcher()
    asked = list(hits(text_of(data, encoding=options.encoding), batcher))
    robots = {hit.visitor for hit in asked if hit.path == "/robots.txt"}
    own = options.own_hosts or own_hosts(asked)
    for session in _sessions(asked):
        first = session[0]
        why = bot_reason(first.agent, fetched_robots=first.visitor in robots)
        _count(session, why, batcher=batcher)
        for event in _events(session, why, own=own, options=options):
            batcher.events.append(event)
            if event.name == "session_started" and not why:
                batcher.notes[f"channel: {event.channel}"] += 1
        yield from batcher.full()
    yield batcher.take()


def own_hosts(asked: Iterable[_Hit]) -> tuple[str, ...]:
    """The site's own host, found as the commonest referrer of its assets; empty where unknown."""
    counts: dict[str, int] = {}
    for hit in asked:
        host = host_of(hit.referrer)
        if host and _ASSET.search(hit.path):
            counts[host] = counts.get(host, 0) + 1
    return (max(sorted(counts), key=lambda host: counts[host]),) if counts else ()


def hits(text: str, batcher: Batcher) -> Iterator[_Hit]:
    """The requests of a log's text in its order; refused lines and counts go to the batcher."""
    equal = EqualRows()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip():
            continue
        batcher.rows += 1
        batcher.notes["lines"] += 1
        hit = _hit(line, number, equal=equal)
        if isinstance(hit, Reject):
            batcher.rejects.append(hit)
        else:
            yield hit


def _hit(line: str, number: int, *, equal: EqualRows) -> _Hit | Reject:
    found = _LINE.match(line)
    if found is None:
        reason = "The line is not in the common or combined log format."
        return Reject(number, "line_unreadable", reason, line)
    at = _instant(found["time"])
    if at is None:
        reason = f"“{found['time']}” is not a time of a web-server log."
        return Reject(number, "time_unreadable", reason, line)
    method, _, rest = found["request"].partition(" ")
    return _Hit(
        line=number,
        id=content_id("weblog", line, ordinal=equal.ordinal(line)),
        address=found["address"],
        at=at,
        method=method,
        target=rest.rpartition(" ")[0] if " HTTP/" in rest else rest,
        status=int(found["status"]),
        referrer="" if found["referrer"] in (None, "-") else found["referrer"],
        agent=found["agent"] or "",
    )


def _instant(text: str) -> datetime | None:
    found = _TIME.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return None
    sign = -1 if found[7] == "-" else 1
    try:
        zone = timezone(sign * timedelta(hours=int(found[8]), minutes=int(found[9])))
        day, year, hour, minute, second = (int(found[i]) for i in (1, 3, 4, 5, 6))
        local = datetime(year, _MONTHS[found[2]], day, hour, minute, min(second, 59), tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _sessions(asked: Iterable[_Hit]) -> Iterator[list[_Hit]]:
    """Each visitor's requests in order of time, cut where the silence is longer than SILENCE."""
    by_visitor: dict[tuple[str, str], list[_Hit]] = {}
    for hit in asked:
        by_visitor.setdefault(hit.visitor, []).append(hit)
    for visited in by_visitor.values():
        visited.sort(key=lambda hit: (hit.at, hit.id))
        session = visited[:1]
        for hit in visited[1:]:
            if hit.at - session[-1].at > SILENCE:
                yield session
                session = []
            session.append(hit)
        yield session


def _count(session: list[_Hit], why: str | None, *, batcher: Batcher) -> None:
    notes = batcher.notes
    pages = sum(hit.is_page for hit in session)
    notes["asset_lines"] += sum(bool(_ASSET.search(hit.path)) for hit in session)
    if why:
        notes["bot_lines"] += len(session)
        notes[f"bot: {why}"] += len(session)
        notes["bot_sessions"] += bool(pages)
    else:
        notes["page_views"] += pages
        notes["sessions"] += bool(pages)
        notes["sessions_without_page"] += not pages


def _events(
    session: list[_Hit], why: str | None, *, own: tuple[str, ...], options: Options
) -> Iterator[Event]:
    pages = [hit for hit in session if hit.is_page]
    if not pages:
        return
    entry = pages[0]
    came = arrival(_query(entry), referrer=entry.referrer, own_hosts=own)
    session_id = derived_id(entry.id, what="session")
    because = {"bot_reason": why} if why else {}
    yield Event(
        id=derived_id(entry.id, what="session_started"),
        name="session_started",
        occurred_at=entry.at,
        person=_visitor(entry, secret=options.secret),
        session=session_id,
        channel=came.channel,
        source=came.source,
        campaign=came.campaign,
        properties={"landing": _clean(entry.path), "referrer": _clean(entry.referrer), **because},
        inlet=options.inlet,
        bot=bool(why),
    )
    for hit in pages:
        yield Event(
            id=hit.id,
            name="page_viewed",
            occurred_at=hit.at,
            person=_visitor(hit, secret=options.secret),
            session=session_id,
            properties={**_page(hit), **because},
            inlet=options.inlet,
            bot=bool(why),
        )


def _page(hit: _Hit) -> dict[str, str | int]:
    query = hit.target.partition("?")[2]
    page: dict[str, str | int] = {"path": _clean(hit.path), "status": hit.status}
    return page | ({"query": redact_text(f"?{query}")[1:]} if query else {})


def _query(hit: _Hit) -> Mapping[str, str]:
    return dict(parse_qsl(hit.target.partition("?")[2]))


def _clean(text: str) -> str:
    # Addresses of mail hide in paths and referrers too, often escaped.
    clean = redact_text(text)
    return clean if (plain := unquote(clean)) == redact_text(plain) else redact_text(plain)


def _visitor(hit: _Hit, *, secret: bytes) -> str:
    month = hmac.new(secret, f"weblog:{hit.at:%Y-%m}".encode(), hashlib.sha256).digest()
    who = f"{hit.address}|{hit.agent}".encode("utf-8", "replace")
    return ANONYMOUS + hmac.new(month, who, hashlib.sha256).hexdigest()[:24]
