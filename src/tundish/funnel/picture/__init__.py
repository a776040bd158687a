"""The funnel picture: pure, from a stage report to SVG text."""

from tundish.funnel.picture.model import Head
from tundish.funnel.picture.svg import draw

__all__ = ["Head", "draw"]
