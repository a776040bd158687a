"""kill -9 under load: what was acknowledged stands in the journal."""

from pathlib import Path

from bench.capture_crash import lost_after_kills
from bench.capture_server import prepared


def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    key = prepared(folder)
    acknowledged, lost = lost_after_kills(folder, key, rounds=2, seconds=0.5)
    assert acknowledged > 0
    assert lost == 0
