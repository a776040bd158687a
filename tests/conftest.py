"""What the shelves share: a firm for each test, users, a client, a browser. Django is imported late."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How fast examples come says something of the machine, nothing of the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# Read by the settings when Django starts; each test then has its own copy of what is made here.
_PREPARED = Path(tempfile.mkdtemp(prefix="tundish-tests-"))
os.environ["TUNDISH_DATA"] = str(_PREPARED)
AXE = Path(__file__).parent / "doors" / "web" / "vendor" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"


def pytest_sessionfinish() -> None:
    shutil.rmtree(_PREPARED, ignore_errors=True)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """A page in a browser on a busy machine gets a second try; the run's last line counts them."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def prepared_firm(django_db_blocker: Any) -> Path:
    """A folder with every table made and nobody in it."""
    from django.conf import settings
    from django.db import connections

    from tundish.web import prepare

    # pytest-django has read the settings before this file could say where the firm lies.
    settings.TUNDISH_FOLDER = _PREPARED
    with django_db_blocker.unblock():
        connections.close_all()
        connections.settings["default"]["NAME"] = _PREPARED / "tundish.sqlite3"
        connections["default"].settings_dict["NAME"] = _PREPARED / "tundish.sqlite3"
        prepare(_PREPARED)
        connections.close_all()
    return _PREPARED


@pytest.fixture
def firm_folder(
    prepared_firm: Path, tmp_path: Path, settings: Any, django_db_blocker: Any
) -> Iterator[Path]:
    """A firm's folder for one test; Django and the workspace both look there."""
    from django.contrib.auth.hashers import MD5PasswordHasher
    from django.db import connections

    from tundish.stores.firm import save_settings
    from tundish.weblib.page.workspaces import close_workspace, workspace_for

    folder = tmp_path / "firm"
    shutil.copytree(prepared_firm, folder)
    settings.TUNDISH_FOLDER = folder
    # Real hashing takes a third of a second on purpose; tests sign in often.
    hasher = f"{MD5PasswordHasher.__module__}.{MD5PasswordHasher.__name__}"
    settings.PASSWORD_HASHERS = [hasher]
    database, before = connections.settings["default"], connections.settings["default"]["NAME"]
    connections.close_all()
    database["NAME"] = folder / "tundish.sqlite3"
    with django_db_blocker.unblock():
        save_settings(
            workspace_for().connection, name="Narwhal Systems", currency="EUR",
            time_zone="Europe/Berlin", language="en", digits="latin",
        )  # fmt: skip
        yield folder
        close_workspace()
        connections.close_all()
    database["NAME"] = before


@pytest.fixture
def workspace(firm_folder: Path) -> Any:  # noqa: ARG001
    """The firm's workspace, as the pages see it."""
    from tundish.weblib.page import workspace_for

    return workspace_for()


@pytest.fixture
def us(firm_folder: Path) -> SimpleNamespace:  # noqa: ARG001
    """Our users: an owner who sees all, a rep who sees her own, a stranger with no prospect, a viewer."""
    from tundish.weblib.access.models import User

    def made(name: str, role: str, scope: str) -> User:
        email = f"{name.split()[0].lower()}@narwhal.example"
        return User.objects.create_user(
            email, "correct horse battery", name=name, role=role, scope=scope
        )

    return SimpleNamespace(
        owner=made("Ada Lind", "owner", "all"),
        rep=made("Rima Haddad", "sales", "own"),
        stranger=made("Sten Vos", "sales", "own"),
        viewer=made("Vera Kint", "viewer", "all"),
    )


@pytest.fixture
def browse(us: SimpleNamespace) -> Callable[..., Any]:  # noqa: ARG001
    """`browse(us.rep)`: a test client in which that user is signed in; without a user, nobody is."""
    from django.test import Client

    def client(user: Any = None, **headers: str) -> Client:
        made = Client(HTTP_HOST="localhost", **headers)
        if user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def prospects(workspace: Any, us: SimpleNamespace) -> SimpleNamespace:
    """Ids of the rep's prospect with company and deal, the owner's, and a visitor; all of it followed.

    The funnel is the consumer decision journey.
    """
    from tundish.journal.event import Event
    from tundish.terms import Money

    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
    rows: list[Event] = []

    def happens(day: float, name: str, **said: Any) -> None:
        at = start + timedelta(days=day)
        rows.append(Event(id=f"e{len(rows)}", name=name, occurred_at=at, **said))

    noor = {"person": "p-noor", "company": "c-delta"}
    happens(0, "session_started", channel="search", **noor)
    happens(
        0.1, "person_identified", personal={"name": "Noor Haddad", "email": "noor@delta.example"},
        properties={"owner": us.rep.name, "country": "JO"}, **noor,
    )  # fmt: skip
    happens(2, "form_submitted", properties={"form": "contact"}, **noor)
    happens(
        3,
        "field_changed",
        company="c-delta",
        properties={"field": "name", "old": None, "new": "Delta Trading"},
    )
    happens(
        4, "deal_created", deal="d-1", value=Money(120_000, "EUR"),
        properties={"name": "Delta plan", "owner": us.rep.name}, **noor,
    )  # fmt: skip
    happens(1, "session_started", person="p-jan", channel="referral")
    happens(
        1.1, "person_identified", person="p-jan", personal={"name": "Jan Smit"},
        properties={"owner": us.owner.name},
    )  # fmt: skip
    happens(5, "order_placed", person="p-jan", value=Money(5_000, "EUR"))
    happens(5.1, "order_paid", person="p-jan", value=Money(5_000, "EUR"))
    happens(6, "complaint_made", person="p-jan", personal={"text": "It arrived broken."})
    happens(2, "session_started", person="anon:7f00aa11", channel="direct")
    for hour in range(3):
        happens(7 + hour / 24, "page_viewed", person="p-noor", properties={"path": f"/{hour}"})
    workspace.append(rows)
    workspace.use("consumer_decision_journey")
    workspace.catch_up()
    return SimpleNamespace(
        noor="p-noor", jan="p-jan", visitor="anon:7f00aa11", company="c-delta", deal="d-1"
    )


@pytest.fixture
def live_app(us: SimpleNamespace) -> Iterator[str]:  # noqa: ARG001
    """The address of the running application, on a free loopback port."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from tundish.web.wsgi import application
    from tundish.weblib.page.workspaces import close_workspace

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None: ...

        def handle(self) -> None:
            # The browser drops connections that it opened in advance; that is no fault.
            try:
                super().handle()
            except ConnectionError:
                return
            finally:
                close_workspace()  # each request has a thread of its own here

    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no {CHROMIUM}: sudo apt install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def signed_in_page(
    live_app: str, browser: Any, us: SimpleNamespace
) -> Iterator[Callable[..., Any]]:
    """`signed_in_page("/people", user=us.rep, language="ar", theme="dark", width=360)`: an open page."""
    from django.conf import settings
    from django.test import Client

    contexts = []

    def open_page(
        path: str,
        *,
        user: Any = None,
        language: str = "en",
        theme: str = "light",
        width: int = 1360,
    ) -> Any:
        user = user or us.owner
        user.language, user.theme = language, theme
        user.save(update_fields=["language", "theme"])
        client = Client(HTTP_HOST="localhost")
        client.force_login(user)
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 780},
            reduced_motion="reduce", color_scheme=theme, base_url=live_app,
        )  # fmt: skip
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_app}])
        contexts.append(context)
        shown = context.new_page()
        shown.faults = []
        shown.on("pageerror", lambda error: shown.faults.append(str(error)))
        shown.on(
            "console", lambda said: shown.faults.append(said.text) if said.type == "error" else None
        )
        shown.goto(path)
        return shown

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """`assert_accessible(page)`: no fault by WCAG 2.2 AA, no script error, nothing wider than the window."""

    def check(shown: Any) -> None:
        # Evaluated, not inserted as a script: the page's policy allows only its own.
        shown.evaluate(AXE.read_text("utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = shown.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags
        )
        faults = [
            f"{fault['id']}: {fault['help']}: {[node['target'] for node in fault['nodes']][:3]}"
            for fault in found["violations"]
        ]
        assert faults == []
        assert shown.faults == []
        wide = shown.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"the page is {wide} px wider than its window"

    return check
