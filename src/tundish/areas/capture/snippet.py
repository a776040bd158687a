"""`/t.js`: the snippet that a firm puts on its own site."""

from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

_FILE = Path(__file__).with_name("snippet.js")


@login_not_required
@require_safe
@gzip_page
def snippet(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The script, for any site, kept for an hour."""
    answer = HttpResponse(_text(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@cache
def _text() -> str:
    return _FILE.read_text("utf-8")
