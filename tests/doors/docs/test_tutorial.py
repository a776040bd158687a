"""The documents' commands, Python and definitions are run; what the code knows, they name."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import tundish
from tundish.funnel import catalogue
from tundish.funnel.conditions import OPERATORS
from tundish.funnel.stages import parse_stages, parsing, rules
from tundish.funnel.steps import parse, parse_steps

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import transcripts  # noqa: E402

DEFINITIONS = (ROOT / "docs" / "definitions.md").read_text()
PYTHON = (ROOT / "docs" / "python.md").read_text()


@pytest.mark.parametrize("name", transcripts.DOCUMENTS)
def test_a_document_shows_what_its_commands_answer(name: str, tmp_path: Path) -> None:
    shown = (ROOT / name).read_text()
    assert transcripts.rerun(shown, folder=tmp_path).splitlines() == shown.splitlines(), (
        f"{name} is out of date: .venv/bin/python tools/transcripts.py"
    )


def test_every_example_of_a_definition_is_one() -> None:
    kinds = {"stages": 0, "steps": 0, "rules": 0}
    for block in re.findall(r"```yaml\n(.*?)```", DEFINITIONS, re.S):
        said = yaml.safe_load(block)
        if isinstance(said, list):
            assert all(rules.parse_rule(rule, place="rule") for rule in said)
            kinds["rules"] += len(said)
        elif "stages" in said:
            assert len(parse_stages(said).stages) == len(said["stages"])
            kinds["stages"] += 1
        else:
            assert len(parse_steps(said).steps) == len(said["steps"])
            kinds["steps"] += 1
    assert kinds == {"stages": 1, "steps": 3, "rules": 11}


def test_every_key_of_a_definition_is_documented() -> None:
    shown = {word for block in re.findall(r"```yaml\n(.*?)```", DEFINITIONS, re.S)
             for word in re.findall(r"\w+", block)}  # fmt: skip
    keys = {
        *parsing.KEYS, *parsing.STAGE_KEYS, *parsing.LOSS_KEYS, *parsing.LOOP_KEYS,
        *parsing.VALUE_KEYS, *parsing.BREAKDOWN_KEYS, *parse._KEYS, *parse._STEP,
        *(word for form in rules._KEYS.values() for word in form),
    }  # fmt: skip
    assert {*keys, *OPERATORS, "ever"} - _named(DEFINITIONS) == set()
    # The shortest keys are shown as well, since a word alone may mean something else.
    assert {"steps", "stages", "where", "loop", "loss", "breakdown", "exclusions"} <= shown


def test_every_key_of_a_schema_is_documented() -> None:
    for name in ("steps", "stages"):
        text = (ROOT / f"src/tundish/funnel/{name}/schema.json").read_text()
        keys = {key for part in _mappings(json.loads(text)) for key in part.get("properties", {})}
        assert len(keys) > 20
        # A key that is itself called "properties" holds a form of values, not keys.
        assert keys - {"oneOf", "$ref"} - _named(DEFINITIONS) == set()


def test_every_key_of_a_report_is_documented() -> None:
    events = [
        {"person": "a", "event": "session_started", "time": "2026-01-01T10:00:00Z", "value": 1},
        {"person": "a", "event": "order_placed", "time": "2026-01-02T10:00:00Z", "value": 5},
        {"person": "b", "event": "session_started", "time": "2026-01-02T11:00:00Z"},
    ]
    steps = {
        "steps": [{"event": "session_started"}, {"event": "order_placed"}],
        "breakdown": {"property": "channel"},
        "value": {"property": "value", "currency": "EUR"},
    }
    stages = {**catalogue.model("consumer_decision_journey"), "breakdown": "channel"}
    asked = tundish.step_funnel(events, steps).to_dict(lists=True)
    folded = tundish.stage_funnel(events, stages).to_dict(lists=True, journeys=True)
    own = {"a", "b", *(loss["reason"] for loss in stages["loss"])}
    keys = {key for part in (*_mappings(asked), *_mappings(folded)) for key in part} - own
    assert len(keys) > 60
    assert keys - _named(PYTHON) == set()


def test_every_member_of_a_workspace_is_documented() -> None:
    from tundish.workspace import Workspace

    members = {name for name in vars(Workspace) if not name.startswith("_")}
    assert members - _named(PYTHON) == set()
    assert set(tundish.__all__) <= set(re.findall(r"tundish\.(\w+)\(", PYTHON))


def test_every_model_is_documented_with_its_origin() -> None:
    shown = (ROOT / "docs" / "models.md").read_text()
    for one in catalogue.models():
        assert f"`{one.name}`" in shown
        assert one.origin["en"].strip() in shown


def test_the_words_of_the_models_stand_in_the_glossary_as_in_the_pages() -> None:
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(), re.M)
    arabic = {english: word.strip() for english, word in rows}
    for name in ("aida", "consumer_decision_journey"):
        for stage in catalogue.model(name)["stages"]:
            assert arabic[stage["name"]] == stage["title"]["ar"]


def _named(text: str) -> set[str]:
    """Every word that a document names as code."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return {word for code in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"\w+", code)}


def _mappings(said: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within plain data."""
    if isinstance(said, dict):
        yield said
        said = list(said.values())
    if isinstance(said, list):
        for one in said:
            yield from _mappings(one)
