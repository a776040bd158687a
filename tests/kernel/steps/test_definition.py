"""What a step definition may say, by the parser and by the JSON Schema."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tundish.funnel.steps import parse_steps, steps_schema
from tundish.terms import DefinitionError

TWO = [{"event": "x"}, {"event": "y"}]

GOOD: list[dict[str, Any]] = [
    {},
    {"order": "strict", "window": "14d"},
    {"window": "1h30m", "min_gap": 5, "max_gap": ["1d"]},
    {"window": None, "min_gap": [None, "5m"], "entry": "first"},
    {"window": "99999999999999w"},
    {"steps": [{"event": None, "any_of": ["x", {"event": "y", "where": {"v": 1}}]}]},
    {"steps": [{"event": "x", "optional": True}, {"event": "y", "occurrence": "first_ever"}]},
    {"steps": [{"event": "x", "min_gap": "1d", "max_gap": None, "name": "seen"}]},
    {"where": {"plan": "pro", "n": {"op": "gte", "value": 3}, "m": {"op": "is_set"}}},
    {"where": {"plan": ["a", "b"], "flag": True, "none": None}},
    {"exclusions": [{"event": "z", "from_step": 0, "to_step": 1, "where": {"v": "p"}}]},
    {"unit": "company"},
    {"unit": {"property": "account"}},
    {"unit": {"unit_property": "team"}},
    {"from": "2026-01-01", "to": "2026-06-30T12:00:00+02:00", "timezone": "Asia/Riyadh"},
    {"range_limits": "attempt", "now": "2026-07-01"},
    {"breakdown": {"property": "channel", "attribution": "last_touch", "limit": 3}},
    {"breakdown": {"properties": ["a", "b"], "scope": "unit", "step": 1}},
    {"counting": "totals", "hold_constant": ["deal"]},
    {"value": {"property": "value", "currency": "EUR"}},
    {"interval": "week", "week_start": "sunday", "from_step": 0, "to_step": 1, "bins": 7},
    {"week_start": 6, "hold_constant": "deal", "order": None},
    {"order": "unordered", "min_gap": 0},
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"step": []}, "step"),
    ({"steps": []}, "steps"),
    ({"steps": None}, "steps"),
    ({"steps": {"event": "x"}}, "steps"),
    ({"steps": ["x"]}, "steps[0]"),
    ({"steps": [{"event": "x", "optional": True}]}, "steps"),
    ({"steps": [{"evnt": "x"}]}, "steps[0].evnt"),
    ({"steps": [{"event": 5}]}, "steps[0].event"),
    ({"steps": [{"event": "x", "optional": "yes"}]}, "steps[0].optional"),
    ({"steps": [{"event": "x", "occurrence": "last"}]}, "steps[0].occurrence"),
    ({"steps": [{}, {"where": {"plan": {"op": "is", "value": 1}}}]}, "steps[1].where.plan.op"),
    ({"steps": [{}, {"where": {"plan": {"op": "in", "value": 1}}}]}, "steps[1].where.plan.value"),
    ({"steps": [{"where": {"plan": {"op": "gt"}}}]}, "steps[0].where.plan"),
    ({"steps": [{"where": "plan"}]}, "steps[0].where"),
    ({"steps": [{"any_of": [{"evnt": "x"}]}]}, "steps[0].any_of[0].evnt"),
    ({"steps": [{"any_of": "x"}]}, "steps[0].any_of"),
    ({"order": "sorted"}, "order"),
    ({"window": "two weeks"}, "window"),
    ({"window": -1}, "window"),
    ({"max_gap": ["1d", "x"]}, "max_gap[1]"),
    ({"order": "unordered", "max_gap": "1d"}, "order"),
    ({"exclusions": [{"event": "z", "unit_where": {}}]}, "exclusions[0].unit_where"),
    ({"exclusions": [{"event": "z", "from_step": -1}]}, "exclusions[0].from_step"),
    ({"unit": {"property": "a", "unit_property": "b"}}, "unit"),
    ({"unit": 5}, "unit"),
    ({"from": "yesterday"}, "from"),
    ({"timezone": ""}, "timezone"),
    ({"range_limits": "end"}, "range_limits"),
    ({"breakdown": {"property": "a", "properties": ["b"]}}, "breakdown"),
    ({"breakdown": {"limit": 3}}, "breakdown"),
    ({"breakdown": {"property": "a", "attribution": "linear"}}, "breakdown.attribution"),
    ({"breakdown": {"property": "a", "limit": 0}}, "breakdown.limit"),
    ({"counting": "all"}, "counting"),
    ({"entry": "last"}, "entry"),
    ({"hold_constant": [5]}, "hold_constant[0]"),
    ({"value": {"currency": "EUR"}}, "value.property"),
    ({"interval": "year"}, "interval"),
    ({"week_start": "someday"}, "week_start"),
    ({"from_step": 1.5}, "from_step"),
    ({"bins": 0}, "bins"),
]

BEYOND_THE_SCHEMA: list[tuple[dict[str, Any], str]] = [
    ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"from": "2026-02-30"}, "from"),
    ({"from": "2026-02-02", "to": "2026-02-01"}, "to"),
    ({"from_step": 1, "to_step": 0}, "from_step"),
    ({"to_step": 2}, "to_step"),
    ({"exclusions": [{"event": "z", "from_step": 1, "to_step": 1}]}, "exclusions[0].from_step"),
    ({"max_gap": ["1d", "1d", "1d"]}, "max_gap"),
    ({"steps": [{"where": {"v": {"op": "matches", "value": "("}}}]}, "steps[0].where.v.value"),
]

schema = Draft202012Validator(steps_schema())


@pytest.mark.parametrize("said", GOOD, ids=str)
def test_schema_and_parser_accept_the_same(said: dict[str, Any]) -> None:
    data = {"steps": TWO} | said
    assert parse_steps(data).steps
    assert [e.message for e in schema.iter_errors(data)] == []


@pytest.mark.parametrize(("said", "place"), BAD, ids=str)
def test_schema_and_parser_refuse_the_same(said: dict[str, Any], place: str) -> None:
    data = {"steps": TWO} | said
    with pytest.raises(DefinitionError) as refused:
        parse_steps(data)
    assert refused.value.place == place
    assert refused.value.code
    assert refused.value.hint
    assert not schema.is_valid(data)


@pytest.mark.parametrize(("said", "place"), BEYOND_THE_SCHEMA, ids=str)
def test_the_parser_also_refuses_what_a_schema_cannot_say(said: dict[str, Any], place: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_steps({"steps": TWO} | said)
    assert refused.value.place == place


def test_an_error_names_the_allowed_values() -> None:
    with pytest.raises(DefinitionError, match="ordered, strict, unordered"):
        parse_steps({"steps": TWO, "order": "sorted"})
    with pytest.raises(DefinitionError, match="is_set, is_not_set, equals"):
        parse_steps({"steps": [{"event": "x", "where": {"v": {"op": "is"}}}]})


def test_a_definition_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(DefinitionError, match="mapping is expected"):
        parse_steps(["x", "y"])


def test_schema_and_parser_know_the_same_keys() -> None:
    from tundish.funnel.steps import parse

    known = steps_schema()
    assert set(known["properties"]) == set(parse._KEYS)
    assert set(known["$defs"]["step"]["properties"]) == set(parse._STEP)


def test_a_date_ends_at_the_end_of_its_day_in_the_time_zone() -> None:
    parsed = parse_steps(
        {"steps": TWO, "from": "2026-03-29", "to": date(2026, 3, 29), "timezone": "Europe/Berlin"}
    )
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    end = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert parsed.start == start.timestamp() * 1_000_000
    assert parsed.end == end.timestamp() * 1_000_000 - 1


def test_a_window_beyond_64_bits_means_none() -> None:
    assert parse_steps({"steps": TWO, "window": "99999999999999w"}).window is None
    assert parse_steps({"steps": TWO, "window": 86_400}).window == 86_400_000_000


def test_gaps_stand_for_all_steps_or_for_each() -> None:
    every = parse_steps({"steps": TWO, "max_gap": 2})
    assert [s.max_gap for s in every.steps] == [2_000_000, 2_000_000]
    between = parse_steps({"steps": TWO, "max_gap": [3]})
    assert [s.max_gap for s in between.steps] == [None, 3_000_000]
    own = parse_steps({"steps": [{"event": "x"}, {"event": "y", "max_gap": 4}], "max_gap": 2})
    assert [s.max_gap for s in own.steps] == [2_000_000, 4_000_000]


def test_a_step_is_named_by_its_event_unless_told() -> None:
    parsed = parse_steps({"steps": [{"event": "x"}, {"event": None}, {"any_of": ["x", "y"]},
                                    {"event": "x", "name": "seen"}]})  # fmt: skip
    assert [s.name for s in parsed.steps] == ["x", "any event", "x or y", "seen"]
