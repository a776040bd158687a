"""Bytes to text: encodings, delimiters, headers."""

import gzip
import re
import unicodedata
import zlib
from functools import lru_cache

from tundish.terms import InputError

_ARABIC = re.compile("[\u0621-\u064a]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def encoding_of(data: bytes) -> str:
    """The encoding of `data`: by its mark, else UTF-8 if it is, else UTF-16, cp1256 or cp1252.

    cp1256 (Arabic Windows) is chosen where its reading has words of Arabic letters and the Western
    reading has accented letters side by side, which no Western language writes.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[: 1 << 16]
    if b"\0" in head[:400]:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    high = [m.group() for m in re.finditer(rb"[\x80-\xff]+", data[: 1 << 18])]
    in_words = sum(len(run) for run in high if len(run) > 2)
    arabic = in_words * 2 > sum(map(len, high)) and any(
        _ARABIC.search(run.decode("cp1256", "replace")) for run in high
    )
    return "cp1256" if arabic else "cp1252"


def text_of(data: bytes, *, encoding: str | None = None) -> str:
    """The text of `data` (also gzipped), without a byte-order mark; what is no letter becomes �."""
    data = unpacked(data)
    return data.decode(encoding or encoding_of(data), "replace").removeprefix("\ufeff")


def unpacked(data: bytes) -> bytes:
    """`data`, unzipped if it is gzip. Raises InputError (`gzip_broken`)."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise InputError(
            "The gzip file is broken or cut off.", "gzip_broken", "Pack it again."
        ) from None


def utf8(data: bytes) -> bytes:
    """`data` as UTF-8 without a byte-order mark."""
    name = encoding_of(data)
    if name == "utf-8":
        return data
    return data[3:] if name == "utf-8-sig" else text_of(data, encoding=name).encode()


def csv_delimiter(text: str | bytes) -> str:
    """The delimiter of a table's text: the one of `, ; tab |` that its first lines agree on most."""
    head = text[: 1 << 14]
    if isinstance(head, bytes):
        head = head.decode("utf-8", "replace")
    lines = [re.sub(r'"[^"]*"', "", line) for line in head.splitlines()[:20] if line.strip()]
    if not lines:
        return ","
    return max(",;\t|", key=lambda mark: _agreement(lines, mark))


def _agreement(lines: list[str], mark: str) -> tuple[int, int]:
    counts = [line.count(mark) for line in lines]
    alike = sum(count == counts[0] for count in counts) if counts[0] else 0
    return alike, counts[0]


@lru_cache(maxsize=4096)
def plain_header(header: str) -> str:
    """A header in plain words, without `*` and ` (TZ)`: `Created-at* (UTC)` -> `created at`."""
    text = re.sub(
        r"\s*\((?:UTC|GMT|TZ|[A-Z]{3,4}|[+-]\d{2}:?\d{2})\)\s*\*?\s*$", "", header.strip()
    )
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())
