"""Files that are whole or not there, and arrays that are read where they lie."""

import json
import mmap
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 64
"""Every array begins at a multiple of this many bytes, a line of the processor's cache."""
_PIECE = 1 << 20


def replace_file(path: Path, content: bytes, *, synced: bool = True) -> None:
    """Put a file in the place of another (or of none) in one step; a crash leaves either."""
    half = path.with_name(path.name + ".half")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        if synced:
            os.fsync(file.fileno())
    half.replace(path)
    if synced:
        sync_folder(path.parent)


def append_file(path: Path, content: bytes, *, at: int) -> None:
    """Write behind the first `at` bytes of a file; what a crash left there before is cut off."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(at)
        file.seek(at)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def room_for(path: Path, size: int) -> None:
    """Make a file of zeros for which the disk has the room. Raises OSError where it has not.

    A map of a file with holes would end the whole process (SIGBUS) at the first write for which
    there is none.
    """
    piece = bytes(min(size, _PIECE))
    with path.open("wb") as file:
        for at in range(0, size, _PIECE):
            file.write(piece[: size - at])


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    # Only where a folder can be opened (not on Windows) does a rename need its own sync.
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def mapped(path: Path, *, size: int) -> Any:
    """The first `size` bytes of a file as a buffer; the file may go while it is held.

    Raises FileNotFoundError, and EOFError where the file is shorter.
    """
    if not size:
        return b""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < size:
            raise EOFError(path)
        return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)


def array(buffer: Any, kind: Any, *, at: int, count: int) -> NDArray[Any]:
    """`count` values of a numpy type in a buffer, not copied."""
    if not count:
        return np.empty(0, kind)
    return np.frombuffer(buffer, kind, count, at)


def checksum(content: Any, before: int = 0) -> int:
    """CRC-32 of bytes or of an array, going on from the one of what came `before`."""
    return zlib.crc32(memoryview(content).cast("B") if len(content) else b"", before)


def to_json(said: Any) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def sum_of(values: NDArray[Any], before: int = 0) -> int:
    """The sum of an array's values as whole numbers without a sign, modulo 2**64, going on from
    the one of what came `before`."""
    plain = values.view(f"u{values.itemsize}")
    return (before + int(plain.sum(dtype=np.uint64))) % (1 << 64)


def remove_all_but(folder: Path, wanted: Iterable[str]) -> None:
    """Delete the files of a folder that nothing names: what killed writers left."""
    kept = set(wanted)
    for path in folder.iterdir():
        if path.name not in kept and path.is_file():
            try:
                path.unlink(missing_ok=True)
            except PermissionError:
                continue  # a reader holds it (Windows); the next writer deletes it
