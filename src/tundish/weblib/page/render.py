"""Answers: the whole page, or one named part of it when htmx asks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.html import format_html


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page `template`, or only its partial `part` where htmx asks for a part of it.

    A part is an inline `{% partialdef name %}` in the page's own file, and its element's id equals its
    name. A boosted or history request gets the whole page. Without `part`, the part is what HX-Target
    names if `context["parts"]` lists it.
    """
    context = dict(context or {})
    named = part or _asked_part(request, context)
    whole = named is None or not _wants_part(request)
    return render(request, template if whole else f"{template}#{named}", context, status=status)


def toast(
    request: HttpRequest, text: str, *, undo: str | None = None, level: str = "success"
) -> None:
    """Say `text` in a corner of this or the next page; a POST to the address `undo` takes it back."""
    body = format_html("{}", text)
    getattr(messages, level)(request, body, extra_tags=f"undo:{undo}" if undo else "")


def ask_toast(response: HttpResponse) -> HttpResponse:
    """Let a part bring the waiting toasts with it: htmx fetches them after the swap."""
    response.headers["HX-Trigger"] = "toasts"
    return response


def redirect_to(request: HttpRequest, to: str, **kwargs: Any) -> HttpResponse:
    """Go to another page, from a whole page or from a part."""
    address = resolve_url(to, **kwargs)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _asked_part(request: HttpRequest, context: dict[str, Any]) -> str | None:
    target = request.headers.get("HX-Target")
    return target if target in context.get("parts", ()) else None


def _wants_part(request: HttpRequest) -> bool:
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )
