"""What the lifecycle stages of another system mean in the firm's own funnel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from tundish.areas.capture.choices import Choice
from tundish.areas.capture.proposals import Proposal
from tundish.journal.readers.presets import presets
from tundish.journal.readers.record_rows import stage_word
from tundish.stores.firm import StoredDefinition
from tundish.workspace import Workspace, warm

# Its words for stages are those that other systems and lists use too.
_COMMON = "hubspot.contacts"


@dataclass(frozen=True)
class Meaning:
    """One lifecycle stage: the word of the file, how often it stands there, the stage it means here."""

    word: str
    text: str
    count: int
    stage: str


@dataclass(frozen=True)
class Meanings:
    """The words of a file, and the stages of the active funnel (name, title) they may mean."""

    definition: str
    words: Sequence[Meaning]
    stages: Sequence[tuple[str, str]]


def shown(workspace: Workspace, proposed: Proposal, choice: Choice) -> Meanings | None:
    """The words with what they mean; None where the funnel counts no people, or there are none."""
    active = _active(workspace)
    if not proposed.stages or active is None:
        return None
    body = active.body
    known = (proposed.preset and proposed.preset.stages) or presets()[_COMMON].stages
    chosen = choice.stages if choice.definition == active.name else {}
    words = [
        Meaning(
            word, text, count,
            chosen[word] if word in chosen else _guess(word, body["stages"], known),
        )
        for word, text, count in proposed.stages
    ]  # fmt: skip
    titles = [(stage["name"], _title(stage)) for stage in body["stages"]]
    return Meanings(active.name, words, titles)


def with_stages(workspace: Workspace, proposed: Proposal, choice: Choice) -> Choice:
    """The choice with the proposed meanings where the form does not say any."""
    meanings = shown(workspace, proposed, choice)
    if meanings is None:
        return replace(choice, definition=None, stages={})
    said = {one.word: one.stage for one in meanings.words if one.stage}
    return replace(choice, definition=meanings.definition, stages=said)


def _active(workspace: Workspace) -> StoredDefinition | None:
    active = workspace.active
    return active if active is not None and warm.unit_of(active.body) == "person" else None


def _guess(word: str, stages: Sequence[Mapping[str, Any]], known: Mapping[str, Any]) -> str:
    """The stage of that name, else the one that the preset names by its place."""
    for stage in stages:
        if word in {stage_word(str(stage["name"])), stage_word(_title(stage))}:
            return str(stage["name"])
    place = known.get(word)
    if place is None or place == "none":
        return ""
    bought = next((i for i, stage in enumerate(stages) if stage.get("purchase")), len(stages) - 1)
    if place == "purchase":
        return str(stages[bought]["name"])
    if place == "last":
        return str(stages[-1]["name"])
    return str(stages[min(int(place), max(0, bought - 1))]["name"])


def _title(stage: Mapping[str, Any]) -> str:
    titles = stage.get("title") or {}
    language = (get_language() or "en").partition("-")[0]
    if isinstance(titles, str):
        return titles
    return str(titles.get(language) or titles.get("en") or stage["name"])
