"""The follower: whatever comes, and in whatever order, the kept visits are those of a fresh fold."""

import itertools
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_firm import DEALS, PEOPLE, Clock, everything, happened, reached, rows_of, visits_of

import tundish
from tundish.funnel.stages import fold, parse_stages
from tundish.stores import firm as settings_of
from tundish.stores import journal, visits
from tundish.terms import NotFoundError
from tundish.workspace.follow import Projection

COMPANIES = PEOPLE | {"name": "companies", "unit": "company"}
BY_PLAN = PEOPLE | {"name": "plans", "unit": {"property": "plan"}}


def _fresh(workspace):
    definition = parse_stages(workspace.active.body)
    return rows_of(fold(workspace.events(), definition, as_of=workspace.now()).visits)


def test_an_event_moves_its_unit_and_nothing_else_is_folded(firm, monkeypatch):
    firm.use(DEALS)
    firm.append([happened(f"e{n}", "deal_created", deal=f"d{n}") for n in range(3)])
    firm.catch_up()
    folded = []
    kept = visits.replace
    monkeypatch.setattr(
        visits,
        "replace",
        lambda c, d, units, found: folded.append(units) or kept(c, d, units, found),
    )
    firm.append([happened("e9", "deal_engaged", deal="d1")])
    assert firm.catch_up() == 1
    assert [list(units) for units in folded] == [["d1"]]
    assert visits_of(firm) == _fresh(firm)


def test_nothing_new_writes_nothing(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1")])
    firm.catch_up()
    before = everything(firm)
    assert firm.catch_up() == 0
    assert everything(firm) == before


def test_silence_alone_moves_a_unit_when_its_instant_has_come(firm, clock):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1")])
    firm.catch_up()
    assert firm.live_report().losses == {"lost": 0, "silent": 0}
    clock.forward(days=31)
    firm.catch_up()
    assert firm.live_report().losses == {"lost": 0, "silent": 1}
    assert visits_of(firm) == _fresh(firm)


def test_an_event_dated_in_the_future_counts_once_its_time_has_come(firm, clock):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1", day=5)])
    firm.catch_up()
    assert visits_of(firm) == []
    clock.forward(days=6)
    firm.catch_up()
    assert len(visits_of(firm)) == 1
    assert visits_of(firm) == _fresh(firm)


def test_a_merge_refolds_both_ids(firm):
    firm.use(PEOPLE)
    firm.append(
        [
            happened("e1", "form_submitted", person="anon:x", day=-3),
            happened("e2", "form_submitted", person="ada", day=-2),
        ]
    )
    firm.catch_up()
    assert {row[0] for row in visits_of(firm)} == {"anon:x", "ada"}
    firm.append(
        [
            happened(
                "m", "person_merged", person="ada", properties={"other": "anon:x", "kept": "ada"}
            )
        ]
    )
    firm.catch_up()
    assert {row[0] for row in visits_of(firm)} == {"ada"}
    assert reached(firm) == [1, 1, 0]
    assert visits_of(firm) == _fresh(firm)
    assert firm.explain("anon:x").unit == "ada"


def test_a_voided_event_takes_its_visits_back(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1"), happened("e2", "deal_won", deal="d1")])
    firm.catch_up()
    journal.void(firm.connection, event="e2", now=firm.now(), actor=None)
    firm.catch_up()
    assert reached(firm) == [1, 0, 0]
    assert visits_of(firm) == _fresh(firm)


def test_bots_are_never_folded(firm):
    firm.use(PEOPLE)
    firm.append([happened("e1", "page_viewed", person="anon:crawler", bot=True)])
    firm.catch_up()
    assert visits_of(firm) == []
    assert firm.unit_properties("person") == {}


def test_a_new_definition_folds_the_past_before_it_is_active(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1", person="ada")])
    firm.append([happened("e2", "page_viewed", person="ada")])
    firm.catch_up()
    kept = firm.use(PEOPLE)
    assert firm.active.id == kept.id
    assert {row[0] for row in visits_of(firm)} == {"ada"}


def test_a_bulk_is_folded_once_and_in_small_transactions(firm, monkeypatch):
    from tundish.workspace import refold

    firm.use(DEALS)
    firm.append([happened(f"e{n}", "deal_created", deal=f"d{n}") for n in range(5000)])
    folds, sizes = [], []
    keep, replace = refold.fold, visits.replace
    monkeypatch.setattr(refold, "fold", lambda *a, **k: folds.append(1) or keep(*a, **k))
    monkeypatch.setattr(
        visits,
        "replace",
        lambda c, d, units, found: sizes.append(len(found.visits)) or replace(c, d, units, found),
    )
    firm.catch_up()
    assert len(folds) == 1
    assert sum(sizes) == 5000
    assert max(sizes) <= 2000


def test_another_process_that_follows_is_left_to_it(firm):
    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1")])
    name = f"visits:{firm.active.id}"
    assert settings_of.take_lease(firm.connection, name, "other", firm.now(), 10)
    firm.catch_up()
    assert visits_of(firm) == []
    settings_of.drop_lease(firm.connection, name, holder="other")
    firm.catch_up()
    assert len(visits_of(firm)) == 1


def test_a_follower_that_was_overtaken_writes_nothing(firm, monkeypatch):
    from tundish.workspace import refold

    firm.use(DEALS)
    firm.append([happened("e1", "deal_created", deal="d1")])
    name, keep = f"visits:{firm.active.id}", refold.fold

    def slow(*args, **more):
        # While this one folds, its lease runs out, and another follows up to here.
        found = keep(*args, **more)
        settings_of.move_cursor(firm.connection, name, journal.position(firm.connection))
        return found

    monkeypatch.setattr(refold, "fold", slow)
    firm.catch_up()
    assert visits_of(firm) == []


def test_projections_get_every_event_once_and_again_after_an_undo(firm):
    seen, cleared = [], []
    projection = Projection(
        "notes",
        apply=lambda _, rows: seen.extend(event.id for _, event in rows),
        clear=lambda _: cleared.append(seen.clear()),
    )
    firm.append([happened("e1", "deal_created", deal="d1", batch="b")])
    firm.append([happened("e2", "deal_created", deal="d2")])
    firm.catch_up(projections=[projection])
    firm.catch_up(projections=[projection])
    assert seen == ["e1", "e2"]
    journal.void(firm.connection, batch="b", now=firm.now(), actor=None)
    firm.catch_up(projections=[projection])
    assert seen[0] == "e2"
    assert "e1" not in seen
    assert len(cleared) == 1


def test_rebuild_gives_the_same_visits_and_profiles(firm):
    firm.use(PEOPLE)
    firm.append(
        [
            happened("e1", "form_submitted", person="anon:x", channel="search", day=-3),
            happened("e2", "person_identified", person="ada", personal={"name": "Ada"}),
            happened("e3", "person_merged", properties={"other": "anon:x", "kept": "ada"}),
            happened("e4", "order_paid", person="ada", company="acme", amount=10),
        ]
    )
    firm.catch_up()
    before = visits_of(firm), firm.unit_properties("person"), firm.unit_properties("company")
    assert firm.rebuild() == 4
    after = visits_of(firm), firm.unit_properties("person"), firm.unit_properties("company")
    assert after == before
    assert before[1]["ada"]["channel"] == "search"


def test_an_undo_of_many_is_made_in_small_transactions_and_goes_on_after_a_kill(firm, monkeypatch):
    from tundish.workspace import profiles

    people = range(450)
    firm.append(
        [
            happened(f"a{n}", "person_identified", person=f"p{n}", properties={"title": "CEO"})
            for n in people
        ]
    )
    firm.catch_up()
    before = firm.unit_properties("person")
    firm.append(
        [
            happened(
                f"b{n}", "person_identified", person=f"p{n}", properties={"title": "CTO"}, batch="b"
            )
            for n in people
        ]
    )
    firm.catch_up()
    assert {row["title"] for row in firm.unit_properties("person").values()} == {"CTO"}
    journal.void(firm.connection, batch="b", now=firm.now(), actor=None)
    # Somebody whom the undo does not touch comes in the same batch of the follower.
    firm.append([happened("c", "person_identified", person="new", properties={"title": "CFO"})])
    sizes, keep = [], profiles.make_again

    def killed_once(connection, touched, **more):
        sizes.append(sum(map(len, touched.values())))
        if len(sizes) == 2:
            raise OSError("killed")
        keep(connection, touched, **more)

    monkeypatch.setattr(profiles, "make_again", killed_once)
    with pytest.raises(OSError, match="killed"):
        firm.catch_up()
    assert {row["title"] for row in firm.unit_properties("person").values()} == {"CEO", "CTO"}
    firm.catch_up()
    after = firm.unit_properties("person")
    assert after.pop("new")["title"] == "CFO"
    assert after == before
    assert max(sizes) <= 200


def test_an_unknown_import_cannot_be_undone(firm):
    for said in ("7", "import-7", "seven"):
        with pytest.raises(NotFoundError):
            firm.undo(said)


_names = st.sampled_from(
    ["page_viewed", "form_submitted", "order_paid", "deal_created", "deal_engaged", "deal_won"]
)
_event = st.tuples(
    st.just("event"),
    _names,
    st.integers(-60, 3),
    st.sampled_from(["ada", "bob", "anon:x", None]),
    st.sampled_from(["acme", None]),
    st.sampled_from(["d1", "d2", None]),
)
_step = st.one_of(
    _event,
    st.tuples(st.just("merge")),
    st.tuples(st.just("void"), st.integers(0, 20)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("follow")),
)


@settings(max_examples=25, deadline=None)
@given(
    definition=st.sampled_from([DEALS, PEOPLE, COMPANIES, BY_PLAN]),
    steps=st.lists(_step, max_size=14),
)
def test_kept_visits_equal_a_fresh_fold_after_any_history(definition, steps):
    clock, number = Clock(), itertools.count()
    with (
        tempfile.TemporaryDirectory() as folder,
        tundish.open(folder, create=True, clock=clock) as workspace,
    ):
        workspace.connection.execute("PRAGMA synchronous = OFF")
        workspace.use(definition)
        appended = []
        for what, *said in steps:
            if what == "event":
                name, day, person, company, deal = said
                appended.append(f"e{next(number)}")
                workspace.append(
                    [
                        happened(
                            appended[-1], name, day=day, person=person, company=company, deal=deal,
                            properties={"plan": "pro" if day % 2 else "free"},
                        )
                    ]
                )  # fmt: skip
            elif what == "merge":
                both = {"other": "anon:x", "kept": "ada"}
                workspace.append([happened(f"m{next(number)}", "person_merged", properties=both)])
            elif what == "void" and appended:
                gone = appended.pop(said[0] % len(appended))
                journal.void(workspace.connection, event=gone, now=workspace.now(), actor=None)
            elif what == "wait":
                clock.forward(days=said[0])
            elif what == "follow":
                workspace.catch_up()
        workspace.catch_up()
        assert visits_of(workspace) == _fresh(workspace)
        people = workspace.unit_properties("person")
        workspace.rebuild()
        assert visits_of(workspace) == _fresh(workspace)
        assert set(workspace.unit_properties("person")) == set(people)


def test_the_whole_past_is_folded_from_the_lake_with_the_same_visits(firm, monkeypatch):
    from tundish.stores import local
    from tundish.workspace import workspace as module

    names = ["page_viewed", "form_submitted", "form_submitted", "order_paid"]
    firm.append(
        [happened(f"e{p}-{k}", name, day=-20 + p + k, person=f"p{p}", batch=f"b{p}")
         for p in range(8) for k, name in enumerate(names[: p % 4 + 1])]
    )  # fmt: skip
    firm.use(PEOPLE)
    firm.catch_up()
    journal.void(firm.connection, batch="b3", now=firm.now(), actor=None)
    firm.append([happened("late", "order_paid", day=-1, person="p1")])  # not in the lake yet
    read = []
    keep = local.events
    monkeypatch.setattr(local, "events", lambda *a, **k: read.append(1) or keep(*a, **k))
    monkeypatch.setattr(module, "_MANY_EVENTS", 1)
    firm.use(COMPANIES)
    firm.use(PEOPLE | {"counting": "strict"})
    assert len(read) == 2
    monkeypatch.setattr(module, "_MANY_EVENTS", 10**9)
    assert visits_of(firm) == _fresh(firm)
    assert "p3" not in {row[0] for row in visits_of(firm)}
