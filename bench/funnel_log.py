"""The synthetic log of the funnel benchmark: 200 batches from a seed, as they would arrive.

50 kinds by Zipf, 180 days, skewed activity; of each batch 1 % happened earlier than it came and
1 % is tied with another event of its unit; 0.1 % of the units are merged into another at batch 150;
properties of 2, 100 and 100,000 values, a fifth missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tundish.journal.columns import Coded, EventColumns
from tundish.stores.index import Change, Rows
from tundish.terms import DAY

START = 1_700_000_000_000_000
BATCHES, MERGED_AT = 200, 150
KINDS = tuple(f"kind_{k}" for k in range(50))
SIZES = {"p2": 2, "p100": 100, "p100k": 100_000}
SPAN = 180 * DAY


@dataclass(frozen=True)
class Log:
    """A log of `events` rows over `units` units; every batch is drawn anew from its seed."""

    events: int
    units: int
    seed: int = 7

    def batch(self, number: int) -> dict[str, NDArray[Any]]:
        """Columns of one batch: kind, unit (before merges), time in microseconds, properties."""
        chance = np.random.default_rng((self.seed, number))
        n = self.events // BATCHES
        weights = 1 / np.arange(1, len(KINDS) + 1)
        kind = chance.choice(len(KINDS), n, p=weights / weights.sum()).astype(np.int8)
        unit = (self.units * chance.random(n) ** 2).astype(np.int32)
        time = START + number * (SPAN // BATCHES) + chance.integers(0, SPAN // BATCHES, n)
        late = chance.random(n) < 0.01
        time[late] = START + ((time[late] - START) * chance.random(int(late.sum()))).astype(int)
        tied = np.flatnonzero(chance.random(n) < 0.01)
        other = chance.integers(0, n, len(tied))
        unit[tied], time[tied] = unit[other], time[other]
        found = {"kind": kind, "unit": unit, "time": time}
        for name, size in SIZES.items():
            codes = chance.integers(0, size, n).astype(np.int32)
            codes[chance.random(n) < 0.2] = -1
            found[name] = codes
        return found

    @cached_property
    def final(self) -> NDArray[np.int32]:
        """Each unit's unit after the merges."""
        chance = np.random.default_rng((self.seed, BATCHES))
        into = np.arange(self.units, dtype=np.int32)
        pairs = chance.permutation(self.units)[: 2 * (self.units // 1000)].reshape(2, -1)
        into[pairs[0]] = pairs[1]
        return into

    def changes(self) -> Iterator[Change]:
        """The steps of an index: one a batch, and in one of them the merged units' whole past."""
        values = {name: tuple(f"{name}_{v}" for v in range(size)) for name, size in SIZES.items()}
        moved = np.zeros(self.units, np.bool_)
        gone = np.flatnonzero(self.final != np.arange(self.units))
        moved[gone], moved[self.final[gone]] = True, True
        past: list[dict[str, NDArray[Any]]] = []
        n = self.events // BATCHES
        for number in range(BATCHES):
            batch = self.batch(number)
            position = np.arange(number * n, (number + 1) * n, dtype=np.int64)
            changed: list[int] = []
            if number < MERGED_AT:
                some = moved[batch["unit"]]
                past.append({k: v[some] for k, v in batch.items()} | {"position": position[some]})
            else:
                batch["unit"] = self.final[batch["unit"]]
            if number == MERGED_AT:
                changed = np.flatnonzero(moved).tolist()
                batch = {k: np.concatenate([*(p[k] for p in past), v]) for k, v in batch.items()}
                batch["unit"] = self.final[batch["unit"]]
                position = np.concatenate([*(p["position"] for p in past), position])
            columns = EventColumns(
                batch["time"], Coded(batch["kind"].astype(np.int32), KINDS), {},
                {name: Coded(batch[name], values[name]) for name in SIZES},
            )  # fmt: skip
            rows = Rows(columns, batch["unit"].astype(np.int64), position)
            yield Change((number + 1) * n, rows, changed, events=n)

    def merged_changes(self, count: int) -> Iterator[Change]:
        """The same events, units after merges, in `count` large steps that are not in order."""
        values = {name: tuple(f"{name}_{v}" for v in range(size)) for name, size in SIZES.items()}
        order = np.random.default_rng(self.seed).permutation(BATCHES)
        n = self.events // BATCHES
        for step in np.split(order, count):
            batches = [self.batch(number) for number in step.tolist()]
            batch = {k: np.concatenate([b[k] for b in batches]) for k in batches[0]}
            columns = EventColumns(
                batch["time"], Coded(batch["kind"].astype(np.int32), KINDS), {},
                {name: Coded(batch[name], values[name]) for name in SIZES},
            )  # fmt: skip
            unit = self.final[batch["unit"]].astype(np.int64)
            yield Change(n, Rows(columns, unit, np.arange(len(unit))), events=len(unit))

    def write_parquet(self, folder: Path) -> str:
        """All batches as Parquet files, units after merges; gives the pattern of their names."""
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(BATCHES):
            batch = self.batch(number)
            batch["unit"] = self.final[batch["unit"]]
            batch["time"] = batch["time"] - START
            pq.write_table(pa.table(batch), folder / f"{number:03}.parquet", compression="lz4")
        return str(folder / "*.parquet")
