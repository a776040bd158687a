"""The six ready-made models as cards: name, stages, origin, in the reader's language."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Card:
    """One model as a card shows it; `purchase` is the place of the purchase stage, from 0."""

    name: str
    title: str
    stages: tuple[str, ...]
    purchase: int
    origin: str
    loops: bool


@cache
def cards(language: str) -> tuple[Card, ...]:
    """The models in the catalogue's order."""
    from tundish.funnel import catalogue

    return tuple(_card(name, language) for name in catalogue.names())


def _card(name: str, language: str) -> Card:
    from tundish.funnel import catalogue

    body = catalogue.model(name)
    stages = body["stages"]
    return Card(
        name=name,
        title=_said(body.get("title", name), language),
        stages=tuple(_said(stage.get("title") or stage["name"], language) for stage in stages),
        purchase=next((i for i, stage in enumerate(stages) if stage.get("purchase")), -1),
        origin=_said(body.get("origin", ""), language),
        loops=bool(body.get("loop")),
    )


def _said(text: object, language: str) -> str:
    """A text, or the one for this language out of a mapping."""
    if isinstance(text, dict):
        return str(text.get(language) or text.get("en") or next(iter(text.values()), ""))
    return str(text)
