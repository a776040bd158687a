"""Whose export a table is, by its headers: one YAML file a system, one entry a table it exports.

An entry has `kind`; `needs`, groups of headers of each of which one must be there; `tells`, headers
that speak for it; `columns`, plain headers by field; and where it has them `constants` by field,
`match` (the key by which records are found again), `first` (read before the other files),
`unless` (headers of another table), `events` (event by the text of the event's column) with
`otherwise`, `only` (a row counts where one of these columns says one of these words; * is any),
`renamed` (the property that a column becomes), `stages` (lifecycle stages as places in a funnel).
A file says once whether its `ids` have 18 characters, and whether its tables are `linked_by: name`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tundish.journal.readers.text import plain_header

SYSTEMS = ("hubspot", "pipedrive", "salesforce", "mailchimp", "linkedin", "meta", "costs")
_SHOWN = 6


@dataclass(frozen=True)
class Preset:
    """One table of one system; `name` is `system.table`."""

    name: str
    system: str
    title: str
    table: str
    kind: str
    needs: Sequence[Sequence[str]]
    tells: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    constants: Mapping[str, str] = field(default_factory=dict)
    match: str | None = None
    first: bool = False
    unless: Sequence[str] = ()
    events: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    roles: Sequence[str] = ()
    stages: Mapping[str, Any] = field(default_factory=dict)
    long_ids: bool = False
    by_name: bool = False


@dataclass(frozen=True)
class Found:
    """A preset that fits, and the headers of the file that speak for it, the surest first."""

    preset: Preset
    evidence: tuple[str, ...]


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by name."""
    found = {}
    for system in SYSTEMS:
        body = yaml.safe_load((files(__name__) / f"{system}.yaml").read_text("utf-8"))
        for said in body["tables"]:
            table = dict(said)
            name = f"{system}.{table.pop('name').replace(' ', '-')}"
            found[name] = Preset(
                name,
                system,
                body["title"],
                said["name"],
                long_ids=body.get("ids") == 18,
                by_name=body.get("linked_by") == "name",
                **_loose(table),
            )
    return found


def preset_of(headers: Iterable[str]) -> Found | None:
    """The preset that the headers speak for most; None where none fits."""
    plain: dict[str, str] = {}
    for header in headers:
        plain.setdefault(plain_header(header), header)
    best: tuple[tuple[int, int], Found] | None = None
    for preset in presets().values():
        if not _fits(preset, plain):
            continue
        told = [plain[name] for name in preset.tells if name in plain]
        taken = sum(any(a in plain for a in aliases) for aliases in preset.columns.values())
        score = len(told), taken
        if len(told) >= 2 and (best is None or score > best[0]):
            best = score, Found(preset, tuple(dict.fromkeys(told))[:_SHOWN])
    return None if best is None else best[1]


def _fits(preset: Preset, plain: Mapping[str, str]) -> bool:
    if any(name in plain for name in preset.unless):
        return False
    return all(any(name in plain for name in group) for group in preset.needs)


def _loose(table: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its headers as `plain_header` writes them, whatever hand wrote the file."""
    made = dict(table)
    made["needs"] = [[plain_header(h) for h in group] for group in table["needs"]]
    for name in ("tells", "unless", "roles"):
        made[name] = [plain_header(h) for h in table.get(name, ())]
    made["columns"] = {f: [plain_header(h) for h in said] for f, said in table["columns"].items()}
    made["constants"] = {f: str(said) for f, said in table.get("constants", {}).items()}
    for name in ("only", "renamed", "events"):
        made[name] = {plain_header(str(k)): v for k, v in table.get(name, {}).items()}
    made["only"] = {k: [str(word).casefold() for word in v] for k, v in made["only"].items()}
    return made
