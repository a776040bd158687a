"""The manifest: the one small file that says what an index is made of at present.

It is replaced in one step, so a reader sees one state or the next, never something in between.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tundish.stores.index.disk import checksum, replace_file, to_json

NAME = "manifest.json"
DAMAGED = "damaged"
"""A file of this name tells the writer that a reader found an index damaged."""
LAYOUT = 2
"""Raised whenever files are written otherwise; an index of another layout is built anew."""


class Damaged(Exception):  # noqa: N818 - no error of the user's: the index is built anew
    """Bytes of an index are not what was written."""


@dataclass(frozen=True)
class PartName:
    """A live part: its file, size in bytes, events, and where its table of contents lies."""

    file: str
    size: int
    events: int
    contents: int
    sum: int


@dataclass(frozen=True)
class Manifest:
    """What is live. `cursor` is the position of the journal it stands for, `built` the one as of
    which the events up to the cursor were read: the index answers once the cursor has come there.

    `epoch` begins the names of all files, `written` counts the manifests. `ids` is "text" or
    "number"; `units` how many ordinals there are, `text` how many bytes their ids fill, `sums` the
    checksums of the ids, their ends and hashes, `found_by` the table by which the `rooted` of them
    that are first ordinals are found, and `slots` its size. `values` says of each property (file, count,
    bytes, checksum), `left_out` names properties without a column. `turned` is the file of units
    that moved or ended, with its size and checksum. `events` counts those that the kernels would
    see, `without` and `shared` those that serve no unit or several. `last_id` is the id of the
    event at the cursor. `apart` are units with
    an event out of reach, `wide` says that the journal spans more than a key, `unable` why the index
    is not kept at all.
    """

    unit: str
    epoch: str
    written: int = 0
    base: int = 0
    cursor: int = 0
    built: int = 0
    last_id: str | None = None
    latest: int = 0
    events: int = 0
    without: int = 0
    shared: int = 0
    ids: str = "text"
    seed: int = 0
    units: int = 0
    text: int = 0
    sums: tuple[int, int, int] = (0, 0, 0)
    found_by: str = ""
    slots: int = 0
    rooted: int = 0
    parts: tuple[PartName, ...] = ()
    made: int = 0
    values: Mapping[str, tuple[str, int, int, int]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    turned: tuple[str, int, int, int] | None = None
    apart: tuple[str, ...] = ()
    wide: bool = False
    unable: str | None = None

    def files(self) -> list[str]:
        """The files it names, its own included."""
        named = [NAME, *(part.file for part in self.parts)]
        named += [self.found_by] if self.found_by else []
        named += [f"{self.epoch}.{kind}" for kind in ("ids", "ends", "hash")]
        named += [said[0] for said in self.values.values()]
        return named + ([self.turned[0]] if self.turned else [])

    @property
    def rows(self) -> int:
        """How many events the parts hold."""
        return sum(part.events for part in self.parts)


def publish(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the live one."""
    body = to_json({"layout": LAYOUT, **asdict(manifest)})
    replace_file(folder / NAME, b"%08x\n" % checksum(body) + body)


def read_manifest(folder: Path) -> Manifest | None:
    """The live manifest; None where there is none of this layout. Raises Damaged."""
    try:
        written = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return None
    said, _, body = written.partition(b"\n")
    if said != b"%08x" % checksum(body):
        raise Damaged(f"{folder.name}: the manifest")
    found: dict[str, Any] = json.loads(body)
    if found.pop("layout") != LAYOUT:
        return None
    parts = tuple(PartName(**part) for part in found.pop("parts"))
    turned = found.pop("turned")
    return Manifest(
        **{**found, "left_out": tuple(found["left_out"]),
           "sums": tuple(found["sums"]), "apart": tuple(found["apart"])},
        parts=parts, turned=None if turned is None else tuple(turned),
    )  # fmt: skip
