"""A file of 100,000 people and of 100,000 deals: into the journal and all lists, and out again."""

import tempfile
from pathlib import Path

import tundish
from bench.pairs import timed

ROWS = 100_000
LIMIT_SECONDS = 120


def run() -> bool:
    """Print the seconds that each way takes, profiles followed, against two minutes."""
    return all([_kind("people", _people()), _kind("deals", _deals())])


def _kind(name: str, text: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_text(text, "utf-8")
        with tundish.open(Path(folder) / "firm", create=True) as firm:
            tried = timed(lambda: firm.import_files([path], dry_run=True))
            read = timed(lambda: firm.import_files([path]))
            followed = timed(firm.catch_up)
            again = timed(lambda: firm.import_files([path]))
            undone = timed(lambda: firm.undo(1))
            after = timed(firm.catch_up)
            left = firm.connection.execute("SELECT count(*) FROM person").fetchone()[0]
    held = read + followed <= LIMIT_SECONDS and undone + after <= LIMIT_SECONDS and left == 0
    print(
        f"import: {ROWS:,} rows of {name}: dry run {tried:.1f} s; import {read:.1f} s + follow"
        f" {followed:.1f} s; same file again {again:.1f} s; undo {undone:.1f} s + follow {after:.1f} s;"
        f" limit {LIMIT_SECONDS} s each way {'held' if held else 'MISSED'}",
        flush=True,
    )
    return held


def _people() -> str:
    rows = [
        f"{n},Ada{n % 977},Berg{n},p{n}@firm{n % 20_000}.example,+49 30 {n:07d},Lead,Firm {n % 20_000},"
        f"Berlin,Germany,2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} 10:00,{n % 50}"
        for n in range(ROWS)
    ]
    head = (
        "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Company Name,City,"
        "Country/Region,Create Date,Shoe size"
    )
    return "\n".join([head, *rows])


def _deals() -> str:
    stages = ("Closed Won", "Closed Lost", "Proposal")
    rows = [
        f"{n},Deal {n},{stages[n % 3]},{n % 9000},EUR,2024-{n % 12 + 1:02d}-{n % 28 + 1:02d},"
        f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d},Firm {n % 20_000},Rima,Price"
        for n in range(ROWS)
    ]
    head = (
        "Record ID,Deal Name,Deal Stage,Amount,Currency,Create Date,Close Date,Associated Company,"
        "Deal owner,Closed Lost Reason"
    )
    return "\n".join([head, *rows])
