"""The debugger page: what came and what was refused, for those who manage the firm alone."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.areas.capture import actions, seen_words
from tundish.areas.capture.models import Inlet
from tundish.areas.capture.queries import InletNames
from tundish.journal.refusals import REFUSALS
from tundish.stores import captured
from tundish.stores.captured import Captured

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = 3_600_000_000
PATH = "/settings/inlets/website"


@pytest.fixture
def inlet(us: SimpleNamespace) -> Inlet:  # noqa: ARG001
    return actions.open_inlet("website", now=NOW)


def note(workspace: Any, *rows: Captured) -> None:
    captured.note(workspace.connection, rows, counts={})


def test_the_page_shows_the_newest_first_with_reason_and_hint(
    inlet: Inlet, workspace: Any, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    note(
        workspace,
        Captured(inlet.name, 1_000_000, False, "track", "price_viewed", "u-1", shown='{"a": 1}'),
        Captured(inlet.name, 2_000_000, True, "track", "Odd", None, "person_missing", "No id."),
    )
    shown = browse(us.owner).get(PATH).content.decode()
    assert shown.index("Odd") < shown.index("price_viewed")
    why, hint = seen_words.WHY["person_missing"]
    assert str(why) in shown
    assert str(hint) in shown
    only = browse(us.owner).get(f"{PATH}?state=refused").content.decode()
    assert "price_viewed" not in only
    assert "price_viewed" in browse(us.owner).get(f"{PATH}?q=U-1").content.decode()


def test_an_inlet_to_which_nothing_came_shows_how_to_send(
    inlet: Inlet, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    shown = browse(us.owner).get(PATH).content.decode()
    assert "Nothing has come yet" in shown
    assert shown.count(inlet.write_key) >= 7  # the key itself and each example


@pytest.mark.parametrize(
    "path", [PATH, f"{PATH}/key", f"{PATH}/title", "/settings/refused-requests"]
)
def test_others_learn_nothing(
    path: str, inlet: Inlet, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    for user in (us.rep, us.viewer):
        answer = browse(user).post(path) if "/website/" in path else browse(user).get(path)
        assert answer.status_code == 403
        assert inlet.write_key not in answer.content.decode()
    assert browse(None).get(PATH).status_code == 302


def test_a_new_key_replaces_the_old_one_and_can_be_taken_back(
    inlet: Inlet, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    former = inlet.write_key
    browse(us.owner).post(f"{PATH}/key")
    inlet.refresh_from_db()
    names = InletNames()
    assert inlet.write_key != former
    assert (names(inlet.write_key), names(former), names.closed(former)) == (
        "website", None, "website",
    )  # fmt: skip
    browse(us.owner).post(f"{PATH}/key?back")
    assert InletNames()(former) == "website"


def test_an_inlet_is_renamed_and_the_journal_knows_it_by_its_first_name(
    inlet: Inlet, browse: Callable[..., Any], us: SimpleNamespace
) -> None:
    actions.open_inlet("shop", now=NOW)
    browse(us.owner).post(f"{PATH}/title", {"title": "  Our   site "})
    inlet.refresh_from_db()
    assert (inlet.title, inlet.name) == ("Our site", "website")
    for refused in ("", "SHOP", "x" * 61):
        browse(us.owner).post(f"{PATH}/title", {"title": refused})
    inlet.refresh_from_db()
    assert inlet.title == "Our site"


def test_only_the_last_rows_are_kept_and_hours_are_counted(workspace: Any) -> None:
    rows = [Captured("a", n, False, "track", f"e{n}") for n in range(captured.KEPT + 20)]
    connection = workspace.connection
    captured.note(connection, rows, counts={("a", 5 * HOUR): [3, 1], ("b", 5 * HOUR): [1, 0]})
    captured.note(connection, [], counts={("a", 5 * HOUR): [2, 0], ("a", 6 * HOUR): [1, 1]})
    kept = captured.latest(connection, "a", limit=1000)
    assert [row.name for row in kept] == [f"e{n}" for n in reversed(range(20, captured.KEPT + 20))]
    assert captured.counted(connection, since=5 * HOUR + 1) == {"a": (6, 2), "b": (1, 0)}
    assert captured.counted(connection, since=6 * HOUR) == {"a": (1, 1)}


def test_every_refusal_of_the_door_has_words() -> None:
    codes = list(REFUSALS)
    of_requests = {"batch_missing", "batch_too_large", "body_unreadable", "gzip_broken"}
    of_rows = {
        "amount_unreadable", "currency_unreadable", "event_missing", "event_reserved",
        "event_too_large", "group_missing", "message_unreadable", "person_missing",
        "person_reserved", "person_unreadable", "previous_missing", "time_in_future",
        "time_out_of_range", "time_unreadable", "type_unknown",
    }  # fmt: skip
    assert of_requests | of_rows <= set(codes)
    assert of_requests | of_rows <= set(seen_words.WHY)


def test_what_is_sent_shows_on_the_open_page_by_itself(
    inlet: Inlet, signed_in_page: Callable[..., Any], live_app: str,
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    from playwright.sync_api import expect

    page = signed_in_page(PATH)
    expect(page.locator(".empty-state")).to_be_visible()
    batch = [
        {"type": "track", "event": "Price Viewed", "userId": "mina@acme.example"},
        {"type": "track", "event": "Odd", "traits": {"name": "Mina Rau", "secret": "x"}},
    ]
    body = json.dumps({"writeKey": inlet.write_key, "batch": batch}).encode()
    urllib.request.urlopen(f"{live_app}/v1/batch", body, timeout=10).close()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(
            f"{live_app}/v1/batch", b'{"writeKey": "tk_nobodys_key"}', timeout=10
        )
    expect(page.locator(".seen-table tbody tr")).to_have_count(2, timeout=15_000)
    assert_accessible(page)
    shown = page.content()
    assert "mina@acme.example" not in shown
    assert "Mina Rau" not in shown

    unknown = signed_in_page("/settings/refused-requests", language="ar", width=360)
    expect(unknown.locator(".seen-table tbody tr")).to_have_count(1, timeout=15_000)
    assert "tk_nob…" in unknown.content()
    assert "nobodys" not in unknown.content()
    assert_accessible(unknown)
