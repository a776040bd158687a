"""The fast index beside chDB and DuckDB: the same log, the same questions, paired in one run.

`./run bench funnel [--events 1M|10M|100M] [--rounds 9] [--folder DIR] [--only counts full …]`.
docs/performance.md says what each line means and what was reached.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.funnel_log import SPAN, Log
from bench.funnel_peers import FORMS, ChDB, DuckDB
from bench.funnel_questions import (
    FOUR,
    SEVEN,
    WINDOW,
    Question,
    duckdb_full,
    duckdb_null,
    duckdb_strict,
)
from bench.pairs import timed
from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.packed.report import packed_step_report, step_counts
from tundish.funnel.stages import parse_stages
from tundish.funnel.stages.packed import packed_stage_report
from tundish.stores.index import open_snapshot, place_of, writing

SIZES = {
    "1M": (1_000_000, 100_000),
    "10M": (10_000_000, 1_000_000),
    "100M": (100_000_000, 5_000_000),
}
UNIT = "person"
SECTIONS = (
    "counts", "filtered", "everything", "full", "floor", "stages", "build", "fresh", "curve",
)  # fmt: skip


@dataclass
class Lines:
    """Every figure that was printed with a target, and whether it was held."""

    missed: list[str] = field(default_factory=list)

    def ratio(self, name: str, ratio: float, target: float) -> None:
        """One paired ratio, the peer's time by ours."""
        held = ratio >= target
        if not held:
            self.missed.append(name)
        print(
            f"    {name:<66} {ratio:6.1f} x  target {target:4.1f}  {'held' if held else 'MISSED'}"
        )

    def limit(self, name: str, figure: float, target: float, unit: str) -> None:
        """One figure that should stay under a limit."""
        held = figure <= target
        if not held:
            self.missed.append(name)
        print(
            f"    {name:<66} {figure:6.1f} {unit}, at most {target:.1f}  {'held' if held else 'MISSED'}"
        )


def run(arguments: Sequence[str] = ()) -> bool:
    """Build, ask, compare, print. The answer is whether all targets of the issue were held."""
    parser = argparse.ArgumentParser(prog="./run bench funnel")
    parser.add_argument("--events", choices=SIZES, default="1M")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, help="where the log and the tables may lie")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    said = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="tundish-bench-", dir=said.folder))
    try:
        return _run(folder, said.events, said.rounds, said.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, size: str, rounds: int, only: Sequence[str] = SECTIONS) -> bool:
    lines = Lines()
    log = Log(*SIZES[size])
    print(f"{size} events of {log.units:,} units", flush=True)
    pattern = _shown(
        "the log as Parquet files, 200 of them", partial(log.write_parquet, folder / "log")
    )
    _shown("the index, by 200 appends with compaction as they come", partial(_append, folder, log))
    parts = open_snapshot(place_of(folder, UNIT))
    before = parts.events()
    print(f"    parts before compaction: {len(parts.parts)}")
    _shown("compaction into one part", partial(_compact, folder))
    after = open_snapshot(place_of(folder, UNIT)).events()
    chdb_seconds, chdb = _peer("chDB: insert and optimize", lambda: ChDB(folder / "chdb", pattern))
    _, duckdb = _peer("DuckDB: insert in order", lambda: DuckDB(folder / "duckdb.db", pattern))
    try:
        for name, section in {
            "counts": partial(_counts, lines, before, after, chdb, duckdb, rounds),
            "filtered": partial(_filtered, lines, after, chdb, duckdb, rounds),
            "everything": partial(_everything, lines, after, duckdb, rounds),
            "full": partial(_full, lines, after, duckdb, rounds),
            "floor": partial(_floor, lines, after, rounds),
            "stages": partial(_stages, lines, after, chdb, rounds),
            "build": partial(_build, lines, folder, log, chdb_seconds),
        }.items():
            if name in only:
                section()
    finally:
        chdb.close()
        duckdb.close()
    if "fresh" in only:
        _fresh(lines, folder, rounds)
    if "curve" in only:
        _curve(lines, folder, size, after, rounds)
    print(f"{len(lines.missed)} targets missed" + "".join(f"\n    {name}" for name in lines.missed))
    return not lines.missed


def _counts(
    lines: Lines, before: PackedEvents, after: PackedEvents, chdb: ChDB, duckdb: DuckDB, rounds: int
) -> None:
    for kinds in (FOUR, SEVEN):
        asked = Question(kinds)
        print(f"counts of {len(kinds)} steps, 14 days, warm")
        fastest = _best_form(duckdb, kinds)
        ways = {
            "numpy": partial(step_counts, after, asked.definition),
            "compiled": partial(step_counts, after, asked.definition, compiled=True),
            "numpy before compaction": partial(step_counts, before, asked.definition),
            "compiled before compaction": partial(
                step_counts, before, asked.definition, compiled=True
            ),
            "chDB": partial(chdb.counts, kinds, WINDOW),
            "DuckDB": partial(duckdb.counts, kinds, WINDOW, form=fastest),
        }
        took = paired(ways, rounds)
        for way, (by_chdb, by_duckdb) in {
            "numpy": (4, 7), "compiled": (10, 18),
            "numpy before compaction": (2, 3.5), "compiled before compaction": (5, 9),
        }.items():  # fmt: skip
            lines.ratio(f"{way}: times chDB", _ratio(took, "chDB", way), by_chdb)
            lines.ratio(f"{way}: times DuckDB", _ratio(took, "DuckDB", way), by_duckdb)


def _filtered(lines: Lines, after: PackedEvents, chdb: ChDB, duckdb: DuckDB, rounds: int) -> None:
    print("counts of 4 steps, one of them with a property filter")
    asked = Question(FOUR, filtered=True)
    took = paired(
        {
            "numpy": partial(step_counts, after, asked.definition),
            "compiled": partial(step_counts, after, asked.definition, compiled=True),
            "chDB": partial(chdb.counts, FOUR, WINDOW, where="p2 = 1"),
            "DuckDB": partial(
                duckdb.counts, FOUR, WINDOW, where="p2 = 1", form=_best_form(duckdb, FOUR)
            ),
        },
        rounds,
    )
    lines.ratio("numpy: times DuckDB", _ratio(took, "DuckDB", "numpy"), 3)
    lines.ratio("compiled: times DuckDB", _ratio(took, "DuckDB", "compiled"), 3)


def _everything(lines: Lines, after: PackedEvents, duckdb: DuckDB, rounds: int) -> None:
    few = min(rounds, 3)
    for name, asked, sql in (
        ("strict", Question(FOUR[:3], order="strict"), duckdb_strict(FOUR[:3], WINDOW)),
        ("event: null", Question((FOUR[0], None, FOUR[1])), duckdb_null(FOUR, WINDOW)),
    ):
        print(f"counts that read every event: {name}")
        took = paired(
            {
                "numpy": partial(step_counts, after, asked.definition),
                "compiled": partial(step_counts, after, asked.definition, compiled=True),
                "DuckDB": partial(_numbers, duckdb, sql),
            },
            few,
            agree=False,  # DuckDB arranges tied events in one way, the rules allow any
        )
        lines.ratio(f"{name}, numpy: times DuckDB", _ratio(took, "DuckDB", "numpy"), 1)
        lines.ratio(f"{name}, compiled: times DuckDB", _ratio(took, "DuckDB", "compiled"), 1)


def _full(lines: Lines, after: PackedEvents, duckdb: DuckDB, rounds: int) -> None:
    print("full output: counts, lists, times, a breakdown by 100 values")
    asked = Question(FOUR, breakdown=True)
    took = paired(
        {
            "numpy": partial(packed_step_report, after, asked.definition, trend=False),
            "compiled": partial(
                packed_step_report, after, asked.definition, trend=False, compiled=True
            ),
            "compiled, and the trend": partial(
                packed_step_report, after, asked.definition, compiled=True
            ),
            "DuckDB": partial(duckdb_full, duckdb, FOUR, WINDOW),
        },
        min(rounds, 5),
        agree=False,
    )
    lines.ratio("compiled: times DuckDB", _ratio(took, "DuckDB", "compiled"), 10)


def _floor(lines: Lines, after: PackedEvents, rounds: int) -> None:
    print("the memory floor: the keys of the steps, added up")
    asked = Question(FOUR)
    runs = [run for kind in asked.names for run in after.kinds[kind]]

    def floor() -> int:
        from tundish.funnel.packed.threads import on_ranges

        def part(first: int, end: int) -> int:
            return sum(int(r.keys[len(r) * first // 2 : len(r) * end // 2].sum()) for r in runs)

        return sum(on_ranges(part, [(0, 1), (1, 2)], threads=2))

    took = paired(
        {"compiled": partial(step_counts, after, asked.definition, compiled=True), "floor": floor},
        rounds, agree=False,
    )  # fmt: skip
    lines.limit("compiled: times the floor", 1 / _ratio(took, "floor", "compiled"), 5, "x")


def _stages(lines: Lines, after: PackedEvents, chdb: ChDB, rounds: int) -> None:
    print("the stage fold over all events: four stages, compiled, beside windowFunnel on its kinds")
    asked = parse_stages(
        {
            "unit": UNIT,
            "stages": [
                {"name": f"stage_{k}", "enter": {"event": f"kind_{k}"}, "purchase": k == FOUR[-1]}
                for k in FOUR
            ],
        }
    )
    took = paired(
        {
            "stage fold": partial(packed_stage_report, after, asked),
            "chDB": partial(chdb.counts, FOUR, SPAN),
        },
        min(rounds, 5),
        agree=False,
    )
    lines.ratio("times chDB", _ratio(took, "chDB", "stage fold"), 1)


def _build(lines: Lines, folder: Path, log: Log, chdb_seconds: float) -> None:
    print("building from an unsorted log")

    def build() -> None:
        with writing(folder / "again", UNIT, ids="number") as writer:
            assert writer is not None
            for change in log.merged_changes(10):
                writer.write(change)
            writer.compact(all=True)
            writer.publish()

    drawing = timed(lambda: [None for _ in log.merged_changes(10)])
    seconds = timed(build) - drawing
    shutil.rmtree(folder / "again")
    print(f"    {seconds:.1f} s, chDB's insert and optimize {chdb_seconds:.1f} s")
    lines.ratio("times chDB's insert and optimize", chdb_seconds / seconds, 1)


def _fresh(lines: Lines, folder: Path, rounds: int) -> None:
    print("a fresh process, 4 steps, counts")
    child = {way: partial(_child, folder, way) for way in ("numpy", "compiled", "chDB", "DuckDB")}
    took = paired(child, min(rounds, 5))
    lines.ratio("numpy: times DuckDB (aim: 2)", _ratio(took, "DuckDB", "numpy"), 1)
    print("    memory of a fresh process above the mapped files, full output, MB:")
    for way in ("numpy-full", "compiled-full", "DuckDB-full"):
        megabytes = _child(folder, way)[0] / 1e6
        print(f"        {way:<20} {megabytes:8.0f}")
        if way == "compiled-full":
            lines.limit("compiled: memory of the full output", megabytes, 500, "MB")


def _curve(lines: Lines, folder: Path, size: str, after: PackedEvents, rounds: int) -> None:
    print("the cost curve: counts of 4 steps, compiled, and per million events")
    asked = Question(FOUR)
    costs = []
    for name, (events, units) in SIZES.items():
        if name == size:
            packed = after
        else:
            if events > SIZES[size][0]:
                break
            with writing(folder / name, UNIT, ids="number") as writer:
                assert writer is not None
                for change in Log(events, units).merged_changes(2):
                    writer.write(change)
                writer.compact(all=True)
                writer.publish()
            packed = open_snapshot(place_of(folder / name, UNIT)).events()
        ask = partial(step_counts, packed, asked.definition, compiled=True)
        ask()
        cost = statistics.median(timed(ask) for _ in range(rounds)) * 1000
        costs.append(cost / events * 1e6)
        print(f"    {name:>5} {cost:8.2f} ms {costs[-1]:8.3f} ms per million", flush=True)
    if len(costs) > 1:
        lines.limit("cost of an event at the most against the least", costs[-1] / costs[0], 2, "x")


def paired(
    ways: dict[str, Callable[[], Any]], rounds: int, *, agree: bool = True
) -> dict[str, list[float]]:
    """Seconds of every way in every round, interleaved; all must answer the same."""
    answers = {name: way() for name, way in ways.items()}
    if agree and len({tuple(a) for a in answers.values()}) > 1:
        raise SystemExit(f"The answers differ: {answers}")
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            took[name].append(timed(way))
    for name, seconds in took.items():
        print(f"    {name:<30} {statistics.median(seconds) * 1000:10.2f} ms", flush=True)
    return took


def _ratio(took: dict[str, list[float]], peer: str, ours: str) -> float:
    return statistics.median(a / b for a, b in zip(took[peer], took[ours], strict=True))


def _best_form(duckdb: DuckDB, kinds: Sequence[int]) -> int:
    """The fastest of the forms that the question can be put in."""
    seconds = []
    for form in range(len(FORMS)):
        ask = partial(duckdb.counts, kinds, WINDOW, form=form)
        ask()
        seconds.append(min(timed(ask) for _ in range(2)))
    return int(np.argmin(seconds))


def _append(folder: Path, log: Log) -> None:
    with writing(folder, UNIT, ids="number") as writer:
        assert writer is not None
        for change in log.changes():
            writer.write(change)
            writer.compact()
            writer.publish()


def _compact(folder: Path) -> None:
    with writing(folder, UNIT, ids="number") as writer:
        assert writer is not None
        writer.compact(all=True)
        writer.publish()


def _numbers(duckdb: DuckDB, sql: str) -> tuple[int, ...]:
    return tuple(int(n) for n in duckdb.connection.execute(sql).fetchone())


def _child(folder: Path, way: str) -> tuple[int, ...]:
    said = subprocess.run(
        [sys.executable, "-m", "bench.funnel_child", str(folder), way],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return tuple(map(int, said.stdout.split()))


def _shown(name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    print(f"    {name:<66} {time.perf_counter() - start:6.1f} s", flush=True)
    return found


def _peer(name: str, work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = _shown(name, work)
    return time.perf_counter() - start, found
