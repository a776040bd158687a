"""Entering and leaving stages, losses and purchases, compiled: the other half of passes.py."""

from typing import Any

from tundish.funnel.stages.packed.native import compiled, int8_at, int16_at, int32_at
from tundish.funnel.stages.packed.places import (
    BY_HAND,
    CAUSED,
    DAY_ONLY,
    ESTIMATED,
    FELL_BACK,
    HERE,
    I_BITS,
    I_DAY,
    I_ESTIMATED,
    I_HAND,
    I_LIST,
    I_ROW,
    IMPUTED,
    INSTANT,
    L_AMOUNT,
    L_AMOUNT_WIDTH,
    L_CURRENCY,
    L_CURRENCY_WIDTH,
    LEFT_CAUSED,
    LEFT_ESTIMATED,
    LIST,
    LOST,
    MOVED_ON,
    NO,
    NONE,
    NOWHERE,
    O_FALLS,
    O_MASK,
    P_AMOUNTS,
    P_CURRENCIES,
    P_CURRENCY,
    P_HAND,
    P_LOSSES,
    P_PURCHASE,
    P_STAGES,
    R_CURRENCY,
    R_ENTERED,
    R_FLAGS,
    R_LEFT,
    R_OUTCOME,
    R_PASS,
    R_REASON,
    R_STAGE,
    R_TO,
    R_UNIT,
    R_VALUE,
    ROW,
    S_AFTER_HAND,
    S_ANSWER,
    S_BEGAN,
    S_BOUGHT,
    S_DATED_LATER,
    S_FIRST,
    S_FLOOR,
    S_FULL,
    S_HARD,
    S_HELD,
    S_LOSS_FLOOR,
    S_N,
    S_PASS,
    S_ROOM,
    S_ROWED,
    S_SEEN,
    S_STAGE,
    S_TIED,
    S_UNIT,
    ZERO,
)
from tundish.funnel.stages.packed.rules import held_now, holds, stirred, stirs


@compiled
def cause(s: Any, ins: Any, mask: int) -> int:
    """The event of this instant to name as the cause: a dated one before an estimated one.

    Which of several equally dated ones it is hangs on their ids, which are not packed. It matters
    where of some only the day is known: such a unit is hard, and left to the general fold.
    """
    found = NOWHERE
    for i in range(s[S_TIED]):
        if ins[i * INSTANT + I_BITS] & mask and (
            found < 0 or ins[i * INSTANT + I_ESTIMATED] < ins[found * INSTANT + I_ESTIMATED]
        ):
            found = i
    if found >= 0 and s[S_TIED] > 1:
        for i in range(found + 1, s[S_TIED]):
            if (
                ins[i * INSTANT + I_BITS] & mask
                and ins[i * INSTANT + I_ESTIMATED] == ins[found * INSTANT + I_ESTIMATED]
                and ins[i * INSTANT + I_DAY] != ins[found * INSTANT + I_DAY]
            ):
                s[S_HARD] = 1
    return found


@compiled
def hand(p: Any, s: Any, ins: Any, bits: int) -> int:
    """The furthest stage set by hand at this instant, -1 where none was."""
    found = NOWHERE
    if bits & p[P_HAND]:
        for i in range(s[S_TIED]):
            if ins[i * INSTANT + I_BITS] & p[P_HAND]:
                found = max(found, ins[i * INSTANT + I_HAND])
    return found


@compiled
def purchased(p: Any, s: Any, t: int, bits: int) -> bool:
    """Whether the purchase's rule holds by what happened since the pass's last purchase."""
    if not bits & p[p[O_MASK] + p[P_PURCHASE]]:
        return False
    floor = s[S_FLOOR]
    if s[S_BOUGHT] != NONE and s[S_BOUGHT] > floor:
        floor = s[S_BOUGHT]
    return bool(holds(p, s, p[P_PURCHASE], t, floor))


@compiled
def new_pass(s: Any, t: int) -> None:
    """Open a pass; its stage is entered next."""
    s[S_PASS] += 1
    s[S_BEGAN] = t
    s[S_ANSWER] = -1
    s[S_STAGE] = -1
    s[S_BOUGHT] = NONE
    s[S_ROWED] = 0
    s[S_LOSS_FLOOR] = s[S_FLOOR]
    s[S_AFTER_HAND] = 0


@compiled
def row_of(s: Any, rows: Any, stage: int) -> int:
    """The last row of this pass for a stage, -1 where there is none."""
    for i in range(s[S_N] - 1, s[S_FIRST] - 1, -1):
        if rows[i * ROW + R_PASS] == s[S_PASS] and rows[i * ROW + R_STAGE] == stage:
            return i
    return -1


@compiled
def add_row(s: Any, rows: Any, stage: int, t: int, flags: int) -> None:
    """A visit that begins at `t`. Where there is no more room, the unit is walked again later."""
    i = s[S_N]
    if i >= s[S_ROOM]:
        s[S_FULL] = 1
        i = s[S_ROOM] - 1
    else:
        s[S_N] = i + 1
    rows[i * ROW + R_UNIT] = s[S_UNIT]
    rows[i * ROW + R_PASS] = s[S_PASS]
    rows[i * ROW + R_STAGE] = stage
    rows[i * ROW + R_ENTERED] = t
    rows[i * ROW + R_LEFT] = NONE
    rows[i * ROW + R_OUTCOME] = HERE
    rows[i * ROW + R_TO] = -1
    rows[i * ROW + R_REASON] = -1
    rows[i * ROW + R_FLAGS] = flags
    rows[i * ROW + R_VALUE] = 0
    rows[i * ROW + R_CURRENCY] = -1


@compiled
def enter(p: Any, s: Any, ins: Any, rows: Any, stage: int, t: int, by_hand: bool) -> None:
    """End the visit that goes on and begin one; mark the stages that are passed over."""
    why = cause(s, ins, p[P_HAND] if by_hand else p[p[O_MASK] + stage])
    if why >= 0 and s[S_TIED] > 1 and not ins[why * INSTANT + I_ESTIMATED]:
        enter_guessed(p, s, ins, rows, stage, t)
    enter_plainly(p, s, ins, rows, stage, t, by_hand, why)


@compiled
def enter_guessed(p: Any, s: Any, ins: Any, rows: Any, stage: int, t: int) -> None:
    """Visit, for no time, the stages before `stage` whose own events were only estimated to stand
    at this instant."""
    for earlier in range(s[S_STAGE] + 1, stage):
        mask = p[p[O_MASK] + earlier]
        some, guessed = False, True
        for i in range(s[S_TIED]):
            if ins[i * INSTANT + I_BITS] & mask:
                some = True
                guessed = guessed and ins[i * INSTANT + I_ESTIMATED] != 0
        if some and guessed and held_now(p, s, t) >> earlier & 1:
            enter_plainly(p, s, ins, rows, earlier, t, NO, cause(s, ins, mask))


@compiled
def enter_plainly(
    p: Any, s: Any, ins: Any, rows: Any, stage: int, t: int, by_hand: bool, why: int
) -> None:
    """The rest of `enter`."""
    if s[S_STAGE] >= 0:
        outcome = FELL_BACK if stage < s[S_STAGE] else MOVED_ON
        leave(s, ins, rows, t, outcome, why, stage, NOWHERE)
    for skipped in range(stage):
        if not s[S_ROWED] >> skipped & 1:
            skip(s, ins, rows, skipped, t, stage)
    if by_hand:
        s[S_AFTER_HAND] = 1
    if s[S_ROWED] >> stage & 1:
        former = row_of(s, rows, stage)
        if former >= 0 and rows[former * ROW + R_FLAGS] & (IMPUTED | CAUSED) == IMPUTED:
            for i in range(former * ROW, (s[S_N] - 1) * ROW):
                rows[i] = rows[i + ROW]
            s[S_N] -= 1
    flags = BY_HAND if by_hand else ZERO
    if why >= 0:
        flags |= CAUSED
        if ins[why * INSTANT + I_ESTIMATED]:
            flags |= ESTIMATED
        if ins[why * INSTANT + I_DAY]:
            flags |= DAY_ONLY
    add_row(s, rows, stage, t, flags)
    s[S_STAGE] = stage
    s[S_ROWED] |= 1 << stage
    if p[p[O_FALLS] + stage]:
        s[S_HELD] = held_now(p, s, t) >> stage & 1


@compiled
def skip(s: Any, ins: Any, rows: Any, stage: int, t: int, to_stage: int) -> None:
    """A stage that the pass passes over: counted as reached, never visited."""
    flags = IMPUTED
    why = cause(s, ins, NOWHERE)
    if why >= 0:
        if ins[why * INSTANT + I_ESTIMATED]:
            flags |= ESTIMATED | LEFT_ESTIMATED
        if ins[why * INSTANT + I_DAY]:
            flags |= DAY_ONLY
    add_row(s, rows, stage, t, flags)
    i = s[S_N] - 1
    rows[i * ROW + R_LEFT] = t
    rows[i * ROW + R_OUTCOME] = MOVED_ON
    rows[i * ROW + R_TO] = to_stage
    s[S_ROWED] |= 1 << stage


@compiled
def leave(
    s: Any, ins: Any, rows: Any, t: int, outcome: int, why: int, to_stage: int, reason: int
) -> None:
    """End the visit that goes on."""
    i = s[S_N] - 1
    rows[i * ROW + R_LEFT] = t
    rows[i * ROW + R_OUTCOME] = outcome
    rows[i * ROW + R_TO] = to_stage
    rows[i * ROW + R_REASON] = reason
    if why >= 0:
        rows[i * ROW + R_FLAGS] |= LEFT_CAUSED
        if ins[why * INSTANT + I_ESTIMATED]:
            rows[i * ROW + R_FLAGS] |= LEFT_ESTIMATED
        if ins[why * INSTANT + I_DAY]:
            rows[i * ROW + R_FLAGS] |= DAY_ONLY


@compiled
def mark(p: Any, s: Any, ins: Any, rows: Any, lists: Any, minor: Any, t: int) -> None:
    """Put the purchase that this instant made on the row of the purchase stage."""
    i = row_of(s, rows, p[P_PURCHASE])
    if i < 0:
        return
    mask = p[p[O_MASK] + p[P_PURCHASE]]
    value(p, s, ins, rows, lists, minor, i, mask)
    if rows[i * ROW + R_FLAGS] & IMPUTED:
        why = cause(s, ins, mask)
        flags = IMPUTED | CAUSED
        if ins[why * INSTANT + I_ESTIMATED]:
            flags |= ESTIMATED | LEFT_ESTIMATED
        if ins[why * INSTANT + I_DAY]:
            flags |= DAY_ONLY
        rows[i * ROW + R_FLAGS] = flags | rows[i * ROW + R_FLAGS] & (BY_HAND | LEFT_CAUSED)
        rows[i * ROW + R_ENTERED] = t
        rows[i * ROW + R_LEFT] = t
        s[S_DATED_LATER] = 1


@compiled
def value(p: Any, s: Any, ins: Any, rows: Any, lists: Any, minor: Any, i: int, mask: int) -> None:
    """The sum of the instant's amounts; of several currencies the definition's own, else the first.

    `minor` is amounts.py's table; its last line tells the number of a currency's code.
    """
    width, kept, total = p[P_AMOUNTS], -1, 0
    names = p[P_CURRENCIES] * width
    for number in range(p[P_CURRENCIES]):
        if kept >= 0 and number != p[P_CURRENCY]:
            continue
        known, sum_of = False, 0
        for m in range(s[S_TIED]):
            run, row = ins[m * INSTANT + I_LIST], ins[m * INSTANT + I_ROW]
            if not ins[m * INSTANT + I_BITS] & mask or not lists[run * LIST + L_AMOUNT]:
                continue
            code = code_at(lists[run * LIST + L_AMOUNT], lists[run * LIST + L_AMOUNT_WIDTH], row)
            named = -1
            if lists[run * LIST + L_CURRENCY]:
                at, wide = lists[run * LIST + L_CURRENCY], lists[run * LIST + L_CURRENCY_WIDTH]
                named = code_at(at, wide, row)
            # the last place is of an event that names no currency
            if code < 0 or minor[names + (named if named >= 0 else width - 1)] != number:
                continue
            amount = minor[number * width + code]
            if amount != NONE:
                known = True
                sum_of += amount
        if known:
            kept, total = number, sum_of
    rows[i * ROW + R_VALUE] = total
    rows[i * ROW + R_CURRENCY] = kept


@compiled
def code_at(address: int, width: int, place: int) -> int:
    """The code in a column of 1, 2 or 4 bytes a place."""
    if width == 1:
        return int(int8_at(address, place))
    if width == 2:
        return int(int16_at(address, place))
    return int(int32_at(address, place))


@compiled
def lose(p: Any, s: Any, ins: Any, rows: Any, t: int, bits: int) -> None:
    """Close the pass by the first loss rule that holds; won beats lost on a bare day."""
    stages = (1 << p[P_STAGES]) - 1
    if not p[P_LOSSES] or (s[S_LOSS_FLOOR] <= s[S_FLOOR] and not held_now(p, s, t) > stages):
        return
    floor = max(s[S_FLOOR], s[S_LOSS_FLOOR])
    for reason in range(p[P_LOSSES]):
        node = p[P_STAGES] + reason
        if not holds(p, s, node, t, floor):
            continue
        if s[S_LOSS_FLOOR] > s[S_FLOOR] and not stirs(p, s, node, t, bits):
            continue
        mask = p[p[O_MASK] + node]
        if s[S_BOUGHT] == t and only_day(p, s, ins, mask):
            s[S_LOSS_FLOOR] = t
            return
        leave(s, ins, rows, t, LOST, cause(s, ins, mask), NOWHERE, reason)
        s[S_STAGE] = -1
        s[S_FLOOR] = t
        s[S_BEGAN] = NONE
        s[S_AFTER_HAND] = 0
        s[S_SEEN] = 0
        return


@compiled
def only_day(p: Any, s: Any, ins: Any, loss: int) -> bool:
    """Whether of the purchase or of the loss in this instant only the day is known."""
    mask = loss | p[p[O_MASK] + p[P_PURCHASE]]
    for i in range(s[S_TIED]):
        bare = ins[i * INSTANT + I_BITS] & mask and ins[i * INSTANT + I_DAY]
        if bare:
            return True
    return False


@compiled
def confirm(p: Any, s: Any, rows: Any, t: int, bits: int) -> None:
    """A stage set by hand stands on behaviour as soon as its own rule has come to hold."""
    i = s[S_N] - 1
    if rows[i * ROW + R_FLAGS] & BY_HAND and rows[i * ROW + R_ENTERED] < t:
        ours = held_now(p, s, t) & stirred(p, s, t, bits)
        if ours >> s[S_STAGE] & 1:
            rows[i * ROW + R_FLAGS] &= ~BY_HAND
