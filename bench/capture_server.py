"""The web server as `tundish start` runs it, on a folder of its own, without the worker."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SEED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import tundish
from tundish.cli.serving import prepare
folder = Path(sys.argv[1])
prepare(folder)
from tundish.areas.capture.actions import open_inlet
from tundish.stores.firm import save_settings
with tundish.open(folder) as workspace:
    save_settings(workspace.connection, name="Bench", currency="EUR", time_zone="UTC",
                  language="en", digits="latin")
    workspace.use("aida")
print(open_inlet("bench", now=datetime.now(UTC)).write_key)
"""


def environment(folder: Path) -> dict[str, str]:
    """The processes' environment: nothing of the caller's that could point elsewhere."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("TUNDISH", "DJANGO"))}
    return plain | {"TUNDISH_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tundish.web.settings"}


def prepared(folder: Path) -> str:
    """Make a firm in `folder`; gives the write key of its inlet."""
    done = subprocess.run(
        [sys.executable, "-c", _SEED, str(folder)],
        env=environment(folder), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def free_port() -> int:
    """A port of this machine that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Web:
    """A running web server; `kill` ends it as a power cut would end the process."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @classmethod
    def started(cls, folder: Path, port: int) -> "Web":
        """Start it and wait until it answers."""
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
             "--port", str(port), "--workers", "1", "--blocking-threads", "64", "--no-ws",
             "--log-level", "error", "tundish.web.served:application"],
            env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        web = cls(folder, port, process)
        until = time.monotonic() + 60
        while not web._answers():
            if time.monotonic() > until or process.poll() is not None:
                web.kill()
                raise RuntimeError("the web server did not start")
            time.sleep(0.05)
        return web

    def kill(self) -> None:
        """kill -9 of the server and its workers."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
