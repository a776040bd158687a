"""Addresses of static files: with a short hash of the content, so that browsers may keep them for ever."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStaticFiles(StaticFilesStorage):
    """Serves files from where they lie in the package; nothing is collected on a user's machine."""

    def url(self, name: str | None) -> str:
        return f"{super().url(name)}?v={_version(name or '')}"


@cache
def _version(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"the static file {name!r} does not exist")
    return sha256(Path(found).read_bytes()).hexdigest()[:10]
