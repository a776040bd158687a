# ruff: noqa: ARG001 (a fixture may be asked for what it does)
"""Whoever may not see a prospect learns nothing of it, on no list and under no address."""

from types import SimpleNamespace
from typing import Any

import pytest

RECORDS = (
    "/people/p-noor",
    "/people/p-jan",
    "/people/anon:7f00aa11",
    "/companies/c-delta",
    "/deals/d-1",
)


def seen(browse: Any, user: Any) -> set[str]:
    client = browse(user)
    return {path for path in RECORDS if client.get(path).status_code == 200}


def test_the_owner_sees_every_record(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    assert seen(browse, us.owner) == set(RECORDS)


def test_a_rep_sees_her_own_prospect_its_company_and_its_deal(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert seen(browse, us.rep) == {"/people/p-noor", "/companies/c-delta", "/deals/d-1"}


def test_a_stranger_sees_no_record(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    assert seen(browse, us.stranger) == set()


def test_nobody_sees_anything_without_signing_in(browse: Any, prospects: Any) -> None:
    for path in (*RECORDS, "/people", "/settings", "/"):
        answer = browse().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "path", ["/people", "/companies", "/deals", "/people?q=noor", "/people?q=delta"]
)
def test_a_strangers_list_names_nobody_and_says_how_many_it_hides(
    browse: Any, us: SimpleNamespace, prospects: Any, path: str
) -> None:
    text = browse(us.stranger).get(path).content.decode()
    assert "Noor" not in text
    assert "Delta" not in text
    assert (
        "that you may not see" in text
        or "may not see" not in browse(us.owner).get(path).content.decode()
    )


def test_a_reps_list_counts_what_it_hides(browse: Any, us: SimpleNamespace, prospects: Any) -> None:
    text = browse(us.rep).get("/people?all=1").content.decode()
    assert "Noor Haddad" in text
    assert "Jan Smit" not in text
    assert "2 more that you may not see" in text


def test_filter_choices_come_only_from_visible_records(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    form = "/lists/people/filter?f=owner:equals:x"
    assert 'value="Ada Lind"' in browse(us.owner).get(form).content.decode()
    assert 'value="Ada Lind"' not in browse(us.rep).get("/people").content.decode()


def test_a_company_page_leaves_out_events_of_people_who_are_hidden(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    hidden = {"person": "p-secret", "company": "c-delta", "occurred_at": datetime.now(UTC)}
    workspace.append(
        [
            Event(id="s1", name="person_identified", personal={"name": "Hidden Person"},
                properties={"owner": us.owner.name}, **hidden),
            Event(id="s2", name="need_stated", personal={"text": "A private wish"}, **hidden),
        ]
    )  # fmt: skip
    workspace.catch_up()
    rep = browse(us.rep).get("/companies/c-delta").content.decode()
    owner = browse(us.owner).get("/companies/c-delta").content.decode()
    assert "A private wish" in owner
    assert "A private wish" not in rep
    assert "Hidden Person" not in rep


def test_visible_ids_keep_the_order_and_leave_out_the_hidden(
    us: SimpleNamespace, prospects: Any
) -> None:
    from tundish.weblib.access.visibility import may_see, visible_ids

    ids = ["p-jan", "p-noor", "anon:7f00aa11"]
    assert visible_ids(us.owner, "person", ids) == ids
    assert visible_ids(us.rep, "person", ids) == ["p-noor"]
    assert visible_ids(us.stranger, "person", ids) == []
    assert visible_ids(us.rep, "session", ids) == []
    assert may_see(us.rep, "deal", "d-1")


def test_a_team_sees_what_its_members_own(us: SimpleNamespace, prospects: Any) -> None:
    from tundish.weblib.access.models import Team
    from tundish.weblib.access.visibility import visible_ids

    team = Team.objects.create(name="North")
    for user in (us.rep, us.stranger):
        user.team, user.scope = team, "team"
        user.save()
    assert visible_ids(us.stranger, "person", ["p-jan", "p-noor"]) == ["p-noor"]


def test_a_deactivated_user_sees_nothing(us: SimpleNamespace, prospects: Any) -> None:
    from tundish.weblib.access.visibility import visible_ids

    us.owner.is_active = False
    assert visible_ids(us.owner, "person", ["p-jan"]) == []


def test_no_user_can_rename_himself_into_a_colleagues_records(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    client = browse(us.stranger)
    wanted = {"name": us.rep.name, "known_as": us.rep.name, "email": us.rep.email, "scope": "all"}
    client.post("/settings", wanted | {"language": "en", "digits": "", "theme": "system"})
    us.stranger.refresh_from_db()
    assert (us.stranger.name, us.stranger.known_as, us.stranger.scope) == ("Sten Vos", "", "own")
    assert seen(browse, us.stranger) == set()


def test_a_name_that_two_users_have_means_neither(us: SimpleNamespace, prospects: Any) -> None:
    from tundish.weblib.access.visibility import visible_ids

    us.stranger.name = us.rep.name
    us.stranger.save()
    assert visible_ids(us.stranger, "person", ["p-noor"]) == []
    assert visible_ids(us.rep, "person", ["p-noor"]) == []
    us.rep.known_as = us.rep.name
    us.rep.save()
    assert visible_ids(us.rep, "person", ["p-noor"]) == []


@pytest.fixture
def tangle(workspace: Any, us: SimpleNamespace, prospects: Any) -> SimpleNamespace:
    """The rep's company, contact and deals, entangled with the owner's person, company and deals."""
    from datetime import UTC, datetime, timedelta

    from tundish.journal.event import Event
    from tundish.terms import Money

    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=9)
    mine, theirs = {"owner": us.rep.name}, {"owner": us.owner.name}
    money = Money(98_765_400, "EUR")
    rows = [
        ("person_identified", {"person": "p-other", "company": "c-delta", "properties": theirs,
                               "personal": {"name": "Hidden Person"}}),
        ("deal_created", {"deal": "d-other", "company": "c-delta", "properties": theirs, "value": money}),
        ("deal_lost", {"deal": "d-other", "company": "c-delta", "properties": {"reason": "SECRETREASON"}}),
        ("deal_created", {"deal": "d-noor", "person": "p-noor", "properties": theirs, "value": money}),
        ("deal_lost", {"deal": "d-noor", "person": "p-noor", "properties": {"reason": "SECRETREASON"}}),
        ("meeting_held", {"deal": "d-1", "person": "p-other", "company": "c-delta",
                          "personal": {"text": "SECRETNOTE"}}),
        ("mail_sent", {"deal": "d-1", "person": "p-noor", "company": "c-delta"}),
        ("company_joined", {"person": "p-contact", "company": "c-hidden",
                            "properties": {"name": "Hidden Works", **theirs}}),
        ("deal_created", {"deal": "d-2", "person": "p-contact", "properties": mine}),
    ]  # fmt: skip
    workspace.append(
        Event(id=f"t{n}", name=name, occurred_at=start + timedelta(hours=n), **said)
        for n, (name, said) in enumerate(rows)
    )
    workspace.catch_up()
    secrets = ("SECRETREASON", "SECRETNOTE", "987,654", "Hidden Person", "Hidden Works", "c-hidden")
    return SimpleNamespace(secrets=secrets)


@pytest.mark.parametrize(
    "query", ["q=noor", "q=jan", "who=known", "country=JO", "owner=Ada+Lind", "q=j&sort=name"]
)
def test_a_narrowed_list_says_nothing_of_what_it_hides(
    browse: Any, us: SimpleNamespace, prospects: Any, query: str
) -> None:
    answer = browse(us.stranger).get(f"/people?{query}")
    assert answer.context["listing"].hidden == 0
    assert "may not see" not in answer.content.decode()


def test_no_list_names_a_hidden_company(
    browse: Any, us: SimpleNamespace, workspace: Any, tangle: SimpleNamespace
) -> None:
    client = browse(us.rep)
    assert "p-contact" in client.get("/people?all=1").content.decode()
    for path in ("/people?all=1", "/people?q=contact", "/deals"):
        text = client.get(path).content.decode()
        assert [word for word in tangle.secrets if word in text] == []


def test_neither_the_list_behind_a_number_nor_its_file_names_a_hidden_company(
    browse: Any, us: SimpleNamespace, workspace: Any, tangle: SimpleNamespace
) -> None:
    workspace.use(
        {"name": "met", "unit": "person", "stages": [
            {"name": "met", "enter": {"any": [{"event": "company_joined"}, {"event": "deal_created"}]}},
            {"name": "sold", "enter": {"event": "order_paid"}, "purchase": True},
            {"name": "kept", "enter": {"event": "review_posted"}}]}
    )  # fmt: skip
    workspace.catch_up()
    for path in ("/funnel/list", "/funnel/list.csv"):
        mine = browse(us.rep).get(f"{path}?kind=reached&stage=0").content.decode()
        assert "p-contact" in mine
        assert "Hidden Works" not in mine
        assert "c-hidden" not in mine
        assert "Hidden Works" in browse(us.owner).get(f"{path}?kind=reached").content.decode()


@pytest.mark.parametrize("path", ["/companies/c-delta", "/people/p-noor", "/deals/d-1"])
def test_no_record_tells_what_happened_to_hidden_prospects(
    browse: Any, us: SimpleNamespace, tangle: SimpleNamespace, path: str
) -> None:
    page = browse(us.rep).get(path)
    text = page.content.decode()
    assert [word for word in (*tangle.secrets, "d-other", "d-noor") if word in text] == []
    assert page.context["timeline"].hidden > 0
    assert "of prospects that you may not see" in text
    whole = browse(us.owner).get(path)
    assert whole.context["timeline"].hidden == 0
    assert any(word in whole.content.decode() for word in tangle.secrets)


def test_only_the_unfiltered_timeline_says_how_many_events_are_hidden(
    browse: Any, us: SimpleNamespace, tangle: SimpleNamespace
) -> None:
    for query in ("kind=deal", "before=9999999999999999.5"):
        page = browse(us.rep).get(f"/companies/c-delta?{query}")
        assert page.context["timeline"].hidden == 0
        assert "of prospects that you may not see" not in page.content.decode()


def test_why_one_was_lost_is_told_only_to_who_may_see_the_event(
    browse: Any, us: SimpleNamespace, tangle: SimpleNamespace
) -> None:
    for path in ("/people/p-noor", "/people"):
        assert "Deal lost" in browse(us.owner).get(path).content.decode()
        assert "Deal lost" not in browse(us.rep).get(path).content.decode()
    whole, mine = (browse(user).get("/people/p-noor").context for user in (us.owner, us.rep))
    assert whole["passes"][0].lost == whole["standing"].reason == "Deal lost"
    assert mine["passes"][0].lost == mine["standing"].reason == ""
    assert mine["standing"].lost
    assert any("Deal lost" in line for line in whole["why"].lines)
    assert mine["why"].status == "lost"
    assert not any("deal" in line.lower() for line in mine["why"].lines[1:])


def test_a_merged_visitors_events_stay_with_the_person(
    browse: Any, us: SimpleNamespace, workspace: Any, prospects: Any
) -> None:
    from datetime import UTC, datetime

    from tundish.journal.event import Event

    said = {"other": "anon:7f00aa11", "kept": "p-noor"}
    now = datetime.now(UTC)
    workspace.append(
        [Event(id="m", name="person_merged", occurred_at=now, person="p-noor", properties=said)]
    )
    workspace.catch_up()
    shown = browse(us.rep).get("/people/p-noor").context["timeline"]
    assert [e.name for e in shown.entries].count("session_started") == 2
    assert shown.hidden == 0
