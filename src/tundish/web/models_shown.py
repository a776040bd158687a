"""The six ready-made models as cards: name, stages, origin, in the reader's language."""

from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Card:
    """One model as a card shows it; `purchase` is the place of the purchase stage, from 0."""

    name: str
    title: str
    stages: tuple[str, ...]
    purchase: int
    origin: str
    loop: tuple[int, int] | None

    @property
    def blocks(self) -> list[dict[str, str]]:
        """The stages as blocks that narrow to the purchase and widen after it: SVG path and kind."""
        shown = []
        for place in range(len(self.stages)):
            x, width = self._across(place)
            left, right = self._height(place), self._height(place + 0.85)
            path = f"M{x:.1f} {26 - left:.1f} L{x + width:.1f} {26 - right:.1f}"
            path += f" V{26 + right:.1f} L{x:.1f} {26 + left:.1f} Z"
            kind = "purchase" if place == self.purchase else "keep" if place > self.purchase else ""
            shown.append({"path": path, "kind": kind})
        return shown

    @property
    def arc(self) -> str:
        """The loop as an arc above the blocks, back to its target; empty without one."""
        if self.loop is None:
            return ""
        (x1, w1), (x2, w2) = self._across(self.loop[0]), self._across(self.loop[1])
        a, b = x1 + w1 / 2, x2 + w2 / 2
        return f"M{a:.1f} 15 C{a:.1f} 1 {b:.1f} 1 {b:.1f} 14 m-3 -4 l3 4 l3 -4"

    def _across(self, place: int) -> tuple[float, float]:
        step = 140 / len(self.stages)
        return place * step, step - 3

    def _height(self, place: float) -> float:
        last = max(self.purchase, 1)
        return 18 - 10 * place / last if place <= last else 8 + 1.5 * (place - last)


@cache
def cards(language: str) -> tuple[Card, ...]:
    """The models in the catalogue's order."""
    from tundish.funnel import catalogue

    # The deals funnel of an export comes with its import, not by choice.
    names = [name for name in catalogue.names() if name != "opportunities"]
    return tuple(_card(name, language) for name in names)


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
        loop=_loop(body.get("loop"), [stage["name"] for stage in stages]),
    )


def _loop(loop: Any, names: list[str]) -> tuple[int, int] | None:
    return (names.index(loop["from"]), names.index(loop["to"])) if loop else None


def _said(text: object, language: str) -> str:
    """A text, or the one for this language out of a mapping."""
    if isinstance(text, dict):
        return str(text.get(language) or text.get("en") or next(iter(text.values()), ""))
    return str(text)
