"""A filled-in form as events: who it is, what was asked, what was agreed to, how they came."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tundish.areas.pages.answers import Answers
from tundish.areas.pages.content import Block, property_key
from tundish.areas.pages.visits import INLET
from tundish.journal.channels import CLICK_IDS, MAIL_IDS, Arrival
from tundish.journal.event import Event
from tundish.journal.identity import company_of_mail, hidden_id, may_join, person_ref
from tundish.journal.ids import derived_id
from tundish.journal.personal import redact_text, split_personal

KEPT = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id",
        *CLICK_IDS, *MAIL_IDS)  # fmt: skip
"""Parameters of the landing address that the form carries along."""
_LONGEST_PARAMETER = 300
_PERSONAL = ("email", "name", "first_name", "last_name", "phone")


@dataclass(frozen=True)
class Submission:
    """One form that was sent. `once` is the stamp's: the same form sent twice is one submission."""

    slug: str
    version: int
    once: str
    at: datetime
    session: str | None
    visitor: str | None
    came: Arrival
    landing: str
    referrer: str
    address: str
    place: str = "page"
    tags: Mapping[str, str] = field(default_factory=dict)

    def event_id(self, answers: Answers) -> str:
        """The same for a double click; another one where something else was filled in."""
        said = json.dumps([self.slug, self.once, answers.values], sort_keys=True)
        return derived_id(hashlib.sha256(said.encode()).hexdigest(), what="form_submitted")


def person_of(form: Block, answers: Answers, sent: Submission, *, secret: bytes) -> str | None:
    """The journal's reference of whoever sent it: by the mail address, else the visitor."""
    mail = answers.of(form, "email")
    return person_ref(email=mail, secret=secret) if mail else sent.visitor


def events(
    form: Block, answers: Answers, sent: Submission, *, secret: bytes, let_in_by: str = ""
) -> list[Event]:
    """What a submission says, the submission itself first.

    With double opt-in a consent is granted only by its confirmation. `let_in_by`: who of us said
    that it is no spam.
    """
    person = person_of(form, answers, sent, secret=secret)
    company = _company(form, answers, secret=secret)
    own, personal = _own(form, answers, "event")
    main = Event(
        id=sent.event_id(answers),
        name="form_submitted",
        occurred_at=sent.at,
        person=person,
        company=company,
        session=sent.session,
        channel=sent.came.channel,
        source=sent.came.source,
        campaign=sent.came.campaign,
        properties={
            **own, "form": sent.slug, "page": sent.slug, "version": sent.version,
            "place": sent.place, "landing": sent.landing, "referrer": sent.referrer,
            **parameters(sent.landing), **_redacted(sent.tags),
            **({"let_in_by": let_in_by} if let_in_by else {}), "consents": consents(form, answers, sent),
        },
        personal={**personal, **_named(form, answers)},
        inlet=INLET,
    )  # fmt: skip
    return [main, *_follow(form, answers, main, sent=sent)]


def consents(form: Block, answers: Answers, sent: Submission) -> list[dict[str, Any]]:
    """The boxes of the form, word for word, and whether each was ticked."""
    return [
        {
            "purpose": said["purpose"], "wording": said["wording"],
            "version": f"{sent.slug}/{sent.version}",
            "ticked": bool(answers.values.get(said["id"])),
        }
        for said in form["fields"]
        if said["to"] == "consent"
    ]  # fmt: skip


def granted(
    main: Event, consent: dict[str, Any], *, at: datetime, source: str, address: str
) -> Event:
    """That the person of `main` agreed; one event for each purpose, however often it is said."""
    return Event(
        id=derived_id(f"{main.id}:{consent['purpose']}", what="consent_granted"),
        name="consent_granted",
        occurred_at=at,
        person=main.person,
        properties={
            "purpose": consent["purpose"], "basis": "consent", "version": consent["version"],
            "wording": consent["wording"], "source": source, "evidence": main.id,
            "address": address,
        },
        inlet=INLET,
    )  # fmt: skip


def parameters(landing: str) -> dict[str, str]:
    """The campaign's tags and click ids in a landing address."""
    try:
        said = dict(parse_qsl(urlsplit(landing).query))
    except ValueError:
        return {}
    return _redacted(said)


def _redacted(said: Mapping[str, str]) -> dict[str, str]:
    return {key: redact_text(said[key][:_LONGEST_PARAMETER]) for key in KEPT if said.get(key)}


def _follow(form: Block, answers: Answers, main: Event, *, sent: Submission) -> list[Event]:
    if main.person is None:
        return []
    bare: dict[str, Any] = {
        "occurred_at": main.occurred_at, "person": main.person, "session": main.session,
        "inlet": INLET,
    }  # fmt: skip
    found = []
    own, personal = _own(form, answers, "person")
    about = {to: v for to in ("title", "country") if (v := answers.of(form, to))} | own
    # What they wrote is said by the submission itself, and no detail of the person.
    named = _named(form, answers)
    if named or personal or about:
        told = sorted({*about, *named, *personal})
        found.append(
            Event(
                id=derived_id(main.id, what="person_identified"),
                name="person_identified",
                company=main.company,
                properties={**about, "fields": told},
                personal={**personal, **named},
                **bare,
            )
        )
    if main.company:
        firm, _personal = _own(form, answers, "firm")
        name = answers.of(form, "company")
        found.append(
            Event(
                id=derived_id(main.id, what="company_joined"),
                name="company_joined",
                company=main.company,
                properties={**firm, **({"name": name} if name else {})},
                **bare,
            )
        )
    if sent.visitor and may_join(sent.visitor, main.person):
        found.append(
            Event(
                id=derived_id(f"{sent.visitor}>{main.person}", what=f"{INLET}:person_merged"),
                name="person_merged",
                properties={"other": sent.visitor, "kept": main.person},
                **bare,
            )
        )
    if not form["double_opt_in"]:
        ticked = (one for one in consents(form, answers, sent) if one["ticked"])
        found += [
            granted(main, one, at=main.occurred_at, source="form", address=sent.address)
            for one in ticked
        ]
    return found


def _named(form: Block, answers: Answers) -> dict[str, str]:
    return {to: v for to in _PERSONAL if (v := answers.of(form, to))}


def _company(form: Block, answers: Answers, *, secret: bytes) -> str | None:
    """The company's id: the mail's domain, else the typed name as the other senders write it."""
    typed = answers.of(form, "company")
    return company_of_mail(answers.of(form, "email")) or (
        hidden_id(typed, secret=secret) if typed else None
    )


def _own(form: Block, answers: Answers, to: str) -> tuple[dict[str, Any], dict[str, str]]:
    """(properties, personal values) of the fields of one's own that go to `to`."""
    said, texts = {}, []
    for one in form["fields"]:
        if one["to"] != to or not (value := answers.values.get(one["id"])):
            continue
        if one["shape"] == "long":
            texts.append(value)  # free text is personal, whatever its field is called
        else:
            said[property_key(one)] = value
    kept, personal = split_personal(said, traits=to == "person")
    kept = {key: value for key, value in kept.items() if key not in _RESERVED}
    return kept, {**personal, **({"text": "\n\n".join(texts)} if texts else {})}


_RESERVED = frozenset(
    """form page version place landing referrer consents owner channel source campaign fields
    do_not_contact do_not_track""".split()
)
"""Names of properties that no form may fill: they mean something else."""
