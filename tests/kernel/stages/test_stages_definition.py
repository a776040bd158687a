"""What a definition may say, where an error points, and the schema's agreement with the parser."""

import copy
import json
from importlib.resources import files

import pytest

from tundish.funnel import catalogue
from tundish.funnel.reading import read_definition
from tundish.funnel.stages import parse_stages
from tundish.funnel.stages.parsing import KEYS, LOOP_KEYS, LOSS_KEYS, STAGE_KEYS
from tundish.terms import DAY, DefinitionError

from .cases import definition

GOOD = {
    "name": "own",
    "title": {"en": "Own", "ar": "خاص"},
    "unit": "company",
    "value": {"property": "amount", "currency": "SAR"},
    "stages": [
        {"name": "a", "enter": {"event": None, "where": {"plan": {"op": "is_set"}}}},
        {
            "name": "b", "title": "Second", "owner": "sales", "target": 0.4, "stuck_after": "14d",
            "falls_back": True, "activities": ["call", {"en": "mail", "ar": "بريد"}],
            "touchpoints": ["call_held"],
            "enter": {"at_least": 2, "of": {"any": [{"event": "x"}]}, "within": "7d", "ever": True},
        },
        {"name": "c", "purchase": True, "enter": {"any": [
            {"all": [{"score": "fit", "gte": 7}, {"field": "size", "value": "large"}]},
            {"silent_for": "3d", "of": {"event": "y"}},
        ]}},
    ],
    "loss": [{"reason": "gone", "when": {"event": "z"}, "title": {"en": "Gone"}}],
    "loop": {"from": "c", "to": "c", "within": "90d"},
    "from": "2026-01-01", "to": "2026-06-30", "as_of": "2026-07-01T08:00:00+03:00",
    "timezone": "Asia/Riyadh", "counting": "strict", "period_counts": "entries",
    "breakdown": {"properties": ["country", "size"], "scope": "unit", "limit": 5},
}  # fmt: skip

# where to change the good definition, to what, and the place that the error names
WRONG = [
    (("stages",), [], "stages"),
    (("stages",), "none", "stages"),
    (("stages", 0), "a", "stages[0]"),
    (("stages", 0, "purchase"), True, "stages"),
    (("stages", 2, "purchase"), False, "stages"),
    (("stages", 1, "name"), "a", "stages[1].name"),
    (("stages", 1, "name"), " ", "stages[1].name"),
    (("stages", 1, "owner"), "boss", "stages[1].owner"),
    (("stages", 1, "target"), 40, "stages[1].target"),
    (("stages", 1, "stuck_after"), "soon", "stages[1].stuck_after"),
    (("stages", 1, "falls_back"), "yes", "stages[1].falls_back"),
    (("stages", 1, "colour"), "red", "stages[1].colour"),
    (("stages", 1, "activities"), "call", "stages[1].activities"),
    (("stages", 1, "title"), 5, "stages[1].title"),
    (("stages", 1, "enter"), {}, "stages[1].enter"),
    (("stages", 1, "enter", "at_least"), 0, "stages[1].enter.at_least"),
    (("stages", 1, "enter", "within"), "-1d", "stages[1].enter.within"),
    (("stages", 1, "enter", "ever"), "yes", "stages[1].enter.ever"),
    (("stages", 1, "enter", "of"), {"silent_for": "1d", "of": {"event": "x"}}, "stages[1].enter.of"),
    (("stages", 2, "enter", "any"), [], "stages[2].enter.any"),
    (("stages", 2, "enter", "any", 0, "all", 0), {"event": 3}, "stages[2].enter.any[0].all[0].event"),
    (("stages", 2, "enter", "any", 0, "all", 0, "gte"), "x", "stages[2].enter.any[0].all[0].gte"),
    (("stages", 2, "enter", "any", 0, "all", 1), {"field": "f"}, "stages[2].enter.any[0].all[1]"),
    (("stages", 2, "enter", "any", 1, "silent_for"), None, "stages[2].enter.any[1].silent_for"),
    (("stages", 2, "enter", "any", 1, "where"), {}, "stages[2].enter.any[1].where"),
    (("stages", 0, "enter", "where", "plan"), {"op": "like"}, "stages[0].enter.where.plan.op"),
    (("loss", 0, "when"), "z", "loss[0].when"),
    (("loss",), {}, "loss"),
    (("loop", "to"), "d", "loop.to"),
    (("loop", "with"), "7d", "loop.with"),
    (("unit",), {"color": "x"}, "unit"),
    (("value", "amount"), 1, "value.amount"),
    (("counting",), "all", "counting"),
    (("period_counts",), "both", "period_counts"),
    (("timezone",), "Mars/Base", "timezone"),
    (("from",), "soon", "from"),
    (("breakdown", "limit"), 0, "breakdown.limit"),
    (("breakdown", "scope"), "world", "breakdown.scope"),
    (("steps",), [], "steps"),
]  # fmt: skip
# what a schema cannot say: names that must agree, time zones
BEYOND_SCHEMA = {"loop.to", "timezone", "stages[1].name", "stages"}


@pytest.fixture(scope="module")
def schema():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    text = files("tundish.funnel.stages").joinpath("schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


def changed(path, value):
    wrong = copy.deepcopy(GOOD)
    inner = wrong
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return wrong


def test_a_good_definition_is_read_whole(schema):
    read = parse_stages(GOOD)
    assert schema.is_valid(GOOD)
    assert read.names == ("a", "b", "c")
    assert (read.purchase, read.stages[1].stuck_after, read.loop.within) == (2, 14 * DAY, 90 * DAY)
    assert read.end - read.start == 181 * DAY - 1
    assert read.stages[1].activities[0] == {"": "call"}
    assert (read.value_property, read.currency) == ("amount", "SAR")


@pytest.mark.parametrize(("path", "value", "place"), WRONG)
def test_an_error_names_its_place_and_the_schema_refuses_too(schema, path, value, place):
    wrong = changed(path, value)
    with pytest.raises(DefinitionError) as caught:
        parse_stages(wrong)
    assert caught.value.place == place
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert place in BEYOND_SCHEMA or path[-1] == "silent_for" or not schema.is_valid(wrong)


def test_an_error_lists_what_is_allowed():
    with pytest.raises(DefinitionError, match="marketing, sales"):
        parse_stages(changed(("stages", 1, "owner"), "boss"))
    with pytest.raises(DefinitionError, match="3 to 7 stages, not 8"):
        parse_stages({"stages": [{"name": str(i), "enter": {"event": "a"}} for i in range(8)]})


def test_the_schema_and_the_parser_know_the_same_keys(schema):
    known = schema.schema
    assert set(known["properties"]) == set(KEYS)
    assert set(known["$defs"]["stage"]["properties"]) == set(STAGE_KEYS)
    assert set(known["$defs"]["loss"]["properties"]) == set(LOSS_KEYS)
    assert set(known["properties"]["loop"]["properties"]) == set(LOOP_KEYS)


@pytest.mark.parametrize("name", catalogue.names())
def test_the_models_of_the_catalogue_obey_the_schema(schema, name):
    assert schema.is_valid(catalogue.model(name))


def test_a_loop_leads_back():
    wrong = changed(("loop",), {"from": "a", "to": "b"})
    with pytest.raises(DefinitionError, match="lies after"):
        parse_stages(wrong)


def test_yaml_and_json_read_the_same():
    assert read_definition("stages:\n  - name: a\n") == read_definition(
        '{"stages": [{"name": "a"}]}'
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("stages:\n  - name: a\n   enter: x\n", "line 3"),
        ('{"stages": [\n{"name": ]}', "line 2"),
        ("name: a\nname: b\n", "line 2"),
        ("name: a\nstages:\n  - no: x\n", "line 3"),
        ("- a\n- b\n", "line 1"),
        ("", "line 1"),
    ],
)
def test_a_text_that_cannot_be_read_names_the_line(text, place):
    with pytest.raises(DefinitionError) as caught:
        read_definition(text, called="mine.yaml")
    assert caught.value.place.startswith(place)
    assert "mine.yaml" in caught.value.message


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"field": "f", "op": "zz", "value": 2}, "stages[0].enter.op"),
        ({"field": "f", "op": "in", "value": 2}, "stages[0].enter.value"),
        ({"field": "f", "op": "gte"}, "stages[0].enter"),
        ({"any": [{"field": "f", "op": "zz", "value": 2}]}, "stages[0].enter.any[0].op"),
        ({"at_least": 2, "of": {"silent_for": "1d", "of": {"event": "a"}}}, "stages[0].enter.of"),
        (
            {"silent_for": "1d", "of": {"any": [{"at_least": 2, "of": {"event": "a"}}]}},
            "stages[0].enter.of.any[0]",
        ),
    ],
)
def test_a_wrong_rule_is_told_with_the_place_where_it_stands(rule, place):
    with pytest.raises(DefinitionError) as caught:
        parse_stages(definition(rule, "try", "order"))
    assert caught.value.place == place


def test_an_error_without_a_hint_of_its_own_names_the_page_with_all_keys():
    with pytest.raises(DefinitionError) as caught:
        parse_stages({"stages": "none"})
    assert "docs/definitions.md" in caught.value.hint
