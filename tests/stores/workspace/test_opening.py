"""Finding, making and opening a workspace."""

import os

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


def _modes(folder):
    return {path.name: path.stat().st_mode & 0o777 for path in (folder, *sorted(folder.rglob("*")))}


@pytest.fixture
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
def test_a_new_workspace_is_its_owners_alone(tmp_path):
    with tundish.open(tmp_path / "firm", create=True):
        modes = _modes(tmp_path / "firm")
    assert modes.pop("firm") == 0o700
    assert "tundish.sqlite3-wal" in modes
    assert set(modes.values()) == {0o600}


@pytest.mark.usefixtures("usual_umask")
def test_a_folder_that_others_could_read_is_closed_when_its_owner_opens_it(tmp_path):
    folder = tmp_path / "firm"
    tundish.open(folder, create=True).close()
    (folder / "imports" / "waiting").mkdir(parents=True)
    (folder / "imports" / "waiting" / "deals.csv").write_text("a")
    (folder / "notes.txt").write_text("not the workspace's own")
    for path in (folder, folder / "tundish.sqlite3", folder / "imports"):
        path.chmod(path.stat().st_mode | 0o055)
    with tundish.open(folder):
        modes = _modes(folder)
    assert modes.pop("notes.txt") == 0o644
    assert modes["deals.csv"] == 0o600
    assert {mode & 0o077 for mode in modes.values()} == {0}
