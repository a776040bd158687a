"""Outline icons out of one sprite file (Tabler Icons, MIT); they take the text's colour."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "vendor/icons/icons.svg"


def svg(name: str, label: str = "") -> SafeString:
    """The icon `name`; hidden from screen readers unless it has a label."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label, static(SPRITE), name,
        )  # fmt: skip
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(SPRITE), name
    )
