"""The ready-made funnels: one YAML file each, in the order in which they are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tundish.funnel.reading import read_definition
from tundish.terms import NotFoundError

SIX = (
    "aida", "hierarchy_of_effects", "buying_cycle", "consumer_decision_journey",
    "four_part_journey_cycle", "small_business",
)  # fmt: skip
"""The models of buying behaviour; they read the same standard events of persons."""
OPPORTUNITIES = "opportunities"
"""The model of a CRM's deals."""


@dataclass(frozen=True)
class Model:
    """One model: its name, its title and origin by language, and the definition itself."""

    name: str
    title: Mapping[str, str]
    origin: Mapping[str, str]
    body: Mapping[str, Any]


def names() -> tuple[str, ...]:
    """The names of all models."""
    return (*SIX, OPPORTUNITIES)


def models() -> tuple[Model, ...]:
    """All models."""
    found = ((name, model(name)) for name in names())
    return tuple(Model(name, body["title"], body["origin"], body) for name, body in found)


def model(name: str) -> dict[str, Any]:
    """The definition of a model; `-` and `_` are alike. Raises NotFoundError."""
    return read_definition(text(name), called=f"{_known(name)}.yaml")


def text(name: str) -> str:
    """The model's YAML file as it is. Raises NotFoundError."""
    return _file(_known(name))


@cache
def _file(name: str) -> str:
    return (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")


def _known(name: str) -> str:
    plain = name.strip().casefold().replace("-", "_")
    if plain not in names():
        raise NotFoundError(
            f"There is no model {name!r}; there are {', '.join(names())}.",
            "model_unknown",
            "Choose one of these, or give a definition of your own.",
        )
    return plain
