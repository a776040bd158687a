"""The events of a range of units brought together and walked, compiled.

A unit's events lie in many runs, each in order. They are counted per unit and scattered, so that
each unit's stand together, then sorted; 2^14 runs and 49 bits of time fit one number.
"""

from typing import Any

from tundish.funnel.packed.events import TIME_BITS, UNIT_BITS
from tundish.funnel.stages.packed.native import (
    compiled,
    int8_at,
    int32_at,
    int64_at,
    numbers,
)
from tundish.funnel.stages.packed.places import (
    I_BITS,
    I_DAY,
    I_ESTIMATED,
    I_HAND,
    I_LIST,
    I_RANK,
    I_ROW,
    I_VERDICT,
    INSTANT,
    L_BITS,
    L_DAY,
    L_ESTIMATED,
    L_HAND,
    L_KEYS,
    L_NEEDS_ROW,
    L_RANK,
    L_SOME_BITS,
    L_VERDICT,
    LIST,
    NONE,
    R_ENTERED,
    R_PASS,
    ROW,
    S_DATED_LATER,
    S_DUE,
    S_FIRST,
    S_FULL,
    S_HARD,
    S_N,
    S_ROOM,
    S_TIED,
    ZERO,
)
from tundish.funnel.stages.packed.walk import begin, instant, wait

RUN_BITS = UNIT_BITS
MOST_RUNS = 1 << RUN_BITS
_RUN_MASK = MOST_RUNS - 1
_TIME_MASK = (1 << TIME_BITS) - 1
SLOTS = 512
"""So many stretches of time an event may fall into."""


@compiled
def first_at(keys: int, low: int, high: int, wanted: int) -> int:
    """The first place from `low` to `high` whose key is not below `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if int64_at(keys, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def bits_at(lists: Any, run: int, row: int) -> int:
    """What an event matches."""
    if lists[run * LIST + L_SOME_BITS]:
        return int(int64_at(lists[run * LIST + L_SOME_BITS], row))
    return int(lists[run * LIST + L_BITS])


@compiled
def count(
    listed: Any, edges: Any, spans: Any, starts: Any, slots: Any, base: int, units: int, shift: int
) -> int:
    """How many events the `units` units from ordinal `base` of a bucket have: `starts[u]` is where
    unit u's are to begin, `slots[k]` where those of the k-th stretch of time (`time >> shift`) are.

    `edges` (K, 2) bounds the bucket in each run; `spans` (K, 2) becomes the units' part of it.
    """
    for unit in range(units + 1):
        starts[unit] = 0
    for slot in range(len(slots)):
        slots[slot] = 0
    for run in range(len(listed)):
        keys = listed[run, L_KEYS]
        low = first_at(keys, edges[run, 0], edges[run, 1], base << TIME_BITS)
        # the bucket's end needs no search, and its key would overflow
        high = edges[run, 1]
        if base + units < 1 << UNIT_BITS:
            high = first_at(keys, low, high, (base + units) << TIME_BITS)
        spans[run, 0], spans[run, 1] = low, high
        for row in range(low, high):
            key = int64_at(keys, row)
            starts[(key >> TIME_BITS) - base + 1] += 1
            slots[min((key & _TIME_MASK) >> shift, SLOTS) + 1] += 1
    for unit in range(units):
        starts[unit + 1] += starts[unit]
    for slot in range(len(slots) - 1):
        slots[slot + 1] += slots[slot]
    return int(starts[units])


@compiled
def scatter(
    listed: Any, spans: Any, starts: Any, ends: Any, slots: Any, items: Any, spare: Any, owner: Any,
    base: int, units: int, shift: int, last: int,
) -> None:  # fmt: skip
    """Bring the matched events up to time `last` together that `count` has counted, as
    `time << RUN_BITS | run`; unit u's stand from `starts[u]` to `ends[u]`.

    First by stretches of time, then by unit: so each unit's are all but in order, and sorting them
    is cheap.
    """
    lists = numbers(listed.ctypes.data)
    for run in range(len(listed)):
        keys = listed[run, L_KEYS]
        varied = listed[run, L_SOME_BITS] != 0
        for row in range(spans[run, 0], spans[run, 1]):
            key = int64_at(keys, row)
            time = key & _TIME_MASK
            slot = min(time >> shift, SLOTS)
            place = slots[slot]
            slots[slot] = place + 1
            spare[place] = time << RUN_BITS | run
            owner[place] = (key >> TIME_BITS) - base
            if time > last or (varied and bits_at(lists, run, row) == 0):
                owner[place] = -1
    for unit in range(units):
        ends[unit] = starts[unit]
    for place in range(starts[units]):
        unit = owner[place]
        if unit >= 0:
            items[ends[unit]] = spare[place]
            ends[unit] += 1


@compiled
def sort(items: Any, spare: Any, low: int, high: int) -> None:
    """Sort a part of `items` that is nearly in order: by insertion, as long as that is cheap."""
    moves = 16 * (high - low)
    for i in range(low + 1, high):
        item = items[i]
        k = i - 1
        while k >= low and items[k] > item:
            items[k + 1] = items[k]
            k -= 1
        items[k + 1] = item
        moves -= i - 1 - k
        if moves < 0:
            merge(items, spare, low, high)
            return


@compiled
def merge(items: Any, spare: Any, low: int, high: int) -> None:
    """Sort a part of `items` by merging sorted stretches, twice as long each round."""
    width = 1
    while width < high - low:
        for left in range(low, high - width, 2 * width):
            middle, end = left + width, min(left + 2 * width, high)
            if items[middle - 1] <= items[middle]:
                continue
            for k in range(left, middle):
                spare[k] = items[k]
            i, k, to = left, middle, left
            while i < middle and k < end:
                if spare[i] <= items[k]:
                    items[to] = spare[i]
                    i += 1
                else:
                    items[to] = items[k]
                    k += 1
                to += 1
            while i < middle:
                items[to] = spare[i]
                i += 1
                to += 1
        width *= 2


@compiled
def read(lists: Any, spans: Any, ins: Any, m: int, run: int, key: int) -> None:
    """Put an event of `run` with this key at place m of the instant."""
    ins[m * INSTANT + I_LIST] = run
    if not lists[run * LIST + L_NEEDS_ROW]:
        ins[m * INSTANT + I_BITS] = lists[run * LIST + L_BITS]
        ins[m * INSTANT + I_ESTIMATED] = ins[m * INSTANT + I_DAY] = 0
        return
    row = spans[2 * run]
    while int64_at(lists[run * LIST + L_KEYS], row) != key or bits_at(lists, run, row) == 0:
        row += 1
    spans[2 * run] = row + 1
    ins[m * INSTANT + I_ROW] = row
    ins[m * INSTANT + I_BITS] = bits_at(lists, run, row)
    ins[m * INSTANT + I_ESTIMATED] = (
        int8_at(lists[run * LIST + L_ESTIMATED], row) if lists[run * LIST + L_ESTIMATED] else 0
    )
    ins[m * INSTANT + I_DAY] = (
        int8_at(lists[run * LIST + L_DAY], row) if lists[run * LIST + L_DAY] else 0
    )
    ins[m * INSTANT + I_HAND] = (
        int32_at(lists[run * LIST + L_HAND], row) if lists[run * LIST + L_HAND] else -1
    )
    ins[m * INSTANT + I_RANK] = (
        int32_at(lists[run * LIST + L_RANK], row) if lists[run * LIST + L_RANK] else -1
    )
    ins[m * INSTANT + I_VERDICT] = (
        int64_at(lists[run * LIST + L_VERDICT], row) if lists[run * LIST + L_VERDICT] else 0
    )


@compiled
def walk_units(
    program: Any, state: Any, instants: Any, room: Any, listed: Any, amounts: Any, edges: Any,
    spanned: Any, starts: Any, ends: Any, placed: Any, spared: Any, skipped: Any, hard: Any,
    unit_base: int, low_unit: int, from_unit: int, units: int, last: int,
) -> int:  # fmt: skip
    """Walk the units from `from_unit` on of those that `scatter` brought together; gives the unit
    to go on with, which is `units` when all are done, and before it where the room is full.

    `unit_base + low_unit` is the first unit's ordinal; `skipped` and `hard` are by ordinal.
    """
    p, s = numbers(program.ctypes.data), numbers(state.ctypes.data)
    ins, rows = numbers(instants.ctypes.data), numbers(room.ctypes.data)
    lists, minor = numbers(listed.ctypes.data), numbers(amounts.ctypes.data)
    spans, items, spare = (
        numbers(spanned.ctypes.data), numbers(placed.ctypes.data), numbers(spared.ctypes.data),
    )  # fmt: skip
    s[S_N], s[S_ROOM] = 0, len(room)
    for unit in range(from_unit, units):
        low, high = starts[unit], ends[unit]
        ordinal = unit_base + low_unit + unit
        if low == high or skipped[ordinal]:
            continue
        sort(items, spare, low, high)
        begin(p, s, ordinal)
        s[S_HARD] = s[S_FULL] = 0
        place = low
        while place < high:
            time = items[place] >> RUN_BITS
            key = (low_unit + unit) << TIME_BITS | time
            tied = ZERO
            while place < high and items[place] >> RUN_BITS == time:
                read(lists, spans, ins, tied, items[place] & _RUN_MASK, key)
                tied += 1
                place += 1
            s[S_TIED] = tied
            instant(p, s, ins, rows, lists, minor, time)
        if s[S_DUE] != NONE:
            wait(p, s, ins, rows, lists, minor, last + 1)
        if s[S_FULL]:
            s[S_N] = s[S_FIRST]
            for run in range(len(listed)):  # as if the unit had not been read
                first = (low_unit + unit) << TIME_BITS
                spanned[run, 0] = first_at(
                    listed[run, L_KEYS], edges[run, 0], spanned[run, 1], first
                )
            return unit
        if s[S_HARD]:
            hard[ordinal] = True
            s[S_N] = s[S_FIRST]
        elif s[S_DATED_LATER]:
            order(rows, s[S_FIRST], s[S_N])
    return units


@compiled
def order(rows: Any, first: int, end: int) -> None:
    """Sort a unit's rows by pass, entered; those of one instant stay as they were walked."""
    for i in range(first + 1, end):
        k = i
        while k > first and before(rows, k * ROW, (k - 1) * ROW):
            for cell in range(k * ROW, (k + 1) * ROW):
                rows[cell], rows[cell - ROW] = rows[cell - ROW], rows[cell]
            k -= 1


@compiled
def before(rows: Any, one: int, other: int) -> bool:
    """Whether the row that begins at `one` stands before the one at `other`."""
    if rows[one + R_PASS] != rows[other + R_PASS]:
        return bool(rows[one + R_PASS] < rows[other + R_PASS])
    return bool(rows[one + R_ENTERED] < rows[other + R_ENTERED])
