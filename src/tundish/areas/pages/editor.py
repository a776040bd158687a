"""The block editor and its preview."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tundish.areas.pages import actions, asked, checks, editing, pictures, public, shown, wording
from tundish.areas.pages import content as shapes
from tundish.areas.pages.actions import ChangedMeanwhileError
from tundish.areas.pages.content import Content
from tundish.areas.pages.models import Frontage, LandingPage, Picture
from tundish.terms import InputError, from_micros
from tundish.weblib.access.rights import requires
from tundish.weblib.outbox.models import MailServer
from tundish.weblib.page import page as answer
from tundish.weblib.page import redirect_to, workspace_for
from tundish.weblib.page.addresses import whole_number

_PICTURES_OFFERED = 24
_SAYS = ("text", "body", "heading", "label", "alt", "by")
_PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


@requires("edit_pages")
def page_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. A POST saves the draft and does what its button says: `do` is save, undo, or a
    button of editing.py, or `upload:BLOCK`."""
    page = get_object_or_404(LandingPage.objects.select_related("published", "updated_by"), pk=pk)
    if request.method != "POST":
        return _shown(request, page)
    what = request.POST.get("do", "save")
    try:
        opened = _change(request, page, what)
    except ChangedMeanwhileError as wrong:
        return _shown(request, page, error=wrong, status=409)
    except InputError as wrong:
        return _shown(request, page, error=wrong, status=422)
    if request.headers.get("HX-Request"):
        return _shown(request, page, opened=opened)
    if what == "publish":
        return redirect_to(request, "page_one", pk=page.pk)
    return redirect(f"{request.path}#block-{opened}" if opened else request.path)


@require_safe
@xframe_options_sameorigin
def page_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, or a version, as visitors would see it; nothing is counted and nothing can be sent."""
    page = get_object_or_404(LandingPage, pk=pk)
    content = page.draft
    if (number := whole_number(request.GET.get("version", ""))) is not None:
        content = get_object_or_404(page.versions, number=number).content
    block = shapes.form_of(content)
    filled = shown.ShownForm(block, "#form", {}) if block else None
    with override(content["language"]):
        made = public.render_page(
            request, content, filled, frontage=Frontage.current(), more={"preview": True}
        )
    made.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    made.headers["Content-Language"] = content["language"]
    return made


def _change(request: HttpRequest, page: LandingPage, what: str) -> str:
    """Save what the form says and do what the button says; gives the block to open, if any."""
    now = from_micros(workspace_for(request).now())
    revision = whole_number(request.POST.get("revision", "")) or 0
    by: Any = request.user
    if what == "undo":
        actions.undo(page, revision=revision, by=by, now=now)
        return ""
    said = shapes.read(request.POST, page.draft)
    opened = ""
    if what.startswith("upload:"):
        opened = what.removeprefix("upload:")
        _upload(request, said, opened, now=now)
    changed = editing.apply(said, what)
    if what != "save" and len(changed["blocks"]) > len(said["blocks"]):
        known = {one["id"] for one in said["blocks"]}
        opened = next(one["id"] for one in changed["blocks"] if one["id"] not in known)
    if "slug" in request.POST and not page.was_published:
        actions.change_address(page, request.POST["slug"])
    actions.save(page, changed, revision=revision, by=by, now=now, typing=what == "save")
    return opened


def _upload(request: HttpRequest, said: Content, block: str, *, now: Any) -> None:
    file = request.FILES.get(f"{block}.upload")
    one = next((b for b in said["blocks"] if b["id"] == block and "picture" in b), None)
    if one is None or file is None:
        raise InputError(_("No picture was chosen."), "picture_missing", _("Choose a file first."))
    one["picture"] = pictures.keep(file, now=now).name


def _shown(
    request: HttpRequest,
    page: LandingPage,
    *,
    opened: str = "",
    error: InputError | None = None,
    status: int = 200,
) -> HttpResponse:
    frontage = Frontage.current()
    found = checks.faults(page.draft, origins=frontage.origins)
    before = page.published.content if page.published else None
    context = {
        "unwritten": checks.unwritten(page.draft, before=before), "frontage": frontage,
        "page": page, "content": page.draft, "blocks": _blocks(page.draft, found),
        "opened": opened, "error": error, "faults": found, "faults_asked": "faults" in request.GET,
        "has_form": shapes.form_of(page.draft) is not None, "can_undo": page.steps.exists(),
        "kinds": [(k, wording.KINDS[k], wording.ICONS[k]) for k in shapes.KINDS],
        "looks": wording.LOOKS.items(), "accents": wording.ACCENTS.items(),
        "languages": wording.LANGUAGES.items(), "proofs": wording.PROOFS.items(),
        "shapes": wording.SHAPES.items(), "targets": wording.TARGETS.items(),
        "purposes": asked.offered(workspace_for(request)), "own": shapes.OWN,
        "pictures": Picture.objects.defer("data")[:_PICTURES_OFFERED],
        "origins": frontage.origins, "mail_works": MailServer.objects.exists(),
        "parts": ("editor", "saved"),
    }  # fmt: skip
    return answer(request, "pages/page_edit.html", context, status=status)


def _blocks(content: Content, found: list[checks.Fault]) -> list[dict[str, Any]]:
    last = len(content["blocks"]) - 1
    return [
        {
            "it": one, "name": wording.KINDS[one["kind"]], "icon": wording.ICONS[one["kind"]],
            "first": place == 0, "last": place == last,
            "says": next((one[k] for k in _SAYS if one.get(k)), ""),
            "faults": [fault.text for fault in found if fault.block == one["id"]],
        }
        for place, one in enumerate(content["blocks"])
    ]  # fmt: skip
