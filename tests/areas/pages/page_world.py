"""Pages, visitors and forms as the tests of landing pages need them."""

import re
from typing import Any

from django.test import Client

from tundish.areas.pages import actions
from tundish.areas.pages.content import block, field
from tundish.areas.pages.models import LandingPage
from tundish.terms import from_micros
from tundish.weblib.page import workspace_for

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECOND = 1_000_000


class Clock:
    """A clock that a test moves; the workspace and the pages read it."""

    def __init__(self) -> None:
        self.now = 1_780_000_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


def contact_form(**said: Any) -> dict[str, Any]:
    """A form with name, mail, company, a choice and a consent."""
    fields = [
        field("name", "Your name", required=True),
        field("email", "E-mail", required=True),
        field("company", "Company"),
        field("event", "Seats", shape="choice", options=["one", "two"], key="seats"),
        field("consent", "News", purpose="newsletter", wording="Yes, send me news."),
    ]
    return block("form", heading="Write to us", button="Send", **{"fields": fields} | said)


def published(us: Any, *, title: str = "Spring", **said: Any) -> LandingPage:
    """A page online with a headline and a form; `form`, `language` as wanted."""
    workspace = workspace_for()
    now = from_micros(workspace.now())
    page = actions.create(
        "empty", language=said.pop("language", "en"), title=title, by=us.owner, now=now
    )
    form = said.pop("form", None) or contact_form()
    content = page.draft | said
    content["blocks"] = [*page.draft["blocks"], form]
    actions.save(page, content, revision=page.revision, by=us.owner, now=now)
    actions.publish(workspace, page, by=us.owner)
    page.refresh_from_db()
    return page


def visitor(address: str = "198.51.100.7", agent: str = BROWSER, **headers: str) -> Client:
    """A visitor's browser that nobody is signed in with."""
    return Client(HTTP_HOST="localhost", REMOTE_ADDR=address, HTTP_USER_AGENT=agent, **headers)


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    import html as entities

    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: entities.unescape(value) for name, value in found}


def filled(html: str, **answers: str) -> dict[str, str]:
    """What a browser sends: the hidden fields, a name, an address, and `answers`."""
    return {**hidden(html), "name": "Noor Haddad", "email": "noor@delta.example", **answers}


def of(page: LandingPage, to: str) -> str:
    """The name of the control of a field."""
    from tundish.areas.pages.content import form_of, input_name

    form = form_of(page.published.content)
    return next(input_name(said) for said in form["fields"] if said["to"] == to)


def events(name: str | None = None) -> list[Any]:
    """The journal's events of our pages, or only those of a name."""
    from tundish.stores import journal

    found = journal.read(workspace_for().connection, limit=10_000)
    return [e for _, e in found if e.inlet == "pages" and name in (None, e.name)]
