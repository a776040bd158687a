"""Template tags of the capture area."""

from dataclasses import dataclass
from typing import Any

from django import template

from tundish.areas.capture.models import Inlet

register = template.Library()


@dataclass(frozen=True)
class Inlets:
    """The inlets, the address that takes their events, and an example of one."""

    open: list[Inlet]
    closed: list[Inlet]
    address: str
    example: str


@register.simple_tag(takes_context=True)
def open_inlets(context: dict[str, Any]) -> Inlets:
    """The inlets whose keys are taken and those whose are not, the oldest first."""
    every = list(Inlet.objects.all())
    found = [inlet for inlet in every if inlet.closed_at is None]
    closed = [inlet for inlet in every if inlet.closed_at is not None]
    address = context["request"].build_absolute_uri("/v1/batch")
    key = found[0].write_key if found else "WRITE_KEY"
    return Inlets(found, closed, address, _EXAMPLE % {"key": key, "address": address})


_EXAMPLE = """curl -u %(key)s: %(address)s \\
  -H 'Content-Type: application/json' \\
  -d '{"batch": [{"type": "track", "event": "demo_requested", "userId": "u-42",
       "context": {"page": {"url": "https://www.example.com/demo"}}}]}'"""
