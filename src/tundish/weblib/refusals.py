"""Refusals of the core, translated once for the browser: a page, or a part where htmx asked."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from tundish.terms import NotAllowedError, NotFoundError, TundishError

Next = Callable[[HttpRequest], HttpResponseBase]


class RefusalMiddleware:
    """A TundishError becomes 403, 404 or 422 with its message, code and hint. Others are not caught."""

    def __init__(self, next_: Next) -> None:
        self.next = next_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the refusal."""
        if isinstance(error, NotFoundError):
            raise Http404(error.message) from error
        return refuse(request, error) if isinstance(error, TundishError) else None


def refuse(request: HttpRequest, error: TundishError) -> HttpResponse:
    """The refusal as a page, or as the part `refusal` that htmx swaps in."""
    status = 403 if isinstance(error, NotAllowedError) else 422
    part = request.headers.get("HX-Request") == "true"
    template = "refusal.html#refusal" if part else "refusal.html"
    return render(request, template, {"error": error}, status=status)
