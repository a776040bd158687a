"""64-bit hashes of many ids at once. The seed is the index's own, so that nobody who may send
events can choose ids that share a place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.membership import ranges

Hashes = NDArray[np.uint64]
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S1, _S2, _S3 = np.uint64(30), np.uint64(27), np.uint64(31)


def hash_numbers(numbers: NDArray[Any], seed: int) -> Hashes:
    """Of whole numbers (n,); never 0."""
    return _mixed(numbers.astype(np.int64).view(np.uint64) ^ np.uint64(seed)) | np.uint64(1)


def hash_texts(blob: bytes, ends: NDArray[np.int64], seed: int) -> Hashes:
    """Of n texts that lie one behind the other in `blob`, each up to its end; never 0."""
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    sizes = ends - starts
    words = (sizes + 7) >> 3
    first = np.cumsum(words) - words
    padded = np.zeros(int(words.sum()) * 8, np.uint8)
    padded[ranges(first * 8, first * 8 + sizes)] = np.frombuffer(blob, np.uint8)
    parts = padded.view("<u8")
    found = _mixed(sizes.astype(np.uint64) ^ np.uint64(seed))
    place = 0
    going = np.flatnonzero(words > 0)
    while len(going):
        found[going] = _mixed(found[going] ^ parts[first[going] + place])
        place += 1
        going = going[words[going] > place]
    return found | np.uint64(1)


def _mixed(x: Hashes) -> Hashes:
    """The finalizer of splitmix64 (Steele, Lea, Flood 2014)."""
    x = (x ^ (x >> _S1)) * _M1
    x = (x ^ (x >> _S2)) * _M2
    return x ^ (x >> _S3)
