# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""One prospect's page: why it stands there, its journey, its timeline."""

from types import SimpleNamespace
from typing import Any


def shown(browse: Any, user: Any, path: str) -> Any:
    return browse(user).get(path)


def test_the_page_says_why_the_prospect_stands_there(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    page = shown(browse, us.owner, "/people/p-noor")
    why = page.context["why"]
    assert why.status == "here"
    assert why.stage == "Evaluate"
    assert "“Sent a form”" in why.lines[0]
    assert why.coming == (("Buy", "“Placed an order”"),)
    assert page.context["standing"].title == "Evaluate"


def test_the_same_reasons_in_arabic(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    us.owner.language = "ar"
    us.owner.save()
    page = shown(browse, us.owner, "/people/p-noor")
    assert page.context["why"].stage == "التقييم"
    assert page.context["why"].coming == (("الشراء", "«قدّم طلبًا»"),)
    assert 'dir="rtl"' in page.content.decode()


def test_a_skipped_stage_is_shown_as_skipped(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    trip = shown(browse, us.owner, "/people/p-jan").context["passes"][0]
    assert [cell.state for cell in trip.cells] == [
        "passed",
        "skipped",
        "bought",
        "ahead",
        "ahead",
        "ahead",
    ]


def test_the_timeline_is_newest_first_and_gathers_equal_events(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    entries = shown(browse, us.owner, "/people/p-noor").context["timeline"].entries
    assert entries[0].name == "page_viewed"
    assert [entry.occurred for entry in entries] == sorted(
        (e.occurred for e in entries), reverse=True
    )
    assert sum(entry.count for entry in entries) == 7


def test_the_timeline_is_filtered_by_kind_and_told_in_pages(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime, timedelta

    from tundish.journal.event import Event

    now = datetime.now(UTC)
    workspace.append(
        Event(id=f"m{n}", name="mail_opened", occurred_at=now - timedelta(days=n), person="p-noor")
        for n in range(45)
    )
    client = browse(us.owner)
    first = client.get("/people/p-noor?kind=mail").context["timeline"]
    assert {entry.name for entry in first.entries} == {"mail_opened"}
    assert len(first.entries) == 40
    rest = client.get(f"/people/p-noor?kind=mail&before={first.before}").context["timeline"]
    assert len(rest.entries) == 5
    assert rest.before is None
    assert client.get("/people/p-noor?kind=nonsense&before=rubbish").status_code == 200


def test_free_text_stands_in_the_timeline_of_whoever_may_see_it(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert "It arrived broken." in shown(browse, us.owner, "/people/p-jan").content.decode()


def test_a_former_id_leads_to_the_person_it_was_joined_to(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    said = {"other": "anon:7f00aa11", "kept": "p-noor"}
    workspace.append(
        [
            Event(
                id="merge",
                name="person_merged",
                occurred_at=datetime.now(UTC),
                person="p-noor",
                properties=said,
            )
        ]
    )
    workspace.catch_up()
    answer = browse(us.owner).get("/people/anon:7f00aa11")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/people/p-noor"
    assert browse(us.stranger).get("/people/anon:7f00aa11").status_code == 404
    names = [e.name for e in shown(browse, us.owner, "/people/p-noor").context["timeline"].entries]
    assert names.count("session_started") == 2


def test_a_company_shows_its_people_its_deals_and_all_that_happened(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    page = shown(browse, us.owner, "/companies/c-delta")
    assert [one.shown_name for one in page.context["people"]] == ["Noor Haddad"]
    assert [one.shown_name for one in page.context["deals"]] == ["Delta plan"]
    assert "Delta Trading" in page.content.decode()
    assert {"form_submitted", "deal_created"} <= {e.name for e in page.context["timeline"].entries}


def test_a_deal_shows_its_value_and_its_people(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    text = shown(browse, us.owner, "/deals/d-1").content.decode()
    assert "€1,200" in text
    assert "Noor Haddad" in text


def test_every_standard_event_has_words_an_icon_and_a_kind() -> None:
    from pathlib import Path

    import tundish.web
    from tundish.journal.names import STANDARD
    from tundish.weblib.page.event_names import EVENTS, KINDS

    assert set(EVENTS) == set(STANDARD)
    assert {shown.kind for shown in EVENTS.values()} <= set(KINDS)
    sprite = Path(tundish.web.__file__).parent / "static" / "vendor" / "icons" / "icons.svg"
    icons = sprite.read_text("utf-8")
    assert [s.icon for s in EVENTS.values() if f'id="{s.icon}"' not in icons] == []


def test_whoever_did_it_is_named_but_the_journal_holds_no_name_or_address(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    us.rep.known_as = "rima"
    us.rep.save()
    client = browse(us.owner)
    at = client.post("/setup/first-prospect", {"name": "Omar", "channel": "referral"}).headers[
        "Location"
    ]
    actors = workspace.connection.execute(
        "SELECT DISTINCT actor FROM event WHERE actor IS NOT NULL"
    )
    assert [row[0] for row in actors] == [f"user:{us.owner.pk}"]
    entries = client.get(at).context["timeline"].entries
    assert {entry.actor for entry in entries} == {"Ada Lind"}
    workspace.append(
        Event(
            id=f"a{n}",
            name="call_held",
            occurred_at=datetime.now(UTC),
            person="p-noor",
            actor=actor,
        )
        for n, actor in enumerate(("rima", us.rep.email, f"user:{us.rep.pk}", "Someone Else"))
    )
    shown = client.get("/people/p-noor").context["timeline"].entries
    actors = [
        entry.actor for entry in shown if entry.name == "call_held" for _ in range(entry.count)
    ]
    assert sorted(actors) == ["Rima Haddad", "Rima Haddad", "Rima Haddad", "Someone Else"]
