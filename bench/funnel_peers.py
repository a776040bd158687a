"""The same questions put to chDB (ClickHouse's engine) and DuckDB, each in its best layout."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

THREADS = 2


class ChDB:
    """A MergeTree table ordered by kind, unit, time, merged into one part."""

    name = "chDB"

    def __init__(
        self, folder: Path, pattern: str | None, *, order: str = "kind, unit, time"
    ) -> None:
        from chdb.session import Session

        self.session = Session(str(folder))
        self.session.query(f"SET max_threads = {THREADS}")
        if pattern is None:
            return
        self.session.query(
            "CREATE TABLE e (kind UInt8, unit UInt32, time UInt64, p2 Int8, p100 Int8, p100k Int32)"
            f" ENGINE = MergeTree ORDER BY ({order})"
        )
        self.session.query(f"INSERT INTO e SELECT * FROM file('{pattern}', Parquet)")
        self.session.query("OPTIMIZE TABLE e FINAL")

    def close(self) -> None:
        """Give up memory and files."""
        self.session.close()

    def rows(self, sql: str) -> list[list[Any]]:
        """The rows of an answer."""
        said = str(self.session.query(sql, "JSONCompact"))
        return [[int(cell) for cell in row] for row in json.loads(said)["data"]]

    def counts(
        self, kinds: Sequence[int], window: int, *, where: str = "", mode: str = ""
    ) -> tuple[int, ...]:
        """How many units reach each step; `where` is on the second step."""
        return _reached(
            self.rows(self.counts_sql(kinds, window, where=where, mode=mode)), len(kinds)
        )

    def counts_sql(
        self, kinds: Sequence[int], window: int, *, where: str = "", mode: str = ""
    ) -> str:
        """The question by windowFunnel; with a mode it must read every kind."""
        tests = [f"kind = {k}" for k in kinds]
        if where:
            tests[1] = f"({tests[1]} AND {where})"
        only = "" if mode else f"PREWHERE kind IN ({', '.join(map(str, kinds))})"
        said = f", '{mode}'" if mode else ""
        return (
            f"SELECT level, count() FROM (SELECT windowFunnel({window}{said})"
            f"(time, {', '.join(tests)}) AS level FROM e {only} GROUP BY unit) GROUP BY level"
        )


class DuckDB:
    """A table written in the order of kind, unit and time, so that row groups are skipped."""

    name = "DuckDB"

    def __init__(self, file: Path, pattern: str | None) -> None:
        import duckdb

        self.connection = duckdb.connect(str(file))
        self.connection.execute(f"SET threads = {THREADS}")
        self.connection.execute("SET preserve_insertion_order = true")
        self.best: dict[str, int] = {}
        if pattern is not None:
            self.connection.execute(
                f"CREATE TABLE e AS SELECT * FROM '{pattern}' ORDER BY kind, unit, time"
            )

    def close(self) -> None:
        """Give up memory and files."""
        self.connection.close()

    def counts(
        self, kinds: Sequence[int], window: int, *, where: str = "", form: int = 0
    ) -> tuple[int, ...]:
        """How many units reach each step."""
        sql = FORMS[form](kinds, window, where)
        return tuple(int(n) for n in self.connection.execute(sql).fetchone())

    def run(self, sql: str) -> Any:
        """The last statement's result as numpy arrays."""
        return self.connection.execute(sql).fetchnumpy()


def chain_sql(kinds: Sequence[int | None], window: int, where: str = "", *, hint: str = "") -> str:
    """The chain of ASOF joins as common tables s1, s2, …: events (t) with their latest start (s).

    A kind of None is any event; it must come later.
    """
    parts = [f"s1 AS {hint} (SELECT unit, time AS t, time AS s FROM e WHERE kind = {kinds[0]})"]
    for k, kind in enumerate(kinds[1:], start=2):
        of = "true" if kind is None else f"b.kind = {kind}"
        more = f" AND b.{where}" if where and k == 2 else ""
        after = ">" if None in (kind, kinds[k - 2]) else ">="
        parts.append(
            f"s{k} AS {hint} (SELECT b.unit, b.time AS t, a.s FROM e b ASOF JOIN s{k - 1} a"
            f" ON b.unit = a.unit AND b.time {after} a.t WHERE {of}{more} AND b.time - a.s <= {window})"
        )
    return "WITH " + ", ".join(parts)


def _asof_distinct(kinds: Sequence[int], window: int, where: str) -> str:
    counts = [f"(SELECT count(DISTINCT unit) FROM s{k + 1})" for k in range(len(kinds))]
    return f"{chain_sql(kinds, window, where, hint='MATERIALIZED')} SELECT {', '.join(counts)}"


def _asof_grouped(kinds: Sequence[int], window: int, where: str) -> str:
    counts = [
        f"(SELECT count(*) FROM (SELECT unit FROM s{k + 1} GROUP BY unit))"
        for k in range(len(kinds))
    ]
    return f"{chain_sql(kinds, window, where, hint='MATERIALIZED')} SELECT {', '.join(counts)}"


def _windows(kinds: Sequence[int], window: int, where: str) -> str:
    """One pass of window functions per step over the events of the steps alone."""
    step = " ".join(
        f"WHEN kind = {kind}{f' AND {where}' if where and k == 1 else ''} THEN {k}"
        for k, kind in enumerate(kinds)
    )
    sql = (
        f"WITH w0 AS (SELECT unit, time, CASE {step} ELSE -1 END AS k FROM e"
        f" WHERE kind IN ({', '.join(map(str, kinds))})),"
        " w1 AS (SELECT *, CASE WHEN k = 0 THEN time END AS l0 FROM w0)"
    )
    for k in range(1, len(kinds)):
        sql += (
            f", w{k + 1} AS (SELECT *, CASE WHEN k = {k} AND time - before <= {window} THEN before END"
            f" AS l{k} FROM (SELECT *, max(l{k - 1}) OVER"
            f" (PARTITION BY unit ORDER BY time, k ROWS UNBOUNDED PRECEDING) AS before FROM w{k})"
            ")".replace("SELECT *, CASE", "SELECT * EXCLUDE (before), CASE")
        )
    counts = ", ".join(
        f"count(DISTINCT CASE WHEN l{k} IS NOT NULL THEN unit END)" for k in range(len(kinds))
    )
    return f"{sql} SELECT {counts} FROM w{len(kinds)}"


FORMS = (_asof_distinct, _asof_grouped, _windows)


def _reached(levels: list[list[int]], steps: int) -> tuple[int, ...]:
    return tuple(sum(n for level, n in levels if level > k) for k in range(steps))
