"""Template tags of the capture area."""

from django import template

from tundish.areas.capture.models import Inlet

register = template.Library()


@register.simple_tag
def open_inlets() -> list[Inlet]:
    """The inlets whose keys are taken, the oldest first."""
    return list(Inlet.objects.filter(closed_at=None))
