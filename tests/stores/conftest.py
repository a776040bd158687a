"""The stores' one suite: every test that takes `store` runs on SQLite and on PostgreSQL."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tundish.journal.event import Event
from tundish.stores import ensure_all
from tundish.stores.connect import open_database, open_postgres

T0 = datetime(2026, 1, 1, tzinfo=UTC)
_SCHEMAS = count(1)


@dataclass
class Store:
    """A database of one test's own; `open()` gives a further connection to it."""

    kind: str
    address: str
    options: str
    opened: list[Any] = field(default_factory=list)

    def opener(self) -> Any:
        if self.kind == "sqlite":
            return open_database(self.address)
        return open_postgres(self.address, options=self.options)

    def open(self) -> Any:
        connection = self.opener()
        self.opened.append(connection)
        return connection


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server on a free loopback port, with nothing in it."""
    tools = _postgres_tools()
    if tools is None:
        pytest.skip("no PostgreSQL server found: sudo apt install postgresql")
    as_user, owner = _unprivileged()
    if as_user is None:
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv or user to run it as")
    place = Path(tempfile.mkdtemp(prefix="tundish-pg-"))
    if owner is not None:
        os.chown(place, owner, -1)
    data, port = place / "data", _free_port()
    run = [*as_user]
    _quiet([*run, str(tools / "initdb"), "-D", str(data), "-U", "tundish", "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync"], place)  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    control = [*run, str(tools / "pg_ctl"), "-D", str(data), "-w"]
    _quiet([*control, "-l", str(place / "log"), "-o", options, "start"], place)
    yield f"host=127.0.0.1 port={port} user=tundish dbname=postgres"
    with suppress(subprocess.CalledProcessError):
        _quiet([*control, "-m", "immediate", "stop"], place)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty database with the stores' tables."""
    if request.param == "sqlite":
        made = Store("sqlite", str(tmp_path / "tundish.sqlite3"), "")
    else:
        address = request.getfixturevalue("postgres")
        name = f"t{next(_SCHEMAS)}"
        with open_postgres(address) as first:
            first.execute(f"CREATE SCHEMA {name}")
        made = Store("postgres", address, f"-c search_path={name}")
    with_tables = made.open()
    ensure_all(with_tables)
    yield made
    for connection in made.opened:
        connection.close()


@pytest.fixture
def connection(store: Store) -> Any:
    """The test's first connection."""
    return store.opened[0]


@pytest.fixture
def event() -> Callable[..., Event]:
    """`event("a", name="page_viewed", minutes=5, person="p1")`: an event some minutes after T0."""

    def made(id: str, *, name: str = "page_viewed", minutes: float = 0, **fields: Any) -> Event:
        return Event(id=id, name=name, occurred_at=T0 + timedelta(minutes=minutes), **fields)

    return made


def _postgres_tools() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists()), None)


def _unprivileged() -> tuple[list[str] | None, int | None]:
    """(command prefix, user id) under which a server may run; no prefix where we are not root."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            if tool := shutil.which("setpriv"):
                return [
                    tool,
                    f"--reuid={name}",
                    f"--regid={user.pw_gid}",
                    "--clear-groups",
                ], user.pw_uid
    return None, None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _quiet(command: list[str], place: Path) -> None:
    # The server inherits the output; a pipe would never end.
    with (place.parent / f"{place.name}.log").open("ab") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, cwd="/")
    (place.parent / f"{place.name}.log").unlink()
