"""What the tests of the index share."""

import pytest

from tundish.stores.index import following
from tundish.workspace import indexing


@pytest.fixture
def small(monkeypatch):
    """An index of every kind of unit from the first event on, in small steps."""
    monkeypatch.setattr(indexing, "FEWEST_EVENTS", 1)
    monkeypatch.setattr(indexing, "_STRETCH", 17)
    monkeypatch.setattr(indexing, "_TAIL", 5)
    monkeypatch.setattr(indexing, "units_in_use", lambda _: list(following.KINDS))
