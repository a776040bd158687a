"""A whole Tundish on loopback: `tundish start` as a user runs it, with a user and an inlet."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "a-quiet-harbour"
SEED = """
import sys
from pathlib import Path
import tundish
from tundish.cli.serving import prepare
folder = Path(sys.argv[1])
prepare(folder)
from datetime import UTC, datetime
from tundish.areas.capture.actions import open_inlet
from tundish.stores.firm import save_settings
from tundish.weblib.access.models import Role, Scope, User
with tundish.open(folder) as workspace:
    save_settings(workspace.connection, name="Narwhal Systems", currency="EUR",
                  time_zone="Europe/Berlin", language="en", digits="latin")
    workspace.use("aida")
User.objects.create_user("ada@narwhal.example", sys.argv[2], name="Ada Lind",
                         role=Role.OWNER, scope=Scope.ALL)
print(open_inlet("website", now=datetime.now(UTC)).write_key)
"""


@dataclass
class Running:
    """A started Tundish: its address, its folder, its processes."""

    folder: Path
    address: str
    process: "subprocess.Popen[str]"
    write_key: str
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        """A page, as the signed-in user sees it."""
        with self.opener.open(self.address + path, timeout=10) as answer:
            return str(answer.read().decode())

    def sign_in(self) -> None:
        """Fill in the sign-in form."""
        form = self.get("sign-in")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        name = re.search(r'<input[^>]+name="(username|email)"', form)
        assert token
        assert name
        data = {
            "csrfmiddlewaretoken": token[1],
            name[1]: "ada@narwhal.example",
            "password": PASSWORD,
        }
        request = urllib.request.Request(
            self.address + "sign-in",
            urllib.parse.urlencode(data).encode(),
            {"Referer": self.address},
        )
        self.opener.open(request, timeout=10).read()

    def send(self, *messages: dict[str, Any]) -> dict[str, Any]:
        """Send messages as a Segment client does."""
        body = json.dumps({"writeKey": self.write_key, "batch": messages}).encode()
        request = urllib.request.Request(
            self.address + "v1/batch", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.loads(answer.read()))

    def pid_of(self, word: str) -> int:
        """The process id of a child whose command line holds `word`."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                command = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if parent == str(self.process.pid) and word in command:
                return int(entry.name)
        raise LookupError(word)

    def kill(self, word: str) -> None:
        """kill -9 of a child, and waiting until it was started again."""
        pid = self.pid_of(word)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: self._another(word, pid), seconds=15)

    def _another(self, word: str, pid: int) -> bool:
        try:
            return self.pid_of(word) != pid
        except LookupError:
            return False


def wait_for(done: Callable[[], Any], *, seconds: float) -> float:
    """How long it took until `done` was true; fails after `seconds`."""
    began = time.monotonic()
    while not _quietly(done):
        assert time.monotonic() - began < seconds, "it did not come in time"
        time.sleep(0.05)
    return time.monotonic() - began


def _quietly(done: Callable[[], Any]) -> bool:
    try:
        return bool(done())
    except OSError:
        return False


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Started for one test, stopped after it."""
    folder = tmp_path / "firm"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TUNDISH", "DJANGO"))}
    key = subprocess.run(
        [sys.executable, "-c", SEED, str(folder), PASSWORD],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout.split()[-1]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tundish", "start", "--data", str(folder), "--no-open", "--port", "18600"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "Stop:" in line:
                break
        found = re.search(r"http://\S+", "".join(lines))
        assert found, "".join(lines)
        started = Running(folder, found[0], process, key)
        started.sign_in()
        yield started
    finally:
        process.terminate()
        process.wait(15)
        if process.stdout:
            process.stdout.close()
