"""The refused rows of an import, as a CSV file beside the workspace; made only if there are any."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from tundish.journal.readers.reading import Reject

HEADER = ("line", "code", "reason", "raw")
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
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open(
                    "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
                )
                csv.writer(self._file).writerow(HEADER)
            row = (reject.line, reject.code, reject.reason, _harmless(reject.raw))
            csv.writer(self._file).writerow(row)


def _harmless(raw: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{raw}" if raw.startswith(_FORMULA) else raw
