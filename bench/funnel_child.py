"""One question in a process of its own: prints the counts, or the bytes that its output took."""

import sys
import threading
import time
from pathlib import Path


def main(folder: Path, way: str) -> None:
    """`way` is numpy, compiled, chDB or DuckDB, with -full for the peak of anonymous memory."""
    name, full = way.removesuffix("-full"), way.endswith("-full")
    if full:
        _peak(lambda: _ask(folder, name, full=True))
    else:
        print(*_ask(folder, name, full=False))


def _ask(folder: Path, name: str, *, full: bool) -> tuple[int, ...]:
    if name in ("chDB", "DuckDB"):
        from bench.funnel_peers import ChDB, DuckDB

        kinds, window = (4, 7, 10, 14), 14 * 86_400_000_000
        if name == "chDB":
            return ChDB(folder / "chdb", None).counts(kinds, window)
        duckdb = DuckDB(folder / "duckdb.db", None)
        if not full:
            return duckdb.counts(kinds, window)
        from bench.funnel_questions import duckdb_full

        duckdb_full(duckdb, kinds, window)
        return ()
    from bench.funnel_questions import FOUR, Question
    from tundish.funnel.packed.report import packed_step_report, step_counts
    from tundish.stores.index import open_snapshot, place_of

    packed = open_snapshot(place_of(folder, "person")).events()
    asked = Question(FOUR, breakdown=full).definition
    if full:
        packed_step_report(packed, asked, trend=False, compiled=name == "compiled")
        return ()
    return step_counts(packed, asked, compiled=name == "compiled")


def _peak(work: object) -> None:
    assert callable(work)
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, _anonymous())
            time.sleep(0.002)

    watching = threading.Thread(target=watch)
    before = _anonymous()
    watching.start()
    work()
    done.set()
    watching.join()
    print(most - before)


def _anonymous() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
