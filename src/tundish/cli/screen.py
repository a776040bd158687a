"""A table with bars that fits its terminal, and stays plain text where it is piped."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tundish.cli.printable import printable

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_PIPED_WIDTH = 120
_BAR, _LEAST_BAR = 24, 10


@dataclass(frozen=True)
class Column:
    """A column of the funnel table; `weight` 0 is always shown, the highest goes first."""

    title: str
    cells: Sequence[str]
    weight: int = 0
    right: bool = True


class _Console(Console):
    """Writes out what would steer the terminal: names and reasons come from files."""

    def print(self, *objects: Any, **named: Any) -> None:
        texts = (printable(one, lines=True) if isinstance(one, str) else one for one in objects)
        super().print(*texts, **named)


def console() -> Console:
    """Standard output: coloured on a terminal, unless NO_COLOR; wide enough to read when piped."""
    width = int(os.environ.get("COLUMNS") or 0)
    if not width:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED_WIDTH
    return _Console(width=max(width, 20), highlight=False, soft_wrap=False)


def plain(to: Console) -> bool:
    """Whether only ASCII should be drawn: a pipe, or a terminal that knows no more."""
    return not to.is_terminal or "utf" not in (to.encoding or "").lower()


def bar(part: float, *, width: int, ascii_only: bool) -> str:
    """`part` (0 to 1) of `width` cells, from zero, linear."""
    part = min(max(part, 0.0), 1.0)
    if ascii_only:
        return "#" * (max(1, round(part * width)) if part else 0)
    eighths = max(1, round(part * width * 8)) if part else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def funnel_table(
    to: Console, *, names: Sequence[str], shares: Sequence[float], columns: Sequence[Column]
) -> None:
    """Draw one row a step: name, bar, and the columns for which there is room."""
    ascii_only = plain(to)
    kept, bar_width = _fitting(to.width, max(map(len, names), default=0), columns)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", overflow="fold")
    if bar_width:
        table.add_column("", width=bar_width, no_wrap=True)
    for column in kept:
        justify: Any = "right" if column.right else "left"
        table.add_column(column.title, justify=justify, overflow="fold")
    for row, (name, share) in enumerate(zip(names, shares, strict=True)):
        drawn = bar(share, width=bar_width, ascii_only=ascii_only)
        cells = [Text(printable(column.cells[row], lines=True)) for column in kept]
        table.add_row(
            Text(printable(name), "bold"), *([Text(drawn, "cyan")] if bar_width else []), *cells
        )
    to.print(table)


def plain_table(to: Console, *, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """An ordinary table; cells are folded where the terminal is narrow."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell, lines=True)) for cell in row))
    to.print(table)


def _fitting(width: int, name_width: int, columns: Sequence[Column]) -> tuple[list[Column], int]:
    """The columns that fit beside the names, and the bar's width.

    What is too wide is first written on two lines, then the weightiest columns are left out.
    """
    kept = [column for column in columns if any(column.cells) or not column.weight]
    name_width = min(name_width, width // 3) + 2
    if name_width + _LEAST_BAR + sum(map(_needed, kept)) > width:
        kept = [_on_two_lines(column) for column in kept]
    while name_width + _LEAST_BAR + sum(map(_needed, kept)) > width:
        heaviest = max(kept, key=lambda column: column.weight)
        if not heaviest.weight:
            break
        kept.remove(heaviest)
    room = width - name_width - sum(map(_needed, kept)) - 2
    return kept, min(_BAR, room) if room >= _LEAST_BAR - 2 else 0


def _on_two_lines(column: Column) -> Column:
    return replace(column, cells=[cell.replace(", ", "\n") for cell in column.cells])


def _needed(column: Column) -> int:
    lines = [line for cell in (column.title, *column.cells) for line in cell.split("\n")]
    return max(map(len, lines)) + 2
