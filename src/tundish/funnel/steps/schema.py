"""The JSON Schema of a step definition, for editors and for the reference pages."""

import json
from importlib.resources import files
from typing import Any


def steps_schema() -> dict[str, Any]:
    """The schema (draft 2020-12). What it cannot say (a step that is not there, a range that ends
    before it starts, an unknown time zone) parse_steps refuses as well."""
    text = files("tundish.funnel.steps").joinpath("schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
