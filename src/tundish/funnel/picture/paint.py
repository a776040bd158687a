"""Colours and patterns. Every meaning has a pattern or a place of its own beside its colour."""

from collections.abc import Mapping

LIGHT: dict[str, str] = {
    "surface": "#ffffff",
    "ink": "#172033",
    "muted": "#5b6577",
    "line": "#d9dee7",
    "here": "#1d4f91",
    "on_here": "#ffffff",
    "block": "#8fb3de",
    "on_block": "#172033",
    "flow": "#dbe7f5",
    "on_flow": "#172033",
    "lost": "#b3373f",
    "lost_soft": "#f6dedd",
    "skip": "#7d8aa0",
    "skip_soft": "#e9edf3",
    "entered": "#1f7a6b",
    "entered_soft": "#d3ece6",
    "loop": "#7446b0",
    "loop_soft": "#e6dcf4",
    "back": "#93650f",
    "back_soft": "#f4e7cb",
}
DARK: dict[str, str] = {
    "surface": "#182433",
    "ink": "#edf1f7",
    "muted": "#a3afc0",
    "line": "#33435a",
    "here": "#8fbdf2",
    "on_here": "#0d1826",
    "block": "#3e6ea8",
    "on_block": "#edf1f7",
    "flow": "#243c5b",
    "on_flow": "#edf1f7",
    "lost": "#f08a8a",
    "lost_soft": "#4a2a33",
    "skip": "#93a1b7",
    "skip_soft": "#2a384c",
    "entered": "#5cc4ae",
    "entered_soft": "#1c4340",
    "loop": "#bd9af0",
    "loop_soft": "#3c3058",
    "back": "#dfb35f",
    "back_soft": "#46391f",
}
THEMED: dict[str, str] = {
    name: f"var(--funnel-{name.replace('_', '-')}, {value})" for name, value in LIGHT.items()
}
"""Colours that the page's theme decides; outside a page they are the light ones."""

# kind of shape -> (pattern, soft ground, strong line)
PATTERNED = {
    "lost": ("hatch", "lost_soft", "lost"),
    "skip": ("dots", "skip_soft", "skip"),
    "entered": ("lines", "entered_soft", "entered"),
    "looped": ("arrows", "loop_soft", "loop"),
    "fell_back": ("dashes", "back_soft", "back"),
}

_MARKS = {
    "hatch": (6, '<path d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5" stroke="{c}" stroke-width="1.4"/>'),
    "dots": (6, '<circle cx="3" cy="3" r="1" fill="{c}"/>'),
    "lines": (9, '<path d="M0 4.5H9" stroke="{c}" stroke-width="1" stroke-opacity="0.55"/>'),
    "arrows": (12, '<path d="{a}" fill="none" stroke="{c}" stroke-width="1.3"/>'),
    "dashes": (8, '<path d="M1 4H5" stroke="{c}" stroke-width="1.6"/>'),
}
_ARROW = {False: "M8 3 5 6 8 9", True: "M4 3 7 6 4 9"}


def definitions(colours: Mapping[str, str], *, prefix: str, tall: bool, mirrored: bool) -> str:
    """The `<defs>` of one picture; `prefix` keeps the ids of several on one page apart."""
    parts = ["<defs>"]
    for kind, (mark, ground, line) in PATTERNED.items():
        size, drawing = _MARKS[mark]
        drawn = drawing.format(c=colours[line], a=_ARROW[mirrored])
        turn = ' patternTransform="rotate(90)"' if tall and mark != "hatch" else ""
        parts.append(
            f'<pattern id="{prefix}-{kind}" width="{size}" height="{size}" '
            f'patternUnits="userSpaceOnUse"{turn}>'
            f'<rect width="{size}" height="{size}" fill="{colours[ground]}"/>{drawn}</pattern>'
        )
    x1, y1, x2, y2 = (0, 0, 0, 1) if tall else (1, 0, 0, 0) if mirrored else (0, 0, 1, 0)
    ends = {
        "mist": (colours["surface"], 1, 0),
        "fade-lost": (colours["lost"], 0.62, 0.04),
    }
    for name, (colour, first, last) in ends.items():
        parts.append(
            f'<linearGradient id="{prefix}-{name}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">'
            f'<stop offset="0" stop-color="{colour}" stop-opacity="{first}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="{last}"/></linearGradient>'
        )
    return "".join([*parts, "</defs>"])


def fill(kind: str, *, prefix: str, colours: Mapping[str, str], jump: bool, mouth: bool) -> str:
    """What fills a shape; `jump` passes over a stage, `mouth` is the entry into the first."""
    if kind == "block_still_here":
        return colours["here"]
    if kind == "lost":
        return f"url(#{prefix}-fade-lost)"
    if kind == "lens" or mouth:
        return colours["flow"]
    if kind == "block_skipped":
        return f"url(#{prefix}-skip)"
    bare = kind.removeprefix("block_")
    if bare == "moved_on":
        if jump:
            return f"url(#{prefix}-skip)"
        return colours["block"] if kind != bare else colours["flow"]
    return f"url(#{prefix}-{bare})"
