"""The refused rows of an import, as a CSV file beside the workspace; made only if there are any.

Addresses and telephone numbers are blanked in it; it goes with the import's undo, and after 30 days.
"""

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TextIO

from tundish.journal.personal import redact_text
from tundish.journal.readers.reading import Reject

HEADER = ("line", "code", "reason", "raw")
KEPT_DAYS = 30
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Written as the import goes; a repeated import of the same record starts it afresh."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> "RejectsFile":
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def path(self) -> str | None:
        """Where it lies; None while no row was refused."""
        return None if self._file is None else str(self._path)

    def write(self, rejects: Iterable[Reject]) -> None:
        """Add rows."""
        for reject in rejects:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._path.touch(mode=0o600)
                self._file = self._path.open(
                    "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
                )
                csv.writer(self._file).writerow(HEADER)
            # A reason may quote the cell that it is about.
            texts = (_harmless(redact_text(said)) for said in (reject.reason, reject.raw))
            row = (reject.line, reject.code, *texts)
            csv.writer(self._file).writerow(row)


def rejects_path(folder: Path, batch: str) -> Path:
    """Where the refused rows of an import lie in the workspace `folder`."""
    return folder / "imports" / f"{batch}-rejects.csv"


def sweep(folder: Path, *, now: int) -> None:
    """Delete the files that are older than KEPT_DAYS at `now`, microseconds."""
    for path in (folder / "imports").glob("*-rejects.csv"):
        try:
            if now / 1_000_000 - path.stat().st_mtime > KEPT_DAYS * 86_400:
                path.unlink()
        except FileNotFoundError:
            continue  # an undo was faster


def forget(folder: Path, texts: Collection[str]) -> list[Path]:
    """Delete the files that hold one of these texts; gives which."""
    wanted = [text.casefold() for text in texts]
    gone = []
    for path in (folder / "imports").glob("*-rejects.csv"):
        held = path.read_text("utf-8-sig").casefold()
        if any(text in held for text in wanted):
            path.unlink(missing_ok=True)
            gone.append(path)
    return gone


def _harmless(raw: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{raw}" if raw.startswith(_FORMULA) else raw
