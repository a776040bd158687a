"""The compiled fold over packed events against the general fold: every figure, list and visit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.stages.cases import columns, definition, definitions, event, journals, spelled
from tundish.funnel import catalogue
from tundish.funnel.packed.packing import pack
from tundish.funnel.stages import fold, parse_stages, report, stage_report
from tundish.funnel.stages.packed import can_answer, packed_stage_report
from tundish.funnel.stages.packed.others import others_of
from tundish.funnel.units import UnitChoice
from tundish.terms import DAY

from .logs import random_log, same_report, same_visits

pytest.importorskip("numba")


def general_of(log, wanted, *, unit, as_of, asked=None):
    """The general fold of some units' events, as the index asks for it."""

    def general(ids):
        if asked is not None:
            asked.extend(ids)
        some = log.take(log.units[unit].where(set(ids).__contains__))
        return others_of(some, wanted, as_of=as_of)

    return general


SPLITS = (
    None, "plan", {"property": "value", "attribution": "last_touch", "limit": 2},
    {"properties": ["plan", "value"], "limit": 1},
)  # fmt: skip


@settings(max_examples=90, deadline=None)
@given(
    events=journals(units=3, most=20),
    wanted=definitions(),
    as_of=st.integers(0, 20),
    parts=st.integers(1, 3),
    more=st.fixed_dictionaries(
        {
            "period_counts": st.sampled_from(("passes", "entries")),
            "counting": st.sampled_from(("reached", "strict", "visited")),
            "breakdown": st.sampled_from(SPLITS),
            "from": st.none() | st.integers(0, 10),
            "to": st.none() | st.integers(5, 20),
        }
    ),
)
def test_any_definition_over_any_journal_is_counted_as_by_the_general_fold(
    events, wanted, as_of, parts, more
):
    parsed = parse_stages(spelled(wanted | more | {"as_of": as_of}))
    log = columns(events)
    packed = pack(log, "unit", parts=parts)
    assert can_answer(parsed, packed)
    general = general_of(log, parsed, unit="unit", as_of=as_of)
    mine, theirs = packed_stage_report(packed, parsed, general=general), stage_report(log, parsed)
    same_visits(mine.chosen, theirs.chosen)
    same_report(mine, theirs)


@pytest.mark.parametrize("place", range(len(catalogue.names())))
def test_the_ready_made_models_are_counted_as_by_the_general_fold(place):
    model = catalogue.names()[place]
    unit = "deal" if model == "opportunities" else "person"
    log = random_log(
        6_000, model=model, unit=unit, seed=place, units=(1_000, 150)[place % 2],
        tick=(DAY // 24, DAY, 1_000)[place % 3],
    )  # fmt: skip
    wanted = parse_stages(catalogue.model(model) | {"breakdown": "channel"})
    packed = pack(log, unit, parts=1 + place % 3)
    asked = []
    general = general_of(log, wanted, unit=unit, as_of=packed.latest, asked=asked)
    mine, theirs = packed_stage_report(packed, wanted, general=general), stage_report(log, wanted)
    same_visits(mine.chosen, theirs.chosen)
    same_report(mine, theirs)
    assert len(asked) < 100


@pytest.mark.parametrize("view", [
    {"from": "2023-12-01", "to": "2024-03-31"},
    {"from": "2023-12-01", "to": "2024-03-31", "period_counts": "entries", "counting": "strict"},
    {"counting": "visited", "breakdown": {"property": "tier", "scope": "unit", "limit": 2}},
])  # fmt: skip
def test_masked_units_come_from_the_general_fold_and_a_segment_is_obeyed(view):
    log = random_log(6_000, model="consumer_decision_journey", seed=3, units=300)
    wanted = parse_stages(catalogue.model("consumer_decision_journey") | view)
    packed = pack(log, "person", parts=2)
    ids = list(packed.ids)
    properties = {unit: {"tier": str(len(unit))} for unit in ids[::2]}
    segment = set(ids[::3]) | {"nobody"}
    masked = np.zeros(packed.units, np.bool_)
    masked[::5] = True
    packed = replace(packed, masked=masked)
    general = general_of(log, wanted, unit="person", as_of=packed.latest)
    dirty = [unit for unit, out in zip(ids, masked, strict=True) if out]
    for units in (None, segment):
        mine = packed_stage_report(
            packed, wanted, general=general, others=[general(dirty)], units=units,
            unit_properties=properties,
        )  # fmt: skip
        whole = stage_report(log, wanted, unit_properties=properties)
        theirs = whole
        if units is not None:
            theirs = report(
                whole.chosen.visits, wanted, as_of=packed.latest, units=units,
                unit_properties=properties, notes=whole.notes,
            )  # fmt: skip
        same_report(mine, theirs)


def test_no_events_and_no_matching_events_give_an_empty_report():
    wanted = parse_stages(catalogue.model("aida"))
    for events in ([], [event("other", 5)]):
        log = columns(events)
        packed = pack(log, "unit")
        mine = packed_stage_report(packed, wanted, as_of=10)
        theirs = report_of(log, wanted, as_of=10)
        assert mine.to_dict(lists=True) == theirs.to_dict(lists=True)


def report_of(log, wanted, *, as_of):
    """The general report as of an instant."""
    folded = fold(log, wanted, as_of=as_of)
    return report(folded.visits, wanted, as_of=as_of, notes=folded.notes)


def test_a_tie_that_only_ids_decide_is_left_to_the_general_fold():
    wanted = parse_stages(definition("ask", "try", "order"))
    events = [
        event("ask", 3, ident="b", day=True), event("ask", 3, ident="a"),
        event("ask", 4, unit="v", ident="c", day=True), event("ask", 4, unit="v", ident="d", day=True),
    ]  # fmt: skip
    log = columns(events)
    asked = []
    general = general_of(log, wanted, unit="unit", as_of=9, asked=asked)
    mine = packed_stage_report(pack(log, "unit"), wanted, as_of=9, general=general)
    assert asked == ["u"]
    same_visits(mine.chosen, report_of(log, wanted, as_of=9).chosen)


def test_journeys_come_from_the_whole_report():
    log = random_log(500, model="aida", seed=5, units=50, bare_days=0)
    wanted = parse_stages(catalogue.model("aida"))
    theirs = stage_report(log, wanted)
    mine = packed_stage_report(pack(log, "person"), wanted, whole=lambda: theirs)
    assert mine.to_dict(journeys=True) == theirs.to_dict(journeys=True)


def test_a_very_busy_unit_and_many_rows_need_more_room_and_get_it(monkeypatch):
    from tundish.funnel.stages.packed import sinks, walking

    monkeypatch.setattr(walking, "_ROWS", 8)
    monkeypatch.setattr(walking, "_ITEMS", 16)
    monkeypatch.setattr(sinks, "_ROOM", 8)
    log = random_log(3_000, model="four_part_journey_cycle", seed=8, units=3, bare_days=0)
    wanted = parse_stages(catalogue.model("four_part_journey_cycle"))
    mine, theirs = packed_stage_report(pack(log, "person"), wanted), stage_report(log, wanted)
    same_visits(mine.chosen, theirs.chosen)
    same_report(mine, theirs)


def test_units_of_several_buckets_and_threads_are_all_counted():
    log = random_log(20_000, model="small_business", seed=9, units=60_000, bare_days=0)
    wanted = parse_stages(catalogue.model("small_business"))
    theirs = stage_report(log, wanted)
    for threads in (1, 3):
        mine = packed_stage_report(pack(log, "person"), wanted, threads=threads)
        same_report(mine, theirs, lists=False)


def test_a_definition_of_another_unit_than_a_named_one_is_not_answered():
    wanted = parse_stages(definition("ask", "try", "order", unit={"property": "plan"}))
    assert wanted.choice == UnitChoice("property", "plan")
    assert not can_answer(wanted, pack(columns([event("ask", 1)]), "unit"))


def test_machine_code_is_made_ahead_and_kept_by_all_the_sources_that_it_came_from():
    from tundish.funnel.stages.packed import gather, native, tally, warm

    assert warm()
    for function in (gather.count, gather.scatter, gather.walk_units, tally.tally):
        assert function._cache._cache_file._source_stamp == native._STAMP
        assert function.signatures
    assert native._stamp() == native._STAMP
