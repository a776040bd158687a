"""Imports: each row once, refused ones told, corrected values appended, all of it taken back."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_firm import everything, reached, visits_of

import tundish
from tundish.stores import firm as settings
from tundish.stores import imports as records
from tundish.terms import InputError, NotFoundError
from tundish.workspace import imports as importing
from tundish.workspace.leases import holding

HEADER = "opportunity_id,account,product,deal_stage,engage_date,close_date,close_value"
ROWS = [
    "o1,Acme,Basic,Won,2025-01-02,2025-02-01,1000",
    "o2,Acme,Basic,Lost,2025-01-03,2025-01-20,0",
    "o3,Bolt,Pro,Engaging,2025-01-04,,",
    "o4,,Pro,Prospecting,,,",
]


def _deals(folder, *rows, name="deals.csv"):
    file = folder / name
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


def _events(folder, *rows, name="events.csv"):
    file = folder / name
    file.write_text("\n".join(["person,event,time", *rows]) + "\n", encoding="utf-8")
    return file


def test_a_crms_table_in_an_empty_workspace_brings_its_funnel(firm, tmp_path):
    assert firm.active is None
    result = firm.import_files(_deals(tmp_path, *ROWS))
    firm.catch_up()
    assert (result.kind, result.read, result.refused) == ("crm-opportunities", 4, 0)
    assert firm.active.name == "opportunities"
    assert reached(firm) == [4, 3, 1]


def test_the_same_file_again_changes_nothing(firm, tmp_path):
    file = _deals(tmp_path, *ROWS)
    first = firm.import_files(file)
    firm.catch_up()
    before = visits_of(firm), firm.unit_properties("deal")
    again = firm.import_files(file)
    firm.catch_up()
    assert (again.new, again.known, again.changed) == (0, first.new, 0)
    assert (visits_of(firm), firm.unit_properties("deal")) == before


def test_next_months_export_adds_what_is_new(firm, tmp_path):
    firm.import_files(_deals(tmp_path, *ROWS))
    later = [*ROWS[:2], "o3,Bolt,Pro,Won,2025-01-04,2025-02-09,500", *ROWS[3:]]
    result = firm.import_files(_deals(tmp_path, *later))
    firm.catch_up()
    assert result.new == 1
    assert reached(firm) == [4, 3, 2]


def test_a_corrected_value_is_appended_as_a_change_of_field(firm, tmp_path):
    firm.import_files(_deals(tmp_path, *ROWS))
    corrected = [ROWS[0].replace("Basic", "Pro"), *ROWS[1:]]
    result = firm.import_files(_deals(tmp_path, *corrected))
    firm.catch_up()
    assert (result.new, result.changed) == (0, 1)
    changed = firm.events(names=["field_changed"])
    assert changed.units["deal"].to_list() == ["o1"]
    said = [changed.property(name).at(0) for name in ("field", "old", "new")]
    assert said == ["product", "Basic", "Pro"]
    assert firm.unit_properties("deal")["o1"]["product"] == "Pro"
    assert firm.import_files(_deals(tmp_path, *corrected)).changed == 0


def test_a_correction_that_is_undone_may_come_again(firm, tmp_path):
    firm.import_files(_deals(tmp_path, *ROWS))
    corrected = [ROWS[0].replace("Basic", "Pro"), *ROWS[1:]]
    second = firm.import_files(_deals(tmp_path, *corrected))
    firm.catch_up()
    assert firm.undo(second.id) == 1
    firm.catch_up()
    assert firm.unit_properties("deal")["o1"]["product"] == "Basic"
    assert firm.import_files(_deals(tmp_path, *corrected)).changed == 1


def test_undo_takes_all_of_an_import_back_and_the_file_may_come_again(firm, tmp_path):
    file = _deals(tmp_path, *ROWS)
    result = firm.import_files(file)
    firm.catch_up()
    before = visits_of(firm)
    assert firm.undo(result.id) == result.new
    firm.catch_up()
    assert visits_of(firm) == []
    assert firm.unit_properties("deal") == {}
    assert firm.imports()[0].status == "undone"
    with pytest.raises(NotFoundError):
        firm.undo(result.id)
    again = firm.import_files(file)
    firm.catch_up()
    assert (again.new, again.id) == (result.new, result.id + 1)
    assert visits_of(firm) == before


def test_a_dry_run_counts_the_same_and_writes_nothing(firm, tmp_path):
    file = _deals(tmp_path, *ROWS, "o5,Acme,Basic,Won,soon,2025-02-01,1")
    before = everything(firm)
    tried = firm.preview(file)
    assert firm.import_files(file, dry_run=True) == tried
    assert everything(firm) == before
    assert firm.imports() == []
    assert not (firm.folder / "imports").exists()
    done = firm.import_files(file)
    same = ("kind", "read", "new", "known", "refused", "changed", "reasons", "notes")
    assert [getattr(tried, name) for name in same] == [getattr(done, name) for name in same]
    again = firm.preview(file)
    assert (again.new, again.known) == (0, done.new)


def test_refused_rows_lie_in_a_file_with_line_code_and_reason(firm, tmp_path):
    file = _events(
        tmp_path,
        "ada,form_submitted,2025-01-02T10:00:00Z",
        "=cmd(),form_submitted,never",
        ",form_submitted,2025-01-02T10:00:00Z",
        "bob,form_submitted,2025-01-03T10:00:00Z",
    )
    result = firm.import_files(file)
    assert (result.read, result.new, result.refused) == (4, 2, 2)
    assert sum(number for number, _ in result.reasons.values()) == 2
    with open(result.rejects_path, encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["line"] for row in rows] == ["3", "4"]
    assert all(row["code"] in result.reasons and row["reason"] for row in rows)
    assert rows[0]["raw"].startswith("'=")


def test_an_import_that_another_process_does_is_left_to_it(firm, tmp_path):
    file = _events(tmp_path, "ada,form_submitted,2025-01-02T10:00:00Z")
    first = firm.import_files(file)
    records.update(firm.connection, first.id, status="running")
    with holding(firm, f"import-{first.id}"), pytest.raises(InputError) as running:
        firm.import_files(file)
    assert running.value.code == "import_running"
    assert [one.status for one in firm.imports()] == ["running"]
    again = firm.import_files(file)
    assert (again.id, again.new, again.known) == (first.id, 1, 0)


def test_a_process_that_lost_its_import_to_another_writes_no_more(firm, tmp_path, monkeypatch):
    rows = [f"p{n},form_submitted,2025-01-02T10:00:00Z" for n in range(1_500)]
    write = importing._Piece._write

    def slow(piece, *what):
        write(piece, *what)
        settings.drop_lease(firm.connection, "import-1", holder=piece.alone.holder)
        settings.take_lease(firm.connection, "import-1", "another", firm.now(), 15)

    monkeypatch.setattr(importing._Piece, "_write", slow)
    with pytest.raises(InputError) as running:
        firm.import_files(_events(tmp_path, *rows))
    assert running.value.code == "import_running"
    assert (firm.position, firm.imports()[0].new) == (1_000, 1_000)


def test_a_reader_that_breaks_leaves_a_failed_import(firm, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("within the reader")

    monkeypatch.setattr(importing._Piece, "append", broken)
    with pytest.raises(ZeroDivisionError):
        firm.import_files(_events(tmp_path, "ada,form_submitted,2025-01-02T10:00:00Z"))
    (record,) = firm.imports()
    assert (record.status, "within the reader" in record.error) == ("failed", True)


def test_the_refused_rows_hold_no_address_and_go_with_the_undo(firm, tmp_path):
    file = _events(
        tmp_path,
        "ada@cedar.example,called +49 170 1234567,never",
        "ada,form_submitted,2025-01-02T10:00:00Z",
    )
    result = firm.import_files(file)
    refused = Path(result.rejects_path)
    assert refused.stat().st_mode & 0o777 == 0o600
    text = refused.read_text("utf-8-sig")
    assert "ada@cedar" not in text
    assert "1234567" not in text
    assert "[e-mail],called [phone],never" in text
    firm.undo(result.id)
    assert not refused.exists()
    assert firm.imports()[0].rejects is None


def test_files_that_come_together_are_read_together_also_from_a_folder(firm, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    _deals(folder, *ROWS)
    (folder / "accounts.csv").write_text("account,sector\nAcme,retail\nBolt,medical\n")
    (folder / "dictionary.csv").write_text("Table,Field,Description\naccounts,account,Name\n")
    firm.import_files(folder)
    firm.catch_up()
    assert firm.unit_properties("company")["Acme"]["sector"] == "retail"
    assert firm.unit_properties("deal")["o3"]["sector"] == "medical"


def test_a_kind_and_a_mapping_may_be_said(firm, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text("Who,What,Seen at\nada,order_paid,2025-01-02T10:00:00Z\n")
    with pytest.raises(InputError) as wrong:
        firm.import_files(file)
    assert wrong.value.code == "file_kind_unknown"
    assert firm.imports() == []
    mapping = {"person": "Who", "event": "What", "time": "Seen at"}
    assert firm.import_files(file, kind="events", mapping=mapping).new == 1


@pytest.mark.parametrize("named", [[], "missing.csv", "empty"])
def test_a_missing_file_or_an_empty_folder_is_told(firm, tmp_path, named):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as wrong:
        firm.import_files([tmp_path / named] if isinstance(named, str) else named)
    assert wrong.value.code == "file_missing"


def test_files_of_several_kinds_are_refused_together(firm, tmp_path):
    _deals(tmp_path, *ROWS)
    _events(tmp_path, "ada,order_paid,2025-01-02T10:00:00Z")
    with pytest.raises(InputError) as wrong:
        firm.import_files([tmp_path / "deals.csv", tmp_path / "events.csv"])
    assert wrong.value.code == "files_of_several_kinds"


def test_progress_and_actor_are_kept(firm, tmp_path):
    told = []
    firm.import_files(
        _deals(tmp_path, *ROWS), actor="ada@example.com", progress=lambda *done: told.append(done)
    )
    assert told[-1][0] == 4
    record = firm.imports()[0]
    assert (record.actor, record.status, record.progress) == ("ada@example.com", "done", 1.0)
    # What the rows tell was done by others, long before.
    assert set(firm.events().property("actor").to_list()) == {None}


_KILLED = """
import os, signal, sys
import tundish
from tundish.stores import {module}
kept, calls = {module}.{function}, []

def dies(*args, **more):
    found = kept(*args, **more)
    calls.append(1)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

{module}.{function} = dies
with tundish.open(sys.argv[1], clock=lambda: 1767600000000000) as workspace:
    if len(sys.argv) > 2:
        workspace.import_files(sys.argv[2])
    workspace.catch_up()
"""


def _killed(folder, *files, at, call):
    """Run an import in a process that is killed within the call of a store's function."""
    module, function = at.split(".")
    code = _KILLED.format(module=module, function=function, call=call)
    done = subprocess.run([sys.executable, "-c", code, str(folder), *map(str, files)], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 needs a POSIX system")
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_killed_import_is_completed_by_the_same_file_with_nothing_doubled(tmp_path, clock, call):
    rows = [
        f"o{n},Acme,Basic,Won,2025-01-02,2025-02-01,{n}" if n % 2 else f"o{n},,Pro,Prospecting,,,"
        for n in range(2500)
    ]
    file = _deals(tmp_path, *rows)
    with tundish.open(tmp_path / "whole", create=True, clock=clock) as whole:
        expected = whole.import_files(file)
        whole.catch_up()
        wanted = reached(whole), whole.live_report().to_dict()["stages"][2]["value"]
    with tundish.open(tmp_path / "firm", create=True, clock=clock) as workspace:
        _killed(tmp_path / "firm", file, at="journal.append", call=call)
        result = workspace.import_files(file)
        workspace.catch_up()
        assert (result.new, result.known) == (expected.new, 0)
        assert len(workspace.events()) == expected.new
        assert (
            reached(workspace),
            workspace.live_report().to_dict()["stages"][2]["value"],
        ) == wanted
        assert [record.status for record in workspace.imports()] == ["done"]
        assert workspace.undo(result.id) == expected.new


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 needs a POSIX system")
@pytest.mark.parametrize(
    ("at", "call"), [("visits.replace", 1), ("visits.replace", 2), ("profiles.apply", 1)]
)
def test_a_killed_follower_loses_and_doubles_nothing(tmp_path, clock, at, call):
    rows = [f"o{n},Acme,Basic,Won,2025-01-02,2025-01-03,{n}" for n in range(1500)]
    with tundish.open(tmp_path / "firm", create=True, clock=clock) as workspace:
        workspace.import_files(_deals(tmp_path, *rows))
        _killed(tmp_path / "firm", at=at, call=call)
        workspace.catch_up()
        before = visits_of(workspace), workspace.unit_properties("deal")
        assert reached(workspace) == [1500, 1500, 1500]
        workspace.rebuild()
        assert (visits_of(workspace), workspace.unit_properties("deal")) == before


def test_an_event_that_no_database_holds_is_refused_alone(firm, tmp_path):
    rows = [f'{{"person": "p{i}", "event": "seen", "time": "2026-01-02"}}' for i in range(3_000)]
    rows[1_499] = rows[1_499].replace("p1499", "\\ud800")
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    tried = firm.preview(file, kind="events")
    result = firm.import_files(file, kind="events")
    (record,) = firm.imports()
    assert (record.status, record.new, record.refused, firm.position) == ("done", 2_999, 1, 2_999)
    assert (tried.new, tried.refused, tried.reasons) == (2_999, 1, result.reasons)
    with open(result.rejects_path, encoding="utf-8-sig", newline="") as refused:
        (row,) = csv.DictReader(refused)
    assert (row["line"], row["code"]) == ("1500", "event_unstorable")
    assert "half a character" in row["reason"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.csv.gz", b"\x1f\x8b\x08\x00broken", "gzip_broken"),
        ("bad.parquet", b"no table", "parquet_unreadable"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_unreadable"),
        ("noise.csv", bytes(range(1, 256)) * 20, "file_unreadable"),
        ("broken.jsonl", b'{"person": "ada", "event":\n', "json_unreadable"),
        ("no-event.csv", b"person,colour\nada,red\n", "column_missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(firm, tmp_path, name, content, code):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    with pytest.raises(InputError) as wrong:
        firm.import_files(tmp_path / "in", kind="events")
    assert (wrong.value.code, str(wrong.value).startswith(f"{name}: ")) == (code, True)


def test_what_is_nested_without_end_is_refused_alone(firm, tmp_path):
    deep = '{"person": "ada", "event": "x", "time": "2026-01-01", "a": %s}'
    lines = [deep % ("[" * depth + "]" * depth) for depth in (3, 60, 70, 600, 100_000)]
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lines))
    result = firm.import_files(file)
    assert (result.new, result.refused) == (2, 3)
    assert result.reasons.keys() == {"properties_unreadable", "json_unreadable"}


@pytest.mark.parametrize(
    ("times", "unit", "taken"),
    [
        (("1735689600", "1735776000.5"), "s", 2),
        (("1735689600000", "1735776000000"), "ms", 2),
        (("1735689600000000", ""), "us", 2),
        (("1735689600", "1735776000000"), None, 0),  # each in another unit
        (("1735689600", "2025-01-02"), None, 1),
        (("20250101", "20250102"), None, 0),  # a day in one piece, no number of seconds
    ],
)
def test_the_unit_of_numbers_is_found_where_only_one_makes_sense(
    firm, tmp_path, times, unit, taken
):
    file = _events(tmp_path, *(f"p{n},seen,{at}" for n, at in enumerate(times)))
    result = firm.import_files(file)
    assert result.new == taken
    if unit:
        assert result.notes[f"times_read_as_{unit}"] == 2
        assert firm.events().time.min() == 1_735_689_600_000_000


def test_the_unit_of_numbers_may_be_said(firm, tmp_path):
    file = _events(tmp_path, "ada,seen,1735689600")
    firm.import_files(file, mapping={"time_unit": "=ms"})
    assert firm.events().time.tolist() == [1_735_689_600_000]
    with pytest.raises(InputError) as unknown:
        firm.import_files(file, mapping={"time_unit": "=weeks"})
    assert unknown.value.code == "time_unit_unknown"
