"""A workspace in which random things happen, and the follower comes round now and then."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tundish.journal.event import Event
from tundish.stores import journal
from tundish.stores.index import Writer
from tundish.terms import Money, NotFoundError
from tundish.workspace import indexing

T0 = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("page_viewed", "form_submitted", "deal_created", "deal_won", "order_paid")


STAGES = [
    {"name": "seen", "enter": {"event": "page_viewed"}},
    {"name": "asked", "enter": {"event": "form_submitted"}, "stuck_after": "20d"},
    {"name": "offered", "enter": {"event": "deal_created"}},
    {
        "name": "bought",
        "purchase": True,
        "enter": {"any": [{"event": "deal_won"}, {"event": "order_paid"}]},
    },
]


class Killed(BaseException):
    """The process is no more."""


class Firm:
    """A workspace in which random things happen."""

    def __init__(self, workspace, seed):
        self.workspace, self.random = workspace, random.Random(seed)
        self.sent, self.batches = [], []
        self.minutes = 0

    def some(self, kind, size):
        return self.random.choice([None, *(f"{kind}{i}" for i in range(size))])

    def event(self, **more):
        draw = self.random
        self.minutes += draw.choice([0, 0, 1, 5, 1_000])
        late = draw.random() < 0.1
        at = T0 + timedelta(minutes=self.minutes - (draw.randrange(100_000) if late else 0))
        number = len(self.sent)
        event = Event(
            id=f"e{number}", name=draw.choice(NAMES), occurred_at=at,
            precision=draw.choice(["instant", "instant", "day"]),
            estimated=draw.random() < 0.1,
            person=self.some("p", 9), company=self.some("c", 3) if draw.random() < 0.3 else None,
            deal=self.some("d", 4) if draw.random() < 0.3 else None, session=self.some("s", 5),
            channel=draw.choice([None, "mail", "ads"]), bot=draw.random() < 0.05,
            value=Money(draw.choice([100, 250]), "EUR") if draw.random() < 0.2 else None,
            properties=draw.choice([{}, {"plan": "pro"}, {"plan": 1}, {"plan": True, "seats": 1.5}]),
            **more,
        )  # fmt: skip
        self.sent.append(event)
        return event

    def send(self):
        batch = self.random.choice([None, f"b{len(self.batches)}"])
        if batch:
            self.batches.append(batch)
        self.workspace.append([self.event(batch=batch) for _ in range(self.random.randrange(1, 9))])

    def send_again(self):
        if self.sent:
            self.workspace.append(self.random.sample(self.sent, min(3, len(self.sent))))

    def merge(self):
        other, kept = self.random.sample([f"p{i}" for i in range(9)], 2)
        self.workspace.append(
            [
                Event(
                    id=f"m{len(self.sent)}", name="person_merged", occurred_at=T0, actor="us",
                    properties={"other": other, "kept": kept},
                )
            ]
        )  # fmt: skip
        self.sent.append(Event(id=f"m{len(self.sent)}", name="person_merged", occurred_at=T0))

    def take_back(self):
        connection, now = self.workspace.connection, self.workspace.now()
        try:
            if self.batches and self.random.random() < 0.5:
                journal.void(
                    connection, batch=self.random.choice(self.batches), now=now, actor="us"
                )
            elif self.sent:
                journal.void(
                    connection, event=self.random.choice(self.sent).id, now=now, actor="us"
                )
        except NotFoundError:
            pass

    def follow(self):
        indexing.follow(self.workspace)

    def follow_and_die(self):
        """Before what was written became live, or before the journal's cursor heard of it."""
        publish, late = Writer.publish, self.random.random() < 0.5

        def dying(writer):
            if late:
                publish(writer)
            raise Killed

        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(Writer, "publish", dying)
            indexing.follow(self.workspace)

    def do(self):
        steps = [self.send] * 4 + [self.follow] * 4 + [self.merge, self.take_back]
        steps += [self.send_again, self.follow_and_die]
        self.random.choice(steps)()
