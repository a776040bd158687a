"""A firm with a clock that the test sets, on SQLite and on PostgreSQL."""

import pytest
from small_firm import Clock

from tundish.stores import firm as settings
from tundish.workspace import Workspace


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def firm(store, tmp_path, clock):
    """A workspace on an empty database of either kind."""
    folder = tmp_path / "firm"
    folder.mkdir()
    connection = store.open()
    settings.secret(connection)
    return Workspace(connection, folder=folder, clock=clock)
