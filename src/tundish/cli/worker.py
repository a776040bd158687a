"""`tundish worker`: follows the journal and runs the waiting imports; `start` starts one by itself."""

import argparse
import os
import signal
import threading
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which workspace."""
    parser.add_argument("--data", help="the workspace's folder")


def run(arguments: argparse.Namespace) -> int:
    """Work until a signal says stop."""
    import tundish

    folder = Path(arguments.data or os.environ.get("TUNDISH_DATA") or "tundish-data").resolve()
    os.umask(0o077)
    tundish.open(folder).close()  # so that a folder that is none is told once, in two lines
    os.environ["TUNDISH_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tundish.web.settings")
    import django

    django.setup()
    from tundish.areas.capture.jobs import import_next
    from tundish.weblib.follower import work
    from tundish.weblib.outbox.delivery import deliver_next

    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    work(folder, stopping, jobs=(import_next, deliver_next))
    return 0
