"""The addresses that senders call, and what each takes."""

import re
from dataclasses import dataclass

_SEGMENT = {
    "batch": ("b", "import"),
    "track": ("t",),
    "identify": ("i",),
    "page": ("p",),
    "screen": ("s",),
    "group": ("g",),
    "alias": ("a",),
}
_POSTHOG = ("/batch", "/e", "/i/v0/e", "/capture", "/track", "/engage")


@dataclass(frozen=True, slots=True)
class Route:
    """What an address takes: `protocol` is segment or posthog; `kind` the type of its messages."""

    protocol: str
    kind: str


EVENTS: dict[str, Route] = {
    **{f"/v1/{kind}": Route("segment", kind) for kind in _SEGMENT},
    **{f"/v1/{short}": Route("segment", k) for k, shorts in _SEGMENT.items() for short in shorts},
    # What a RudderStack client sends while its page goes away.
    "/beacon/v1/batch": Route("segment", "batch"),
    **{path: Route("posthog", "batch") for path in _POSTHOG},
}
"""By path without a slash at its end."""

_QUESTIONS = (
    ("segment_settings", re.compile(r"/v1/projects/([^/]{1,100})/settings")),
    ("rudder_settings", re.compile(r"/sourceConfig")),
    ("posthog_flags", re.compile(r"/(?:decide|flags)(?:/v\d)?")),
    ("posthog_config", re.compile(r"/array/([^/]{1,100})/config(?:\.js)?")),
)
"""What clients ask before they send: (its name, the path, with a write key in some)."""


def events_route(path: str) -> Route | None:
    """What the address takes, or None: it takes no events."""
    return EVENTS.get(path.rstrip("/"))


def question(path: str) -> tuple[str, str | None] | None:
    """(what a client asks, the write key in the path), or None: it is no client's question."""
    for name, pattern in _QUESTIONS:
        if found := pattern.fullmatch(path.rstrip("/")):
            return name, found[1] if pattern.groups else None
    return None
