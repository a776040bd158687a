"""The attempts of the reference: every arrangement of ties, every attempt, then the choice.

Written from the rules; it imports nothing of the kernel. See reference.py for the forms.
"""

import json
from datetime import date, datetime, timedelta
from itertools import permutations, product
from zoneinfo import ZoneInfo

NEVER = 10**15


def instant(text, *, ends, zone):
    """Seconds of a date or an instant; a date may end at its last second."""
    if text is None:
        return None
    if len(text) == 10:
        day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
        start = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
        return start - 1e-6 if ends else start
    return datetime.fromisoformat(text).timestamp()


def holds(properties, conditions):
    return all(_holds(properties.get(k), c) for k, c in (conditions or {}).items())


def _holds(value, condition):
    if not isinstance(condition, dict):
        condition = {"op": "equals", "value": condition}
    op, wanted = condition["op"], condition.get("value")
    if op == "is_set":
        return value is not None
    if op == "is_not_set":
        return value is None
    if op == "equals":
        return value is not None and value == wanted
    if op == "not_equals":
        return not (value is not None and value == wanted)
    if value is None:
        return False
    if op == "in":
        return value in wanted
    return {"gt": value > wanted, "gte": value >= wanted, "lt": value < wanted}[op]


class Attempts:
    """The events of each unit, marked, and the rules that choose an attempt."""

    def __init__(self, events, definition, unit_properties):
        self.d, self.unit_properties = definition, unit_properties
        self.steps = definition["steps"]
        self.size = len(self.steps)
        self.optional = [bool(s.get("optional")) for s in self.steps]
        self.order = definition.get("order", "ordered")
        self.zone = ZoneInfo(definition.get("timezone", "UTC"))
        window = definition.get("window")
        self.window = NEVER if window is None else window
        self.start = instant(definition.get("from"), ends=False, zone=self.zone)
        self.end = instant(definition.get("to"), ends=True, zone=self.zone)
        now = instant(definition.get("now"), ends=True, zone=self.zone)
        self.now = max((e["time"] for e in events), default=0) if now is None else now
        self.limits = definition.get("range_limits", "entry")
        self.from_step = definition.get("from_step", 0)
        self.to_step = definition.get("to_step", self.size - 1)
        self.units = {}
        for number, e in enumerate(events):
            self.units.setdefault(e["unit"], []).append(e | {"number": number})
        for mine in self.units.values():
            self.mark(mine)
        if self.limits == "attempt" and self.end is not None:
            self.units = {
                u: [e for e in mine if e["time"] <= self.end] for u, mine in self.units.items()
            }

    # which step an event matches (rule 11)
    def mark(self, mine):
        for e in mine:
            written = json.dumps(e["properties"], sort_keys=True)
            # where name and properties are the same, a time that is sure goes before an estimated one
            flags = (e.get("estimated", False), e.get("day_only", False))
            e["rank"] = (e["time"], e["event"], written, flags)
            e["steps"] = {i for i, s in enumerate(self.steps) if self.matches(s, e)}
            e["bars"] = {
                i
                for i, x in enumerate(self.d.get("exclusions", []))
                if self.matches(x, e, funnel=False)
            }
        for i, step in enumerate(self.steps):
            kind = step.get("occurrence", "any")
            if kind == "any":
                continue
            if kind == "first_ever":
                times = [e["time"] for e in mine if step.get("event") in (None, e["event"])]
            else:
                times = [e["time"] for e in mine if i in e["steps"]]
            for e in mine:
                if e["time"] != min(times, default=None):
                    e["steps"].discard(i)

    def matches(self, step, e, *, funnel=True):
        named = step.get("event") in (None, e["event"])
        if funnel:
            named = named and holds(e["properties"], self.d.get("where"))
        if step.get("any_of"):
            named = named and any(self.matches(a, e, funnel=False) for a in step["any_of"])
        mine = self.unit_properties.get(e["unit"], {})
        refused = [k for k, c in (step.get("where_not") or {}).items()
                   if _holds(e["properties"].get(k), c)]  # fmt: skip
        return (
            named
            and holds(e["properties"], step.get("where"))
            and not refused
            and holds(mine, step.get("unit_where"))
        )

    # all attempts of a unit (rules 1 to 8, 10, 17): {step: event} as tuples, None where skipped
    def attempts(self, mine):
        found = {}
        if self.order == "unordered":
            for chain in self.assignments(mine):
                found[tuple(id(e) for e in chain)] = chain
        else:
            for arranged in arrangements(mine):
                for chain in self.chains(arranged):
                    found[tuple(id(e) for e in chain)] = chain
        return [c for c in found.values() if self.may_start(c) and self.held(c)]

    def chains(self, arranged):
        def grow(chain, place):
            yield (*chain, *[None] * (self.size - len(chain)))
            for step in range(len(chain), self.size):
                last = next((s for s in range(len(chain) - 1, -1, -1) if chain[s]), None)
                for there in range(place + 1, len(arranged)):
                    e = arranged[there]
                    skipped = arranged[place + 1 : there]
                    repeats = last is None or all(last in s["steps"] for s in skipped)
                    if self.order == "strict" and not repeats:
                        break
                    if step in e["steps"] and self.near(chain, last, step, e):
                        more = (*chain, *[None] * (step - len(chain)), e)
                        yield from grow(more, there)
                if not self.optional[step]:
                    break

        yield from (c for c in grow((), -1) if any(c))

    def near(self, chain, last, step, e):
        if last is None:
            return True
        gap = e["time"] - chain[last]["time"]
        low, high = (self.steps[step].get(k, self.d.get(k)) for k in ("min_gap", "max_gap"))
        first = next(c for c in chain if c)
        inside = e["time"] - first["time"] <= self.window
        return inside and gap >= (low or 0) and (high is None or gap <= high)

    def assignments(self, mine):
        def fill(step, taken):
            if step == self.size:
                if taken:
                    yield taken
                return
            yield from fill(step + 1, taken)
            for e in mine:
                if step in e["steps"] and e not in taken:
                    yield from fill(step + 1, [*taken, e])

        for taken in fill(0, []):
            chain = sorted(taken, key=lambda e: e["rank"])
            if chain[-1]["time"] - chain[0]["time"] <= self.window:
                yield (*chain, *[None] * (self.size - len(chain)))

    def may_start(self, chain):
        start = next(c for c in chain if c)["time"]
        return (self.start is None or start >= self.start) and (
            self.end is None or start <= self.end
        )

    def held(self, chain):
        for name in self.d.get("hold_constant", []):
            values = [c["properties"].get(name) for c in chain if c]
            if None in values or len(set(values)) > 1:
                return False
        return True

    def depth(self, chain):
        required = sum(1 for s, c in enumerate(chain) if c and not self.optional[s])
        return required, sum(1 for s, c in enumerate(chain) if c and self.optional[s])

    # rule 9
    def clean(self, chain, mine):
        for number, x in enumerate(self.d.get("exclusions", [])):
            one, other = chain[x.get("from_step", 0)], chain[x.get("to_step", self.size - 1)]
            if one is None:
                continue
            closes = next(c for c in chain if c)["time"] + self.window
            for e in mine:
                before = e["time"] < other["time"] if other else e["time"] <= closes
                if number in e["bars"] and e["time"] > one["time"] and before:
                    return False
        return True

    def clean_unordered(self, chain, mine):
        bars = [e["time"] for e in mine if e["bars"]]
        times = [c["time"] for c in chain if c]
        full = None not in chain and not any(times[0] < b < times[-1] for b in bars)
        return full or times[0] >= max(bars, default=-NEVER)

    def recorded(self, mine, *, among=None):
        """(attempt, open, attempt but for the exclusion) of one unit; rules 5, 6, 9, 12."""
        found = self.attempts(mine)
        if among is not None:
            found = [c for c in found if among(next(e for e in c if e))]
        if self.d.get("entry") == "first" and found:
            first = min(next(e for e in c if e)["time"] for c in found)
            found = [c for c in found if next(e for e in c if e)["time"] == first]
        if not found:
            return None, False, None
        if self.order == "unordered":
            good = [c for c in found if self.clean_unordered(c, mine)]
            deepest = max(map(self.depth, good), default=(0, 0))
            good = [c for c in good if self.depth(c) == deepest]
        else:
            deepest = max(map(self.depth, found))
            good = [c for c in found if self.depth(c) == deepest and self.clean(c, mine)]
        if not good:
            return None, False, self.best_of(found)
        return min(good, key=self.preference), any(map(self.is_open, good)), None

    def best_of(self, found):
        """What would be recorded but for the exclusions; in `unordered` they wipe all of it."""
        if self.order == "unordered":
            return (None,) * self.size
        deepest = max(map(self.depth, found))
        return min((c for c in found if self.depth(c) == deepest), key=self.preference)

    def preference(self, chain):
        times = [c["time"] for c in chain if c]
        ranks = [c["rank"] if c else (NEVER,) for c in chain]
        return max(times), -min(times), ranks

    def is_open(self, chain):
        if self.d.get("window") is not None:
            return self.now <= next(c for c in chain if c)["time"] + self.window
        return self.limits == "entry" or self.end is None or self.now <= self.end

    # rule 16: [(attempt, open)], [attempts but for the exclusion]
    def totals(self, mine):
        names = self.d.get("hold_constant", [])
        if names:

            def value_of(e):
                return tuple(e["properties"].get(n) for n in names)

            kept, lost = [], []
            for value in {value_of(e) for e in mine}:
                every = self.attempts(mine)
                same = [c for c in every if value_of(next(e for e in c if e)) == value]
                self.take_all(same, mine, kept, lost)
            return kept, lost
        kept, lost = [], []
        self.take_all(self.attempts(mine), mine, kept, lost)
        return kept, lost

    def take_all(self, found, mine, kept, lost):
        bars = sorted(e["time"] for e in mine if e["bars"])
        required = sum(not o for o in self.optional)
        ok = self.clean_unordered if self.order == "unordered" else self.clean
        while found:
            whole = [c for c in found if self.depth(c)[0] == required and ok(c, mine)]
            whole = [c for c in whole if not self.deeper_start(c, whole)]
            full = min(whole, key=self.preference, default=None)
            limit = NEVER if full is None else next(c for c in full if c)["time"]
            self.short(found, mine, limit, bars, kept, lost, ok)
            if full is None:
                return
            kept.append((full, self.is_open(full)))
            done = max(c["time"] for c in full if c)
            found = [c for c in found if not any(e in full for e in c if e)
                     and next(e for e in c if e)["time"] >= done]  # fmt: skip

    def deeper_start(self, chain, whole):
        start = next(e for e in chain if e)
        return any(
            self.depth(c) > self.depth(chain) for c in whole if next(e for e in c if e) is start
        )

    def short(self, found, mine, limit, bars, kept, lost, ok):
        free = -NEVER
        for start in sorted({next(e for e in c if e)["time"] for c in found}):
            if start >= limit:
                return
            if start < free:
                continue
            tied = [c for c in found if next(e for e in c if e)["time"] == start]
            deepest = max(map(self.depth, tied))
            good = [c for c in tied if self.depth(c) == deepest and ok(c, mine)]
            closes = start + self.window
            if good:
                if closes < limit or limit == NEVER:
                    best = min(good, key=self.preference)
                    kept.append((best, self.is_open(best)))
                    free = closes + 1e-6
            else:
                strikes = min(b for b in bars if b > start)
                if strikes < limit:
                    lost.append(self.best_of(tied))
                    free = strikes


def arrangements(mine):
    """Every order of the events in which equal times stand in any arrangement (rule 3)."""
    times = sorted({e["time"] for e in mine})
    ties = [list(permutations([e for e in mine if e["time"] == t])) for t in times]
    for choice in product(*ties):
        yield [e for tie in choice for e in tie]
