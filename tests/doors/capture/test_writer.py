"""Group commit: many threads, one writer."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tundish.areas.capture.writer import LARGEST_GROUP, Writer
from tundish.journal.event import Event
from tundish.terms import InputError

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def event(name: str) -> Event:
    return Event(id=name, name=name, occurred_at=NOW)


def test_requests_that_wait_together_are_committed_together() -> None:
    groups: list[list[str]] = []
    first_is_in, go_on = threading.Event(), threading.Event()

    def append(events: list[Event]) -> None:
        groups.append([e.name for e in events])
        first_is_in.set()
        go_on.wait(10)

    writer = Writer(lambda: append)
    with ThreadPoolExecutor(9) as pool:
        done = [pool.submit(writer.append, [event("first")])]
        assert first_is_in.wait(10)
        done += [pool.submit(writer.append, [event(f"e{n}")]) for n in range(8)]
        while writer._waiting.qsize() < 8:
            pass
        go_on.set()
        for one in done:
            one.result(10)
    assert groups[0] == ["first"]
    assert sorted(groups[1]) == sorted(f"e{n}" for n in range(8))


def test_one_bad_request_does_not_fail_its_neighbours() -> None:
    kept: list[str] = []
    hold, started = threading.Event(), threading.Event()

    def connect() -> Callable[[list[Event]], None]:
        def append(events: list[Event]) -> None:
            started.set()
            hold.wait(10)
            if any(e.name == "bad" for e in events):
                raise ValueError("bad event")
            kept.extend(e.name for e in events)

        return append

    writer = Writer(connect)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(writer.append, [event("first")])
        assert started.wait(10)
        later = {n: pool.submit(writer.append, [event(n)]) for n in ("good", "bad", "fine")}
        while writer._waiting.qsize() < 3:
            pass
        hold.set()
        first.result(10)
        later["good"].result(10)
        later["fine"].result(10)
        with pytest.raises(ValueError, match="bad event"):
            later["bad"].result(10)
    assert sorted(kept) == ["fine", "first", "good"]


def test_a_group_is_bounded() -> None:
    sizes: list[int] = []
    hold, started = threading.Event(), threading.Event()

    def append(events: list[Event]) -> None:
        sizes.append(len(events))
        started.set()
        hold.wait(10)

    writer = Writer(lambda: append)
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(writer.append, [event("first")])
        assert started.wait(10)
        rest = [pool.submit(writer.append, [event("x")] * (LARGEST_GROUP // 2)) for _ in range(4)]
        while writer._waiting.qsize() < 4:
            pass
        hold.set()
        for one in (first, *rest):
            one.result(10)
    assert max(sizes) <= LARGEST_GROUP
    assert sum(sizes) == 1 + 2 * LARGEST_GROUP


def test_a_refused_event_opens_no_further_connection() -> None:
    opened: list[int] = []

    def connect() -> Callable[[list[Event]], None]:
        opened.append(1)

        def append(events: list[Event]) -> None:
            if any(e.name == "bad" for e in events):
                raise InputError("bad event", "event_unstorable")

        return append

    writer = Writer(connect)
    for name in ("good", "bad", "bad", "good"):
        if name == "bad":
            with pytest.raises(InputError):
                writer.append([event(name)])
        else:
            writer.append([event(name)])
    assert len(opened) == 1
