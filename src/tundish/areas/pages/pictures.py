"""Uploaded pictures: what they are is read from their bytes, and what a camera noted is taken out.

Sources: PNG (RFC 2083), JPEG (ITU-T T.81 annex B), WebP container (RFC 9649).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tundish.areas.pages.models import Picture
from tundish.terms import InputError

LARGEST = 3 * 1024 * 1024
LARGEST_SIDE = 6_000
TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP",
             b"sBIT", b"pHYs")  # fmt: skip
_ORIENTATION = 0x0112
_WEBP_KEPT = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF")


@dataclass(frozen=True)
class Looked:
    """A picture's kind, size in pixels, and its bytes without notes on place, time and camera."""

    kind: str
    width: int
    height: int
    data: bytes


def keep(upload: UploadedFile, *, now: datetime) -> Picture:
    """The picture, kept once however often it is uploaded. Raises InputError."""
    if (upload.size or 0) > LARGEST:
        raise InputError(
            _("The picture is larger than 3 MB."),
            "picture_too_large",
            _("Save it smaller; 1,600 pixels wide is enough for any screen."),
        )
    looked = look(upload.read())
    key = hashlib.sha256(looked.data).hexdigest()[:32]
    made, _new = Picture.objects.get_or_create(
        key=key,
        defaults={
            "kind": looked.kind, "width": looked.width, "height": looked.height,
            "data": looked.data, "uploaded_at": now,
        },
    )  # fmt: skip
    return made


def look(data: bytes) -> Looked:
    """What the bytes are, whatever the file was called. Raises InputError for anything else."""
    try:
        if data.startswith(_PNG):
            found = _png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            found = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            found = _webp(data)
        else:
            raise ValueError
        if not (0 < found.width <= LARGEST_SIDE and 0 < found.height <= LARGEST_SIDE):
            raise ValueError
    except (ValueError, IndexError):
        raise InputError(
            _("This file is no picture that can be shown."),
            "picture_unreadable",
            _("Upload a PNG, JPEG or WebP picture, at most 6,000 pixels wide and high."),
        ) from None
    return found


def _png(data: bytes) -> Looked:
    kept, at, size = [_PNG], len(_PNG), (0, 0)
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise ValueError
        if name == b"IHDR":
            size = (
                int.from_bytes(data[at + 8 : at + 12], "big"),
                int.from_bytes(data[at + 12 : at + 16], "big"),
            )
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
        if name == b"IEND":
            return Looked("png", *size, b"".join(kept))
    raise ValueError


def _jpeg(data: bytes) -> Looked:
    kept, at, size = [data[:2]], 2, (0, 0)
    while True:
        if data[at] != 0xFF:
            raise ValueError
        marker = data[at + 1]
        if marker == 0xFF:  # filling bytes may stand before a marker
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            size = (
                int.from_bytes(data[at + 7 : at + 9], "big"),
                int.from_bytes(data[at + 5 : at + 7], "big"),
            )
        if marker == 0xE1 and (turned := _orientation(data[at + 4 : end])):
            kept.append(_turned(turned))
        # Application segments hold place, time and camera; 0, 2 and 14 say how colours are meant.
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (0xE0, 0xE2, 0xEE):
            kept.append(data[at:end])
        if marker == 0xDA:
            return Looked("jpeg", *size, b"".join(kept) + data[end : data.rindex(b"\xff\xd9") + 2])
        at = end


def _orientation(segment: bytes) -> int | None:
    """How the picture must be turned, of all that Exif says: a telephone held upright says it so."""
    if not segment.startswith(b"Exif\0\0"):
        return None
    tiff = segment[6:]
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    start = int.from_bytes(tiff[4:8], order)
    for place in range(int.from_bytes(tiff[start : start + 2], order)):
        entry = tiff[start + 2 + 12 * place : start + 14 + 12 * place]
        if int.from_bytes(entry[:2], order) == _ORIENTATION:
            said = int.from_bytes(entry[8:10], order)
            return said if 1 < said <= 8 else None
    return None


def _turned(said: int) -> bytes:
    """An Exif segment that says nothing but how to turn the picture."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\0\3\0\0\0\1" + said.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\1" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _webp(data: bytes) -> Looked:
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    kept, at, size = list[bytes](), 12, (0, 0)
    while at + 8 <= end:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body, after = data[at + 8 : at + 8 + length], at + 8 + length + length % 2
        if len(body) < length:
            raise ValueError
        if not size[0]:
            size = _webp_size(name, body)
        if name == b"VP8X":
            body = bytes([body[0] & ~0x0C]) + body[1:]  # no EXIF and no XMP follow
        if name in _WEBP_KEPT:
            kept.append(name + length.to_bytes(4, "little") + body + b"\x00" * (length % 2))
        at = after
    whole = b"WEBP" + b"".join(kept)
    return Looked("webp", *size, b"RIFF" + len(whole).to_bytes(4, "little") + whole)


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if name == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 ":
        wide, high = body[6:8], body[8:10]
        return int.from_bytes(wide, "little") & 0x3FFF, int.from_bytes(high, "little") & 0x3FFF
    return 0, 0
