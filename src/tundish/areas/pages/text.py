"""The little formatting that a page's texts know: paragraphs, lists, **bold**, [words](address)."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(([^)\s]{1,500})\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,500})\*\*")
_SAFE = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.I)


def is_safe_target(address: str) -> bool:
    """Whether a link may lead there: a web address, mail, telephone, this site or this page."""
    return _SAFE.match(address) is not None and not re.search(r"[\s\\\x00-\x1f]", address)


def formatted(text: str) -> SafeString:
    """A page's text as HTML; everything in it that is no formatting of ours is shown as typed."""
    return SafeString(
        "".join(_part(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip())
    )


def inline(line: str) -> SafeString:
    """Bold words and links of one line."""
    parts, done = [], 0
    for found in _LINK.finditer(line):
        if not is_safe_target(found[2]):
            continue
        parts.append(_bold(line[done : found.start()]))
        parts.append(format_html('<a href="{}">{}</a>', found[2], _bold(found[1])))
        done = found.end()
    return SafeString("".join([*parts, _bold(line[done:])]))


def _part(part: str) -> SafeString:
    lines = part.strip().split("\n")
    if all(line.lstrip().startswith(("- ", "* ")) for line in lines):
        items = ((inline(line.lstrip()[2:].strip()),) for line in lines)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))
    return format_html("<p>{}</p>", SafeString("<br>".join(inline(line) for line in lines)))


def _bold(text: str) -> SafeString:
    # Escaped first: nothing that somebody typed reaches the page as HTML.
    return mark_safe(_BOLD.sub(r"<strong>\1</strong>", escape(text)))
