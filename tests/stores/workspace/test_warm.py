"""Models kept warm: what they answer equals the kernel, and choosing one folds nothing anew."""

import pytest
from small_firm import DEALS, PEOPLE, happened, rows_of

from tundish.funnel import catalogue
from tundish.stores import firm as store
from tundish.stores import visits
from tundish.workspace import questions, refold, warm

MINUTE = 60_000_000


def _figures(report):
    return {k: v for k, v in report.to_dict(lists=True).items() if k != "notes"}


def _warm(workspace):
    while workspace.keep_warm():
        pass


@pytest.fixture
def busy(firm):
    """People at every stage of a purchase, and deals, followed and warmed."""
    names = ["session_started", "page_viewed", "form_submitted", "demo_requested", "offer_sent"]
    names += ["order_placed", "order_paid", "review_posted", "referral_made", "complaint_made"]
    firm.append(
        [
            happened(f"e{p}-{k}", name, day=-60 + 5 * k + p, person=f"p{p}", amount=k or None)
            for p in range(9)
            for k, name in enumerate(names[: p + 2])
        ]
    )
    firm.append([happened(f"d{n}", "deal_created", day=-40, deal=f"d{n}") for n in range(4)])
    firm.append([happened(f"w{n}", "deal_won", day=-9, deal=f"d{n}", amount=5) for n in range(2)])
    firm.use(PEOPLE)
    firm.catch_up()
    _warm(firm)
    return firm


@pytest.fixture
def no_kernel(monkeypatch):
    """From here on no question may go to the events."""

    def refuse(*_, **__):
        raise AssertionError("the events were asked")

    return lambda: monkeypatch.setattr(questions, "stage_funnel", refuse)


def test_a_model_kept_warm_answers_as_the_kernel_does(busy, no_kernel):
    fresh = {name: _figures(busy.stage_funnel(catalogue.model(name))) for name in catalogue.names()}
    assert sum(report["passes"] for report in fresh.values()) > 20
    no_kernel()
    kept = {name: _figures(busy.live_report(catalogue.model(name))) for name in catalogue.names()}
    assert kept == fresh


def test_what_comes_later_is_folded_in_and_until_then_the_events_are_asked(busy, clock):
    aida = catalogue.model("aida")
    clock.forward(hours=1)
    busy.append([happened("new", "session_started", day=0.01, person="p99")])
    assert not warm.current(busy, warm.kept_like(busy, aida))
    assert _figures(busy.live_report(aida)) == _figures(busy.stage_funnel(aida))
    busy.catch_up()
    _warm(busy)
    stored = warm.kept_like(busy, aida)
    assert warm.current(busy, stored)
    assert "p99" in visits.load(busy.connection, stored.id).unit.values
    assert _figures(busy.live_report(aida)) == _figures(busy.stage_funnel(aida))


def test_a_page_may_show_a_picture_that_is_some_seconds_old(busy, clock, no_kernel):
    aida = catalogue.model("aida")
    before = _figures(busy.live_report(aida))
    busy.append([happened("new", "session_started", person="p99")])
    clock.forward(seconds=50)
    no_kernel()
    assert busy.live_report(aida, behind=MINUTE).passes == before["passes"]
    clock.forward(seconds=11)
    with pytest.raises(AssertionError):
        busy.live_report(aida, behind=MINUTE)


def test_time_alone_moves_the_units_of_a_warm_model(busy, clock):
    aida = catalogue.model("aida")
    clock.forward(days=200)
    assert not warm.current(busy, warm.kept_like(busy, aida))
    busy.catch_up()
    _warm(busy)
    assert warm.current(busy, warm.kept_like(busy, aida))
    assert _figures(busy.live_report(aida)) == _figures(busy.stage_funnel(aida))


def test_choosing_a_warm_model_folds_nothing(busy, monkeypatch):
    folded = []
    monkeypatch.setattr(refold, "fold", lambda *a, **_: folded.append(a))
    kept = rows_of(visits.load(busy.connection, warm.kept_like(busy, catalogue.model("aida")).id))
    chosen = busy.use("aida", author="Rima")
    assert (chosen.name, chosen.version, chosen.author, chosen.active) == ("aida", 1, "Rima", True)
    assert busy.active.id == chosen.id
    assert rows_of(visits.load(busy.connection, chosen.id)) == kept
    assert not folded


def test_what_was_chosen_before_stays_warm_for_the_way_back(busy, no_kernel):
    busy.use(DEALS)
    busy.append([happened("x", "page_viewed", person="p98")])
    busy.catch_up()
    _warm(busy)
    fresh = _figures(busy.stage_funnel("people"))
    no_kernel()
    assert _figures(busy.live_report("people")) == fresh


def test_a_model_that_nobody_chose_is_no_definition_of_the_firm(busy):
    assert [one.name for one in busy.definitions()] == ["people"]
    assert {one.name for one in store.offered(busy.connection)} == set(catalogue.names())


def test_the_active_funnel_goes_first(busy, clock):
    clock.forward(minutes=1)
    busy.append([happened("new", "session_started", person="p99")])
    clock.forward(minutes=1)
    assert not busy.keep_warm()
    busy.catch_up()
    assert busy.keep_warm()


def test_a_very_large_journal_keeps_nothing_warm(busy, monkeypatch):
    busy.append([happened("new", "session_started", person="p99")])
    busy.catch_up()
    monkeypatch.setattr(warm, "MOST_EVENTS", 10)
    assert not busy.keep_warm()


def test_a_model_that_a_newer_tundish_words_otherwise_is_folded_anew(busy, monkeypatch):
    old = warm.kept_like(busy, catalogue.model("aida"))
    changed = tuple(
        body | {"counting": "strict"} if body["name"] == "aida" else body for body in warm._models()
    )
    monkeypatch.setattr(warm, "_models", lambda: changed)
    _warm(busy)
    new = next(one for one in store.offered(busy.connection) if one.name == "aida")
    assert new.id != old.id
    assert len(visits.load(busy.connection, new.id)) > 0
    assert len(visits.load(busy.connection, old.id)) == 0


def test_rebuild_makes_the_warm_models_again(busy):
    aida = catalogue.model("aida")
    before = rows_of(visits.load(busy.connection, warm.kept_like(busy, aida).id))
    busy.rebuild()
    assert not warm.current(busy, warm.kept_like(busy, aida))
    _warm(busy)
    assert rows_of(visits.load(busy.connection, warm.kept_like(busy, aida).id)) == before
