"""The units behind a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tundish.journal.columns import Codes


@dataclass(frozen=True)
class Members:
    """The units behind a number, by code; `ids` are the ids of all codes."""

    codes: Codes
    ids: Sequence[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def to_list(self) -> list[Any]:
        """The ids in the order of their text; a unit that counts twice stands twice."""
        return sorted((self.ids[c] for c in self.codes.tolist()), key=str)
