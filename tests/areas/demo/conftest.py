"""One firm large enough for statistics, made once for all tests that only read it."""

from datetime import date

import pytest

from tundish.demo import demo_firm


@pytest.fixture(scope="session")
def grown_firm():
    return demo_firm(seed=9, today=date(2026, 11, 18), people=2000, companies=480)
