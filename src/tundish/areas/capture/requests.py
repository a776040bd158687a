"""A sender's request to JSON: plain, gzipped, as text, as a form with base64 in it.

It never looks at the content type: clients send gzip as a form, and JSON as text so that no
browser asks first.
"""

import base64
import binascii
import gzip
import io
import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tundish.journal.readers.sent import LARGEST_BATCH

LARGEST_BODY = LARGEST_BATCH


@dataclass
class RefusedError(Exception):
    """Why a whole request is refused, as HTTP says it.

    `inlet` is whose it was, if that is known; `shown` is for the debugger page alone, where it
    stands unless it was `noted` already.
    """

    status: str
    code: str
    detail: str
    inlet: str = ""
    shown: str = ""
    noted: bool = False


def raw_body(environ: dict[str, Any]) -> bytes:
    """The body's JSON as bytes. Raises RefusedError."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise _too_large()
    raw = environ["wsgi.input"].read(int(length) if length.isdigit() else LARGEST_BODY + 1)
    # A browser says it in the address: ?compression=gzip-js. The mark tells as surely.
    raw = _unzipped(raw) if raw[:2] == b"\x1f\x8b" else raw
    if "gzip" in environ.get("HTTP_CONTENT_ENCODING", "").lower() and not raw:
        raise _broken("gzip_broken", "The gzip body is broken.")
    if raw[:5] == b"data=" or b"&data=" in raw[:200]:
        raw = _of_form(raw)
    if len(raw) > LARGEST_BODY:
        raise _too_large()
    return raw


def json_body(raw: bytes) -> dict[str, Any] | list[Any]:
    """The object or list that the body holds. Raises RefusedError."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise _broken("json_broken", "The body is not JSON.") from None
    if not isinstance(body, dict | list):
        raise _broken("json_not_object", "The body must be a JSON object.")
    return body


def basic_user(header: str) -> str | None:
    """The user of an HTTP Basic header, which is where servers put their write key."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(token, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, ValueError):
        return None


def asked(environ: dict[str, Any], name: str) -> str | None:
    """A parameter of the address."""
    query = environ.get("QUERY_STRING") or ""
    return parse_qs(query[:4000]).get(name, [None])[0] if name in query else None


def _unzipped(raw: bytes) -> bytes:
    try:
        # Never unpack more than is allowed, however small it came.
        return gzip.GzipFile(fileobj=io.BytesIO(raw)).read(LARGEST_BODY + 1)
    except (OSError, EOFError, zlib.error):
        raise _broken("gzip_broken", "The gzip body is broken.") from None


def _of_form(raw: bytes) -> bytes:
    """The field `data` of a form: base64, or the JSON itself."""
    try:
        data = parse_qs(raw.decode("ascii"), strict_parsing=True)["data"][0]
    except (KeyError, ValueError):
        raise _broken("form_broken", "The form has no readable field data.") from None
    if data[:1] in "{[":
        return data.encode()
    try:
        # An unquoted + of base64 has become a blank on its way through the form.
        found = base64.b64decode(data.replace(" ", "+") + "=" * (-len(data) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _broken("form_broken", "The form's field data is not base64.") from None
    return _unzipped(found) if found[:2] == b"\x1f\x8b" else found


def _too_large() -> RefusedError:
    return RefusedError(
        "413 Content Too Large",
        "body_too_large",
        "A request holds at most 500 KB; send less at once.",
    )


def _broken(code: str, detail: str) -> RefusedError:
    return RefusedError("400 Bad Request", code, detail)
