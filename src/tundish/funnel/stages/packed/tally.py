"""Figures from the rows of whole units, compiled: the twin of counts.py, times.py, flows.py and
loop.py. What is counted goes into `acc`, what has a distribution into `out`."""

from typing import Any

from tundish.funnel.stages.packed.native import compiled, numbers
from tundish.funnel.stages.packed.places import (
    BY_HAND,
    CAUSED,
    DAY_ONLY,
    ESTIMATED,
    HERE,
    IMPUTED,
    LEFT_ESTIMATED,
    LOOPED,
    LOST,
    NONE,
    NOWHERE,
    R_CURRENCY,
    R_ENTERED,
    R_FLAGS,
    R_LEFT,
    R_OUTCOME,
    R_PASS,
    R_REASON,
    R_STAGE,
    R_UNIT,
    R_VALUE,
    ROW,
    ZERO,
)
from tundish.terms import DAY

# q: how to count
(
    Q_STAGES, Q_PURCHASE, Q_LOSSES, Q_BASE, Q_AS_OF, Q_START, Q_END, Q_ENTRIES, Q_COUNTING, Q_WITHIN,
    Q_ROOM,
    Q_WIDTH,
    Q_STUCK,
) = range(13)  # fmt: skip

# acc: of each stage, then once
(
    C_ENTERED, C_STILL, C_MOVED, C_FELL, C_LOST, C_LOOPED, C_STUCK, C_BY_HAND,
    C_REACHED, C_VISITED, C_SKIPPED, C_STRICT, C_COUNTED, C_WITH_FIRST, C_WITH_BEFORE, PER_STAGE,
) = range(16)  # fmt: skip
ONCE_PASSES, ONCE_ESTIMATED, ONCE_LEFT_OUT, ONCE_BUYERS, ONCE_RETURNED, PER_REPORT = range(6)
KINDS = 6

# out: one line for each kind of measure: stays by stage, then these
WON, LOST_TIME, GAP, VALUE, MEASURES = range(5)


def width_of(stages: int, losses: int) -> int:
    """How many counts one report has."""
    cells = stages + 1
    return stages * PER_STAGE + PER_REPORT + KINDS * cells * cells + stages * losses


@compiled
def elapsed(q: Any, start: int, end: int, by_day: int) -> int:
    """Microseconds from start to end; whole calendar days (UTC) where only the days are known."""
    if by_day:
        return int(((end + q[Q_BASE]) // DAY - (start + q[Q_BASE]) // DAY) * DAY)
    return end - start


@compiled
def inside(q: Any, t: int) -> bool:
    """Whether an instant lies in the period."""
    return bool(q[Q_START] <= t <= q[Q_END])


@compiled
def put(
    q: Any, out: Any, ends: Any, group_of: Any, line: int, value: int, more: int, group: int
) -> None:
    """One measure; `more` is the currency and the stages of a value."""
    n = ends[line]
    out[line * q[Q_ROOM] + n] = value
    group_of[line * q[Q_ROOM] + n] = group << 16 | more
    ends[line] = n + 1


@compiled
def tally(
    how: Any, room: Any, n: int, groups: Any, grouped: bool, counts: Any, measured: Any,
    measured_for: Any, ended: Any, marks: Any, passes_of: Any,
) -> None:  # fmt: skip
    """Count the first n rows. With `grouped`, `groups` names each unit's group, -1 for none; with
    a `passes_of` of any length, it takes each unit's number of counted passes."""
    q, rows, acc = (
        numbers(how.ctypes.data), numbers(room.ctypes.data), numbers(counts.ctypes.data),
    )  # fmt: skip
    out, more = numbers(measured.ctypes.data), numbers(measured_for.ctypes.data)
    ends, counted = numbers(ended.ctypes.data), numbers(marks.ctypes.data)
    q[Q_ROOM], q[Q_WIDTH] = measured.shape[1], counts.shape[1]
    passes = q[Q_STAGES] * PER_STAGE + ONCE_PASSES
    unit_from = ZERO
    while unit_from < n:
        unit = rows[unit_from * ROW + R_UNIT]
        unit_to = unit_from + 1
        while unit_to < n and rows[unit_to * ROW + R_UNIT] == unit:
            unit_to += 1
        group = groups[unit] if grouped else ZERO
        if group >= 0:
            before = acc[group * q[Q_WIDTH] + passes]
            count_passes(q, rows, unit_from, unit_to, group, acc, out, more, ends, counted)
            count_visits(q, rows, unit_from, unit_to, group, acc, out, more, ends, counted)
            if len(passes_of):
                passes_of[unit] = acc[group * q[Q_WIDTH] + passes] - before
        unit_from = unit_to


@compiled
def count_passes(
    q: Any, rows: Any, unit_from: int, unit_to: int, group: int, acc: Any, out: Any, more: Any,
    ends: Any, counted: Any,
) -> None:  # fmt: skip
    """The passes of a unit, and its loop; marks its counted rows."""
    stages = q[Q_STAGES]
    once = stages * PER_STAGE
    buying, bought_again = False, 0
    first_time, last_time, last_day = ZERO, ZERO, ZERO
    low = unit_from
    while low < unit_to:
        high = low + 1
        while high < unit_to and rows[high * ROW + R_PASS] == rows[low * ROW + R_PASS]:
            high += 1
        first, dated, close = NOWHERE, NOWHERE, NOWHERE
        lost, purchase = NOWHERE, NOWHERE
        for i in range(low, high):
            flags = rows[i * ROW + R_FLAGS]
            if not flags & IMPUTED:
                if first < 0:
                    first = i
                if dated < 0 and not flags & ESTIMATED:
                    dated = i
                if lost < 0 and rows[i * ROW + R_OUTCOME] == LOST:
                    lost = i
            if rows[i * ROW + R_STAGE] == q[Q_PURCHASE] and (not flags & IMPUTED or flags & CAUSED):
                if close < 0:
                    close = i
                if purchase < 0 and not flags & ESTIMATED:
                    purchase = i
        start = dated if dated >= 0 else (first if first >= 0 else low)
        whole = inside(q, rows[start * ROW + R_ENTERED])
        any_counted = False
        for i in range(low, high):
            counted[i] = inside(q, rows[i * ROW + R_ENTERED]) if q[Q_ENTRIES] else whole
            any_counted = any_counted or counted[i] != 0
        if any_counted:
            acc[group * q[Q_WIDTH] + once + ONCE_PASSES] += 1
            table = count_table(q, rows, low, high, group, acc, counted)
            closing(q, rows, start, first, close, lost, group, acc, out, more, ends)
            worth(q, rows, low, high, group, table, out, more, ends, counted)
        if purchase >= 0:
            time = rows[purchase * ROW + R_ENTERED]
            day = rows[purchase * ROW + R_FLAGS] & DAY_ONLY
            if buying:
                if not bought_again:
                    bought_again = 1
                    if q[Q_WITHIN] < 0 or time - first_time <= q[Q_WITHIN]:
                        bought_again = 2
                gap = elapsed(q, last_time, time, last_day | day)
                put(q, out, ends, more, stages + GAP, gap, ZERO, group)
            elif counted[purchase]:
                buying, first_time = True, time
            last_time, last_day = time, day
        low = high
    if buying and (q[Q_WITHIN] < 0 or q[Q_AS_OF] - first_time >= q[Q_WITHIN]):
        acc[group * q[Q_WIDTH] + once + ONCE_BUYERS] += 1
        acc[group * q[Q_WIDTH] + once + ONCE_RETURNED] += bought_again == 2


@compiled
def count_table(q: Any, rows: Any, low: int, high: int, group: int, acc: Any, counted: Any) -> int:
    """Where a pass was, by the three countings; gives the stages of the one that is asked for."""
    visited, passed, strict, want = ZERO, ZERO, ZERO, ZERO
    for i in range(low, high):
        if counted[i]:
            stage = rows[i * ROW + R_STAGE]
            if rows[i * ROW + R_FLAGS] & IMPUTED:
                passed |= 1 << stage
            else:
                visited |= 1 << stage
                if stage == want:
                    strict |= 1 << stage
                    want += 1
    skipped = passed & ~visited
    reached = passed | visited
    table = visited if q[Q_COUNTING] == 2 else (strict if q[Q_COUNTING] == 1 else reached)
    for stage in range(q[Q_STAGES]):
        cell = stage * PER_STAGE
        acc[group * q[Q_WIDTH] + cell + C_REACHED] += reached >> stage & 1
        acc[group * q[Q_WIDTH] + cell + C_VISITED] += visited >> stage & 1
        acc[group * q[Q_WIDTH] + cell + C_SKIPPED] += skipped >> stage & 1
        acc[group * q[Q_WIDTH] + cell + C_STRICT] += strict >> stage & 1
        if table >> stage & 1:
            acc[group * q[Q_WIDTH] + cell + C_COUNTED] += 1
            acc[group * q[Q_WIDTH] + cell + C_WITH_FIRST] += table & 1
            if stage:
                acc[group * q[Q_WIDTH] + cell + C_WITH_BEFORE] += table >> (stage - 1) & 1
    return table


@compiled
def closing(
    q: Any, rows: Any, start: int, first: int, close: int, lost: int, group: int, acc: Any,
    out: Any, more: Any, ends: Any,
) -> None:  # fmt: skip
    """How long a pass took to be won or lost."""
    won = close >= 0
    row = close if won else lost
    if row < 0:
        return
    flags, begun = rows[row * ROW + R_FLAGS], rows[start * ROW + R_FLAGS]
    unknown = flags & (ESTIMATED if won else LEFT_ESTIMATED) or begun & ESTIMATED
    if unknown or (won and start == row and first != row):
        acc[group * q[Q_WIDTH] + q[Q_STAGES] * PER_STAGE + ONCE_LEFT_OUT] += 1
        return
    end = rows[row * ROW + R_ENTERED] if won else rows[row * ROW + R_LEFT]
    took = elapsed(q, rows[start * ROW + R_ENTERED], end, (flags | begun) & DAY_ONLY)
    put(q, out, ends, more, q[Q_STAGES] + (WON if won else LOST_TIME), took, ZERO, group)


@compiled
def worth(
    q: Any, rows: Any, low: int, high: int, group: int, table: int, out: Any, more: Any,
    ends: Any, counted: Any,
) -> None:  # fmt: skip
    """A pass's value is that of its first purchase row that has one."""
    for i in range(low, high):
        if (
            counted[i]
            and rows[i * ROW + R_CURRENCY] >= 0
            and rows[i * ROW + R_STAGE] == q[Q_PURCHASE]
            and (not rows[i * ROW + R_FLAGS] & IMPUTED or rows[i * ROW + R_FLAGS] & CAUSED)
        ):
            said = rows[i * ROW + R_CURRENCY] << 7 | table
            put(q, out, ends, more, q[Q_STAGES] + VALUE, rows[i * ROW + R_VALUE], said, group)
            return


@compiled
def count_visits(
    q: Any, rows: Any, unit_from: int, unit_to: int, group: int, acc: Any, out: Any, more: Any,
    ends: Any, counted: Any,
) -> None:  # fmt: skip
    """The visits of a unit, and the bands between them."""
    stages = q[Q_STAGES]
    once = stages * PER_STAGE
    cells = stages + 1
    flows = once + PER_REPORT
    losses = flows + KINDS * cells * cells
    before = NOWHERE
    for i in range(unit_from, unit_to):
        flags = rows[i * ROW + R_FLAGS]
        if flags & IMPUTED:
            continue
        linked = before >= 0 and (
            rows[before * ROW + R_PASS] == rows[i * ROW + R_PASS]
            or rows[before * ROW + R_OUTCOME] == LOOPED
        )
        stage = rows[i * ROW + R_STAGE]
        if before >= 0 and counted[before]:
            target = stage if linked and counted[i] else NOWHERE
            band(q, rows, before, target, group, acc)
        if counted[i]:
            if not (linked and counted[before]):
                acc[group * q[Q_WIDTH] + flows + stage] += 1  # from outside
            outcome = rows[i * ROW + R_OUTCOME]
            cell = stage * PER_STAGE
            acc[group * q[Q_WIDTH] + cell + C_ENTERED] += 1
            acc[group * q[Q_WIDTH] + cell + C_STILL + outcome] += 1
            if outcome == HERE:
                acc[group * q[Q_WIDTH] + cell + C_BY_HAND] += (flags & BY_HAND) != 0
                after = q[Q_STUCK + stage]
                stuck = after >= 0 and not flags & ESTIMATED
                if stuck and q[Q_AS_OF] - rows[i * ROW + R_ENTERED] >= after:
                    acc[group * q[Q_WIDTH] + cell + C_STUCK] += 1
            if rows[i * ROW + R_REASON] >= 0:
                acc[
                    group * q[Q_WIDTH] + losses + stage * q[Q_LOSSES] + rows[i * ROW + R_REASON]
                ] += 1
            if flags & (ESTIMATED | LEFT_ESTIMATED):
                acc[group * q[Q_WIDTH] + once + ONCE_ESTIMATED] += 1
            else:
                ended = rows[i * ROW + R_LEFT] != NONE
                until = rows[i * ROW + R_LEFT] if ended else q[Q_AS_OF]
                stay = elapsed(q, rows[i * ROW + R_ENTERED], until, flags & DAY_ONLY)
                put(q, out, ends, more, stage, stay << 1 | ended, ZERO, group)
        before = i
    if before >= 0 and counted[before]:
        band(q, rows, before, NOWHERE, group, acc)


@compiled
def band(q: Any, rows: Any, i: int, target: int, group: int, acc: Any) -> None:
    """One visit more in the flow that it goes out by; the losses are counted by reason elsewhere."""
    cells = q[Q_STAGES] + 1
    outcome = rows[i * ROW + R_OUTCOME]
    if outcome in (HERE, LOST):
        target = NOWHERE
    # the last place stands for no target
    to = target if target >= 0 else cells - 1
    place = (1 + outcome) * cells * cells + rows[i * ROW + R_STAGE] * cells + to
    acc[group * q[Q_WIDTH] + q[Q_STAGES] * PER_STAGE + PER_REPORT + place] += 1
