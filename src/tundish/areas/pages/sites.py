"""The firm's own sites: who may embed and send, and where a visitor may be led to."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tundish.terms import InputError

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?", re.I)


def origins_of(text: str) -> list[str]:
    """The origins that lines of host names or addresses name: `example.com` is https://example.com.

    Raises InputError for a line that is neither.
    """
    found = [_origin(line.strip()) for line in text.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def may_go_to(address: str, *, origins: Collection[str]) -> bool:
    """Whether a visitor may be sent there: a path on this site, or a page of an own site.

    Whatever a browser could read as another host is refused: //host, backslashes, user@host.
    """
    if not address or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        return False
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return address.startswith("/") and not address.startswith("//")
    if parts.scheme not in ("http", "https") or parts.username is not None or not parts.hostname:
        return False
    return f"{parts.scheme}://{parts.hostname}{port}" in origins


def _origin(line: str) -> str:
    address = line if "://" in line else f"https://{line}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        raise InputError(
            _("“%(line)s” is no web site.") % {"line": line[:60]},
            "site_unreadable",
            _("Write one name a line, as in www.example.com."),
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"
