"""Writing SVG text: escaped, with plain decimals, and with text that knows where it starts."""

from html import escape

from tundish.funnel.picture.model import Command

_WIDE = "—…%@&mwMWQOCGDNHKشسصضـمخحجع"
_NARROW = " .,:;'|!()[]ijlftrIاأإآلـءدذرزو"
_UNSEEN = "\u2066\u2067\u2068\u2069\u200c\u200e\u200f"
_ARABIC = range(0x600, 0x700)


def number(value: float) -> str:
    """A coordinate with at most two decimals and a point, in any locale."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def width_of(text: str, size: float) -> float:
    """About how many pixels `text` takes at `size`; rather too many than too few."""
    return sum(_ems(c) for c in text) * size


def _ems(letter: str) -> float:
    if letter in _UNSEEN:
        return 0.0
    if letter in _WIDE:
        return 0.88
    if letter in _NARROW:
        return 0.34
    return 0.52 if ord(letter) in _ARABIC else 0.6


def fit(text: str, size: float, room: float) -> str:
    """`text`, or as much of it as fits into `room` pixels with an ellipsis."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, room: float) -> list[str]:
    """One or two lines of at most `room` pixels."""
    if width_of(text, size) <= room:
        return [text]
    words, first = text.split(), ""
    while words and width_of(f"{first} {words[0]}".strip(), size) <= room:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return [fit(text, size, room)]
    return [first, fit(" ".join(words), size, room)] if words else [first]


def path_data(commands: tuple[Command, ...]) -> str:
    """The `d` of a path."""
    return "".join(letter + " ".join(number(c) for c in at) for letter, at in commands)


def attributes(**given: object) -> str:
    """` name="value"` for each that is not None; an underscore stands for a hyphen."""
    parts = []
    for name, value in given.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, float) else escape(str(value), quote=True)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{text}"')
    return "".join(parts)


class Pen:
    """Collects elements. Positions are physical; `mirrored` turns text to start at its right."""

    def __init__(self, *, mirrored: bool) -> None:
        self.mirrored = mirrored
        self.parts: list[str] = []

    def raw(self, markup: str) -> None:
        self.parts.append(markup)

    def element(self, name: str, **given: object) -> None:
        self.parts.append(f"<{name}{attributes(**given)}/>")

    def text(
        self, text: str, *, x: float, y: float, size: float, fill: str,
        anchor: str = "start", weight: int = 400, hidden: bool = False, halo: str | None = None,
    ) -> None:  # fmt: skip
        """One line of text; `anchor` start is the side where the language starts; `halo` parts it
        from a line behind it."""
        ends = {"start": "end", "end": "start", "middle": "middle"}
        # Isolated as right-to-left, so that mixed lines keep their order in every renderer.
        shown = f"\u2067{text}\u2069" if self.mirrored else text
        self.parts.append(
            "<text"
            + attributes(
                x=float(x), y=float(y), font_size=float(size), fill=fill,
                text_anchor=ends[anchor] if self.mirrored else anchor,
                font_weight=weight if weight != 400 else None,
                aria_hidden="true" if hidden else None,
                stroke=halo, stroke_width=4 if halo else None, stroke_linejoin="round" if halo else None,
                paint_order="stroke" if halo else None,
            )
            + f">{escape(shown, quote=False)}</text>"
        )  # fmt: skip

    def open_link(
        self, href: str | None, *, label: str, twin: bool = False, **data: object
    ) -> None:
        """A link, or a named group where there is nothing to open. `twin` marks one whose number
        is also a link in the list below: still clickable, but not a second stop for the keyboard."""
        if href is None:
            self.parts.append("<g" + attributes(**data) + ">")
            return
        given = {"tabindex": "-1", "aria_hidden": "true"} if twin else {"aria_label": label}
        self.parts.append("<a" + attributes(href=href, **given, **data) + ">")

    def close_link(self, href: str | None) -> None:
        self.parts.append("</g>" if href is None else "</a>")
