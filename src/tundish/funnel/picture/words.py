"""The words and number formats of the picture. They come in translated; these are the English ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

WORDS: dict[str, str] = {
    "picture": "Sales funnel",
    "reached": "reached",
    "strict": "every stage in order",
    "visited": "visited",
    "of_previous": "of the stage before",
    "reach_purchase": "reach {stage}",
    "keeping": "keeping",
    "median": "median {time} here",
    "no_median": "no median time yet",
    "target": "target {rate}",
    "weeks": "entries in the last twelve weeks",
    "purchase": "purchase",
    "marketing": "Marketing",
    "sales": "Sales",
    "handoff": "hand-off",
    "still_here": "still here",
    "stuck": "of these stuck",
    "moved_on": "moved on",
    "skipped": "skipped",
    "entered_here": "entered here",
    "entered": "entered",
    "fell_back": "fell back",
    "looped": "came round",
    "lost": "lost",
    "loop": "loyalty loop",
    "loop_rate": "{rate} buy again",
    "loop_time": "after {time}",
    "first_reason": "{reason} {share}",
    "count_of": "{stage}: {count} {what}",
    "jump": "{count} from {source} straight to {target}",
    "jump_in": "{count} entered at {target}",
    "came_round": "{count} from {source} round again to {target}",
    "went_back": "{count} from {source} back to {target}",
    "full_height": "full height: {count}",
}
"""Every word that the picture writes; a mapping that is passed in holds the same keys."""


@dataclass(frozen=True)
class Format:
    """How numbers are written: callables from values to text in the reader's language and digits.

    `count` takes an int, `share` a part between 0 and 1, `time` seconds. They give text only: no
    formatted number ever stands in an attribute of the drawing.
    """

    count: Callable[[int], str]
    share: Callable[[float], str]
    time: Callable[[float], str]


def _time(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.0f} s"


ENGLISH = Format(
    count=lambda n: f"{n:,}",
    share=lambda part: f"{part * 100:.3g} %",
    time=_time,
)


def rate_words(rate: Mapping[str, Any] | None, form: Format) -> tuple[str, str]:
    """(the rate, its interval) as text; counts first under 20 units, empty without a denominator."""
    if not rate or not rate["whole"]:
        return "", ""
    part = rate["part"] / rate["whole"]
    if rate["whole"] < 20:
        return f"{form.count(rate['part'])} / {form.count(rate['whole'])}", form.share(part)
    return form.share(part), f"{form.share(rate['low'])} – {form.share(rate['high'])}"
