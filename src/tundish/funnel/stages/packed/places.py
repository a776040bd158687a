"""Where things stand in the flat arrays that the compiled stage fold reads and writes.

The compiled functions take few arrays of 64-bit numbers instead of objects: `p` the program (a
definition made ready), `s` the state of one unit's walk, `ins` the events of one instant, `rows`
the visits, `lists` the runs of events. All times in them are microseconds since the packed base.
"""

from typing import cast

import numpy as np

from tundish.funnel.stages import visits

# Typed numbers: a plain one is of a type of its own to the compiler, which then makes each function
# that it is passed to once more.
NONE = cast(int, np.int64(-(2**63)))
"""No instant."""
BEGINNING = cast(int, np.int64(-(2**62)))
"""A floor below all times."""
ZERO, NOWHERE = cast(int, np.int64(0)), cast(int, np.int64(-1))
NO, YES = cast(bool, np.bool_(False)), cast(bool, np.bool_(True))
HERE, MOVED_ON, FELL_BACK, LOST, LOOPED = (
    cast(int, np.int64(outcome))
    for outcome in (visits.HERE, visits.MOVED_ON, visits.FELL_BACK, visits.LOST, visits.LOOPED)
)

# p: single numbers, then where its tables begin
(
    P_STAGES, P_LOSSES, P_PURCHASE, P_LOOP_SOURCE, P_LOOP_TARGET, P_HAND, P_AWAITED, P_REMEMBERED,
    P_ASKED, P_WAITS, P_ONE_WAIT, P_TIMED, P_LEAVES, P_CURRENCY, P_CURRENCIES, P_AMOUNTS, P_RINGS,
    P_ONCE, P_EVER,
    O_RELEVANT, O_ALWAYS, O_FALLS, O_MASK, O_WAITING, O_TERM_OF, O_TERMS, O_ATOM_OF, O_TERM_ATOMS,
    O_ATOMS, O_READING, O_READINGS, O_TURN_OF, O_TURNS, O_TIMED_N, O_TIMED, O_TIMED_LOSS_N,
    O_TIMED_LOSS, O_RING_AT, O_RING_SIZE, HEADER,
) = range(40)  # fmt: skip

# an atom of a rule
A_KIND, A_LEAF, A_N, A_SPAN, A_EVER, A_MISSING, ATOM = range(7)
ONCE, COUNT, FIELD, SILENCE = range(4)

# s: the walk's single values, then its memory of the leaves (room for LEAVES of each), the
# KNOWN answers (what was seen, ever, read; which rules hold), then rings
(
    S_STAGE, S_PASS, S_ROWED, S_FLOOR, S_LOSS_FLOOR, S_BOUGHT, S_AFTER_HAND, S_HELD, S_DATED_LATER,
    S_ANSWER, S_NOW, S_DUE, S_SEEN, S_EVER, S_BEGAN, S_N, S_FIRST, S_TIED, S_UNIT, S_HARD, S_FULL,
    S_ROOM,
) = range(22)  # fmt: skip
LEAVES = 64
S_LAST = 32
S_COUNT = S_LAST + LEAVES
S_VERDICT = S_COUNT + LEAVES
KNOWN = 256
S_KNOWN = S_VERDICT + LEAVES
S_RING = S_KNOWN + 4 * KNOWN

# ins: one event of the instant
I_BITS, I_ESTIMATED, I_DAY, I_HAND, I_RANK, I_VERDICT, I_LIST, I_ROW, INSTANT = range(9)

# rows: one visit
(
    R_UNIT, R_PASS, R_STAGE, R_ENTERED, R_LEFT, R_OUTCOME, R_TO, R_REASON, R_FLAGS, R_VALUE,
    R_CURRENCY, ROW,
) = range(12)  # fmt: skip
IMPUTED, BY_HAND, ESTIMATED, LEFT_ESTIMATED, DAY_ONLY, CAUSED, LEFT_CAUSED = (
    1, 2, 4, 8, 16, 32, 64,
)  # fmt: skip

# lists: one run of events; addresses of columns (0: none), and widths of codes in bytes
(
    L_KEYS, L_BITS, L_SOME_BITS, L_NEEDS_ROW, L_ESTIMATED, L_DAY, L_HAND, L_RANK, L_VERDICT,
    L_AMOUNT, L_AMOUNT_WIDTH, L_CURRENCY, L_CURRENCY_WIDTH, LIST,
) = range(14)  # fmt: skip
