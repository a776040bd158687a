"""Whence a request comes."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Whence a request comes, as `address_in` says."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """Whence a request comes: behind our proxy the last hop, which the proxy itself has written.

    Of an IPv6 address the network, because one customer has all addresses in it.
    """
    text = environ.get("REMOTE_ADDR", "")
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    if settings.BEHIND_PROXY and forwarded:
        text = forwarded.rpartition(",")[2].strip()
    try:
        found = ip_address(text)
    except ValueError:
        return text
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
