"""A call, a meeting, a fair: written down on a record, on its timeline, and taken back."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tundish.areas.people.actions import Chosen
from tundish.areas.people.touches import TOUCHES, log_touch
from tundish.journal.names import STANDARD
from tundish.terms import InputError, NotAllowedError


def last(workspace: Any) -> Any:
    from tundish.stores import journal

    return journal.at(workspace.connection, workspace.position)


@pytest.mark.parametrize("kind", TOUCHES)
def test_each_kind_is_an_event_that_the_models_know(
    browse: Any, us: SimpleNamespace, prospects: Any, workspace: Any, kind: str
) -> None:
    said = {"touch": kind, "where": "Amman fair", "note": "Wants a call in May."}
    answer = browse(us.rep).post(f"/record/person/log/{prospects.noor}", said)
    assert answer.status_code == 302
    event = last(workspace)
    assert event.name in STANDARD
    assert (event.person, event.actor, event.inlet) == (
        prospects.noor, us.rep.public_id, "typed",
    )  # fmt: skip
    if kind == "referral":  # the name of who recommended us
        assert "Amman fair" not in str(event.properties)
        assert "Amman fair" in page_of(browse(us.rep), prospects.noor)
    else:
        assert "Amman fair" in event.properties.values()
    assert "May" not in str(event.properties)
    assert "Wants a call in May." in page_of(browse(us.rep), prospects.noor)


def page_of(client: Any, person: str) -> str:
    return str(client.get(f"/people/{person}").content.decode())


def test_the_demo_touches_and_typed_people_speak_of_the_same_channels() -> None:
    from tundish.areas.people import creating
    from tundish.demo.population import CHANNELS as OF_DEMO
    from tundish.journal.channels import CHANNELS

    said = {touch.channel for touch in TOUCHES.values() if touch.channel}
    said |= {name for name, _ in OF_DEMO} | {str(name) for name, _ in creating.CHANNELS if name}
    assert said <= set(CHANNELS)


def test_it_is_dated_in_the_firms_zone_and_never_ahead(
    browse: Any, us: SimpleNamespace, prospects: Any, workspace: Any
) -> None:
    address = f"/record/deal/log/{prospects.deal}"
    browse(us.rep).post(address, {"touch": "meeting", "at": "2026-03-02T10:30"})
    assert last(workspace).occurred_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # Berlin
    before = workspace.position
    for at in ("2999-01-01T10:00", "someday"):
        browse(us.rep).post(address, {"touch": "meeting", "at": at})
    browse(us.rep).post(address, {"touch": "dance"})
    assert workspace.position == before


def test_the_notice_takes_it_back(
    browse: Any, us: SimpleNamespace, prospects: Any, workspace: Any
) -> None:
    client = browse(us.rep)
    address = f"/record/person/log/{prospects.noor}"
    page = client.post(address, {"touch": "call_out"}, follow=True)
    undo = next(m.extra_tags for m in page.context["messages"]).removeprefix("undo:")
    assert workspace.events(names=["call_held"]).units["person"].to_list() == [prospects.noor]
    client.post(undo)
    assert len(workspace.events(names=["call_held"])) == 0


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "2999-01-01T10:00", "soon"])
def test_an_instant_that_none_is_writes_nothing(
    browse: Any, us: SimpleNamespace, prospects: Any, workspace: Any, at: str
) -> None:
    before = workspace.position
    address = f"/record/person/log/{prospects.noor}"
    said = {"touch": "call_out", "at": at, "where": "Hall 3", "note": "Wants a <b>call</b>."}
    answer = browse(us.rep).post(address, {**said, "back": "/people/p-noor?kind=note"})
    assert answer.status_code == 422
    assert workspace.position == before
    text = answer.content.decode()
    # The panel stays open with what was typed, on the record's own page.
    assert '<details class="log-touch" open>' in text
    assert "Wants a &lt;b&gt;call&lt;/b&gt;." in text
    assert 'value="Hall 3"' in text
    assert 'name="back" value="/people/p-noor?kind=note"' in text


def test_who_may_not_see_or_change_writes_nothing(
    browse: Any, us: SimpleNamespace, prospects: Any, workspace: Any
) -> None:
    before = workspace.position
    address = f"/record/person/log/{prospects.noor}"
    assert browse(us.stranger).post(address, {"touch": "call_in"}).status_code == 404
    assert browse(us.viewer).post(address, {"touch": "call_in"}).status_code == 403
    with pytest.raises(NotAllowedError):
        log_touch(workspace, Chosen("person", [prospects.noor], us.viewer), kind="fair")
    with pytest.raises(InputError, match="still to come"):
        log_touch(
            workspace, Chosen("person", [prospects.noor], us.rep), kind="fair",
            at=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip
    assert workspace.position == before
