"""A real web server's log, counted again in the plainest way."""

import itertools
import re
from datetime import datetime, timedelta

import pytest

from tests.shared import shared
from tundish.journal.readers import weblog
from tundish.journal.readers.bots import bot_reason
from tundish.journal.readers.reading import Options


def named(reading, name):
    return [event for event in reading.events if event.name == name]


@pytest.fixture(scope="module")
def real_log():
    return shared("web_access_log/apache_logs").read_bytes()


def test_the_real_log_adds_up_against_a_plain_count(real_log):
    reading = weblog.read(real_log, options=Options(secret=b"key"))
    notes = reading.notes
    assert notes["lines"] == 10_000
    assert reading.rejects == []
    assert len({e.id for e in reading.events}) == len(reading.events)
    # Counted again, line by line, in the plainest way there is.
    rows = [re.split(r'"', text) for text in real_log.decode().splitlines()]
    visitors = {(r[0].split()[0], r[5]): [] for r in rows}
    for r in rows:
        at = datetime.strptime(r[0].split("[")[1][:26], "%d/%b/%Y:%H:%M:%S %z")
        visitors[r[0].split()[0], r[5]].append((at, r[1].split()[1].split("?")[0]))
    robots = {v for v, asked in visitors.items() if any(path == "/robots.txt" for _, path in asked)}
    machines = {v for v in visitors if bot_reason(v[1], fetched_robots=v in robots)}
    assert notes["bot_lines"] == sum(len(visitors[v]) for v in machines)
    sessions = 0
    for visitor, asked in visitors.items():
        times = sorted(at for at, _ in asked)
        cuts = sum(b - a > timedelta(minutes=30) for a, b in itertools.pairwise(times))
        sessions += (cuts + 1) * (visitor not in machines)
    assert notes["sessions"] + notes["sessions_without_page"] == sessions
    assert notes["sessions"] == sum(n for k, n in notes.items() if k.startswith("channel: "))
    assert notes["sessions"] == sum(not e.bot for e in named(reading, "session_started"))
    assert notes["channel: search"] > notes["channel: referral"] > notes["channel: social"] > 0
