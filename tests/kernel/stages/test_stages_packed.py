"""Which definitions the packed fold takes on, and what machine code is kept by."""

import pytest

from tundish.funnel import catalogue
from tundish.funnel.packed.packing import pack
from tundish.funnel.stages import packed as packed_stages
from tundish.funnel.stages import parse_stages

from .cases import columns, definition, event

EVENTS = pack(columns([event("ask", 1, plan=1)]), "unit")


@pytest.fixture
def with_numba(monkeypatch):
    monkeypatch.setattr(packed_stages, "find_spec", lambda _name: object())


@pytest.mark.usefixtures("with_numba")
@pytest.mark.parametrize("name", catalogue.names())
def test_every_ready_made_model_is_answered(name):
    assert packed_stages.can_answer(parse_stages(catalogue.model(name)), EVENTS)


def test_without_the_extra_nothing_is_answered(monkeypatch):
    monkeypatch.setattr(packed_stages, "find_spec", lambda _name: None)
    wanted = parse_stages(definition("ask", "try", "order"))
    assert not packed_stages.can_answer(wanted, EVENTS)


@pytest.mark.usefixtures("with_numba")
def test_a_definition_of_very_many_parts_is_not():
    many = {"all": [{"any": [{"event": f"{i}{k}"}, {"at_least": 2, "of": {"event": f"{i}{k}"}}]}
                    for i in range(4) for k in range(4)]}  # fmt: skip
    assert not packed_stages.can_answer(parse_stages(definition(many, "try", "order")), EVENTS)


@pytest.mark.usefixtures("with_numba")
def test_a_property_that_is_not_packed_must_be_known_not_to_exist():
    from dataclasses import replace

    wanted = parse_stages(definition({"event": "ask", "where": {"plan": 1}}, "try", "order"))
    colour = parse_stages(definition({"event": "ask", "where": {"hue": 1}}, "try", "order"))
    some = replace(EVENTS, complete=False, left_out=frozenset({"hue"}))
    assert packed_stages.can_answer(colour, EVENTS)
    assert not packed_stages.can_answer(colour, some)
    assert packed_stages.can_answer(wanted, some)
    assert not packed_stages.can_answer(wanted, replace(EVENTS, complete=False))
