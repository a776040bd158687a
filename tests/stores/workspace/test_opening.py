"""Finding, making and opening a workspace."""

import pytest

import tundish
from tundish.terms import WorkspaceError


def test_a_folder_is_made_only_when_told(tmp_path):
    place = tmp_path / "firm"
    with pytest.raises(WorkspaceError) as wrong:
        tundish.open(place)
    assert wrong.value.code == "workspace_missing"
    assert str(place) in wrong.value.message
    assert "create=True" in wrong.value.hint
    assert not place.exists()

    tundish.open(place, create=True).close()
    with tundish.open(place) as workspace:
        assert workspace.folder == place
        assert workspace.active is None


def test_a_folder_of_other_files_is_no_workspace(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(WorkspaceError) as wrong:
        tundish.open(tmp_path)
    assert "is no workspace" in wrong.value.message


def test_a_database_that_is_none_is_told_as_such(tmp_path):
    (tmp_path / "tundish.sqlite3").write_text("this is no database, only a text of some length")
    with pytest.raises(WorkspaceError) as wrong:
        tundish.open(tmp_path)
    assert wrong.value.code == "database_unreadable"


def test_the_clock_is_the_one_that_was_given(tmp_path):
    with tundish.open(tmp_path, create=True, clock=lambda: 17) as workspace:
        assert workspace.now() == 17
