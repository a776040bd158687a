"""Choosing the funnel from the command line."""

from pathlib import Path

import pytest

import tundish
from tundish.cli.main import main


@pytest.fixture
def place(tmp_path: Path) -> Path:
    tundish.open(tmp_path / "firm", create=True).close()
    return tmp_path / "firm"


def test_a_model_is_chosen_by_name_and_then_followed(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stages", "--data", str(place)]) == 1
    assert "tundish use MODEL" in capsys.readouterr().err
    assert main(["use", "aida", "--data", str(place)]) == 0
    assert "The funnel in use is aida, version 1." in capsys.readouterr().out
    assert main(["stages", "--data", str(place)]) == 0


def test_an_unknown_model_is_told_with_the_known_ones(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["use", "nope", "--data", str(place)]) == 1
    assert "there are aida, " in capsys.readouterr().err
