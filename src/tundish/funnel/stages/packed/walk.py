"""One unit's journey, compiled: the twin of passes.py, step by step (FUNNEL_SEMANTICS B3 to B6).

Each function bears the name of the method that it stands for; why it does what it does is said
there. A differential test holds both equal.
"""

from typing import Any

from tundish.funnel.stages.packed.leaving import (
    cause,
    confirm,
    enter,
    hand,
    leave,
    lose,
    mark,
    new_pass,
    purchased,
)
from tundish.funnel.stages.packed.native import compiled, highest_bit, lowest_bit
from tundish.funnel.stages.packed.places import (
    A_SPAN,
    ATOM,
    BEGINNING,
    I_BITS,
    I_ESTIMATED,
    I_RANK,
    I_VERDICT,
    INSTANT,
    LOOPED,
    NO,
    NONE,
    NOWHERE,
    O_ALWAYS,
    O_ATOMS,
    O_FALLS,
    O_MASK,
    O_RELEVANT,
    O_RING_AT,
    O_RING_SIZE,
    O_TIMED,
    O_TIMED_LOSS,
    O_TIMED_LOSS_N,
    O_TIMED_N,
    O_TURN_OF,
    O_TURNS,
    P_ASKED,
    P_AWAITED,
    P_LEAVES,
    P_LOOP_SOURCE,
    P_LOOP_TARGET,
    P_ONE_WAIT,
    P_PURCHASE,
    P_REMEMBERED,
    P_RINGS,
    P_STAGES,
    P_TIMED,
    P_WAITS,
    R_ENTERED,
    ROW,
    S_AFTER_HAND,
    S_ANSWER,
    S_BEGAN,
    S_BOUGHT,
    S_COUNT,
    S_DATED_LATER,
    S_DUE,
    S_EVER,
    S_FIRST,
    S_FLOOR,
    S_HELD,
    S_LAST,
    S_LOSS_FLOOR,
    S_N,
    S_NOW,
    S_PASS,
    S_RING,
    S_ROWED,
    S_SEEN,
    S_STAGE,
    S_TIED,
    S_UNIT,
    S_VERDICT,
    YES,
    ZERO,
)
from tundish.funnel.stages.packed.rules import held_now, holds, since, stirred, turn_of


@compiled
def begin(p: Any, s: Any, unit: int) -> None:
    """A new unit, of which nothing is known yet."""
    s[S_STAGE] = -1
    s[S_PASS] = s[S_ROWED] = s[S_SEEN] = s[S_EVER] = s[S_TIED] = 0
    s[S_FLOOR] = s[S_LOSS_FLOOR] = s[S_NOW] = BEGINNING
    s[S_BOUGHT] = s[S_DUE] = s[S_BEGAN] = NONE
    s[S_AFTER_HAND] = s[S_HELD] = s[S_DATED_LATER] = 0
    s[S_ANSWER] = -1
    s[S_FIRST] = s[S_N]
    s[S_UNIT] = unit
    for leaf in range(p[P_LEAVES]):
        s[S_LAST + leaf] = BEGINNING
        s[S_COUNT + leaf] = 0


@compiled
def instant(p: Any, s: Any, ins: Any, rows: Any, lists: Any, minor: Any, t: int) -> None:
    """The events of one instant, S_TIED of them in `ins`."""
    if s[S_DUE] != NONE and s[S_DUE] < t:
        wait(p, s, ins, rows, lists, minor, t)
    bits = ZERO
    for i in range(s[S_TIED]):
        bits |= ins[i * INSTANT + I_BITS]
    news = bits & ~s[S_SEEN]
    if s[S_AFTER_HAND] or s[S_LOSS_FLOOR] > s[S_FLOOR]:
        news = bits
    remember(p, s, ins, t)
    s[S_SEEN] |= bits
    s[S_EVER] |= bits
    place = s[S_STAGE] + 1
    if bits & p[p[O_ALWAYS] + place] or news & p[p[O_RELEVANT] + place] or s[S_DUE] == t:
        apply(p, s, ins, rows, lists, minor, t, bits)
    elif bits & p[P_AWAITED] and (s[S_DUE] == NONE or p[P_ONE_WAIT] < 0):
        s[S_DUE] = t


@compiled
def wait(p: Any, s: Any, ins: Any, rows: Any, lists: Any, minor: Any, before: int) -> None:
    """Apply what time alone does before an instant."""
    tied = s[S_TIED]
    s[S_TIED] = 0
    while s[S_DUE] != NONE and s[S_DUE] < before:
        s[S_DUE] = turn(p, s)
        if s[S_DUE] != NONE and s[S_DUE] < before:
            apply(p, s, ins, rows, lists, minor, s[S_DUE], ZERO)
    s[S_TIED] = tied


@compiled
def turn(p: Any, s: Any) -> int:
    """The next instant at which time alone may change a rule's answer, NONE where there is none."""
    if p[P_ONE_WAIT] >= 0:
        a = p[O_ATOMS] + p[P_ONE_WAIT] * ATOM
        begun = since(p, s, a, s[S_FLOOR])
        if begun == NONE or begun + p[a + A_SPAN] <= s[S_NOW]:
            return NONE
        return int(begun + p[a + A_SPAN]) if s[S_STAGE] >= 0 or p[P_TIMED] else NONE
    found = soonest(p, s, p[O_TIMED], p[O_TIMED_N], NONE)
    if s[S_STAGE] >= 0:
        found = soonest(p, s, p[O_TIMED_LOSS], p[O_TIMED_LOSS_N], found)
        if p[p[O_FALLS] + s[S_STAGE]]:
            first = p[p[O_TURN_OF] + s[S_STAGE]]
            n = p[p[O_TURN_OF] + s[S_STAGE] + 1] - first
            found = soonest(p, s, p[O_TURNS] + first, n, found)
    return found


@compiled
def soonest(p: Any, s: Any, table: int, n: int, found: int) -> int:
    """The earliest turn after now among n atoms and what was found before."""
    for i in range(n):
        t = turn_of(p, s, p[table + i], s[S_FLOOR])
        if t != NONE and t > s[S_NOW] and (found == NONE or t < found):
            found = t
    return found


@compiled
def remember(p: Any, s: Any, ins: Any, t: int) -> None:
    """Note what the events of an instant match."""
    asked = 0
    for i in range(s[S_TIED]):
        left = ins[i * INSTANT + I_BITS] & p[P_REMEMBERED]
        while left:
            leaf = lowest_bit(left)
            left &= left - 1
            s[S_LAST + leaf] = t
            if p[P_RINGS] >> leaf & 1:
                count = s[S_COUNT + leaf]
                s[S_RING + p[p[O_RING_AT] + leaf] + count % p[p[O_RING_SIZE] + leaf]] = t
                s[S_COUNT + leaf] = count + 1
            elif p[P_ASKED] >> leaf & 1:
                asked |= 1 << leaf
    while asked:
        leaf = lowest_bit(asked)
        asked &= asked - 1
        latest = -1
        for i in range(s[S_TIED]):
            if ins[i * INSTANT + I_BITS] >> leaf & 1 and (
                latest < 0 or ins[i * INSTANT + I_RANK] >= ins[latest * INSTANT + I_RANK]
            ):
                latest = i
        s[S_VERDICT + leaf] = ins[latest * INSTANT + I_VERDICT] >> leaf & 1


@compiled
def apply(p: Any, s: Any, ins: Any, rows: Any, lists: Any, minor: Any, t: int, bits: int) -> None:
    """All events of one instant together: stages first, then loss."""
    s[S_ANSWER] = -1
    pass_no = s[S_PASS]
    if s[S_STAGE] < 0:
        open_pass(p, s, ins, rows, t, bits)
    elif not open_again(p, s, ins, rows, t, bits):
        move(p, s, ins, rows, t, bits, NO)
    if s[S_BOUGHT] == t:
        mark(p, s, ins, rows, lists, minor, t)
    if s[S_STAGE] >= 0:
        lose(p, s, ins, rows, t, bits)
    if s[S_AFTER_HAND]:
        confirm(p, s, rows, t, bits)
    s[S_NOW] = t
    if not p[P_WAITS] or (s[S_STAGE] < 0 and not p[P_TIMED]):
        s[S_DUE] = NONE
    elif not (p[P_ONE_WAIT] >= 0 and s[S_STAGE] >= 0 and pass_no == s[S_PASS]) or (
        s[S_DUE] == NONE or s[S_DUE] <= t
    ):
        s[S_DUE] = t


@compiled
def open_pass(p: Any, s: Any, ins: Any, rows: Any, t: int, bits: int) -> None:
    """The first pass, or one after a loss."""
    held = held_now(p, s, t) & ((1 << p[P_STAGES]) - 1)
    fired = held & stirred(p, s, t, bits) if held else 0
    if fired and s[S_PASS] and not dated(p, s, ins, fired):
        fired = 0
    by = hand(p, s, ins, bits)
    if not fired and by < 0:
        return
    start = highest_bit(held) if fired else NOWHERE
    new_pass(s, t)
    if fired >> p[P_PURCHASE] & 1:
        s[S_BOUGHT] = t
        enter(p, s, ins, rows, p[P_PURCHASE], t, NO)
        move(p, s, ins, rows, t, bits, YES)
        return
    enter(p, s, ins, rows, max(start, by), t, by > start)


@compiled
def dated(p: Any, s: Any, ins: Any, fired: int) -> bool:
    """Whether an event with a known time made a rule hold."""
    mask = 0
    for node in range(p[P_STAGES]):
        if fired >> node & 1:
            mask |= p[p[O_MASK] + node]
    some = False
    for i in range(s[S_TIED]):
        if ins[i * INSTANT + I_BITS] & mask:
            some = True
            if not ins[i * INSTANT + I_ESTIMATED]:
                return True
    return not some


@compiled
def open_again(p: Any, s: Any, ins: Any, rows: Any, t: int, bits: int) -> bool:
    """A loop edge, or a purchase while the pass already holds one, starts a new pass."""
    target, bought = NOWHERE, NO
    if s[S_BOUGHT] != NONE and purchased(p, s, t, bits):
        target, bought = p[P_PURCHASE], YES
    if p[P_LOOP_SOURCE] == s[S_STAGE]:
        loop = p[P_LOOP_TARGET]
        anew = max(s[S_FLOOR], rows[(s[S_N] - 1) * ROW + R_ENTERED])
        if bits & p[p[O_MASK] + loop] and holds(p, s, loop, t, anew):
            target = max(target, loop)
            bought = bought or purchased(p, s, t, bits)
    if target < 0:
        return False
    leave(s, ins, rows, t, LOOPED, cause(s, ins, p[p[O_MASK] + target]), target, NOWHERE)
    s[S_FLOOR] = t - 1
    s[S_SEEN] = bits
    new_pass(s, t)
    if bought:
        s[S_BOUGHT] = t
    enter(p, s, ins, rows, target, t, NO)
    move(p, s, ins, rows, t, bits, YES)
    return True


@compiled
def move(p: Any, s: Any, ins: Any, rows: Any, t: int, bits: int, opened: bool) -> None:
    """Within a pass: on to the furthest stage whose rule holds, by hand, or back."""
    if s[S_BOUGHT] == NONE and purchased(p, s, t, bits):
        s[S_BOUGHT] = t
    target = furthest(p, s, t, bits)
    by = hand(p, s, ins, bits)
    if opened and by < s[S_STAGE]:
        by = NOWHERE
    if target > s[S_STAGE] and target >= by:
        enter(p, s, ins, rows, target, t, NO)
    elif by not in (-1, s[S_STAGE]):
        enter(p, s, ins, rows, by, t, YES)
    elif p[p[O_FALLS] + s[S_STAGE]]:
        fall_back(p, s, ins, rows, t)


@compiled
def furthest(p: Any, s: Any, t: int, bits: int) -> int:
    """The furthest stage from here on whose rule holds, else this one."""
    held = held_now(p, s, t) & ((1 << p[P_STAGES]) - 1)
    if s[S_AFTER_HAND]:
        held &= stirred(p, s, t, bits)
    return int(max(highest_bit(held), s[S_STAGE]))


@compiled
def fall_back(p: Any, s: Any, ins: Any, rows: Any, t: int) -> None:
    """Leave a stage that holds its units only as long as its rule holds."""
    held = held_now(p, s, t)
    if held >> s[S_STAGE] & 1:
        s[S_HELD] = 1
    elif s[S_HELD] and s[S_STAGE] > 0:
        earlier = held & ((1 << s[S_STAGE]) - 1)
        enter(p, s, ins, rows, max(highest_bit(earlier), 0), t, NO)
