"""A clock for landing pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.areas.pages.page_world import Clock


@pytest.fixture
def clock(settings: Any, firm_folder: Any) -> Iterator[Clock]:  # noqa: ARG001
    from tundish.weblib.page.workspaces import close_workspace

    moved = Clock()
    settings.TUNDISH_CLOCK = moved
    close_workspace()
    yield moved
    close_workspace()
