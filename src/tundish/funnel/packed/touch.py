"""The first touch: the first value of a property among a unit's matching events (A14)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tundish.funnel.packed.events import (
    LAST_MICROS,
    TIME_BITS,
    UNIT_BITS,
    UNITS,
    AnyCodes,
    PackedEvents,
    PackedRun,
)
from tundish.funnel.packed.levels import fresh
from tundish.funnel.packed.plan import Plan, Source
from tundish.funnel.packed.streams import Keys, bounds
from tundish.funnel.steps.breakdown import MISSING, label_text
from tundish.funnel.steps.matching import json_text
from tundish.journal.columns import Bools, Codes, Ints


@dataclass(frozen=True)
class Labels:
    """What a breakdown calls its values: `of_code` (values + 1,) the label of each property code,
    MISSING for -1 and for values that are empty; `texts` by label."""

    property: str
    of_code: Codes
    texts: tuple[str, ...]


def labels_of(name: str, dictionaries: Mapping[str, Sequence[Any]]) -> Labels:
    """The labels of a property's values; values that are written alike share one."""
    codes: dict[str, int] = {}
    texts = [label_text((value,)) for value in dictionaries[name]]
    of_code = [MISSING if t is None else codes.setdefault(t, len(codes)) for t in texts]
    return Labels(name, np.asarray([*of_code, MISSING], np.int32), tuple(codes))


@dataclass(frozen=True)
class Said:
    """The n events of one run: `codes` (n,) of the property, -1 where they match no step; `table`
    the label of each code, as `Labels.of_code`."""

    keys: Keys
    codes: AnyCodes
    table: Codes


@dataclass(frozen=True)
class Touched:
    """What is known so far of the units of a few buckets, each (units,): the label of the first event
    with a value; when that was, in the next KIND_BITS its kind, and in the last bit whether no event
    tied with it says another; whether there ever was such a tie, with it or with a later one."""

    when: Ints
    label: Codes
    tied: Bools


Touch = Callable[[Touched, Said, int], None]
_Kinds = Sequence[Mapping[int, Sequence[Source]]]
"""By the kinds in order of name, and by run, what an event must pass to match one of the steps."""

KIND_BITS = 13
_KINDS = (1 << KIND_BITS) - 1
"""All kinds from this one on count as one, so that their ties are in doubt."""
_NEVER = np.iinfo(np.int64).max
_BUCKETS_AT_ONCE = 8
"""So many buckets' units stay in the cache while the runs of all kinds pass over them."""


def first_touch(
    packed: PackedEvents, plan: Plan, labels: Labels, first: int, end: int, label: Codes, *,
    touch: Touch,
) -> Bools:  # fmt: skip
    """Put the label of each unit of the range of buckets in `label`: MISSING where no matching event
    has a value. Gives which units are unsure.

    Of tied events the first by name, then by their properties as text; unsure where these are not
    all held.
    """
    units = (end - first) << UNIT_BITS
    label[:] = MISSING
    unsure = np.zeros(units, np.bool_)
    when = np.empty(min(_BUCKETS_AT_ONCE << UNIT_BITS, units), np.int64)
    kinds = [kind for _, kind in sorted(_sources(plan).items())]
    texts = _Texts(packed)
    for low in range(first, end, _BUCKETS_AT_ONCE):
        high = min(low + _BUCKETS_AT_ONCE, end)
        here = slice((low - first) << UNIT_BITS, (high - first) << UNIT_BITS)
        known = Touched(when[: (high - low) << UNIT_BITS], label[here], unsure[here])
        known.when[:] = _NEVER
        for place, kind in enumerate(kinds):
            for sources in kind.values():
                said = _said(sources, labels, low, high, plan.last)
                if said is not None:
                    touch(known, said, min(place, _KINDS))
        some = np.flatnonzero(known.tied)
        some = some[known.when[some] & 1 == 0]
        known.tied[:] = False
        if packed.complete:
            _settle(texts, kinds, labels, known, low, some)
        else:
            known.tied[some] = True
    return unsure


def _settle(
    texts: "_Texts", kinds: _Kinds, labels: Labels, known: Touched, first: int, units: Ints
) -> None:
    """Put the label of each of the `units` in place: that of the first by text among the events of
    the first kind that say one at its instant."""
    for unit in units.tolist():
        bucket = first + (unit >> UNIT_BITS)
        micros, place = divmod(int(known.when[unit]) >> 1, 1 << KIND_BITS)
        key = (unit & (UNITS - 1)) << TIME_BITS | micros
        for kind in kinds[place:]:
            found = [one for s in kind.values() for one in _tied(texts, s, labels, bucket, key)]
            if found:
                known.label[unit] = min(found)[1]
                break


def _tied(
    texts: "_Texts", sources: Sequence[Source], labels: Labels, bucket: int, key: int
) -> list[tuple[str, int]]:
    """(its properties as text, label) of each event of a run with this key that says one."""
    run = sources[0].run
    codes = texts.columns(run).get(labels.property)
    if codes is None:
        return []
    low, high = bounds(run.starts, bucket, bucket + 1).tolist()
    begin = low + int(run.keys[low:high].searchsorted(key))
    found = []
    for row in range(begin, high):
        if run.keys[row] != key:
            break
        label = int(labels.of_code[codes[row]])
        if label != MISSING and any(s.plain or s.passing(row, row + 1)[0] for s in sources):
            found.append((texts.text(run, row), label))
    return found


class _Texts:
    """The properties of single events as `json_text` writes them, put together from the texts of
    single values; each run's columns are looked up once."""

    def __init__(self, packed: PackedEvents) -> None:
        self._dictionaries = packed.dictionaries
        self._columns: dict[int, dict[str, AnyCodes]] = {}
        self._said: dict[tuple[str, int], str] = {}

    def columns(self, run: PackedRun) -> Mapping[str, AnyCodes]:
        """The run's codes by name, in order of name."""
        known = self._columns.get(id(run))
        if known is None:
            names = sorted(self._dictionaries)
            known = {n: run.properties[n] for n in names if n in run.properties}
            self._columns[id(run)] = known
        return known

    def text(self, run: PackedRun, row: int) -> str:
        """What one event says."""
        codes = [(name, int(column[row])) for name, column in self.columns(run).items()]
        return "{" + ", ".join(self._of(name, code) for name, code in codes if code >= 0) + "}"

    def _of(self, name: str, code: int) -> str:
        known = self._said.get((name, code))
        if known is None:
            known = json_text({name: self._dictionaries[name][code]})[1:-1]
            self._said[name, code] = known
        return known


def _sources(plan: Plan) -> dict[str, dict[int, list[Source]]]:
    """By the kind's name and run what its events must pass to match one of the steps."""
    found: dict[str, dict[int, list[Source]]] = {}
    for stream in plan.streams:
        for source in stream.sources:
            found.setdefault(source.kind, {}).setdefault(id(source.run), []).append(source)
    return found


def _said(
    sources: Sequence[Source], labels: Labels, first: int, end: int, last: int
) -> Said | None:
    """What one run's events say; None where they have no such property."""
    run = sources[0].run
    codes = run.properties.get(labels.property)
    if codes is None:
        return None
    starts = bounds(run.starts, first, end)
    low, high = int(starts[0]), int(starts[-1])
    keys, codes = run.keys[low:high], codes[low:high]
    if not any(source.plain for source in sources):
        passing = np.any([source.passing(low, high) for source in sources], axis=0)
        codes = np.where(passing, codes, codes.dtype.type(-1))
    if last < LAST_MICROS:
        codes = np.where(keys & LAST_MICROS <= last, codes, codes.dtype.type(-1))
    return Said(Keys(keys, starts - low), codes, labels.of_code)


def touch(known: Touched, said: Said, kind: int) -> None:
    """Take over what the events of one run of a kind say; kinds must come in order of name."""
    starts = said.keys.starts
    value = said.table[said.codes]
    good = np.flatnonzero(value != MISSING)
    unit = said.keys.keys >> TIME_BITS
    unit += np.repeat(np.arange(len(starts) - 1) << UNIT_BITS, np.diff(starts))
    unit, value = unit[good], value[good]
    when = ((said.keys.keys[good] & LAST_MICROS) << KIND_BITS | kind) << 1 | 1
    new = np.flatnonzero(fresh(unit))
    new = new[when[new] < known.when[unit[new]]]
    one = unit[new]
    known.when[one], known.label[one] = when[new], value[new]
    tied = (when == known.when[unit] | 1) & (value != known.label[unit])
    known.when[unit[tied]] &= ~1
    known.tied[unit[tied]] = True
