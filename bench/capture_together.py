"""Capture, follower, web, worker and import at once on one workspace."""

import http.cookiejar
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from bench.capture_server import Web, environment, free_port

_PASSWORD = "a-quiet-harbour"
_USER = """
import sys
from pathlib import Path
from tundish.cli.serving import prepare
prepare(Path(sys.argv[1]))
from tundish.weblib.access.models import Role, Scope, User
User.objects.create_user("ada@bench.example", sys.argv[2], name="Ada", role=Role.OWNER,
                         scope=Scope.ALL)
"""
_ROWS = 50_000
_LIMIT_MS = 200


def all_at_once(folder: Path, key: str, *, seconds: float) -> bool:
    """Print the p99 of a page's write while all of it runs; whether it held and nothing locked."""
    made = [sys.executable, "-c", _USER, str(folder), _PASSWORD]
    subprocess.run(made, env=environment(folder), check=True, capture_output=True)
    log = folder.parent / "together.log"
    with log.open("wb") as said, tempfile.TemporaryDirectory() as place:
        web = Web.started(folder, free_port())
        rows = Path(place) / "rows.csv"
        rows.write_text(
            "time,event,person\n"
            + "".join(f"2026-01-01T00:{n % 60:02d}:00Z,page viewed,csv-{n}\n" for n in range(_ROWS))
        )
        others = [
            [sys.executable, "-m", "tundish", "worker", "--data", str(folder)],
            [sys.executable, "-m", "tundish", "import", str(rows), "--data", str(folder)],
            [sys.executable, "-m", "bench.capture_senders", str(web.port), key, "together",
             str(seconds), "4", "0.01"],
        ]  # fmt: skip
        running = [
            subprocess.Popen(one, env=environment(folder), stdout=said, stderr=said)
            for one in others
        ]
        try:
            taken = _writes(web.port, seconds)
        finally:
            for one in running:
                one.kill()
                one.wait()
            web.kill()
    locked = log.read_bytes().count(b"locked")
    taken.sort()
    p99 = taken[int(len(taken) * 0.99)] * 1000
    print(
        f"all at once: {len(taken):,} writes of a page, median {statistics.median(taken) * 1000:.0f} ms,"
        f" p99 {p99:.0f} ms (limit {_LIMIT_MS}); “locked” {locked} times"
    )
    return p99 < _LIMIT_MS and locked == 0


def _writes(port: int, seconds: float) -> list[float]:
    """Seconds of each saving of one's own account, as a signed-in user does it on a page."""
    base = f"http://localhost:{port}/"
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def token(path: str) -> str:
        page = opener.open(base + path, timeout=30).read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        return found[1] if found else ""

    def post(path: str, more: dict[str, str], **fields: str) -> float:
        body = urllib.parse.urlencode(fields).encode()
        began = time.perf_counter()
        opener.open(
            urllib.request.Request(base + path, body, {"Referer": base, **more}), timeout=60
        ).read()
        return time.perf_counter() - began

    name = re.search(
        r'<input[^>]+name="(username|email)"', opener.open(base + "sign-in").read().decode()
    )
    who = {name[1] if name else "email": "ada@bench.example", "password": _PASSWORD}
    post("sign-in", {}, csrfmiddlewaretoken=token("sign-in"), **who)
    sent = token("settings")
    until, taken = time.perf_counter() + seconds, []
    while time.perf_counter() < until:
        # As the page's script sends it: the answer is no page, so that its drawing is not timed.
        fetched = {"X-Requested-With": "fetch"}
        taken.append(post("theme", fetched, csrfmiddlewaretoken=sent, theme="dark"))
    return taken
