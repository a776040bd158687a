"""What the tests of the index share."""

import pytest

from tundish.stores import firm
from tundish.stores.index import following
from tundish.workspace import Workspace, indexing

NOW = 1_800_000_000_000_000


@pytest.fixture
def small(monkeypatch):
    """An index of every kind of unit from the first event on, in small steps."""
    monkeypatch.setattr(indexing, "FEWEST_EVENTS", 1)
    monkeypatch.setattr(indexing, "_STRETCH", 17)
    monkeypatch.setattr(indexing, "_TAIL", 5)
    monkeypatch.setattr(indexing, "units_in_use", lambda _: list(following.KINDS))


@pytest.fixture
def workspace(store, tmp_path):
    """A workspace on an empty database of either kind, whose clock stands."""
    folder = tmp_path / "firm"
    folder.mkdir()
    firm.secret(store.opened[0])
    return Workspace(store.opened[0], folder=folder, clock=lambda: NOW)
