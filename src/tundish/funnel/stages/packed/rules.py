"""What a rule says of one unit's walk so far; the compiled twin of matching.py and answers.py."""

from typing import Any

from tundish.funnel.stages.packed.native import compiled
from tundish.funnel.stages.packed.places import (
    A_EVER,
    A_KIND,
    A_LEAF,
    A_MISSING,
    A_N,
    A_SPAN,
    ATOM,
    BEGINNING,
    COUNT,
    FIELD,
    KNOWN,
    NONE,
    O_ATOM_OF,
    O_ATOMS,
    O_MASK,
    O_READING,
    O_READINGS,
    O_RING_AT,
    O_RING_SIZE,
    O_TERM_ATOMS,
    O_TERM_OF,
    O_TERMS,
    O_TURN_OF,
    O_TURNS,
    O_WAITING,
    ONCE,
    P_EVER,
    P_LOSSES,
    P_ONCE,
    P_STAGES,
    S_ANSWER,
    S_BEGAN,
    S_COUNT,
    S_EVER,
    S_FLOOR,
    S_KNOWN,
    S_LAST,
    S_RING,
    S_SEEN,
    S_VERDICT,
)


@compiled
def nth_last(p: Any, s: Any, leaf: int, n: int) -> int:
    """The time of the n-th latest event of a counted leaf, NONE where there are fewer."""
    count = s[S_COUNT + leaf]
    if count < n:
        return NONE
    size = p[p[O_RING_SIZE] + leaf]
    return int(s[S_RING + p[p[O_RING_AT] + leaf] + (count - n) % size])


@compiled
def since(p: Any, s: Any, a: int, floor: int) -> int:
    """From when a silence runs, NONE where neither such an event was seen nor a pass is open."""
    last = s[S_LAST + p[a + A_LEAF]]
    if last > (BEGINNING if p[a + A_EVER] else floor):
        return int(last)
    return int(s[S_BEGAN])


@compiled
def atom_holds(p: Any, s: Any, atom: int, t: int, floor: int) -> bool:
    """Whether one atom holds at `t` by what happened after `floor`."""
    a = p[O_ATOMS] + atom * ATOM
    kind, leaf = p[a + A_KIND], p[a + A_LEAF]
    after = BEGINNING if p[a + A_EVER] else floor
    if kind == ONCE:
        return bool(s[S_LAST + leaf] > after)
    if kind == COUNT:
        oldest = nth_last(p, s, leaf, p[a + A_N])
        if oldest == NONE or oldest <= after:
            return False
        return bool(p[a + A_SPAN] < 0 or t - oldest <= p[a + A_SPAN])
    if kind == FIELD:
        if s[S_LAST + leaf] > after:
            return bool(s[S_VERDICT + leaf] != 0)
        return bool(p[a + A_MISSING] != 0)
    begin = since(p, s, a, floor)
    return bool(begin != NONE and t - begin >= p[a + A_SPAN])


@compiled
def holds(p: Any, s: Any, node: int, t: int, floor: int) -> bool:
    """Whether a rule holds at `t` by what happened after `floor`."""
    for term in range(p[p[O_TERM_OF] + node], p[p[O_TERM_OF] + node + 1]):
        every = True
        for i in range(p[p[O_ATOM_OF] + term], p[p[O_ATOM_OF] + term + 1]):
            if not atom_holds(p, s, p[p[O_TERM_ATOMS] + i], t, floor):
                every = False
                break
        if every:
            return True
    return False


@compiled
def held_now(p: Any, s: Any, t: int) -> int:
    """The rules that hold in the open pass, as bits: stages, then losses; asked once an instant."""
    if s[S_ANSWER] >= 0:
        return int(s[S_ANSWER])
    read = 0
    for i in range(p[O_READINGS]):
        if atom_holds(p, s, p[p[O_READING] + i], t, s[S_FLOOR]):
            read |= 1 << i
    seen, ever = s[S_SEEN] & p[P_ONCE], s[S_EVER] & p[P_EVER]
    # most units stand in one of few states: those answered lately are kept
    place = S_KNOWN + 4 * ((seen ^ seen >> 7 ^ seen >> 17 ^ ever ^ read * 5) & (KNOWN - 1))
    if s[place] == seen and s[place + 1] == ever and s[place + 2] == read:
        s[S_ANSWER] = s[place + 3]
        return int(s[S_ANSWER])
    found = 0
    for node in range(p[P_STAGES] + p[P_LOSSES]):
        for term in range(p[p[O_TERM_OF] + node], p[p[O_TERM_OF] + node + 1]):
            need = p[O_TERMS] + 3 * term
            if not (p[need] & ~seen or p[need + 1] & ~ever or p[need + 2] & ~read):
                found |= 1 << node
                break
    s[place], s[place + 1], s[place + 2], s[place + 3] = seen, ever, read, found
    s[S_ANSWER] = found
    return found


@compiled
def turn_of(p: Any, s: Any, atom: int, floor: int) -> int:
    """The instant at which time alone changes an atom's answer, NONE where it does not."""
    a = p[O_ATOMS] + atom * ATOM
    begin = (
        nth_last(p, s, p[a + A_LEAF], p[a + A_N])
        if p[a + A_KIND] == COUNT
        else since(p, s, a, floor)
    )
    if begin == NONE:
        return NONE
    return int(begin + p[a + A_SPAN] + (1 if p[a + A_KIND] == COUNT else 0))


@compiled
def turns_at(p: Any, s: Any, node: int, t: int, floor: int) -> bool:
    """Whether time alone changes some answer of a rule at `t`."""
    for i in range(p[p[O_TURN_OF] + node], p[p[O_TURN_OF] + node + 1]):
        if turn_of(p, s, p[p[O_TURNS] + i], floor) == t:
            return True
    return False


@compiled
def stirs(p: Any, s: Any, node: int, t: int, bits: int) -> bool:
    """Whether something of this very instant speaks for a rule: an event, or a silence's end."""
    if bits & p[p[O_MASK] + node]:
        return True
    return bool(p[p[O_WAITING] + node] and turns_at(p, s, node, t, s[S_FLOOR]))


@compiled
def stirred(p: Any, s: Any, t: int, bits: int) -> int:
    """The rules of stages for which something of this very instant speaks, as bits."""
    found = 0
    for node in range(p[P_STAGES]):
        if stirs(p, s, node, t, bits):
            found |= 1 << node
    return found
