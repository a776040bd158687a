"""A running application with an inlet, and the means to let a real client send to it."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_SECONDS = 60


@pytest.fixture
def write_key(live_app: str) -> str:
    """The key of an inlet called website, from when on it is taken."""
    from tundish.areas.capture.actions import open_inlet

    key = open_inlet("website", now=datetime.now(UTC)).write_key
    while not _is_taken(live_app, key):
        time.sleep(0.02)
    return key


def _is_taken(address: str, key: str) -> bool:
    body = json.dumps({"writeKey": key, "batch": []}).encode()
    try:
        with urllib.request.urlopen(f"{address}/v1/batch", body, timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


@pytest.fixture
def node() -> str:
    """The program node, with the clients beside it; without them the test could not be run."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node: sudo apt install nodejs npm")
    if not (HERE / "node_modules").is_dir():
        message = "the clients for node are not installed: run ./run test"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture
def told_by(live_app: str, write_key: str, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`told_by("segment_node.mjs")`: let that client tell its story to the running application."""

    def tell(script: str) -> None:
        program = request.getfixturevalue("node") if script.endswith(".mjs") else sys.executable
        done = subprocess.run(
            [program, str(HERE / "senders" / script), live_app, write_key],
            capture_output=True, text=True, timeout=_SECONDS, check=False, cwd=HERE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout

    return tell
