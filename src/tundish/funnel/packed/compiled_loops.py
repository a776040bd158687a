"""The loops of compiled.py: branchless merges, two halves of a bucket at a time.

A guess at which of two keys comes next is wrong half of the time and costs more than the merge, so
each turn of a loop takes one key from either side by arithmetic. Two independent merges fill the
time in which one waits for its loads; more of them run out of registers. Places are unsigned,
because numba otherwise asks of each whether it counts from the end.
"""

from contextlib import suppress
from typing import Any

import numba
import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from tundish.funnel.packed.events import LAST_MICROS, TIME_BITS, UNITS
from tundish.funnel.packed.touch import KIND_BITS
from tundish.funnel.steps.breakdown import MISSING

_U = np.uint64
_MISSING = np.int32(MISSING)
_ZERO, _ONE, _TWO = _U(0), _U(1), _U(2)
_FEW = _U(6)
"""So many times fewer events in a chain are searched for instead of merged."""


def _jit(function):
    """The function as machine code, kept on disk; made anew in each process where no folder for it
    can be written."""
    made = numba.njit(nogil=True)(function)
    with suppress(RuntimeError):
        made.enable_caching()
    return made


@intrinsic
def _pointer(_: Any, address: Any) -> Any:
    """An address as a pointer: one compiled form then serves any number of steps, mapped or not."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.int64)(address), build


@_jit
def walk(
    addresses, starts, skip, apart, low, high, ranged, first_only, window, room, counts,
    units, begun, done, latest, record,
):  # fmt: skip
    steps, buckets = starts.shape[0], starts.shape[1] - 1
    for b in range(buckets):
        chain, ends, other, others = room[0], room[1], room[2], room[3]
        for k in range(steps):
            keys = carray(_pointer(addresses[k]), starts[k, buckets])
            first, last = _U(starts[k, b]), _U(starts[k, b + 1])
            if k == 0:
                n = _entries(
                    keys, first, last, chain, ends, window,
                    skip[b * UNITS :], low, high, ranged, first_only,
                )  # fmt: skip
            else:
                if apart[k - 1]:
                    for i in range(n):
                        chain[_U(i)] += 1
                if _FEW * _U(n) < last - first:
                    n = _seek(chain, ends, _U(n), keys, first, last, other, others)
                else:
                    n = _merge(chain, ends, _U(n), keys, first, last, other, others)
                chain, ends, other, others = other, others, chain, ends
            if n == 0:
                break
            if record:
                counts[k] = _keep(
                    chain, ends, n, window, b * UNITS, counts[k],
                    units[k], begun[k], done[k], latest[k],
                )  # fmt: skip
            else:
                counts[k] += _distinct(chain, n)


@_jit
def _entries(keys, first, last, chain, ends, window, skip, low, high, ranged, first_only):
    """Put the keys that an attempt may begin with, and the last instant of each, in place."""
    if not ranged and not first_only and len(skip) == 0:
        for j in range(last - first):
            key = keys[first + _U(j)]
            chain[j] = key
            ends[j] = key + window
        return np.int64(last - first)
    n = _ZERO
    before, time = np.int64(-1), np.int64(-1)
    for j in range(last - first):
        key = keys[first + _U(j)]
        unit, micros = key >> TIME_BITS, key & LAST_MICROS
        good = low <= micros <= high
        if len(skip) > 0:
            good &= not skip[unit]
        if first_only and good:
            good = unit != before or micros == time
            if unit != before:
                before, time = unit, micros
        chain[n] = key
        ends[n] = key + window
        n += _U(good)
    return np.int64(n)


@_jit
def _merge(chain, ends, m, keys, first, last, out, outs):
    """Match keys with the latest of the chain before them; keep those within its end."""
    half = np.int64(UNITS // 2) << TIME_BITS
    h, g = _bisect(chain, _ZERO, m, half), _bisect(keys, first, last, half)
    i0, j0, n0 = _ZERO, first, _ZERO
    i1, j1, n1 = h, g, g - first
    while i0 < h and j0 < g and keys[j0] < chain[i0]:
        j0 += _ONE
    while i1 < m and j1 < last and keys[j1] < chain[i1]:
        j1 += _ONE
    # from here on the place before i belongs to the same half
    i0 += _ONE
    i1 += _ONE
    if h > _ZERO and m > h:
        while True:
            turns = min(min(h - i0, g - j0), min(m - i1, last - j1))
            if turns == 0:
                break
            for _ in range(turns):
                a, b = keys[j0], keys[j1]
                s, t = _U(chain[i0] <= a), _U(chain[i1] <= b)
                out[n0] = a
                out[n1] = b
                e, f = ends[i0 - _ONE], ends[i1 - _ONE]
                outs[n0] = e
                outs[n1] = f
                i0 += s
                i1 += t
                s ^= _ONE
                t ^= _ONE
                j0 += s
                j1 += t
                n0 += _U(e >= a) & s
                n1 += _U(f >= b) & t
    if h > _ZERO:
        n0 = _finish(chain, ends, i0, h, keys, j0, g, out, outs, n0)
    if m > h:
        n1 = _finish(chain, ends, i1, m, keys, j1, last, out, outs, n1)
    for q in range(g - first, n1):
        out[n0] = out[_U(q)]
        outs[n0] = outs[_U(q)]
        n0 += _ONE
    return np.int64(n0)


@_jit
def _finish(chain, ends, i, m, keys, j, last, out, outs, n):
    while True:
        turns = min(m - i, last - j)
        if turns == 0:
            break
        for _ in range(turns):
            key, end = keys[j], ends[i - _ONE]
            out[n] = key
            outs[n] = end
            s = _U(chain[i] <= key)
            i += s
            s ^= _ONE
            j += s
            n += _U(end >= key) & s
    end = ends[i - _ONE]
    while j < last and keys[j] <= end:
        out[n] = keys[j]
        outs[n] = end
        n += _ONE
        j += _ONE
    return n


@_jit
def _seek(chain, ends, m, keys, first, last, out, outs):
    """As _merge, where the chain is short: what lies between its events is not even read."""
    n, j = _ZERO, first
    for i in range(m):
        wanted, end = chain[_U(i)], ends[_U(i)]
        if j < last and keys[j] < wanted:
            step = _ONE
            while j + step < last and keys[j + step] < wanted:
                j += step
                step *= _TWO
            j = _bisect(keys, j, min(j + step, last), wanted)
        behind = chain[_U(i) + _ONE] if _U(i) + _ONE < m else end + 1
        while j < last and keys[j] <= end and keys[j] < behind:
            out[n] = keys[j]
            outs[n] = end
            n += _ONE
            j += _ONE
    return np.int64(n)


@_jit
def _bisect(keys, low, high, wanted):
    """The first place of a key that is not less."""
    while low < high:
        middle = (low + high) >> _ONE
        if keys[middle] < wanted:
            low = middle + _ONE
        else:
            high = middle
    return low


@_jit
def _distinct(chain, n):
    units = 1
    for i in range(_ONE, _U(n)):
        units += (chain[_U(i)] ^ chain[_U(i) - _ONE]) > LAST_MICROS
    return units


@_jit
def _keep(chain, ends, n, window, shift, row, units, begun, done, latest):
    """Write a row for each unit of a chain: its first event, and its latest start.

    Every event writes where its unit stands: forwards the last one is left, backwards the first.
    """
    at, before = _U(row) - _ONE, np.int64(-1)
    for i in range(_U(n)):
        unit = chain[i] >> TIME_BITS
        at += _U(unit != before)
        before = unit
        units[at] = unit + shift
        latest[at] = (ends[i] - window) & LAST_MICROS
    end = at + _ONE
    before = chain[_U(n) - _ONE] >> TIME_BITS
    for j in range(_U(n)):
        back = _U(n) - _ONE - j
        unit = chain[back] >> TIME_BITS
        at -= _U(unit != before)
        before = unit
        begun[at] = (ends[back] - window) & LAST_MICROS
        done[at] = chain[back] & LAST_MICROS
    return np.int64(end)


@_jit
def join_runs(addresses, begins, pairs, room, starts, keys):
    """Merge the runs bucket by bucket in the order of `pairs`: a number is a run, or behind the runs
    what an earlier pair gave, which lies in its line of `room`; the last pair gives `keys`."""
    runs, last = len(addresses), len(pairs) - 1
    size = np.zeros(len(pairs), np.int64)
    for b in range(len(starts) - 1):
        for p in range(len(pairs)):
            one, first, end = _run_of(pairs[p, 0], addresses, begins, room, size, runs, b)
            other, low, high = _run_of(pairs[p, 1], addresses, begins, room, size, runs, b)
            size[p] = (end - first) + (high - low)
            out = keys[starts[b] : starts[b + 1]] if p == last else room[p]
            _join(one, _U(first), _U(end), other, _U(low), _U(high), out)


@_jit
def _run_of(node, addresses, begins, room, size, runs, b):
    if node < runs:
        whole = begins[node, begins.shape[1] - 1]
        return carray(_pointer(addresses[node]), whole), begins[node, b], begins[node, b + 1]
    line = room[node - runs].ctypes.data
    return carray(_pointer(line), room.shape[1]), np.int64(0), size[node - runs]


@_jit
def _join(one, first, end, other, low, high, out):
    """Merge two pieces of keys, the halves of the units in one loop."""
    half = np.int64(UNITS // 2) << TIME_BITS
    i0, j0, n0 = first, low, _ZERO
    g, h = _bisect(one, first, end, half), _bisect(other, low, high, half)
    i1, j1, n1 = g, h, (g - first) + (h - low)
    while True:
        turns = min(min(g - i0, h - j0), min(end - i1, high - j1))
        if turns == 0:
            break
        for _ in range(turns):
            a, b, c, d = one[i0], other[j0], one[i1], other[j1]
            s, t = _U(a <= b), _U(c <= d)
            out[n0] = min(a, b)
            out[n1] = min(c, d)
            n0 += _ONE
            n1 += _ONE
            i0 += s
            i1 += t
            j0 += s ^ _ONE
            j1 += t ^ _ONE
    _rest(one, i0, g, other, j0, h, out, n0)
    _rest(one, i1, end, other, j1, high, out, n1)


@_jit
def _rest(one, i, end, other, j, high, out, n):
    while True:
        turns = min(end - i, high - j)
        if turns == 0:
            break
        for _ in range(turns):
            a, b = one[i], other[j]
            s = _U(a <= b)
            out[n] = min(a, b)
            n += _ONE
            i += s
            j += s ^ _ONE
    while i < end:
        out[n] = one[i]
        i += _ONE
        n += _ONE
    while j < high:
        out[n] = other[j]
        j += _ONE
        n += _ONE


@_jit
def mark(depth, units, wanted):
    for i in range(len(units)):
        depth[_U(units[i])] = wanted


@_jit
def sift(depth, wanted, units, begun, done, latest, open_from, unit, at, still):
    """Put the rows of the units of one depth in place; gives how many there are."""
    n = _ZERO
    last = at.shape[1] - 1
    for i in range(_U(len(units))):
        unit[n] = units[i]
        at[n, 0] = begun[i]
        at[n, last] = done[i]
        still[n] = latest[i] >= open_from
        n += _U(depth[_U(units[i])] == wanted)
    return np.int64(n)


@_jit
def scatter(units, times, open_, label, place_of, ends, unit, at, still):
    """Put the attempts of one row after those of the row before; `ends` (rows + 1,) then holds
    where each row ends."""
    for i in range(_U(len(units))):
        ends[_U(place_of[label[_U(units[i])]] + 1)] += 1
    for row in range(1, len(ends)):
        ends[row] += ends[row - 1]
    for i in range(_U(len(units))):
        of = _U(place_of[label[_U(units[i])]])
        place = _U(ends[of])
        ends[of] += 1
        unit[place] = units[i]
        still[place] = open_[i]
        for d in range(_U(times.shape[1])):
            at[place, d] = times[i, d]


@_jit
def touch_run(address, starts, codes, table, when, labels, tied, kind):
    keys = carray(_pointer(address), starts[-1])
    size = len(table)
    for b in range(len(starts) - 1):
        before, until, known = _U(UNITS << 1), np.int64(0), _MISSING
        shift = _U(b * UNITS)
        for j in range(starts[b], starts[b + 1]):
            code = np.int64(codes[_U(j)])
            label = table[_U(code + (code >> 63 & size))]  # -1 is the last place
            time = ((keys[_U(j)] & LAST_MICROS) << KIND_BITS | kind) << 1 | 1
            unit = _U(keys[_U(j)] >> TIME_BITS)
            # what was written last for the same unit is still at hand, and need not be awaited
            same = unit == before
            before = unit
            there, said = when[unit + shift], labels[unit + shift]
            until = until if same else there
            known = known if same else said
            # which comes first is a guess again, so everything is written, changed or not
            said_so = label != _MISSING
            first = said_so & (time < until)
            doubt = said_so & (time ^ until <= 1) & (known != label)
            until = time if first else until & ~np.int64(doubt)
            known = label if first else known
            when[unit + shift] = until
            labels[unit + shift] = known
            if doubt:
                tied[unit + shift] = True


@_jit
def tally_units(units, label, counts):
    """Count the units by label, MISSING first."""
    for i in range(_U(len(units))):
        counts[_U(label[_U(units[i])] + 1)] += 1
