"""From event columns to packed runs, in memory."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import (
    LAST_MICROS,
    UNIT_BITS,
    AnyCodes,
    PackedEvents,
    PackedRun,
    keys_of,
)
from tundish.funnel.units import Merges, UnitChoice, owned
from tundish.journal.columns import Coded, EventColumns, Ints
from tundish.terms import InputError


def pack(
    columns: EventColumns, unit: str, *, parts: int = 1, identity_merges: Merges | None = None
) -> PackedEvents:
    """The events of every unit of the kind `unit`, in as many parts as asked, by order of row.

    Raises InputError where they spread over more than 17.8 years, or the merges run in a circle.
    """
    ours = owned(columns, UnitChoice("named", unit), identity_merges=identity_merges)
    time = ours.columns.time
    base = int(time.min()) if len(time) else 0
    if len(time) and int(time.max()) - base > LAST_MICROS:
        raise InputError(
            "The events spread over more than 17.8 years, which a packed key cannot hold.",
            "packed_span_too_long", "Ask the general kernel.",
        )  # fmt: skip
    units = len(ours.unit.values)
    edges = np.linspace(0, len(time), parts + 1).astype(np.int64)
    kinds: dict[str | None, list[PackedRun]] = {}
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        some = ours.columns.take(np.arange(low, high)) if parts > 1 else ours.columns
        for name, run in pack_runs(
            some, ours.unit.codes[low:high], base=base, units=units, position=ours.rows[low:high]
        ).items():
            kinds.setdefault(name, []).append(run)
    return PackedEvents(
        base, units, kinds, ours.unit.values,
        latest=int(columns.time.max()) if len(columns) else 0,
        dictionaries={name: c.values for name, c in columns.properties.items()},
        without_unit=ours.without_unit, shared=ours.shared,
    )  # fmt: skip


def pack_runs(
    columns: EventColumns, ordinal: NDArray[Any], *, base: int, units: int, position: Ints
) -> dict[str | None, PackedRun]:
    """One run for each kind among the events whose units are `ordinal` (n,); codes stay as they
    are, in the narrowest type that holds their dictionary."""
    keys = keys_of(ordinal, columns.time - base)
    names = (None, *columns.event.values)
    order, cuts = packed_order(columns.event.codes, ordinal, keys, kinds=len(names), units=units)
    keys, position = keys[order], position[order]
    codes = {name: narrow(column)[order] for name, column in columns.properties.items()}
    flags = [None if f is None else f[order] for f in (columns.estimated, columns.day_only)]
    runs: dict[str | None, PackedRun] = {}
    for name, starts in zip(names, cuts, strict=True):
        low, high = int(starts[0]), int(starts[-1])
        if low == high:
            continue
        estimated, day_only = (None if f is None else f[low:high] for f in flags)
        runs[name] = PackedRun(
            keys[low:high], starts - low, position[low:high],
            MappingProxyType({n: c[low:high] for n, c in codes.items()}),
            estimated if estimated is not None and estimated.any() else None,
            day_only if day_only is not None and day_only.any() else None,
        )  # fmt: skip
    return runs


def packed_order(
    kind: NDArray[Any], ordinal: NDArray[Any], keys: Ints, *, kinds: int, units: int
) -> tuple[Ints, list[Ints]]:
    """(order, starts): the rows by kind, bucket and key, and for each of the `kinds` codes from -1 on
    where its buckets begin in that order, shape (buckets + 1,).

    First by the number of the cell (kind and bucket), then by key within each cell, which fits the
    cache.
    """
    buckets = max(1, (units + (1 << UNIT_BITS) - 1) >> UNIT_BITS)
    cell = (kind.astype(np.int64) + 1) * buckets + (ordinal.astype(np.int64) >> UNIT_BITS)
    order = _by_cell(cell, kinds * buckets)
    edges = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=kinds * buckets))])
    filled = np.flatnonzero(np.diff(edges) > 1)
    for low, high in zip(edges[filled].tolist(), edges[filled + 1].tolist(), strict=True):
        some = order[low:high]
        order[low:high] = some[np.argsort(keys[some], kind="stable")]
    starts = [edges[k * buckets : (k + 1) * buckets + 1].astype(np.int64) for k in range(kinds)]
    return order, starts


def _by_cell(cell: Ints, cells: int) -> Ints:
    """A stable order by cell; numpy sorts 16 bits by radix, so a great number goes in two rounds."""
    order = np.argsort((cell & 0xFFFF).astype(np.uint16), kind="stable")
    if cells > 1 << 16:
        high = (cell >> 16)[order]
        wide = np.uint16 if cells <= 1 << 32 else np.int64
        order = order[np.argsort(high.astype(wide), kind="stable")]
    return np.asarray(order, np.int64)


def narrow(column: Coded) -> AnyCodes:
    """The codes of a column in the narrowest type that its dictionary needs."""
    size = len(column.values)
    kind = np.int8 if size <= 1 << 7 else np.int16 if size <= 1 << 15 else np.int32
    return column.codes.astype(kind)
