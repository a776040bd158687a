"""One message of Segment's tracking to events, by its type."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tundish.journal.event import NOTHING, Event
from tundish.journal.identity import is_known, looks_anonymous, may_join, person_ref
from tundish.journal.ids import derived_id
from tundish.journal.personal import redact, redact_text, split_personal
from tundish.journal.readers.bots import AGENT_WORD, bot_reason
from tundish.journal.readers.segment_names import RESERVED, standard_name
from tundish.journal.readers.sent import (
    Sent,
    amount,
    came_by,
    company_of,
    event_id,
    hidden_text,
    ident,
    mapping,
    occurred,
    persons,
    text_of,
    without_owner,
)
from tundish.terms import InputError

Message = Mapping[str, Any]
_PAGE_KEYS = ("url", "path", "title", "referrer", "search")


def track(message: Message, index: int, *, sent: Sent) -> Iterator[Event]:
    """Something that somebody did, under a name of the sender's or a standard one."""
    original = message.get("event")
    if not isinstance(original, str) or not (name := standard_name(redact_text(original))):
        # Whom it is about is asked first: without that no message says anything.
        persons(message, sent=sent)
        raise InputError("A track message names its event under the key event.", "event_missing")
    if name in RESERVED:
        raise InputError(f"The name {name} is kept for the workspace itself.", "event_reserved")
    said = mapping(message.get("properties"))
    properties, personal = split_personal(without_owner(said))
    path = mapping(mapping(message.get("context")).get("page")).get("path")
    if path and "path" not in properties:
        properties["path"] = redact(path)
    if name != original:
        properties["original_name"] = redact_text(original)
    yield _event(
        message, index, sent=sent, name=name, said=said, properties=properties, told=personal
    )


def page(message: Message, index: int, *, sent: Sent, kind: str = "page") -> Iterator[Event]:
    """A page that was seen; the first one of a visit opens a session of its own."""
    context, said = mapping(message.get("context")), mapping(message.get("properties"))
    shown = {**mapping(context.get("page")), **said}
    named = text_of(message.get("name")) or text_of(said.get("name"))
    told = {**{key: shown[key] for key in _PAGE_KEYS if shown.get(key)}, **said}
    told.pop("name", None)  # the page's, not a person's
    properties, personal = split_personal(without_owner(told))
    for key, value in ((kind, named), ("category", text_of(message.get("category")))):
        if value:
            properties[key] = redact_text(value)
    if kind == "screen" and named:
        properties.setdefault("path", redact_text(named))
    seen = _event(
        message, index, sent=sent, name="page_viewed", said=said, properties=properties,
        told=personal, page=shown,
    )  # fmt: skip
    yield seen
    if opened := _session(seen, context, shown, sent=sent):
        yield opened


def screen(message: Message, index: int, *, sent: Sent) -> Iterator[Event]:
    """A screen of an app: a page by another name."""
    return page(message, index, sent=sent, kind="screen")


def identify(message: Message, index: int, *, sent: Sent) -> Iterator[Event]:
    """Who somebody is; a visitor who says so becomes that person."""
    context = mapping(message.get("context"))
    traits = {**mapping(context.get("traits")), **mapping(message.get("traits"))}
    firm = traits.pop("company", None)
    properties, personal = split_personal(without_owner(traits), traits=True)
    base = _event(message, index, sent=sent, properties=properties, told=personal, firm=firm)
    told = {*base.properties, *base.personal, *(["company"] if base.company else [])}
    yield replace(
        base, name="person_identified", properties={**base.properties, "fields": sorted(told)}
    )
    bare = _bare(base)
    if base.company:
        yield replace(
            bare,
            id=derived_id(f"{base.person}>{base.company}", what=f"{sent.inlet}:company_joined"),
            name="company_joined",
            company=base.company,
            properties=_about_company(firm),
        )
    other = person_ref(anonymous_id=ident(message, "anonymousId"), secret=sent.secret)
    yield from _merged(bare, other, sent=sent)


def group(message: Message, index: int, *, sent: Sent) -> Iterator[Event]:
    """The company that somebody belongs to, and what is told of it."""
    company = hidden_text(message.get("groupId"), sent=sent)
    if company is None:
        raise InputError(
            "A group message names its company under the key groupId.", "group_missing"
        )
    base = _bare(_event(message, index, sent=sent))
    about = _about_company(message.get("traits"))
    yield replace(base, name="company_joined", company=company, properties=about)


def alias(message: Message, index: int, *, sent: Sent) -> Iterator[Event]:
    """That two ids are one person: a visitor's is joined, two known persons are only suggested."""
    previous = ident(message, "previousId")
    if previous is None:
        raise InputError(
            "An alias message names the other id under the key previousId.", "previous_missing"
        )
    base = _bare(_event(message, index, sent=sent))
    visitor = person_ref(anonymous_id=previous, secret=sent.secret)
    yield from _merged(base, visitor, sent=sent)
    if not looks_anonymous(previous) and previous != ident(message, "anonymousId"):
        yield from suggested(base, person_ref(previous, secret=sent.secret), sent=sent)


def suggested(base: Event, other: str | None, *, sent: Sent) -> Iterator[Event]:
    """A sender's word that two known persons are one, for one of us to decide."""
    if other and base.person and other != base.person and is_known(other) and is_known(base.person):
        yield replace(
            base,
            id=derived_id(f"{other}>{base.person}", what=f"{sent.inlet}:merge_suggested"),
            name="merge_suggested",
            properties={"other": other, "kept": base.person},
        )


def _merged(base: Event, other: str | None, *, sent: Sent) -> Iterator[Event]:
    if other and base.person and may_join(other, base.person):
        yield replace(
            base,
            id=derived_id(f"{other}>{base.person}", what=f"{sent.inlet}:person_merged"),
            name="person_merged",
            properties={"other": other, "kept": base.person},
        )


def _event(
    message: Message,
    index: int,
    *,
    sent: Sent,
    name: str = "",
    said: Message = NOTHING,
    properties: Mapping[str, Any] = NOTHING,
    told: Mapping[str, str] = NOTHING,
    firm: Any = None,
    page: Message | None = None,
) -> Event:
    """The event as far as all types share it; `told` are the personal values in its own mapping."""
    person, addressed = persons(message, sent=sent)
    context = mapping(message.get("context"))
    traits = mapping(context.get("traits"))
    about = split_personal(traits, traits=True)[1] if traits else {}
    personal = {**addressed, **about, **told}
    came = came_by(context, mapping(context.get("page")) if page is None else page)
    outside = came.channel != "direct"
    occurred_at, day = occurred(message, sent.received_at)
    machine = bot_reason(text_of(context.get("userAgent"))) == AGENT_WORD
    firms = {"company": firm} if firm is not None else traits
    return Event(
        id=event_id(message, index, sent=sent),
        name=name,
        occurred_at=occurred_at,
        precision="day" if day else "instant",
        recorded_at=sent.received_at,
        person=person,
        # Clients repeat all traits with each event; a company guessed from the address among them
        # would come after the one that a group message has told since.
        company=company_of(firms, context, personal={**addressed, **told}, sent=sent),
        deal=hidden_text(said.get("deal_id") or said.get("dealId"), sent=sent),
        session=hidden_text(
            context.get("sessionId") or said.get("session_id") or said.get("sessionId"), sent=sent
        ),
        channel=came.channel if outside else None,
        source=came.source if outside else None,
        campaign=came.campaign if outside else None,
        value=amount(said, name, sent=sent) if name else None,
        properties={**properties, "bot_reason": AGENT_WORD} if machine else properties,
        personal=personal,
        inlet=sent.inlet,
        bot=machine,
    )


def _session(seen: Event, context: Message, page: Message, *, sent: Sent) -> Event | None:
    """The session that this page opened, always under the same id; None for a page within one.

    A sender that counts no sessions opens one with each arrival from outside, and with the first
    page of a day that was come to directly.
    """
    came = came_by(context, page)
    if seen.session:
        cause = seen.session
    elif came.channel == "direct" and page.get("referrer"):
        return None  # from another page of the same site
    else:
        day = seen.occurred_at.date().isoformat()
        cause = "|".join(map(str, (seen.person, day, came.channel, came.source, came.campaign)))
    return replace(
        seen,
        id=derived_id(cause, what=f"{sent.inlet}:session_started"),
        name="session_started",
        channel=came.channel,
        source=came.source,
        campaign=came.campaign,
        properties={k: seen.properties[k] for k in _PAGE_KEYS if k in seen.properties},
        personal={},
    )


def _bare(base: Event) -> Event:
    return replace(
        base,
        company=None,
        deal=None,
        channel=None,
        source=None,
        campaign=None,
        properties=NOTHING,
        personal=NOTHING,
    )


def _about_company(firm: Any) -> dict[str, Any]:
    return split_personal(without_owner(firm))[0] if isinstance(firm, dict) else {}
