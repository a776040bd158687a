"""What the tests of the command line share."""

import pytest


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner's width is none of the command's: xdist tells its workers one."""
    monkeypatch.delenv("COLUMNS", raising=False)
