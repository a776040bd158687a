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
    text = browse(us.rep).get("/people").content.decode()
    assert "Noor Haddad" in text
    assert "Jan Smit" not in text
    assert "2 more that you may not see" in text


def test_filter_choices_come_only_from_visible_records(
    browse: Any, us: SimpleNamespace, prospects: Any
) -> None:
    assert 'value="Ada Lind"' in browse(us.owner).get("/people").content.decode()
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
