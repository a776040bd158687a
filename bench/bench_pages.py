"""Every page of the app on the demo firm, by Django's own test client: the server's time alone."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.pairs import within

LIMIT_MS = 100
PNG_LIMIT_MS = 500
"""A file to keep, not a page: painting and packing its four million pixels is all of its time."""
_KINDS = {"people": "person", "companies": "company", "deals": "deal"}
_NOWHERE = ("-lost", "-outside")
_SORTS = ("name", "-name", "last", "first", "-first", "value", "-value", "since", "-since")


def run() -> bool:
    """Print the median of nine after one warm-up for each page; True where all hold the limit.

    The firm is the one in the folder TUNDISH_BENCH_DATA, else made for this run. Its models are
    kept warm first, as the worker does within seconds after the start. A first look is one that
    finds nothing remembered, as after every event.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.environ.get("TUNDISH_BENCH_DATA") or Path(made) / "demo")
        client, user, workspace = _open(folder)
        plain = list(_plain(workspace))
        looks = list(_funnel(workspace))
        held = [_page(client, *page) for page in (*plain, *looks, *_lists(workspace))]
        held.append(_page(client, "funnel as PNG", "/funnel/picture.png", limit_ms=PNG_LIMIT_MS))
        held += [_page(client, *page, forget=True) for page in looks]
        with _reading(user, "ar"):
            held += [_page(client, f"{name}, Arabic", address) for name, address in plain]
    print(f"pages: {sum(held)} of {len(held)} within their limits", flush=True)
    return all(held)


def _page(
    client: Any, name: str, address: str, *, forget: bool = False, limit_ms: int = LIMIT_MS
) -> bool:
    def ask() -> None:
        if forget:
            _forget()
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        b"".join(answer) if answer.streaming else answer.content

    return within(f"{'first look: ' if forget else ''}{name}"[:52], ask, limit_ms)


def _forget() -> None:
    """What the next event of the journal would make stale; a list's choices live longer."""
    from tundish.areas.insight import queries
    from tundish.workspace import questions

    for key in [key for key in queries._remembered if key[1] != "values"]:
        del queries._remembered[key]
    questions._reports.clear()


@contextmanager
def _reading(user: Any, language: str) -> Iterator[None]:
    """The user's own language changed for a while."""
    before, user.language = user.language, language
    user.save(update_fields=["language"])
    try:
        yield
    finally:
        user.language = before
        user.save(update_fields=["language"])


def _open(folder: Path) -> tuple[Any, Any, Any]:
    """A client with the demo firm's owner signed in, the owner, and the workspace."""
    from tundish.cli.main import main

    with redirect_stderr(StringIO()):
        assert main(["demo", "--data", str(folder), "--only-seed"]) == 0
    os.environ |= {
        "TUNDISH_DATA": str(folder),
        "TUNDISH_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "tundish.web.settings",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    import tundish
    from tundish.weblib.access.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    workspace = tundish.open(folder)
    workspace.catch_up()
    while workspace.keep_warm():
        pass
    client, owner = Client(), User.objects.filter(role="owner").first()
    client.force_login(owner)
    return client, owner, workspace


def _plain(workspace: Any) -> Iterator[tuple[str, str]]:
    """(name, address) of every page as it opens."""
    yield from _records(workspace)
    yield from {
        "funnel": "/funnel",
        "people": "/people",
        "companies": "/companies",
        "deals": "/deals",
        "definition": "/definition",
        "import": "/import",
        "settings": "/settings",
        "settings, users": "/settings/users",
        "health": "/health",
        "funnel/position (asked every second)": "/funnel/position",
    }.items()
    from tundish.funnel import catalogue

    for model in catalogue.names():
        yield f"definition, {model}", f"/definition/models/{model}"


def _funnel(workspace: Any) -> Iterator[tuple[str, str]]:
    """Each way of looking at the funnel, and what is made of a look."""
    from tundish.funnel import catalogue

    looks = {
        "active model": "",
        "by country": "breakdown=country",
        "by channel": "breakdown=channel",
        "by source": "breakdown=source",
        "last 30 days": "period=30d",
        "last 90 days against those before": "period=90d&against=before",
        "this year, entries": "period=year&per=entries",
        "visited": "counting=visited",
        "strict": "counting=strict",
        "one country": f"segment={quote('country:' + _value(workspace, 'country'))}",
        "by country, 90 days, strict": "breakdown=country&period=90d&counting=strict",
    }
    for name, query in looks.items():
        yield f"funnel, {name}", f"/funnel?{query}"
    for model in catalogue.names():
        yield f"funnel, {model}", f"/funnel?model={model}"
        yield f"funnel, {model} by country", f"/funnel?model={model}&breakdown=country"
    for kind in ("reached", "still_here", "lost"):
        yield f"funnel list, {kind}", f"/funnel/list?kind={kind}&stage=0"
    yield "funnel list as CSV", "/funnel/list.csv?kind=reached&stage=1"
    yield "funnel as CSV", "/funnel/table.csv"
    yield "funnel as SVG", "/funnel/picture.svg"


def _lists(workspace: Any) -> Iterator[tuple[str, str]]:
    """Each list with its pages, searches, sorts and filters."""
    for plural, kind in _KINDS.items():
        yield f"{plural}, page 3", f"/{plural}?page=3"
        yield f"{plural}, search", f"/{plural}?q=ma"
        yield f"{plural}, search without a match", f"/{plural}?q=zzqx"
        for sort in _SORTS:
            yield f"{plural}, sort {sort}", f"/{plural}?sort={sort}"
        for name in ("country", "channel", "owner", "product"):
            value = quote(_value(workspace, name, kind=kind))
            yield f"{plural}, one {name}", f"/{plural}?{name}={value}"
        for stage in (*(str(one["name"]) for one in workspace.active.body["stages"]), *_NOWHERE):
            yield f"{plural}, stage {stage}", f"/{plural}?stage={stage}"
        yield f"{plural}, known", f"/{plural}?who=known"
        yield f"{plural}, visitors", f"/{plural}?who=visitors"


def _records(workspace: Any) -> Iterator[tuple[str, str]]:
    from tundish.stores.dialect import execute

    for plural, kind in _KINDS.items():
        busiest = execute(
            workspace.connection,
            f"SELECT {kind} FROM event WHERE {kind} IS NOT NULL AND bot = 0"
            f" GROUP BY {kind} ORDER BY count(*) DESC LIMIT 1",
        ).fetchone()[0]
        yield f"the busiest {kind}", f"/{plural}/{quote(busiest)}"


def _value(workspace: Any, name: str, *, kind: str = "person") -> str:
    """The most frequent value of a property among the units of a kind."""
    from tundish.stores.dialect import execute

    row = execute(
        workspace.connection,
        f"SELECT {name} FROM {kind} WHERE {name} <> '' GROUP BY {name} ORDER BY count(*) DESC",
    ).fetchone()
    return str(row[0]) if row else "none"
