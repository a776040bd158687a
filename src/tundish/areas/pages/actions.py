"""Writes of the pages area: pages, drafts, versions."""

from datetime import datetime, timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tundish.areas.pages import addresses, asked, checks, starters
from tundish.areas.pages.content import Content
from tundish.areas.pages.models import Frontage, LandingPage, PageVersion
from tundish.journal.event import Event
from tundish.journal.ids import uuid7
from tundish.terms import InputError, from_micros
from tundish.weblib.access.models import User

if TYPE_CHECKING:
    from tundish.workspace import Workspace

STEPS_KEPT = 100
_ONE_STEP = timedelta(seconds=5)
"""Typing without a longer pause is one step, so that Undo takes back a sentence and not a letter."""


class ChangedMeanwhileError(InputError):
    """Somebody else saved this draft since it was opened."""


def create(template: str, *, language: str, title: str, by: User, now: datetime) -> LandingPage:
    """A new page from a starting template. Raises InputError where the title is empty."""
    title = " ".join(title.split())[:120]
    if not title:
        raise InputError(
            _("The page needs a title."),
            "page_title_missing",
            _("Visitors see it in the browser’s tab and in search results."),
        )
    content = starters.start(template, language=language, title=title)
    slug = slug_for(addresses.proposed(title, otherwise=starters.ADDRESSES[template]))
    return _kept(slug, content, by=by, now=now)


def duplicate(page: LandingPage, *, by: User, now: datetime) -> LandingPage:
    """A new page with the same draft."""
    title = _("%(title)s (copy)") % {"title": page.title}
    return _kept(slug_for(page.slug), {**page.draft, "title": title[:120]}, by=by, now=now)


def save(
    page: LandingPage,
    content: Content,
    *,
    revision: int,
    by: User,
    now: datetime,
    typing: bool = False,
) -> None:
    """Keep the draft, and the one before it as a step to go back to; `typing` goes on is one step.

    Raises ChangedMeanwhileError where `revision` is no longer the page's.
    """
    with transaction.atomic():
        current = _current(page, revision)
        if current.draft == content:
            return
        last = page.steps.first()
        goes_on = last is not None and last.typing and last.author_id == by.pk
        if not (typing and goes_on and now - page.updated_at <= _ONE_STEP):
            page.steps.create(content=current.draft, at=now, author=by, typing=typing)
            _forget_old_steps(page)
        _put(page, content, by=by, now=now)


def undo(page: LandingPage, *, revision: int, by: User, now: datetime) -> bool:
    """Take the last change of the draft back; False where there is none."""
    with transaction.atomic():
        _current(page, revision)
        last = page.steps.first()
        if last is None:
            return False
        _put(page, last.content, by=by, now=now - _ONE_STEP)
        last.delete()
    return True


def change_address(page: LandingPage, said: str) -> None:
    """Give a page that was never published another address. Raises InputError."""
    slug = addresses.as_address(said)
    if slug == page.slug:
        return
    if page.was_published:
        raise InputError(
            _("The address stays: adverts and mails may point at it."),
            "page_address_fixed",
            _("Duplicate the page to publish it under another address."),
        )
    if not slug:
        raise InputError(
            _("“%(said)s” cannot be an address.") % {"said": said[:60]},
            "page_address_unusable",
            _("Use letters from a to z, digits and hyphens, as in spring-offer."),
        )
    if LandingPage.objects.filter(slug=slug).exclude(pk=page.pk).exists():
        raise InputError(
            _("Another page has the address /p/%(slug)s.") % {"slug": slug},
            "page_address_taken",
            _("Choose another one."),
        )
    page.slug = slug
    page.save(update_fields=["slug"])


def publish(workspace: "Workspace", page: LandingPage, *, by: User) -> PageVersion:
    """Make the draft a version that visitors see; what is online already stays that version.

    Raises InputError with everything that is missing.
    """
    now = from_micros(workspace.now())
    with transaction.atomic():
        page.refresh_from_db()
        if page.published is not None and page.published.content == page.draft:
            return page.published
        found = checks.faults(page.draft, origins=Frontage.current().origins)
        if found:
            raise InputError(
                " ".join(fault.text for fault in found),
                "page_incomplete",
                _("Mend it in the editor and publish again."),
            )
        last = page.versions.first()
        version = page.versions.create(
            number=last.number + 1 if last else 1,
            content=page.draft,
            published_at=now,
            author=by,
        )
        page.published, page.archived_at = version, None
        page.save(update_fields=["published", "archived_at"])
    asked.keep(workspace, page.draft)
    _tell(workspace, "page_published", page, by=by, version=version.number)
    return version


def take_offline(workspace: "Workspace", page: LandingPage, *, by: User) -> None:
    """Visitors get a page that says it is gone; the draft, the versions and the counts stay."""
    if page.published is not None:
        number, page.published = page.published.number, None
        page.save(update_fields=["published"])
        _tell(workspace, "page_withdrawn", page, by=by, version=number)


def archive(workspace: "Workspace", page: LandingPage, *, by: User) -> None:
    """Put a page away, and take it offline."""
    take_offline(workspace, page, by=by)
    page.archived_at = from_micros(workspace.now())
    page.save(update_fields=["archived_at"])


def bring_back(page: LandingPage) -> None:
    """Take a page out of the archive; it is not online before it is published again."""
    page.archived_at = None
    page.save(update_fields=["archived_at"])


def slug_for(base: str) -> str:
    """The address, with a number where another page has it."""
    taken = set(LandingPage.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 2
    slug = base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _kept(slug: str, content: Content, *, by: User, now: datetime) -> LandingPage:
    try:
        with transaction.atomic():
            return LandingPage.objects.create(
                slug=slug, draft=content, created_at=now, updated_at=now, updated_by=by
            )
    except IntegrityError:  # somebody else made one of this name in the same instant
        return _kept(slug_for(slug), content, by=by, now=now)


def _current(page: LandingPage, revision: int) -> LandingPage:
    page.refresh_from_db()
    if page.revision != revision:
        raise ChangedMeanwhileError(
            _("This page was changed in another window or by somebody else."),
            "draft_changed",
            _("Load the editor again; what was saved last is in it."),
        )
    return page


def _put(page: LandingPage, content: Content, *, by: User, now: datetime) -> None:
    page.draft, page.revision = content, page.revision + 1
    page.updated_at, page.updated_by = now, by
    page.save(update_fields=["draft", "revision", "updated_at", "updated_by"])


def _forget_old_steps(page: LandingPage) -> None:
    kept = page.steps.values_list("pk", flat=True)[:STEPS_KEPT]
    page.steps.exclude(pk__in=list(kept)).delete()


def _tell(workspace: "Workspace", name: str, page: LandingPage, *, by: User, version: int) -> None:
    now = workspace.now()
    workspace.append([
        Event(
            id=uuid7(now, token_bytes(8)), name=name, occurred_at=from_micros(now),
            properties={"page": page.slug, "version": version}, inlet="typed", actor=by.public_id,
        )
    ])  # fmt: skip
