"""Whether an uploaded file can ever be read: refused at once, with what to do instead."""

import gzip
import zlib
from pathlib import Path

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tundish.journal.readers.text import text_of
from tundish.terms import InputError
from tundish.weblib.page.formats import digits

LARGEST = 256 * 1024 * 1024
"""Bytes of one upload, unpacked: a file is read in memory."""

_PIECE = 1 << 20
_LOOKED_AT = 4096  # even, so that no letter of two bytes is cut
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"SQLite format 3": "SQLite",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x7fELF": "ELF",
}


def check(path: Path, *, room: int = LARGEST) -> int:
    """The bytes that reading the file takes. Raises InputError where it cannot be read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if head.startswith(b"\x1f\x8b"):
        size, head = _unpacked(path, room=room)
    if not head.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise InputError(
            _("The file “%(name)s” is empty.") % {"name": path.name},
            "file_empty",
            _("Export it again and look inside before uploading."),
        )
    if head.startswith(_SPREADSHEETS):
        raise InputError(
            _("“%(name)s” is a spreadsheet or an archive.") % {"name": path.name},
            "file_packed",
            _("Save the sheet as CSV (UTF-8), or unpack the archive, and upload that."),
        )
    for mark, format_ in _OTHERS.items():
        if head.startswith(mark):
            raise _not_data(path.name, format_)
    if not head.startswith(b"PAR1") and "\0" in text_of(head[:_LOOKED_AT]):
        raise _not_data(path.name, "")
    return size


def too_large(name: str) -> InputError:
    """The refusal of a file that is larger than what may come at once."""
    shown = digits(filesizeformat(LARGEST))
    return InputError(
        _("“%(name)s” is too large: %(most)s may come at once, unpacked.")
        % {"name": name, "most": shown},
        "file_too_large",
        _("Split it by month or year, or use `tundish import` on the server."),
    )


def _not_data(name: str, format_: str) -> InputError:
    return InputError(
        _("“%(name)s” holds no table and no log (%(format)s).")
        % {"name": name, "format": format_ or _("unknown format")},
        "file_unreadable",
        _("Upload CSV, JSON Lines, Parquet or a web server’s log, gzipped or not."),
    )


def _unpacked(path: Path, *, room: int) -> tuple[int, bytes]:
    """How many bytes a gzip file holds, and its first ones; never unpacks more than has room."""
    size, head = 0, b""
    try:
        with gzip.open(path) as file:
            while piece := file.read(_PIECE):
                head = head or piece
                size += len(piece)
                if size > room:
                    raise too_large(path.name)
    except (OSError, EOFError, zlib.error):
        raise InputError(
            _("The gzip file “%(name)s” is broken or cut off.") % {"name": path.name},
            "gzip_broken",
            _("Pack it again."),
        ) from None
    return size, head
