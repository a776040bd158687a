"""One question put to one selection of events: its attempts, in all and by bucket."""

from dataclasses import dataclass

import numpy as np

from tundish.funnel.steps.calendar import buckets
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.entries import entries
from tundish.funnel.steps.matching import Selection, Table, range_time, table
from tundish.funnel.steps.record import Attempts, record
from tundish.funnel.steps.rules import Rules, rules_of
from tundish.funnel.steps.totals import totals
from tundish.funnel.units import Owned
from tundish.journal.columns import Bools, Ints


@dataclass(frozen=True)
class Question:
    """What stays the same for all rows of a report; `now` in microseconds."""

    owned: Owned
    definition: StepDefinition
    rules: Rules
    now: int


@dataclass(frozen=True)
class Answer:
    """The table that was searched, the recorded attempts, and those of each bucket of e1."""

    table: Table
    attempts: Attempts
    trend: Attempts

    def of(self, wanted: Bools) -> "Answer":
        """The part of the units whose code `wanted` (by code) marks."""
        return Answer(self.table, _part(self.attempts, wanted), _part(self.trend, wanted))


def question(owned: Owned, definition: StepDefinition, *, latest: int) -> Question:
    """The question; without a `now` of its own it is asked at the `latest` event's time."""
    now = latest if definition.now is None else definition.now
    return Question(owned, definition, rules_of(definition), now)


def answer(asked: Question, chosen: Selection) -> Answer:
    """Search the selection."""
    definition, rules = asked.definition, asked.rules
    events = table(asked.owned, definition, chosen)
    within = _within(asked, events)
    found = entries(events, rules, within=within)
    known = ~_flag(asked.owned.columns.estimated, events.row[found.first])
    if definition.counting == "totals":
        counted = totals(events, found, definition, rules, within=within, now=asked.now)
        return Answer(events, counted, _dated(asked, events, counted))
    by_bucket = found.take(known)
    bucket = _buckets(asked, events, by_bucket.first)
    return Answer(
        events,
        record(events, found, definition, rules, now=asked.now),
        record(events, by_bucket, definition, rules, now=asked.now, bucket=bucket),
    )


def first_places(chain: Ints) -> Ints:
    """The place of e1 of each attempt: the earliest one that is matched."""
    return np.asarray(chain.min(axis=1), np.int64) if len(chain) else np.zeros(0, np.int64)


def _dated(asked: Question, events: Table, counted: Attempts) -> Attempts:
    first = first_places(counted.chain)
    known = ~_flag(asked.owned.columns.estimated, events.row[first])
    some = counted.take(np.flatnonzero(known), excluded=np.zeros(0, np.int64))
    bucket = _buckets(asked, events, first[known])
    return Attempts(some.unit, some.chain, bucket, some.is_open, some.excluded, some.lost)


def _buckets(asked: Question, events: Table, first: Ints) -> Ints:
    definition, bare = asked.definition, asked.owned.columns.day_only
    return buckets(
        events.time[first], definition.timezone, definition.interval,
        week_start=definition.week_start,
        day_only=None if bare is None else bare[events.row[first]],
    )  # fmt: skip


def _within(asked: Question, events: Table) -> Bools:
    time = range_time(asked.owned, events.row, asked.definition)
    within = np.ones(len(events), np.bool_)
    if asked.definition.start is not None:
        within &= time >= asked.definition.start
    if asked.definition.end is not None:
        within &= time <= asked.definition.end
    return within


def _part(attempts: Attempts, wanted: Bools) -> Attempts:
    return attempts.take(wanted[attempts.unit], excluded=wanted[attempts.excluded])


def _flag(flags: Bools | None, rows: Ints) -> Bools:
    return np.zeros(len(rows), np.bool_) if flags is None else flags[rows]
