"""From a record back to its list, and on to the one before and the one after in it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from tundish.areas.people.lists import address, listing
from tundish.areas.people.models import Record
from tundish.terms import TundishError
from tundish.weblib.page import workspace_for
from tundish.weblib.page.addresses import whole_number

_PLURAL = {"person": "people", "company": "companies", "deal": "deals"}


def way(request: HttpRequest, record: Record) -> dict[str, Any]:
    """`back`, `previous`, `next` as addresses, and the record's `place` from 1 among `of` in its list."""
    said = request.GET.get("list")
    at = whole_number(request.GET.get("at", ""))
    back = reverse(_PLURAL[record.kind])
    if said is None or at is None:
        return {"back": back}
    back = f"{back}?{said}" if said else back
    try:
        asked = address.parse(record.kind, QueryDict(said))
        found = listing.neighbours(
            workspace_for(request),
            request.user,
            asked=asked,
            record_id=record.pk,
            at=min(at, 10**7),
        )
    except TundishError:  # the list was asked with a field that is gone; its page says so
        return {"back": back}

    def link(to: tuple[str, int] | None) -> str:
        if to is None:
            return ""
        return f"{reverse(record.kind, args=[to[0]])}?{urlencode({'list': said, 'at': to[1]})}"

    return {
        "back": back,
        "previous": link(found.before),
        "next": link(found.after),
        "place": None if found.at is None else found.at + 1,
        "of": found.total,
    }
