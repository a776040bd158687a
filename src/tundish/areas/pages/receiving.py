"""A form that comes in: checked, judged, and appended to the journal or kept apart."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tundish.areas.pages import answers as read_answers
from tundish.areas.pages import confirming, limits, stamp, submitting, visits
from tundish.areas.pages.answers import Answers
from tundish.areas.pages.content import form_of
from tundish.areas.pages.models import Frontage, LandingPage, PageVersion, RefusedForm
from tundish.areas.pages.sites import may_go_to
from tundish.areas.pages.submitting import Submission
from tundish.journal.channels import Arrival, arrival
from tundish.journal.readers.bots import bot_reason
from tundish.stores import firm
from tundish.terms import from_micros
from tundish.weblib.access.models import User
from tundish.weblib.page import workspace_for

if TYPE_CHECKING:
    from tundish.workspace import Workspace

FASTEST_SECONDS = 2
REFUSED_KEPT = timedelta(days=90)
_CARRIED = ("stamp", "landing", "referrer", *submitting.KEPT)


@dataclass
class Taken:
    """What became of it: `taken`, `refused` (its sender is not told), or `again` with errors."""

    outcome: Literal["taken", "refused", "again"]
    version: PageVersion
    visit: visits.Visit
    answers: Answers
    carried: dict[str, str] | None = None
    notice: str = ""
    status: int = 200
    redirect: str = ""
    mailed: bool = field(default=False)


def take(request: HttpRequest, page: LandingPage, *, place: str) -> Taken:
    """Take the form of `page` that a request sends. Raises Http404 where the page has none."""
    workspace, sent = workspace_for(request), request.POST
    now = workspace.now()
    frontage = Frontage.current()
    marked = stamp.read(sent.get("stamp", ""), slug=page.slug, now=now // 1_000_000)
    # Whoever opened the page before it changed answers the questions of that time.
    known = page.versions.filter(number=marked.version).first() if marked else None
    version = known or page.published
    form = form_of(version.content) if version else None
    if version is None or form is None:
        raise Http404
    visit = visits.of_request(workspace, request)
    found = Taken("again", version, visit, read_answers.read(form, sent))
    foreign = _origin(request) in frontage.origins
    if marked is None and sent.get("stamp") and not foreign:
        found.notice = _("This form was open for very long. Please send it again.")
        found.status = 422
        return found
    found.carried = {key: sent[key] for key in _CARRIED if sent.get(key)} if marked else None
    if found.answers.errors:
        found.status = 422
        return found
    address = visits.address_hash(workspace, request)
    if not limits.allows(page.slug, address, now=from_micros(now)):
        found.notice = _(
            "Too many forms came from here. Please wait ten minutes and send it again."
        )
        found.status = 429
        return found
    asked = _submission(
        request, workspace, page=page, version=version, marked=marked, place=place, address=address
    )
    if why := _verdict(request, marked, now=now // 1_000_000, foreign=foreign):
        _keep_apart(page, why, asked, found.answers)
        found.outcome = "refused"
    else:
        found.mailed = _append(
            request, workspace, version=version, answers=found.answers, asked=asked
        )
        found.outcome = "taken"
    if form["after"] == "redirect" and may_go_to(form["redirect"], origins=frontage.origins):
        found.redirect = form["redirect"]
    return found


def let_in(request: HttpRequest, refused: RefusedForm, *, by: User) -> None:
    """What was refused was no spam: it counts from now on, at the time when it came."""
    workspace = workspace_for(request)
    said = refused.said
    version = refused.page.versions.get(number=said["version"])
    asked = Submission(
        slug=refused.page.slug, version=said["version"], once=said["once"], at=refused.at,
        session=said["session"], visitor=said["visitor"], came=Arrival(*said["came"]),
        landing=said["landing"], referrer=said["referrer"], address=said["address"],
        place=said["place"],
    )  # fmt: skip
    _append(
        request, workspace, version=version, answers=Answers(said["values"]), asked=asked,
        let_in_by=by.public_id,
    )  # fmt: skip
    refused.let_in_at = from_micros(workspace.now())
    refused.save(update_fields=["let_in_at"])


def _append(
    request: HttpRequest,
    workspace: "Workspace",
    *,
    version: PageVersion,
    answers: Answers,
    asked: Submission,
    let_in_by: str = "",
) -> bool:
    """Append what the form says; whether a mail that asks for confirmation was handed in."""
    form = form_of(version.content)
    assert form is not None
    secret = firm.secret(workspace.connection).encode()
    made = submitting.events(form, answers, asked, secret=secret, let_in_by=let_in_by)
    workspace.append(made)
    ticked = [one for one in submitting.consents(form, answers, asked) if one["ticked"]]
    mail = answers.of(form, "email")
    if not (form["double_opt_in"] and ticked and mail and made[0].person):
        return False
    to_confirm = confirming.Asked(asked.slug, made[0].id, made[0].person, ticked)
    path = reverse("landing_confirm", args=[asked.slug, confirming.token(to_confirm)])
    try:
        # After the append and under the submission's own key: repeated, it is one mail.
        confirming.send(
            to_confirm, to=mail, link=request.build_absolute_uri(path),
            firm=workspace.firm.name or "Tundish", language=version.content["language"],
            now=datetime.now(UTC),
        )  # fmt: skip
    except ValidationError:
        return False  # an address that looked like one; the submission itself stands
    return True


def _verdict(
    request: HttpRequest, marked: stamp.Stamp | None, *, now: int, foreign: bool
) -> str | None:
    """Why it is taken for spam, one of wording.REASONS, or None."""
    if request.POST.get(read_answers.TRAP):
        return "trap"
    if marked is None and not foreign:
        return "no_stamp"
    if marked is not None and now - marked.shown_at < FASTEST_SECONDS:
        return "too_fast"
    return "machine" if bot_reason(request.headers.get("User-Agent")) else None


def _keep_apart(page: LandingPage, why: str, asked: Submission, answers: Answers) -> None:
    came = asked.came
    RefusedForm.objects.filter(page=page, at__lt=asked.at - REFUSED_KEPT).delete()
    RefusedForm.objects.get_or_create(
        event_id=asked.event_id(answers),
        defaults={
            "page": page, "reason": why, "at": asked.at,
            "said": {
                "version": asked.version, "once": asked.once, "session": asked.session,
                "visitor": asked.visitor, "landing": asked.landing, "referrer": asked.referrer,
                "came": [came.channel, came.source, came.campaign], "address": asked.address,
                "place": asked.place, "values": answers.values,
            },
        },
    )  # fmt: skip


def _submission(
    request: HttpRequest,
    workspace: "Workspace",
    *,
    page: LandingPage,
    version: PageVersion,
    marked: stamp.Stamp | None,
    place: str,
    address: str,
) -> Submission:
    sent, now = request.POST, workspace.now()
    # A form on another page has no stamp; that page is then where it was found.
    landing = visits.clean(sent.get("landing") or request.headers.get("Referer", ""))
    referrer = visits.clean(sent.get("referrer", ""))
    tags = {key: sent[key][:300] for key in submitting.KEPT if sent.get(key)}
    came = arrival(
        submitting.parameters(landing) | tags, referrer=referrer,
        own_hosts=[request.get_host().partition(":")[0], *Frontage.current().hosts],
    )  # fmt: skip
    session = marked.session if marked else visits.SESSION + token_hex(12)
    if came.channel == "direct":
        came = visits.first_arrival(workspace, session) or came
    return Submission(
        slug=page.slug, version=version.number, at=from_micros(now), came=came,
        once=marked.once if marked else f"{address}:{now // 600_000_000}",
        session=session, visitor=marked.person if marked else None, landing=landing,
        referrer=referrer, address=address, place=place if marked else "elsewhere", tags=tags,
    )  # fmt: skip


def _origin(request: HttpRequest) -> str:
    """The origin of the page that sends a form, as its browser says."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}" if parts.netloc else ""
