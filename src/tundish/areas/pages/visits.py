"""Visits of landing pages, counted without a cookie.

The pages of a visit are told to belong together by a hash of address and browser, whose key changes
with the day and is kept nowhere. The visitor is one of that visit only, and no longer than until it
is named: whoever comes next by the same address is somebody else. Who asks not to be followed
(Sec-GPC, DNT) gets not even that: each page seen then stands alone, without a person.
"""

import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.http import HttpRequest

from tundish.journal.channels import Arrival, arrival_of_url, host_of
from tundish.journal.event import Event
from tundish.journal.identity import ANONYMOUS
from tundish.journal.ids import uuid7
from tundish.journal.readers.bots import bot_reason
from tundish.journal.redaction import redact_text
from tundish.journal.visitor import daily_visitor, keyed_hash
from tundish.stores import firm
from tundish.stores.dialect import execute
from tundish.terms import TundishError, from_micros
from tundish.weblib.page.origins import address_of

if TYPE_CHECKING:
    from tundish.workspace import Workspace

INLET = "pages"
SESSION = "page:"
"""How the ids of sessions on landing pages begin; the journal's index finds them by it."""
SILENCE = timedelta(minutes=30)
_LONGEST = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visit:
    """Who looks at a page, as far as we may know, and how they came."""

    person: str | None
    session: str
    came: Arrival
    landing: str
    referrer: str
    bot: str | None


def of_request(
    workspace: "Workspace", request: HttpRequest, *, own_hosts: Iterable[str] = ()
) -> Visit:
    """The visit that a request belongs to: the one of the last half hour, or a new one.

    Whoever comes from one of `own_hosts` came from no other site.
    """
    agent = request.headers.get("User-Agent", "")
    landing = request.build_absolute_uri()
    referrer = request.headers.get("Referer", "")
    ours = [request.get_host().partition(":")[0], *own_hosts]
    came = arrival_of_url(landing, referrer=referrer, own_hosts=ours)
    session, person = SESSION + token_hex(12), None
    if not asks_not_to_be_followed(request):
        begins = f"{SESSION}{_day_key(workspace, request, agent)}-"
        inside = host_of(referrer) in {host.removeprefix("www.") for host in ours}
        session, named = _going_on(workspace, begins, came, inside=inside) or (
            begins + token_hex(4), 0,
        )  # fmt: skip
        # Of the visit and not of the day: two people behind one address stay apart.
        person = ANONYMOUS + session.removeprefix(SESSION) + (f"-{named}" if named else "")
    return Visit(
        person=person, session=session, came=came, bot=bot_reason(agent),
        landing=clean(landing), referrer=clean(referrer),
    )  # fmt: skip


def seen(workspace: "Workspace", visit: Visit, *, slug: str, version: int) -> None:
    """Append that a page was seen, and before it the beginning of the visit.

    A page is shown even where nothing can be written: the failure is logged.
    """
    now = workspace.now()
    because = {"bot_reason": visit.bot} if visit.bot else {}
    common: dict[str, Any] = {
        "occurred_at": from_micros(now), "person": visit.person, "session": visit.session,
        "inlet": INLET, "bot": visit.bot is not None,
    }  # fmt: skip
    began = Event(
        id=f"start-{visit.session.removeprefix(SESSION)}",  # one for all pages of the visit
        name="session_started", channel=visit.came.channel, source=visit.came.source,
        campaign=visit.came.campaign,
        properties={"landing": visit.landing, "referrer": visit.referrer, **because}, **common,
    )  # fmt: skip
    viewed = Event(
        id=uuid7(now, token_bytes(8)), name="page_viewed",
        properties={"path": f"/p/{slug}", "page": slug, "version": version, **because}, **common,
    )  # fmt: skip
    try:
        workspace.append([began, viewed])
    except (TundishError, DatabaseError, sqlite3.Error):
        _log.exception("a visit of /p/%s could not be counted", slug)


def first_arrival(workspace: "Workspace", session: str) -> Arrival | None:
    """How the visit came that this session is; None for a session that is not in the journal."""
    row = execute(
        workspace.connection,
        "SELECT channel, source, campaign FROM event WHERE session = ? AND name = 'session_started'"
        " ORDER BY position LIMIT 1",
        (session,),
    ).fetchone()
    return Arrival(*row) if row and row[0] else None


def asks_not_to_be_followed(request: HttpRequest) -> bool:
    """Whether the browser says so: Global Privacy Control, or the older Do Not Track."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def is_for_nobody(request: HttpRequest) -> bool:
    """Whether no visitor looks: our own people, or a browser that fetches in advance."""
    advance = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method != "GET" or advance or request.user.is_authenticated


def address_hash(workspace: "Workspace", request: HttpRequest) -> str:
    """The sender's address as a keyed hash that changes with the calendar month."""
    secret = firm.secret(workspace.connection).encode()
    month = f"pages:{from_micros(workspace.now()):%Y-%m}"
    return keyed_hash(address_of(request), period=month, secret=secret)


def clean(address: str) -> str:
    """An address without what names a person, and not longer than anybody needs."""
    return redact_text(address[: _LONGEST * 4])[:_LONGEST]


def _day_key(workspace: "Workspace", request: HttpRequest, agent: str) -> str:
    secret, now = firm.secret(workspace.connection).encode(), from_micros(workspace.now())
    return daily_visitor(address_of(request), agent, at=now, secret=secret)


def _going_on(
    workspace: "Workspace", begins: str, came: Arrival, *, inside: bool
) -> tuple[str, int] | None:
    """(the browser's session of the last half hour, how often its visitor was named).

    None where they came anew from somewhere else; of a visit that was named, wherever they came
    from but another page of ours (`inside`).
    """
    row = execute(
        workspace.connection,
        "SELECT session, occurred FROM event WHERE session >= ? AND session < ?"
        " ORDER BY position DESC LIMIT 1",
        (begins, begins[:-1] + "."),  # the character after the hyphen
    ).fetchone()
    if row is None or workspace.now() - int(row[1]) > SILENCE / timedelta(microseconds=1):
        return None
    session = str(row[0])
    (named,) = execute(
        workspace.connection,
        "SELECT count(*) FROM event WHERE session = ? AND name = 'person_merged'",
        (session,),
    ).fetchone()
    if named:
        return (session, int(named)) if inside else None
    goes_on = came.channel == "direct" or first_arrival(workspace, session) == came
    return (session, 0) if goes_on else None
