"""The whole way, on real processes: from a request to the funnel page, through kills and restarts."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

import pytest

import tundish
from tests.doors.serving.conftest import Running, wait_for

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.xdist_group("serving"),
    pytest.mark.timeout(180),
]


def track(number: int, event: str = "advert_clicked") -> dict[str, str]:
    return {
        "type": "track",
        "event": event,
        "userId": f"u{number}",
        "messageId": f"m-{event}-{number}",
    }


def reached_first(page: str) -> int:
    """How many have reached the first stage, by the page's own list links."""
    found = re.search(r'kind=reached&amp;stage=0"[^>]*aria-label="[^"]*?([\d,]+) reached', page)
    return int(found[1].replace(",", "")) if found else 0


def visits_of(folder: Path) -> list[tuple[object, ...]]:
    """The active funnel's; those of the models kept warm come whenever there is time."""
    with tundish.open(folder) as workspace:
        rows = workspace.connection.execute(
            "SELECT unit, pass_no, stage, entered, left_at, outcome, cause FROM visit"
            " WHERE definition = (SELECT id FROM definition WHERE active = 1) ORDER BY unit, place"
        )
        return [tuple(row) for row in rows.fetchall()]


def count_events(folder: Path) -> int:
    with tundish.open(folder) as workspace:
        return int(workspace.connection.execute("SELECT count(*) FROM event").fetchone()[0])


def test_an_event_moves_the_funnel_page_within_two_seconds(running: Running) -> None:
    assert running.send(track(1)) == {"success": True}
    wait_for(lambda: reached_first(running.get("funnel")) == 1, seconds=10)
    running.send(track(2), track(3))
    assert wait_for(lambda: reached_first(running.get("funnel")) == 3, seconds=2) < 2


def test_a_kill_of_web_and_worker_loses_and_doubles_nothing(running: Running) -> None:
    running.send(*(track(n) for n in range(20)))
    running.kill("tundish worker")
    running.send(*(track(n) for n in range(20, 40)))
    running.kill("-m granian")
    wait_for(lambda: running.send(*(track(n) for n in range(30, 60))), seconds=20)
    running.kill("tundish worker")
    wait_for(lambda: reached_first(running.get("funnel")) == 60, seconds=20)
    assert count_events(running.folder) == 60


def test_rebuild_gives_the_same_visits(running: Running) -> None:
    running.send(*(track(n) for n in range(30)))
    running.send(*(track(n, "form_submitted") for n in range(9)))
    running.send(*(track(n, "order_paid") for n in range(3)))
    wait_for(lambda: len({row[0] for row in visits_of(running.folder)}) == 30, seconds=10)
    wait_for(lambda: reached_first(running.get("funnel")) == 30, seconds=10)
    before = visits_of(running.folder)
    done = subprocess.run(
        [sys.executable, "-m", "tundish", "rebuild", "--data", str(running.folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wait_for(lambda: len(visits_of(running.folder)) == len(before), seconds=10)
    assert visits_of(running.folder) == before


def test_a_busy_port_moves_on_and_a_stop_leaves_nothing_behind(running: Running) -> None:
    port = int(running.address.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    again = subprocess.run(
        [sys.executable, "-m", "tundish", "start", "--data", str(running.folder), "--no-open"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert f"runs already on this folder: {running.address}" in again.stdout
    children = [running.pid_of("-m granian"), running.pid_of("tundish worker")]
    stopped = subprocess.run(
        [sys.executable, "-m", "tundish", "stop", "--data", str(running.folder)],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert running.address in stopped.stdout
    assert running.process.wait(10) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert not (running.folder / "run.json").exists()


def test_children_end_when_their_parent_is_killed(running: Running) -> None:
    children = [running.pid_of("-m granian"), running.pid_of("tundish worker")]
    running.process.send_signal(signal.SIGKILL)
    running.process.wait(10)
    assert (
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), seconds=10)
        < 10
    )


def test_senders_that_fall_silent_leave_the_pages_alone(running: Running) -> None:
    port = int(running.address.rstrip("/").rpartition(":")[2])
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n{"
    silent = []
    try:
        for number in range(60):
            one = socket.create_connection(("127.0.0.1", port), timeout=20)
            one.sendall(head % (b"/v1/batch" if number % 2 else b"/sign-in"))
            silent.append(one)
        began = time.monotonic()
        assert "ok" in running.get("health")
        assert "Narwhal Systems" in running.get("settings")
        assert time.monotonic() - began < 5
        with pytest.raises(urllib.error.HTTPError) as told:
            running.send(track(1))
        assert told.value.code == 503
        told.value.close()
    finally:
        for one in silent:
            one.close()
    wait_for(lambda: running.send(track(1)) == {"success": True}, seconds=20)


def test_a_body_in_pieces_without_a_length_arrives_whole(running: Running) -> None:
    port = int(running.address.rstrip("/").rpartition(":")[2])
    body = json.dumps({"writeKey": running.write_key, "batch": [track(1)]}).encode()
    pieces = b"".join(
        b"%x\r\n%s\r\n" % (len(body[i : i + 20]), body[i : i + 20]) for i in range(0, len(body), 20)
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        head = b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        one.sendall(head + pieces + b"0\r\n\r\n")
        with one.makefile("rb") as answer:
            assert b"200 OK" in answer.readline()
            while answer.readline().strip():
                continue
            assert answer.read(17) == b'{"success": true}'
