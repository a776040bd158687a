"""A firm's folder with a clock that the test sets."""

import pytest
from small_firm import Clock

import tundish


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def firm(tmp_path, clock):
    with tundish.open(tmp_path / "firm", create=True, clock=clock) as workspace:
        yield workspace
