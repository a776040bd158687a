"""What an import came to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Counts of an import, or of a dry run (then `id` is None and nothing was written).

    `read` and `refused` count rows, `new` and `known` events; `changed` counts values that a
    re-export corrected; `reasons` maps a code to (how many rows, the first one's reason); `notes`
    are the reader's counts by name; `rows` counts rows by what becomes of them (new, changed, same,
    refused); `rejects_path` is the CSV file of the refused rows.
    """

    id: int | None
    kind: str
    read: int
    new: int
    known: int
    refused: int
    changed: int = 0
    rejects_path: str | None = None
    reasons: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
