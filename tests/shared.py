"""Data that others made, beside the project; a test that wants it is skipped where it is absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("TUNDISH_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


def shared(path: str) -> Path:
    """The file or folder `path` among the shared data; skips the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"absent shared data: {path}")
    return found
