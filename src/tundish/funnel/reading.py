"""A definition's text, YAML or JSON, to a plain dict; errors name the line."""

import json
from typing import Any

import yaml

from tundish.terms import DefinitionError


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML's safe values; a key that stands twice in one mapping is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                mark = key_node.start_mark
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is not a text; put it in quotes", problem_mark=mark
                )
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_definition(text: str, *, called: str = "the definition") -> dict[str, Any]:
    """The mapping that a YAML or JSON text holds. Raises DefinitionError with line and column.

    `called` is what errors call the text, such as its file's name.
    """
    said = _json(text) if text.lstrip().startswith("{") else None
    if said is None:
        said = _yaml(text, called)
    if not isinstance(said, dict):
        raise DefinitionError(
            f"In {called} stands no mapping of keys to values.",
            "definition_unreadable",
            "Begin it with stages: (a sales funnel) or steps: (a question about events).",
            place="line 1",
        )
    return said


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None  # YAML also has braces, and names the line


def _yaml(text: str, called: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = wrong.problem or "it is neither YAML nor JSON"
    except (yaml.YAMLError, ValueError) as wrong:
        place, problem = "", str(wrong).splitlines()[0]
    raise DefinitionError(
        f"The text of {called} cannot be read: {problem}.",
        "definition_unreadable",
        "Correct the text there; lists begin with a dash, mappings are key: value.",
        place=place,
    )
