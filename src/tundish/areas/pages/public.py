"""What visitors see: the page, its form, the thanks, the confirmation. No sign-in, no cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tundish.areas.pages import confirming, queries, receiving, shown, stamp, visits
from tundish.areas.pages import content as shapes
from tundish.areas.pages.answers import TRAP, Answers
from tundish.areas.pages.content import Content
from tundish.areas.pages.models import Frontage, LandingPage, PageVersion, Picture
from tundish.areas.pages.pictures import TYPES
from tundish.areas.pages.submitting import parameters
from tundish.terms import from_micros
from tundish.weblib.page import workspace_for

LARGEST_FORM = 64 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'{more}; frame-ancestors {frames}"
)
View = Callable[..., HttpResponse]


def _for_visitors(view: View) -> View:
    """Open to everybody; in the language of the page; the forms carry a stamp in place of a cookie."""

    @wraps(view)
    def shown_page(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        page = LandingPage.objects.select_related("published").filter(slug=slug).first()
        if page is None or (page.published is None and not page.versions.exists()):
            raise Http404
        version = page.published or page.versions.first()
        with override(version.content["language"]):
            answer = (
                view(request, page, version, **more) if page.published else _gone(request, version)
            )
        answer.headers.setdefault("Content-Language", version.content["language"])
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        return answer

    return login_not_required(csrf_exempt(shown_page))


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
def landing(request: HttpRequest, page: LandingPage, version: PageVersion) -> HttpResponse:
    """The page; a POST is its form, filled in."""
    if request.method == "POST":
        return _take(request, page, place="page")
    frontage = Frontage.current()
    visit = visits.of_request(workspace_for(request), request, own_hosts=frontage.hosts)
    if not visits.is_for_nobody(request):
        visits.seen(workspace_for(request), visit, slug=page.slug, version=version.number)
    return _page(request, version, _form(request, page, version, visit=visit), frontage=frontage)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_exempt
@_for_visitors
def form(request: HttpRequest, page: LandingPage, version: PageVersion) -> HttpResponse:
    """The form alone, to stand in a frame on one of the firm's own sites."""
    if shapes.form_of(version.content) is None:
        raise Http404
    if request.method == "POST":
        return _take(request, page, place="embedded")
    frontage = Frontage.current()
    visit = visits.of_request(workspace_for(request), request, own_hosts=frontage.hosts)
    filled = _form(request, page, version, visit=visit, embedded=True)
    return _page(request, version, filled, frontage=frontage, embedded=True)


@require_safe
@_for_visitors
def thanks(request: HttpRequest, page: LandingPage, version: PageVersion) -> HttpResponse:
    """What a visitor reads after the form."""
    return _thanks(request, page, version, embedded=False)


@require_safe
@xframe_options_exempt
@_for_visitors
def form_thanks(request: HttpRequest, page: LandingPage, version: PageVersion) -> HttpResponse:
    """The same in the frame."""
    return _thanks(request, page, version, embedded=True)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
def confirm(
    request: HttpRequest, page: LandingPage, version: PageVersion, token: str
) -> HttpResponse:
    """The link of the confirmation mail: opening it asks, its button confirms."""
    asked = confirming.read(token, slug=page.slug)
    workspace = workspace_for(request)
    if asked and request.method == "POST":
        address = visits.address_hash(workspace, request)
        at = from_micros(workspace.now())
        workspace.append(confirming.events(asked, at=at, address=address))
    context = _context(version, None, frontage=Frontage.current()) | {
        "asked": asked, "confirmed": request.method == "POST",
    }  # fmt: skip
    status = 200 if asked else 410
    answer = render(request, "pages/public_confirm.html", context, status=status)
    return _guarded(answer)


@login_not_required
@require_safe
def picture(_request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """A picture; its address names its bytes, so it is kept for good."""
    found = Picture.objects.filter(key=key, kind=kind).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.data), content_type=TYPES[found.kind])
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The published pages, for search engines."""
    found = [
        (request.build_absolute_uri(reverse("landing", args=[page.slug])), page.published)
        for page in queries.online()
    ]
    return render(request, "pages/sitemap.txt", {"pages": found}, content_type="application/xml")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The pages may be read by search engines, the application not."""
    lines = [
        "User-agent: *", "Allow: /p/", "Allow: /picture/", "Allow: /static/", "Disallow: /", "",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}", "",
    ]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def render_page(
    request: HttpRequest,
    content: Content,
    filled: shown.ShownForm | None,
    *,
    frontage: Frontage,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page's HTML, also for the preview."""
    context = shown.context(
        content, frontage=frontage, firm=workspace_for(request).firm.name or "", form=filled
    )
    return render(request, "pages/public_page.html", context | (more or {}))


def _take(request: HttpRequest, page: LandingPage, *, place: str) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_FORM:
        return _guarded(HttpResponse(_("This is too much for one form."), status=413))
    taken = receiving.take(request, page, place=place)
    embedded = place == "embedded"
    if taken.outcome == "again":
        # What was typed stays, with the same stamp: sent twice it still counts once.
        filled = _form(
            request,
            page,
            taken.version,
            visit=taken.visit,
            embedded=embedded,
            carried=taken.carried,
        )
        filled.answers, filled.notice = taken.answers, taken.notice
        answer = _page(
            request, taken.version, filled, frontage=Frontage.current(), embedded=embedded
        )
        answer.status_code = taken.status
        if taken.status == 429:
            answer.headers["Retry-After"] = "600"
        return answer
    if taken.redirect and not embedded:
        return _guarded(HttpResponseRedirect(taken.redirect, status=303))
    address = reverse("form_thanks" if embedded else "landing_thanks", args=[page.slug])
    mail = "?mail=1" if taken.mailed else ""
    return _guarded(HttpResponseRedirect(address + mail, status=303), embedded=embedded)


def _form(
    request: HttpRequest,
    page: LandingPage,
    version: PageVersion,
    *,
    visit: visits.Visit,
    embedded: bool = False,
    carried: dict[str, str] | None = None,
) -> shown.ShownForm | None:
    block = shapes.form_of(version.content)
    if block is None:
        return None
    hidden = carried or {
        "stamp": stamp.made(
            slug=page.slug, version=version.number, session=visit.session, person=visit.person,
            now=workspace_for(request).now() // 1_000_000,
        ),
        "landing": visit.landing, "referrer": visit.referrer, **parameters(visit.landing),
    }  # fmt: skip
    address = reverse("landing_form" if embedded else "landing", args=[page.slug])
    return shown.ShownForm(block, address, hidden, Answers())


def _page(
    request: HttpRequest,
    version: PageVersion,
    filled: shown.ShownForm | None,
    *,
    frontage: Frontage,
    embedded: bool = False,
) -> HttpResponse:
    more = {
        "trap": TRAP, "embedded": embedded,
        "address": request.build_absolute_uri(reverse("landing", args=[version.page.slug])),
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }  # fmt: skip
    answer = render_page(request, version.content, filled, frontage=frontage, more=more)
    return _guarded(answer, filled=filled, frontage=frontage, embedded=embedded)


def _thanks(
    request: HttpRequest, page: LandingPage, version: PageVersion, *, embedded: bool
) -> HttpResponse:
    block = shapes.form_of(version.content)
    filled = shown.ShownForm(block, "", {}) if block else None
    context = _context(version, filled, frontage=Frontage.current()) | {
        "embedded": embedded, "mailed": request.GET.get("mail") == "1",
        "back": reverse("landing", args=[page.slug]),
    }  # fmt: skip
    return _guarded(render(request, "pages/public_thanks.html", context), embedded=embedded)


def _gone(request: HttpRequest, version: PageVersion) -> HttpResponse:
    context = _context(version, None, frontage=Frontage.current())
    return _guarded(render(request, "pages/public_gone.html", context, status=410))


def _context(
    version: PageVersion, filled: shown.ShownForm | None, *, frontage: Frontage
) -> dict[str, Any]:
    firm = workspace_for().firm.name or ""
    return shown.context(version.content, frontage=frontage, firm=firm, form=filled)


def _guarded(
    answer: HttpResponse,
    *,
    filled: shown.ShownForm | None = None,
    frontage: Frontage | None = None,
    embedded: bool = False,
) -> HttpResponse:
    """The policy of a page for strangers: no script, and framed by the firm's own sites only."""
    origins = (frontage or Frontage.current()).origins if embedded else []
    frames = " ".join(["'self'", *origins]) if embedded else "'none'"
    # Browsers hold a redirect after a form to the same rule as the form's own address.
    to = (
        urlsplit(filled.block["redirect"])
        if filled and filled.block["after"] == "redirect"
        else None
    )
    more = f" {to.scheme}://{to.netloc}" if to and to.netloc else ""
    answer.headers["Content-Security-Policy"] = _POLICY.format(frames=frames, more=more)
    return answer
