"""The exact search of one unit: the best attempt that starts at one event, under every option.

An attempt is a run of steps at each instant it touches, and within one instant any arrangement is
allowed (A3). Tied events that match the same steps are interchangeable, so only one of each kind
is tried: the search stays small whatever the number of ties, and no cap is needed.
"""

from bisect import bisect_right
from dataclasses import dataclass

from tundish.funnel.steps.rules import FOREVER, Rules

SKIPPED = 2**62
"""Stands for the place of a step that was not matched; a matched one comes before it."""

# (minus score, completion, place of the event at each step): the least is the best (rule 6)
Found = tuple[int, int, tuple[int, ...]]
_Pending = tuple[int | None, ...]


@dataclass(frozen=True)
class UnitEvents:
    """One unit's n relevant events in the table's order, and the times of each exclusion's events.

    `group[i]` numbers the instants, `bounds[g]` are the first event of an instant and the one after
    its last.
    """

    times: list[int]
    masks: list[int]
    hold: list[int]
    group: list[int]
    bounds: list[tuple[int, int]]
    barred: tuple[list[int], ...]


def unit_events(
    times: list[int], masks: list[int], hold: list[int], barred: list[int], exclusions: int
) -> UnitEvents:
    """The events of one unit, given in order of time."""
    group: list[int] = []
    bounds: list[tuple[int, int]] = []
    for i, time in enumerate(times):
        if i == 0 or time != times[i - 1]:
            bounds.append((i, i + 1))
        else:
            bounds[-1] = (bounds[-1][0], i + 1)
        group.append(len(bounds) - 1)
    spans = tuple(
        [t for t, b in zip(times, barred, strict=True) if b >> x & 1] for x in range(exclusions)
    )
    return UnitEvents(times, masks, hold, group, bounds, spans)


def deepest(
    events: UnitEvents, entry: int, rules: Rules, *, barred: bool,
    used: frozenset[int] = frozenset(),
) -> Found | None:  # fmt: skip
    """The best attempt whose e1 is the event `entry`; with `barred`, the best without an exclusion.

    `used` events of the same instant belong to another attempt. None where no attempt remains.
    """
    return _Walk(events, entry, rules, barred=barred).best(used)


class _Walk:
    """One search: what is fixed by e1, and what was already answered."""

    def __init__(self, events: UnitEvents, entry: int, rules: Rules, *, barred: bool) -> None:
        self.events, self.rules, self.entry = events, rules, entry
        self.start = events.times[entry]
        self.exclusions = rules.exclusions if barred else ()
        self.greedy = not (rules.strict or self.exclusions or min(rules.max_gap) < FOREVER)
        self.seen: dict[tuple[object, ...], Found | None] = {}

    def best(self, used: frozenset[int]) -> Found | None:
        mask = self.events.masks[self.entry]
        pending: _Pending = (None,) * len(self.exclusions)
        found = [
            self._take(-1, s, self.entry, used, pending, 0)
            for s in self.rules.starts
            if mask >> s & 1
        ]
        return min((f for f in found if f is not None), default=None)

    def _take(
        self, last: int, step: int, event: int, used: frozenset[int], pending: _Pending, run: int
    ) -> Found | None:
        """The best attempt from here on, `event` filling `step` after the step `last`."""
        now = self._bar(pending, step, self.events.times[event])
        if now is None:
            return None
        rest = self._go(step, event, used | {event}, now, run | 1 << step)
        if rest is None:
            return None
        skipped = (SKIPPED,) * (step - last - 1)
        return rest[0] - self.rules.worth[step], rest[1], (*skipped, event, *rest[2])

    def _go(
        self, step: int, event: int, used: frozenset[int], pending: _Pending, run: int
    ) -> Found | None:
        """The best that can follow `step`; the tuple holds the steps after it."""
        group = self.events.group[event]
        key = (step, group, used, pending, run if self.rules.strict else 0)
        if key not in self.seen:
            found = self._ends(step, group, pending)
            # nothing behind the next excluding event can belong to the attempt
            horizon = min((p for p in pending if p is not None), default=FOREVER)
            for following in range(step + 1, self.rules.size):
                for other, kept, its_run in self._candidates(
                    step, following, group, used, run, horizon
                ):
                    more = self._take(step, following, other, kept, pending, its_run)
                    if more is not None and (found is None or more < found):
                        found = more
                if self.rules.worth[following] > 1:
                    break
            self.seen[key] = found
        return self.seen[key]

    def _ends(self, step: int, group: int, pending: _Pending) -> Found | None:
        """The attempt that ends here, unless an excluding event comes before the window's end."""
        for barring in pending:
            if barring is not None and barring - self.start <= self.rules.window:
                return None
        time = self.events.times[self.events.bounds[group][0]]
        return 0, time, (SKIPPED,) * (self.rules.size - step - 1)

    def _candidates(
        self, step: int, following: int, group: int, used: frozenset[int], run: int, horizon: int
    ) -> list[tuple[int, frozenset[int], int]]:
        """(event, events used at its instant, steps filled there) for the step that follows."""
        rules, events = self.rules, self.events
        here = events.times[events.bounds[group][0]]
        found: list[tuple[int, frozenset[int], int]] = []
        if rules.min_gap[following] == 0:
            found += [(e, used, run) for e in self._kinds(following, group, used)]
            if found and self.greedy:
                return found
        if rules.strict and not self._may_leave(group, run):
            return found
        for later in range(group + 1, len(events.bounds)):
            time = events.times[events.bounds[later][0]]
            gap = time - here
            beyond = time - self.start > rules.window or time > horizon
            if beyond or gap > rules.max_gap[following]:
                break
            if gap >= rules.min_gap[following]:
                kinds = self._kinds(following, later, frozenset())
                found += [(e, frozenset(), 1 << step) for e in kinds]
                if kinds and self.greedy:
                    break
            if rules.strict and not self._only(later, 1 << step):
                break
        return found

    def _kinds(self, step: int, group: int, used: frozenset[int]) -> list[int]:
        """The first free event of each kind that can fill `step` at this instant."""
        events = self.events
        kinds: dict[int, int] = {}
        for event in range(*events.bounds[group]):
            fits = events.masks[event] >> step & 1 and event not in used
            if fits and events.hold[event] == events.hold[self.entry]:
                kinds.setdefault(events.masks[event], event)
        return list(kinds.values())

    def _may_leave(self, group: int, run: int) -> bool:
        """Whether all that stands at this instant is part of the attempt or repeats a step of it."""
        return group == self.events.group[self.entry] or self._only(group, run)

    def _only(self, group: int, steps: int) -> bool:
        return all(self.events.masks[e] & steps for e in range(*self.events.bounds[group]))

    def _bar(self, pending: _Pending, step: int, time: int) -> _Pending | None:
        """The next excluding event of each exclusion that runs after `step`; None if one struck."""
        after: list[int | None] = []
        for place, (first, second) in enumerate(self.exclusions):
            barring = pending[place]
            if barring is not None and barring < time:
                return None
            if step == second:
                barring = None
            elif step == first:
                times = self.events.barred[place]
                at = bisect_right(times, time)
                barring = times[at] if at < len(times) else None
            after.append(barring)
        return tuple(after)


def deepest_unordered(
    events: UnitEvents, entry: int, rules: Rules, *, used: frozenset[int] = frozenset()
) -> Found:
    """The most steps matched by distinct events from `entry` on, within the window.

    The sets of events that can be matched form a transversal matroid (Edmonds and Fulkerson 1965),
    so taking each event in order of time if it still fits gives the deepest set, its earliest
    completion and the earliest event at each place at once.
    """
    taken: list[int] = []
    fills: dict[int, int] = {}
    for event in range(entry, len(events.times)):
        if events.times[event] - events.times[entry] > rules.window:
            break
        if len(taken) == rules.size:
            break
        if events.hold[event] != events.hold[entry] or not events.masks[event] or event in used:
            continue
        if _fit(event, events.masks, fills, set(), rules.size):
            taken.append(event)
    held = _cover(taken, events.masks, rules)
    return _by_slot(held, events.times, rules)


def _fit(event: int, masks: list[int], fills: dict[int, int], tried: set[int], size: int) -> bool:
    """Give `event` a step, moving others to other steps of theirs where that helps (Kuhn 1955)."""
    for step in range(size):
        if masks[event] >> step & 1 and step not in tried:
            tried.add(step)
            if step not in fills or _fit(fills[step], masks, fills, tried, size):
                fills[step] = event
                return True
    return False


def _cover(taken: list[int], masks: list[int], rules: Rules) -> dict[int, int]:
    """step -> event over the taken events, as many required steps as can be."""
    step_of: dict[int, int] = {}

    def seat(step: int, tried: set[int]) -> bool:
        for event in taken:
            if masks[event] >> step & 1 and event not in tried:
                tried.add(event)
                if event not in step_of or seat(step_of[event], tried):
                    step_of[event] = step
                    return True
        return False

    for step in sorted(range(rules.size), key=lambda s: -rules.worth[s]):
        seat(step, set())
    return {step: event for event, step in step_of.items()}


def _by_slot(held: dict[int, int], times: list[int], rules: Rules) -> Found:
    """Required places hold the matched required events in order of time, optional ones their own."""
    places = [SKIPPED] * rules.size
    required = sorted(held[s] for s in rules.required if s in held)
    for place, event in zip(rules.required, required, strict=False):
        places[place] = event
    for step, event in held.items():
        if rules.worth[step] == 1:
            places[step] = event
    score = sum(rules.worth[s] for s in held)
    return -score, max(times[e] for e in held.values()), tuple(places)
