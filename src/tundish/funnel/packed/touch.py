"""The first touch: the first value of a property among a unit's matching events (A14)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.funnel.packed.events import (
    LAST_MICROS,
    TIME_BITS,
    UNIT_BITS,
    UNITS,
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
    """The events of one run: `label` (n,) by event, MISSING where it matches no step or has none."""

    keys: Keys
    label: Codes


@dataclass(frozen=True)
class Touched:
    """What is known so far of the units of a range, each (units,): when the first event with a
    value was, which kind's, its label, and whether tied events of that kind say different ones."""

    micros: Ints
    kind: NDArray[np.int16]
    label: Codes
    unsure: Bools


Touch = Callable[[Touched, Said, int], None]


def first_touch(
    packed: PackedEvents, plan: Plan, labels: Labels, first: int, end: int, *, touch: Touch
) -> tuple[Codes, Bools]:
    """(label, unsure) by unit of the range of buckets: MISSING where no matching event has a value.

    Of tied events the first by name, then by their properties as text; unsure where these are not
    all held.
    """
    units = (end - first) << UNIT_BITS
    known = Touched(
        np.full(units, LAST_MICROS + 1, np.int64), np.zeros(units, np.int16),
        np.full(units, MISSING, np.int32), np.zeros(units, np.bool_),
    )  # fmt: skip
    kinds = [kind for _, kind in sorted(_sources(plan).items())]
    for place, kind in enumerate(kinds):
        for sources in kind.values():
            said = _said(sources, labels, first, end, plan.last)
            if said is not None:
                touch(known, said, place)
    if packed.complete:
        for unit in np.flatnonzero(known.unsure).tolist():
            known.label[unit] = _settled(
                packed, kinds[known.kind[unit]], labels, known, first, unit
            )
        known.unsure[:] = False
    return known.label, known.unsure


def _settled(
    packed: PackedEvents, kind: Mapping[int, Sequence[Source]], labels: Labels, known: Touched,
    first: int, unit: int,
) -> int:  # fmt: skip
    """The label of a unit whose first events of a kind are tied: that of the first by text."""
    bucket = first + (unit >> UNIT_BITS)
    key = (unit & (UNITS - 1)) << TIME_BITS | int(known.micros[unit])
    found = []
    for sources in kind.values():
        run = sources[0].run
        codes = run.properties.get(labels.property)
        if codes is None:
            continue
        low, high = bounds(run.starts, bucket, bucket + 1).tolist()
        begin = low + int(np.searchsorted(run.keys[low:high], key, side="left"))
        end = low + int(np.searchsorted(run.keys[low:high], key, side="right"))
        for row in range(begin, end):
            label = int(labels.of_code[codes[row]])
            if label != MISSING and any(s.passing(row, row + 1)[0] for s in sources):
                found.append((_text(packed, run, row), label))
    return min(found)[1]


def _text(packed: PackedEvents, run: PackedRun, row: int) -> str:
    said = {}
    for name, values in packed.dictionaries.items():
        codes = run.properties.get(name)
        if codes is not None and codes[row] >= 0:
            said[name] = values[codes[row]]
    return json_text(said)


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
    keys, label = run.keys[low:high], labels.of_code[codes[low:high]]
    if not any(source.plain for source in sources):
        passing = np.any([source.passing(low, high) for source in sources], axis=0)
        label = np.where(passing, label, MISSING)
    if last < LAST_MICROS:
        label = np.where(keys & LAST_MICROS <= last, label, MISSING)
    return Said(Keys(keys, starts - low), label)


def touch(known: Touched, said: Said, kind: int) -> None:
    """Take over what the events of one run of a kind say; kinds must come in order of name."""
    starts = said.keys.starts
    unit = said.keys.keys >> TIME_BITS
    unit += np.repeat(np.arange(len(starts) - 1) << UNIT_BITS, np.diff(starts))
    good = said.label != MISSING
    unit, micros, value = unit[good], said.keys.keys[good] & LAST_MICROS, said.label[good]
    if not len(unit):
        return
    new = np.flatnonzero(fresh(unit))
    doubtful = np.zeros(len(known.label), np.bool_)
    again = (unit[1:] == unit[:-1]) & (micros[1:] == micros[:-1]) & (value[1:] != value[:-1])
    if again.any():
        opening = np.zeros(len(known.label), np.int64)
        opening[unit[new]] = micros[new]
        again = np.flatnonzero(again)
        doubtful[unit[again[micros[again] == opening[unit[again]]]]] = True
    one, time, label = unit[new], micros[new], value[new]
    tied = (time == known.micros[one]) & (known.kind[one] == kind)
    tied &= doubtful[one] | (known.label[one] != label)
    known.unsure[one[tied]] = True
    earlier = time < known.micros[one]
    some = one[earlier]
    known.micros[some], known.label[some] = time[earlier], label[earlier]
    known.kind[some], known.unsure[some] = kind, doubtful[some]
