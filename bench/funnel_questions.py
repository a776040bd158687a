"""The questions of the funnel benchmark, and how DuckDB is asked those that have no ready form."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from bench.funnel_peers import DuckDB, chain_sql
from tundish.funnel.steps import StepDefinition, parse_steps
from tundish.terms import DAY

FOUR = (4, 7, 10, 14)
SEVEN = (4, 7, 10, 14, 20, 27, 35)
WINDOW = 14 * DAY


class Question:
    """Steps by the numbers of their kinds, None for any event."""

    def __init__(
        self, kinds: Sequence[int | None], *, filtered: bool = False, order: str = "ordered",
        breakdown: bool = False,
    ) -> None:  # fmt: skip
        self.names = [None if k is None else f"kind_{k}" for k in kinds]
        self.said: dict[str, Any] = {
            "steps": [{"event": name} for name in self.names], "window": "14d", "order": order,
        }  # fmt: skip
        if filtered:
            self.said["steps"][1]["where"] = {"p2": "p2_1"}
        if breakdown:
            self.said["breakdown"] = {"property": "p100"}

    @cached_property
    def definition(self) -> StepDefinition:
        """As the kernels take it."""
        return parse_steps(self.said)


def duckdb_strict(kinds: Sequence[int], window: int) -> str:
    """Adjacent steps, a repeat of the current one tolerated: by the place of each event in its
    unit's order and the start of each run of equal kinds."""
    chain = [
        f"r0 AS (SELECT unit, max(time) AS s, max(last_place) AS p FROM runs WHERE kind = {kinds[0]}"
        " GROUP BY unit, run)"
    ]
    for k, kind in enumerate(kinds[1:], start=1):
        chain.append(
            f"r{k} AS (SELECT b.unit, a.s, b.last_place AS p FROM runs b JOIN r{k - 1} a"
            f" ON b.unit = a.unit AND b.first_place = a.p + 1"
            f" WHERE b.kind = {kind} AND b.first_time - a.s <= {window})"
        )
    counts = ", ".join(f"(SELECT count(DISTINCT unit) FROM r{k})" for k in range(len(kinds)))
    return (
        "WITH placed AS (SELECT unit, time, kind, row_number() OVER w AS place, row_number() OVER w"
        " - row_number() OVER (PARTITION BY unit, kind ORDER BY time, kind) AS run FROM e"
        " WINDOW w AS (PARTITION BY unit ORDER BY time, kind)),"
        " runs AS (SELECT unit, kind, run, min(time) AS first_time, max(time) AS time,"
        " min(place) AS first_place, max(place) AS last_place FROM placed"
        f" WHERE kind IN ({', '.join(map(str, kinds))}) GROUP BY unit, kind, run),"
        f" {', '.join(chain)} SELECT {counts}"
    )


def duckdb_null(kinds: Sequence[int], window: int) -> str:
    """The first kind, any later event, the second kind."""
    counts = ", ".join(f"(SELECT count(DISTINCT unit) FROM s{k})" for k in (1, 2, 3))
    return f"{chain_sql((kinds[0], None, kinds[1]), window)} SELECT {counts}"


def duckdb_full(duckdb: DuckDB, kinds: Sequence[int], window: int) -> Any:
    """Every unit's depth, the times of its recorded attempt and its first value; then the counts by
    value, the quantiles of the times, and the lists."""
    levels = range(1, len(kinds) + 1)
    reached = ", ".join(
        f"u{k} AS (SELECT unit, min(t) AS t, arg_min(s, t) AS s FROM s{k} GROUP BY unit)"
        for k in levels
    )
    joins = " ".join(f"LEFT JOIN u{k} USING (unit)" for k in levels[1:])
    depth = " + ".join(["1", *(f"(u{k}.t IS NOT NULL)::INT" for k in levels[1:])])
    times = ", ".join(f"u{k}.t - u{k}.s AS d{k}" for k in levels[1:])
    duckdb.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE r AS {chain_sql(kinds, window, hint='MATERIALIZED')},"
        f" {reached}, touch AS (SELECT unit, arg_min(p100, time) AS value FROM e"
        f" WHERE kind IN ({', '.join(map(str, kinds))}) AND p100 >= 0 GROUP BY unit)"
        f" SELECT unit, {depth} AS depth, {times}, value FROM u1 {joins} LEFT JOIN touch USING (unit)"
    )
    ks = levels[1:]
    quantiles = ", ".join(f"quantile_cont(d{k}, [0.1, 0.5, 0.9]), avg(d{k})" for k in ks)
    return (
        duckdb.run("SELECT value, depth, count(*) FROM r GROUP BY ALL"),
        duckdb.run(f"SELECT {quantiles} FROM r"),
        [duckdb.run(f"SELECT unit FROM r WHERE depth >= {k}")["unit"] for k in levels],
    )
