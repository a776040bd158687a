"""No address that anybody can type breaks a page: odd values of every parameter of every address."""

# ruff: noqa: ARG001 (a fixture may be asked for what it does)
import io
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

LONG = "9" * 5_000  # more digits than Python turns into a number
ODD = (
    "²", "٣", "-1", "9" * 30, "-" + "9" * 30, LONG, "%00", "%ED%A0%80", "'\"<b>", "-", "a:b",
    "0001-01-01", "9999-12-31", "9" * 19 + ".5", "1." + "9" * 30,
)  # fmt: skip
LOOK = ("model", "period", "since", "until", "per", "counting", "segment", "breakdown", "against")
NUMBER = ("kind", "stage", "target", "reason", "row", "page")
LIST = (
    "q", "stage", "sort", "page", "who", "country", "channel", "owner", "product", "f", "match", "view",
)  # fmt: skip
RECORD = ("kind", "before", "day", "list", "at")
READ = {
    "/people": LIST,
    "/companies": LIST,
    "/deals": LIST,
    "/people?f=first_seen:in_last:": ("f",),
    "/people?sort=own_thing&f=value:between:1,2": ("f", "sort"),
    "/lists/people/filter?step=rows&field0=last_seen&op0=on&group0=0": (
        "value0",
        "op0",
        "step",
        "view",
    ),
    "/lists/people/filter?step=apply&field0=~did&op0=gte&property0=x": (
        "value0",
        "times0",
        "days0",
        "event0",
        "group0",
        "field0",
    ),
    "/lists/people/export": ("f", "id", "sort"),
    "/search": ("q",),
    "/search/quick": ("q",),
    "/people/p-noor": RECORD,
    "/people/p-noor?list=sort%3Dname&at=1": ("at", "list"),
    "/companies/c-delta": RECORD,
    "/deals/d-1": RECORD,
    "/funnel": LOOK,
    "/funnel?period=custom&until=9999-12-31": ("since",),
    "/funnel?period=custom&since=0001-01-01&against=before": ("until",),
    "/funnel/position": ("model",),
    "/funnel/list?kind=reached": (*NUMBER, "model"),
    "/funnel/list?kind=moved_on&stage=0&target=1": NUMBER,
    "/funnel/list?kind=reached&breakdown=channel": ("row", "stage"),
    "/funnel/list?kind=loss": ("reason",),
    "/funnel/list.csv?kind=reached": NUMBER,
    "/funnel/table.csv?period=custom": ("since", "until"),
    "/funnel/picture.svg?period=custom": ("since", "until", "segment"),
    "/definition": ("page",),
    "/definition/models/aida": ("page",),
    "/settings": ("page",),
    "/settings/users": ("page",),
    "/import": ("page",),
    "/pages": ("days", "show"),
    "/settings/mail": ("state", "page"),
    "/settings/inlets/website": ("what", "page"),
    "/campaigns": ("archived",),
    "/campaigns/new": ("key",),
    "/targets": ("page",),
    "/targets/list?name=Fair": ("name", "standing", "page"),
    "/duplicates": ("kind", "page"),
    "/duplicates/merge?kept=p-noor": ("kept", "other", "q"),
    "/record/new/person": ("company_id",),
    "/record/person/field/p-noor?name=title": ("name", "back", "read"),
    "/t.js": ("page",),
    "/pages/frontage": ("page",),
    "/robots.txt": ("page",),
    "/sitemap.xml": ("page",),
    "/sign-in": ("next",),
}
PLACES = (
    "/lists/{}/filter", "/lists/{}/columns", "/lists/{}/views", "/lists/{}/bulk", "/lists/{}/export",
    "/lists/view/{}", "/lists/view/{}/restore", "/lists/bulk/{}", "/lists/bulk/{}/undo",
    "/people/{}", "/companies/{}", "/deals/{}", "/definition/models/{}", "/definition/use/{}",
    "/definition/back/{}", "/settings/users/{}", "/import/{}", "/import/{}/undo", "/import/{}/rejects",
    "/import/new/{}", "/import/new/{}/check", "/inlets/{}/close", "/inlets/{}/reopen",
    "/pages/{}", "/pages/{}/edit", "/pages/{}/preview", "/pages/{}/publish", "/p/{}", "/p/{}/form",
    "/p/talk/confirm/{}", "/picture/{}.png",
    "/campaigns/{}", "/campaigns/{}/edit", "/campaigns/{}/costs", "/campaigns/{}/costs/back",
    "/campaigns/{}/parts", "/settings/mail/{}/again", "/settings/mail/{}/cancel",
    "/settings/inlets/{}", "/settings/inlets/{}/key", "/record/undo/{}", "/record/note/{}",
    "/record/new/{}", "/record/{}/history/p-noor", "/record/person/history/{}",
    "/record/person/delete/{}", "/record/person/erase/{}", "/record/person/field/{}",
    "/record/person/tags/{}", "/record/person/log/{}", "/record/person/consent/{}",
    "/record/company/group/{}", "/settings/fields/{}/new", "/settings/fields/person/{}",
    "/settings/consent/of/{}",
)  # fmt: skip


@pytest.fixture
def client(browse: Any, us: SimpleNamespace, prospects: Any, caplog: Any) -> Any:
    caplog.set_level("CRITICAL", "django.request")
    made = browse(us.owner)
    made.raise_request_exception = False
    return made


def sent(value: str) -> str:
    return value if value.startswith("%") else quote(value)


@pytest.mark.parametrize("path", READ)
def test_no_parameter_breaks_its_page(client: Any, path: str) -> None:
    joint = "&" if "?" in path else "?"
    addresses = [f"{path}{joint}{name}={sent(odd)}" for name in READ[path] for odd in ODD]
    broken = [one[:90] for one in addresses if client.get(one).status_code >= 500]
    assert broken == []


@pytest.mark.parametrize("path", PLACES)
def test_no_odd_id_breaks_its_page(client: Any, path: str) -> None:
    asked = [(path.format(sent(odd)), ask) for odd in ODD for ask in (client.get, client.post)]
    broken = [(one[:60], ask.__name__) for one, ask in asked if ask(one).status_code >= 500]
    assert broken == []


def test_no_parameter_breaks_the_look_at_an_upload(client: Any) -> None:
    file = io.BytesIO(b"event,time,email\nform_submitted,2026-03-01T09:00:00Z,lena@acme.example\n")
    file.name = "events.csv"
    path = client.post("/import/upload", {"files": [file]}).headers["Location"]
    names = ("kind", "as", "currency", "event", "map-0", "map-99")
    for page in (path, f"{path}/check"):
        addresses = [f"{page}?{name}={sent(odd)}" for name in names for odd in ODD]
        assert [one[:90] for one in addresses if client.get(one).status_code >= 500] == []


ODD_IDS = (
    "a\nb", "a\r\n b", "\u2028", "a/b/../c", "'\"<>&", "?q=1#f", "%2e%2e%2f", "new", "ي" * 200,
    "z" * 200,
)  # fmt: skip


@pytest.mark.parametrize("kind", ["person", "company", "deal"])
def test_no_id_of_a_sender_breaks_a_list_or_its_record(
    client: Any, workspace: Any, kind: str
) -> None:
    from django.urls import reverse

    from tundish.journal.event import Event
    from tundish.terms import from_micros

    at = from_micros(workspace.now())
    workspace.append(
        Event(id=f"odd{n}", name="page_viewed", occurred_at=at, inlet="site", **{kind: one})
        for n, one in enumerate(ODD_IDS)
    )
    workspace.catch_up()
    plural = {"person": "people", "company": "companies", "deal": "deals"}[kind]
    assert client.get(f"/{plural}?all=1").status_code == 200
    for one in ODD_IDS:
        assert client.get(reverse(kind, args=[one])).status_code == 200, one
        assert client.get(reverse("record_history", args=[kind, one])).status_code == 200, one


def test_every_address_is_among_them() -> None:
    from django.urls import get_resolver

    from tundish.web.urls import urlpatterns

    tried = {one.partition("?")[0].strip("/").split("/")[0] for one in (*READ, *PLACES)}
    only_told = {"", "health", "sign-out", "setup", "language", "theme", "toasts"}
    known = {str(one).strip("/").split("/")[0] for one in _routes(get_resolver().url_patterns)}
    assert len(urlpatterns) > 10
    assert known <= tried | only_told


def _routes(patterns: Any) -> Any:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _routes(one.url_patterns)
        else:
            yield one.pattern
