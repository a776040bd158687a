"""Uploaded files on the disk: their names, what can never be read, and what becomes of them."""

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.areas.capture.import_world import DEALS, file
from tundish.areas.capture import jobs, readable, uploads
from tundish.stores import imports as records
from tundish.stores import journal
from tundish.terms import InputError, NotFoundError
from tundish.workspace import imports as importing

ME, SOMEONE_ELSE = 1, 11


class Sent:
    """An upload as Django hands it over, with whatever name the sender gave."""

    def __init__(self, name: str, content: bytes = b"a,b\n1,2\n") -> None:
        self.name = name
        self.content = content

    def chunks(self) -> list[bytes]:
        return [self.content[:5], self.content[5:]]


def kept(workspace: Any, *sent: Sent) -> list[Path]:
    return uploads.paths(workspace, uploads.keep(workspace, sent, by=ME), by=ME)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/root/.ssh/id", "id"),
        ("..", "file"),
        ("", "file"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b\r\nc\x1b[2J.csv", "abc[2J.csv"),
        ("صفقات مارس ٢٠٢٦.csv", "صفقات مارس ٢٠٢٦.csv"),
        ("مُشَكَّل.csv", "مُشَكَّل.csv"),
        ("gpj.\u202evsc.csv", "gpj.vsc.csv"),
        ('q"u<o>t*e?.csv', "q_u_o_t_e_.csv"),
    ],
)
def test_a_name_from_outside_stays_a_plain_name_in_its_folder(
    workspace: Any, name: str, expected: str
) -> None:
    (path,) = kept(workspace, Sent(name))
    assert path.name == expected
    assert path.parent.parent == workspace.folder / "imports"
    assert path.read_bytes() == b"a,b\n1,2\n"


def test_a_name_that_is_too_long_for_the_disk_keeps_its_ending(workspace: Any) -> None:
    (path,) = kept(workspace, Sent("ص" * 300 + ".csv"))
    assert path.name.endswith("صص.csv")
    assert len(path.name.encode()) <= 160


def test_two_files_of_one_name_are_both_kept(workspace: Any) -> None:
    names = [path.name for path in kept(workspace, Sent("a.csv.gz"), Sent("a.csv.gz"))]
    assert names == ["a-2.csv.gz", "a.csv.gz"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf \r\n\n", "file_empty"),
        (gzip.compress(b"", mtime=0), "file_empty"),
        (b"PK\x03\x04workbook", "file_packed"),
        (b"\xd0\xcf\x11\xe0old workbook", "file_packed"),
        (b"%PDF-1.7 ...", "file_unreadable"),
        (b"\x89PNG\r\n\x1a\n", "file_unreadable"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "file_unreadable"),
        (gzip.compress(b"%PDF-1.7 ...", mtime=0), "file_unreadable"),
        (gzip.compress(DEALS.encode(), mtime=0)[:-9], "gzip_broken"),
    ],
)
def test_what_can_never_be_read_is_refused_at_once_and_leaves_nothing(
    workspace: Any, content: bytes, code: str
) -> None:
    with pytest.raises(InputError) as wrong:
        uploads.keep(workspace, [Sent("good.csv"), Sent("bad.csv", content)], by=ME)
    assert wrong.value.code == code
    assert "bad.csv" in wrong.value.message
    assert wrong.value.hint
    assert list((workspace.folder / "imports").iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_a_text_in_any_encoding_is_kept(workspace: Any, encoding: str) -> None:
    content = "event,الوقت\nطلب,2026-03-01\n".encode(encoding)
    assert [path.read_bytes() for path in kept(workspace, Sent("a.csv", content))] == [content]


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_file_is_refused_also_where_it_came_small(
    workspace: Any, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    content = b"a,b\n" + b"1,2\n" * 1000
    sent = Sent("big.csv", gzip.compress(content) if packed else content)
    with pytest.raises(InputError) as wrong:
        uploads.keep(workspace, [sent], by=ME)
    assert wrong.value.code == "file_too_large"
    assert readable.LARGEST > 1000


def test_the_files_of_an_upload_share_the_room(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    with pytest.raises(InputError):
        uploads.keep(workspace, [Sent("a.csv", b"x" * 600), Sent("b.csv", b"x" * 600)], by=ME)


def test_no_file_at_all_is_told(workspace: Any) -> None:
    with pytest.raises(InputError) as wrong:
        uploads.keep(workspace, [], by=ME)
    assert wrong.value.code == "file_missing"


@pytest.mark.parametrize("token", ["", "..", "../../firm", "a" * 200, "nobody-knows-this-token"])
def test_no_token_reaches_another_folder(workspace: Any, token: str) -> None:
    with pytest.raises(NotFoundError):
        uploads.paths(workspace, token, by=ME)


def test_uploads_that_nobody_ordered_go_after_a_day(workspace: Any) -> None:
    token = uploads.keep(workspace, [Sent("a.csv")], by=ME)
    folder = uploads.paths(workspace, token, by=ME)[0].parent
    before = time.time() - 25 * 3600
    os.utime(folder, (before, before))
    uploads.keep(workspace, [Sent("b.csv")], by=ME)
    assert not folder.exists()


def test_a_waiting_upload_is_its_users_alone(workspace: Any) -> None:
    token = uploads.keep(workspace, [Sent("a.csv")], by=ME)
    (path,) = uploads.paths(workspace, token, by=ME)
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
    for other in (SOMEONE_ELSE, 2):
        with pytest.raises(NotFoundError) as missing:
            uploads.paths(workspace, token, by=other)
        assert missing.value.code == "upload_missing"
        with pytest.raises(NotFoundError):
            uploads.drop(workspace, token, by=other)
    assert path.is_file()


def test_the_worker_sweeps_what_was_kept_long_enough(workspace: Any) -> None:
    token = uploads.keep(workspace, [Sent("a.csv")], by=ME)
    waiting = uploads.paths(workspace, token, by=ME)[0].parent
    refused = [workspace.folder / "imports" / f"import-{n}-rejects.csv" for n in (8, 9)]
    now = workspace.now() / 1_000_000
    for path, days in zip((waiting, *refused), (2, 31, 29), strict=True):
        path.touch()
        os.utime(path, (now - days * 86_400, now - days * 86_400))
    jobs._swept.clear()
    assert not jobs.import_next(workspace)
    assert [path.exists() for path in (waiting, *refused)] == [False, False, True]


def ordered(workspace: Any, *sent: Sent, **fields: Any) -> records.ImportRecord:
    token = uploads.keep(workspace, sent, by=ME)
    said = {"kind": "crm-opportunities", "mapping": None} | fields
    return uploads.order(
        workspace,
        token,
        by=ME,
        record=lambda: records.create(
            workspace.connection, files=[one.name for one in sent], now=workspace.now(), **said
        ),
    )


def test_a_broken_off_import_goes_on_where_it_stopped_and_doubles_nothing(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"D{n},won,2026-01-05,2026-02-10,5\n" for n in range(3000))
    table = f"Deal ID,Deal Stage,Create Date,Close Date,Amount\n{rows}".encode()
    record = ordered(workspace, Sent("deals.csv", table))

    class Killed(BaseException):
        """As by kill -9: nothing gets the chance to tidy up."""

    append: Callable[..., Any] = importing._Piece.append
    drop: Callable[..., None] = jobs.firm.drop_lease
    calls = []

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise Killed
        return append(*given, **named)

    def drops(connection: Any, name: str, *, holder: str) -> None:
        if name != "imports":  # a record's own is free at once where its process is dead
            drop(connection, name, holder=holder)

    monkeypatch.setattr(importing._Piece, "append", dies)
    monkeypatch.setattr(jobs.firm, "drop_lease", drops)
    with pytest.raises(Killed):
        jobs.import_next(workspace)
    broken_off = records.get(workspace.connection, record.id)
    assert (broken_off.status, 0 < broken_off.new < 6000) == ("running", True)
    monkeypatch.undo()

    assert jobs.import_next(workspace)
    done = records.get(workspace.connection, record.id)
    assert (done.status, done.read, done.new, done.known) == ("done", 3000, 6000, 0)
    assert journal.position(workspace.connection) == 6000
    assert not jobs.import_next(workspace)


def test_another_workers_import_is_left_to_it(workspace: Any) -> None:
    ordered(workspace, Sent("deals.csv", DEALS.encode()))
    assert jobs.firm.take_lease(
        workspace.connection, "imports", "another", workspace.now(), seconds=20
    )
    assert not jobs.import_next(workspace)
    assert workspace.imports()[0].status == "queued"


def test_an_import_that_cannot_be_read_fails_and_says_why(workspace: Any) -> None:
    record = ordered(workspace, Sent("things.csv"), kind="events")
    assert jobs.import_next(workspace)
    failed = records.get(workspace.connection, record.id)
    assert failed.status == "failed"
    assert failed.error == "things.csv: No column says the event; there are a, b."
    assert not jobs.import_next(workspace)


def test_a_file_that_breaks_the_reader_does_not_stand_before_the_next(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = ordered(workspace, Sent("odd.csv", DEALS.encode()))

    def breaks(*_given: Any, **_named: Any) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(importing, "_write", breaks)
    with pytest.raises(RecursionError):
        jobs.import_next(workspace)
    failed = records.get(workspace.connection, record.id)
    assert (failed.status, failed.error) == (
        "failed", "Reading broke off: RecursionError: too deep",
    )  # fmt: skip
    assert not jobs.import_next(workspace)


def test_a_full_disk_is_tried_again(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    record = ordered(workspace, Sent("deals.csv", DEALS.encode()))

    def full(*_given: Any, **_named: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(importing._Piece, "append", full)
        with pytest.raises(OSError, match="No space"):
            jobs.import_next(workspace)
    assert jobs.import_next(workspace)
    assert records.get(workspace.connection, record.id).status == "done"


def test_a_refused_upload_is_told_on_the_page_with_what_to_do(browse: Any, us: Any) -> None:
    client = browse(us.owner)
    answer = client.post("/import/upload", {"files": [file("a.xlsx", b"PK\x03\x04")]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“a.xlsx” is a spreadsheet or an archive." in page
    assert "Save the sheet as CSV" in page
    assert 'type="file"' in page
    assert client.post("/import/upload").status_code == 422
