"""The commands on small files and a small workspace."""

import errno
import json
import os
import sqlite3
import subprocess
import sys

import pytest
from test_start import loaded_by

import tundish
from tundish.cli.main import main

ROWS = """person,event,time,value,plan
ada,page_viewed,2025-01-01T10:00:00Z,,pro
ada,form_submitted,2025-01-02T10:00:00Z,,pro
ada,order_placed,2025-01-05T10:00:00Z,120.50,pro
bob,page_viewed,2025-01-01T11:00:00Z,,free
bob,form_submitted,2025-01-03T11:00:00Z,,free
cyd,page_viewed,2025-01-04T11:00:00Z,,free
"""
STEPS = """\
window: 14d
steps:
  - {event: page_viewed, name: seen}
  - {event: form_submitted, name: asked}
  - {event: order_placed, name: bought}
value: {property: value, currency: EUR}
breakdown: {property: plan}
"""
STAGES = """\
name: small
unit: person
stages:
  - {name: seen, enter: {event: page_viewed}}
  - {name: asked, enter: {event: form_submitted}}
  - {name: bought, purchase: true, enter: {event: order_placed}}
loss:
  - {reason: silent, when: {silent_for: 90d, of: {event: null}}}
"""


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """The working folder, with events.csv, steps.yaml and stages.yaml."""
    (tmp_path / "events.csv").write_text(ROWS)
    (tmp_path / "steps.yaml").write_text(STEPS)
    (tmp_path / "stages.yaml").write_text(STAGES)
    monkeypatch.chdir(tmp_path)
    for name in ("TUNDISH_DATA", "COLUMNS"):  # xdist tells its workers a width
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _told(capsys, *words, code=0):
    capsys.readouterr()
    assert main(list(words)) == code
    return capsys.readouterr()


def _complaint(capsys, *words):
    told = _told(capsys, *words, code=1)
    assert told.out == ""
    lines = told.err.splitlines()
    assert len(lines) == 2
    return lines


@pytest.mark.parametrize(
    "words",
    [
        ("funnel", "events.csv", "--definition", "steps.yaml"),
        ("stages", "events.csv", "--definition", "stages.yaml"),
        ("stages", "events.csv", "--definition", "aida", "--json"),
    ],
)
def test_questions_on_files_load_neither_django_nor_duckdb_nor_pandas(files, words):
    assert not loaded_by(*words, cwd=files) & {"django", "duckdb", "pandas", "polars", "sqlite3"}


def test_funnel_gives_the_pythons_report_as_json(capsys):
    words = ("funnel", "events.csv", "--definition", "steps.yaml", "--json", "--lists")
    said = json.loads(_told(capsys, *words).out)
    ours = tundish.step_funnel("events.csv", "steps.yaml").to_dict(lists=True)
    assert said == json.loads(json.dumps(ours))
    assert [step["reached"] for step in said["steps"]] == [3, 2, 1]


def test_stages_gives_the_pythons_report_as_json(capsys):
    words = ("stages", "events.csv", "--definition", "stages.yaml", "--json", "--journeys")
    said = json.loads(_told(capsys, *words).out)
    ours = tundish.stage_funnel("events.csv", "stages.yaml").to_dict(journeys=True)
    assert said == json.loads(json.dumps(ours))
    assert [stage["reached"] for stage in said["stages"]] == [3, 2, 1]


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".csv.gz", ".parquet", ".tsv"])
def test_every_kind_of_file_gives_the_same_answer(files, ending):
    import gzip

    import pyarrow.csv
    import pyarrow.parquet

    table = pyarrow.csv.read_csv("events.csv")
    if ending == ".parquet":
        pyarrow.parquet.write_table(table, f"other{ending}")
    else:
        rows = table.to_pylist()
        text = "".join(json.dumps(row, default=str) + "\n" for row in rows)
        text = {".csv.gz": ROWS, ".tsv": ROWS.replace(",", "\t")}.get(ending, text)
        packed = gzip.compress(text.encode()) if ending.endswith(".gz") else text.encode()
        (files / f"other{ending}").write_bytes(packed)
    wanted = tundish.step_funnel("events.csv", STEPS).to_dict(lists=True)
    assert tundish.step_funnel(f"other{ending}", STEPS).to_dict(lists=True) == wanted
    assert tundish.step_funnel([f"other{ending}"], STEPS).to_dict(lists=True) == wanted


def test_several_files_are_one_set_of_events(files):
    lines = ROWS.splitlines()
    (files / "first.csv").write_text("\n".join(lines[:3]) + "\n")
    (files / "second.csv").write_text("\n".join([lines[0], *lines[3:]]) + "\n")
    wanted = tundish.step_funnel("events.csv", STEPS).to_dict(lists=True)
    assert tundish.step_funnel(["first.csv", "second.csv"], STEPS).to_dict(lists=True) == wanted


def test_a_table_in_memory_gives_the_same_answer():
    import pandas
    import polars
    import pyarrow.csv

    wanted = tundish.step_funnel("events.csv", STEPS).to_dict(lists=True)
    for table in (
        pyarrow.csv.read_csv("events.csv"),
        pandas.read_csv("events.csv", parse_dates=["time"]),
        polars.read_csv("events.csv"),
    ):
        assert tundish.step_funnel(table, STEPS).to_dict(lists=True) == wanted


def test_the_funnel_is_drawn_with_counts_before_percentages(capsys):
    told = _told(capsys, "funnel", "events.csv", "-d", "steps.yaml", "--lists").out
    assert told.isascii()
    assert "2 of 3 (66.7 %" in told
    assert "120.50 EUR" in told
    assert "pro: 1 > 1 > 1" in told
    assert "reached asked (2)\n  ada\n  bob" in told


def test_the_stages_are_drawn_with_their_losses(capsys):
    told = _told(capsys, "stages", "events.csv", "-d", "stages.yaml").out
    assert "Passes: 3" in told
    assert "Lost, silent: 0" in told
    assert "1 of 2 (50.0 %" in told


def test_files_need_a_definition(capsys):
    assert "No funnel is named" in _complaint(capsys, "stages", "events.csv")[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("funnel", "no.csv", "-d", "steps.yaml"), "There is no file no.csv."),
        (("funnel", "events.csv", "-d", "no.yaml"), "There is no definition file no.yaml."),
        (("funnel", "steps.yaml", "-d", "steps.yaml"), "none of the kinds of table"),
        (("stages", "events.csv", "-d", "steps.yaml"), "stages"),
        (("stages", "events.csv", "-d", "nothing"), "There is no model 'nothing'"),
        (("stages",), "does not exist"),
        (("explain", "ada", "--data", "."), "is no workspace"),
        (("import", "no.csv"), "There is no file no.csv."),
        (("import", "events.csv", "--map", "time"), "does not map a field"),
        (("models", "nothing"), "There is no model 'nothing'"),
    ],
)
def test_what_is_wrong_is_told_in_two_lines(capsys, words, said):
    assert said in _complaint(capsys, *words)[0]


def test_a_wrong_definition_names_the_place(files, capsys):
    (files / "wrong.yaml").write_text(STAGES.replace("event: form_submitted", "evnt: x"))
    assert "stages[1]" in _complaint(capsys, "stages", "events.csv", "-d", "wrong.yaml")[0]
    (files / "wrong.yaml").write_text("stages: [\n")
    assert "line" in _complaint(capsys, "stages", "events.csv", "-d", "wrong.yaml")[0]


def test_a_workspace_is_imported_asked_explained_and_undone(capsys):
    told = _told(capsys, "import", "events.csv").out
    assert told.startswith("Import 1: 6 new events from 6 rows (events)")
    with tundish.open("tundish-data") as workspace:
        workspace.use("stages.yaml")
    assert "Passes: 3" in _told(capsys, "stages").out
    assert "Passes: 3" in _told(capsys, "stages", "--definition", "stages.yaml").out
    assert "seen" in _told(capsys, "funnel", "--definition", "steps.yaml").out
    explained = _told(capsys, "explain", "bob").out
    assert "The person bob left the funnel small out of asked." in explained
    assert "The window of 90d closed at 2025-04-03" in explained
    assert "to bought: an order was placed (order_placed)" in explained
    assert json.loads(_told(capsys, "explain", "bob", "--json").out)["status"] == "lost"
    assert "events.csv" in _told(capsys, "imports").out
    assert json.loads(_told(capsys, "imports", "--json").out)[0]["new"] == 6
    assert "Rebuilt from 6 events." in _told(capsys, "rebuild").out
    assert "Took back 6 events" in _told(capsys, "undo", "1").out
    assert "Passes: 0" in _told(capsys, "stages").out
    assert "has been undone already" in _complaint(capsys, "undo", "1")[0]


def test_a_dry_run_makes_no_workspace(files, capsys):
    told = _told(capsys, "import", "events.csv", "--dry-run").out
    assert told.startswith("Would import 6 new events from 6 rows (events)")
    assert not (files / "tundish-data").exists()


def test_the_workspace_is_named_by_option_or_environment(files, capsys, monkeypatch):
    _told(capsys, "import", "events.csv", "--data", "one")
    monkeypatch.setenv("TUNDISH_DATA", str(files / "one"))
    assert "events.csv" in _told(capsys, "imports").out
    assert "does not exist" in _complaint(capsys, "imports", "--data", "two")[0]


def test_models_are_listed_shown_and_given_as_files(files, capsys):
    listed = _told(capsys, "models").out
    assert "aida" in listed
    assert "awareness > interest > desire > action" in listed
    shown = _told(capsys, "models", "aida").out
    assert "Lewis" in shown
    assert "enters with:" in shown
    (files / "own.yaml").write_text(_told(capsys, "models", "aida", "--yaml").out)
    assert _told(capsys, "stages", "events.csv", "-d", "own.yaml").out == (
        _told(capsys, "stages", "events.csv", "-d", "aida").out
    )
    assert json.loads(_told(capsys, "models", "aida", "--json").out)["name"] == "aida"


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -m tundish stages events.csv -d stages.yaml --json --journeys"
    done = subprocess.run(
        f"{command} | head -c 1", shell=True, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "code"), [(("explain", "ada"), 1), (("models", "aida", "--yaml"), 0)]
)
def test_a_terminal_that_knows_only_ascii_gets_ascii(words, code):
    done = subprocess.run(
        [sys.executable, "-m", "tundish", *words],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == code
    told = (done.stdout if code == 0 else done.stderr).decode("ascii")
    assert len(told.splitlines()) >= 2
    assert "Traceback" not in told


def test_a_person_is_erased_only_when_it_is_confirmed(capsys):
    _told(capsys, "import", "events.csv", "--data", "firm")
    first, hint = _complaint(capsys, "erase", "ada", "--data", "firm")
    assert first == "Nothing was erased of ada."
    assert "--yes" in hint
    told = _told(capsys, "erase", "ada", "--yes", "--data", "firm")
    assert "Erased 0 personal values of ada" in told.out
    assert "no person" in _complaint(capsys, "erase", "zed", "--yes", "--data", "firm")[0]


def test_what_comes_from_a_file_never_steers_the_terminal(files, capsys):
    (files / "odd.csv").write_text("person,event,time\nada,seen,\x1b[31mnever\u202e\n")
    told = _told(capsys, "import", "odd.csv", "--as", "events", "--data", "firm").out
    assert "“\\x1b[31mnever\\u202e” is not a date" in told
    (files / "odd\x1b[2J.jsonl").write_text("nothing")
    first, _ = _complaint(capsys, "import", "odd\x1b[2J.jsonl", "--data", "firm")
    assert first.startswith("odd\\x1b[2J.jsonl: ")
    assert "\x1b" not in _told(capsys, "imports", "--data", "firm").out


@pytest.mark.parametrize("number", ["9" * 23, "²", "import-0"])
def test_an_import_that_cannot_be_is_told(capsys, number):
    _told(capsys, "import", "events.csv", "--data", "firm")
    assert "import" in _complaint(capsys, "undo", number, "--data", "firm")[0]


def test_a_worker_without_a_workspace_says_so_in_two_lines(capsys):
    before = os.umask(0o077)
    first, hint = _complaint(capsys, "worker", "--data", "nowhere")
    os.umask(before)
    assert "does not exist" in first
    assert "--data" in hint


@pytest.mark.parametrize(
    "broken",
    [
        sqlite3.OperationalError("database or disk is full"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
@pytest.mark.parametrize("words", [("import", "events.csv"), ("rebuild",)])
def test_a_full_disk_is_told_in_two_lines(capsys, monkeypatch, broken, words):
    _told(capsys, "import", "events.csv", "--data", "firm")

    def full(*_given, **_named):
        raise broken

    monkeypatch.setattr("tundish.stores.journal.append", full)
    monkeypatch.setattr("tundish.stores.profiles.clear", full)
    first, hint = _complaint(capsys, *words, "--data", "firm")
    assert "full" in first or "No space" in first
    assert "room" in hint


def test_a_pattern_that_could_take_for_ever_is_refused(files, capsys):
    where = '  - {event: page_viewed, name: seen, where: {plan: {op: matches, value: "(a+)+$"}}}'
    (files / "slow.yaml").write_text(f"window: 1d\nsteps:\n{where}\n  - {{event: order_placed}}\n")
    first, _ = _complaint(capsys, "funnel", "events.csv", "-d", "slow.yaml")
    assert "can take for ever" in first


def test_the_unit_of_a_time_column_may_be_said(files, capsys):
    (files / "ms.csv").write_text("person,event,time\nada,seen,1735689600000\n")
    told = _told(capsys, "import", "ms.csv", "--data", "firm", "--dry-run").out
    assert "times read as ms 1" in told
    told = _told(capsys, "import", "ms.csv", "--time-unit", "us", "--data", "firm").out
    assert "1 new events" in told
    with tundish.open("firm") as firm:
        assert firm.events().time.tolist() == [1_735_689_600_000]
