"""The start page's address, the toasts, and the error pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from tundish.weblib.page import page


def home(_request: HttpRequest) -> HttpResponse:
    """The funnel is where the day begins."""
    try:
        return redirect(reverse("funnel"))
    except NoReverseMatch:
        return redirect("settings")


@login_not_required
def toasts(request: HttpRequest) -> HttpResponse:
    """What is to be said since the last page."""
    return page(request, "toasts.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403 in the app's own look."""
    return render(request, "403.html", status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404 in the app's own look; it tells nobody whether a record exists."""
    return render(request, "404.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """500 without touching the database, which may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
