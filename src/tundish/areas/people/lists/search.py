"""Search over people, companies and deals: the page of results, and the first few while one types."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from tundish.areas.people.models import MODELS, Record
from tundish.areas.people.queries import searched
from tundish.weblib.access.visibility import only_visible
from tundish.weblib.page import page

_QUICK, _SHOWN = 6, 20
_NUMBER = re.compile(r"[+\d][\d\s()./-]{3,}")


@dataclass(frozen=True)
class Found:
    """Records of a kind that fit a search; `total` is counted on the page of results only."""

    kind: str
    records: list[Record]
    total: int = 0


def search(request: HttpRequest) -> HttpResponse:
    """All that fits a text, by kind."""
    text = _text(request)
    found = [_found(request, kind, text, limit=_SHOWN, counted=True) for kind in MODELS if text]
    context = {
        "text": text,
        "search_text": text,
        "found": found,
        "any": any(f.total for f in found),
    }
    return page(request, "people/lists/search.html", context)


def search_quick(request: HttpRequest) -> HttpResponse:
    """The first records that fit, as options for the command palette."""
    text = _text(request)
    found = [_found(request, kind, text, limit=_QUICK) for kind in MODELS if text]
    context = {"text": text, "found": [one for one in found if one.records]}
    answer = page(request, "people/lists/quick.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _text(request: HttpRequest) -> str:
    text = " ".join(request.GET.get("q", "").split())[:100]
    # Telephone numbers are written in many ways; the rows also hold them as digits alone.
    return re.sub(r"\D", "", text) if _NUMBER.fullmatch(text) else text


def _found(
    request: HttpRequest, kind: str, text: str, *, limit: int, counted: bool = False
) -> Found:
    def seen(records: QuerySet[Record]) -> QuerySet[Record]:
        return only_visible(request.user, records, kind=kind)

    plain = text.casefold()
    begins = MODELS[kind].objects.filter(search__gte=plain, search__lt=plain + "\U0010ffff")
    first = list(seen(begins).order_by("search")[:limit])
    if len(first) < limit:
        had = {one.pk for one in first}
        more = seen(searched(kind, text)).order_by("search")[: limit + len(first)]
        first += [one for one in more if one.pk not in had]
    total = seen(searched(kind, text)).count() if counted else 0
    return Found(kind, first[:limit], total)
