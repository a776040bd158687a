"""The step funnel by enumeration: every arrangement of ties, every attempt. Slow and obvious.

Written from the rules, for journals of a few events; it imports nothing of the kernel. An event is
a dict {unit, event, time (whole seconds), properties, estimated, day_only}; a definition is the
plain one, with spans and instants in whole seconds (`from`, `to` and `now` as ISO texts).
"""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from math import ceil, sqrt
from zoneinfo import ZoneInfo

NEVER = 10**15


def reference(events, definition, *, unit_properties=None):
    """The report's dict with lists, without notes."""
    world = _World(events, definition, unit_properties or {})
    report = world.section(world.units, world.span)
    report["breakdown"] = world.breakdown()
    return report


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


class _World:
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
        self.span = self.bucket_span()

    # which step an event matches (rule 11)
    def mark(self, mine):
        for e in mine:
            e["rank"] = (e["time"], e["event"], json.dumps(e["properties"], sort_keys=True))
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
        """(attempt, open, excluded at depth) of one unit; rules 5, 6, 9, 12."""
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
            return None, False, deepest
        return min(good, key=self.preference), any(map(self.is_open, good)), None

    def preference(self, chain):
        times = [c["time"] for c in chain if c]
        ranks = [c["rank"] if c else (NEVER,) for c in chain]
        return max(times), -min(times), ranks

    def is_open(self, chain):
        if self.d.get("window") is not None:
            return self.now <= next(c for c in chain if c)["time"] + self.window
        return self.limits == "entry" or self.end is None or self.now <= self.end

    # rule 16: [(attempt, open)], [depth of excluded]
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
                    lost.append(deepest)
                    free = strikes

    # reports
    def answers(self, units, *, among=None):
        """[(unit, attempt, open)], [(unit, depth)] of the excluded."""
        kept, lost = [], []
        for unit, mine in units.items():
            if self.d.get("counting") == "totals":
                taken, out = self.totals(mine)
                kept += [(unit, c, o) for c, o in taken]
                lost += [(unit, depth) for depth in out]
            else:
                chain, is_open, out = self.recorded(mine, among=among)
                if chain:
                    kept.append((unit, chain, is_open))
                elif out:
                    lost.append((unit, out))
        return kept, lost

    def section(self, units, span, *, must_reach=None):
        kept, lost = self.reaching(self.answers(units), must_reach)
        report = self.counts(kept)
        report["excluded"] = len(lost)
        report["lists"]["excluded"] = sorted(u for u, _ in lost)
        report["time_to_convert"] = self.convert(kept)
        report["trend"] = self.trend(units, span, must_reach)
        return report

    def reaching(self, answer, step):
        kept, lost = answer
        if step is None:
            return kept, lost
        needed = sum(not o for o in self.optional[: step + 1])
        return [k for k in kept if k[1][step]], [x for x in lost if x[1][0] >= needed]

    def counts(self, kept):
        steps, lists = [], {"reached": [], "dropped": [], "open": []}
        entered = len(kept) if self.optional[0] else sum(1 for k in kept if k[1][0])
        for s in range(self.size):
            behind = [r for r in range(s + 1, self.size) if not self.optional[r]]
            before = [r for r in range(s) if not self.optional[r]]
            here = [k for k in kept if k[1][s]]
            left = [k for k in here if behind and not k[1][behind[0]]]
            groups = (
                here,
                [k for k in left if not k[2]],
                [k for k in left if k[2]],
            )
            for name, group in zip(lists, groups, strict=True):
                lists[name].append(sorted(k[0] for k in group))
            both = [k for k in here if before and k[1][before[-1]]]
            whole = sum(1 for k in kept if before and k[1][before[-1]])
            times = [self.seconds(k[1][before[-1]], k[1][s]) for k in both]
            steps.append(
                {
                    "name": self.steps[s].get("name", self.steps[s].get("event") or "any event"),
                    "reached": len(groups[0]),
                    "dropped": len(groups[1]),
                    "open": len(groups[2]),
                    "rate_from_entry": rate(len(here), entered),
                    "rate_from_previous": rate(len(both), whole) if before else None,
                    "time_from_previous": quantiles(times) if s else None,
                    "value": self.value(here, s),
                }
            )
        return {"steps": steps, "lists": lists}

    def seconds(self, one, other):
        if one.get("estimated") or other.get("estimated"):
            return None
        if one.get("day_only") or other.get("day_only"):
            return (self.day(other) - self.day(one)).days * 86400.0
        return float(other["time"] - one["time"])

    def day(self, e):
        zone = UTC if e.get("day_only") else self.zone
        return datetime.fromtimestamp(e["time"], zone).date()

    def value(self, here, s):
        if not self.d.get("value"):
            return None
        name, currency = self.d["value"]["property"], self.d["value"]["currency"]
        amounts = [
            float(k[1][s]["properties"][name])
            for k in here
            if k[1][s]["properties"].get(name) is not None
            and k[1][s]["properties"].get("currency") in (None, currency)
        ]
        figure = quantiles(amounts)
        return {
            "n": len(amounts),
            "sum": sum(amounts),
            "mean": figure["mean"],
            "median": figure["median"],
            "currency": currency,
        }

    def convert(self, kept):
        times = [
            self.seconds(k[1][self.from_step], k[1][self.to_step])
            for k in kept
            if k[1][self.from_step] and k[1][self.to_step]
        ]
        figure = quantiles(times)
        times = [t for t in times if t is not None]
        figure["histogram"] = []
        if times:
            bins = self.d.get("bins") or next(b for b in range(1, 99) if b**3 >= len(times))
            width = max(1, ceil((max(times) - min(times)) / bins))
            edges = [min(times) + i * width for i in range(bins + 1)]
            figure["histogram"] = [
                [edge, sum(1 for t in times if edge <= t < edge + width)] for edge in edges
            ]
        return figure

    # rule 15
    def bucket(self, e):
        zone = UTC if e.get("day_only") else self.zone
        return self.bucket_of(datetime.fromtimestamp(e["time"], zone))

    def bucket_of(self, local):
        interval = self.d.get("interval", "day")
        if interval == "hour":
            return local.replace(minute=0, second=0, microsecond=0).isoformat()
        day = local.date()
        if interval == "week":
            names = "monday tuesday wednesday thursday friday saturday sunday".split()
            first = names.index(self.d.get("week_start", "monday"))
            day -= timedelta(days=(day.weekday() - first) % 7)
        if interval == "month":
            day = day.replace(day=1)
        return day.isoformat()

    def bucket_span(self):
        kept = [
            next(e for e in chain if e)
            for _, chain, _ in self.answers(self.units)[0]
        ]  # fmt: skip
        if self.d.get("counting") != "totals":
            for bucket in {self.bucket(e) for mine in self.units.values() for e in mine}:
                some = self.answers(self.units, among=self.starts_in(bucket))[0]
                kept += [next(e for e in chain if e) for _, chain, _ in some]
        kept = [e for e in kept if not e.get("estimated")]
        found = {self.bucket(e) for e in kept}
        ends = [t for t in (self.start, self.end) if t is not None]
        if not found and len(ends) < 2:
            return []
        marks = [e["time"] for e in kept] + ends
        for at in range(int(min(marks)) - 86400, int(max(marks)) + 86400, 900):
            inside = min(marks) <= at <= max(marks)
            if inside:
                found.add(self.bucket_of(datetime.fromtimestamp(at, self.zone)))
        found |= {self.bucket_of(datetime.fromtimestamp(t, self.zone)) for t in ends}
        return sorted(found, key=lambda b: (datetime.fromisoformat(b).timestamp(), b))

    def starts_in(self, bucket):
        return lambda e: not e.get("estimated") and self.bucket(e) == bucket

    def trend(self, units, span, must_reach):
        rows = []
        for bucket in span:
            starts_in = self.starts_in(bucket)
            kept, _ = self.reaching(self.answers(units, among=starts_in), must_reach)
            kept = [k for k in kept if starts_in(next(e for e in k[1] if e))]
            entered = sorted(k[0] for k in kept if k[1][self.from_step])
            converted = sorted(k[0] for k in kept if k[1][self.from_step] and k[1][self.to_step])
            rows.append(
                {
                    "bucket": bucket,
                    "entered": len(entered),
                    "converted": len(converted),
                    "rate": rate(len(converted), len(entered)),
                    "lists": {"entered": entered, "converted": converted},
                }
            )
        return rows

    # rule 14
    def breakdown(self):
        asked = self.d.get("breakdown")
        if not asked:
            return []
        how = asked.get("attribution", "first_touch")
        groups, again = self.groups(how)
        sizes = {v: self.size_of(u, how) for v, u in groups.items()}
        shown = [v for v in groups if any(sizes[v])]
        shown.sort(key=lambda v: (-sizes[v][0], v is None, v or ""))
        limit = asked.get("limit", 10)
        kept, others = shown[:limit], shown[limit:]
        reach = asked.get("step", 0) if how == "step" else None
        rows = [(None, True, False, self.section(self.units, self.span))]
        for v in sorted(kept, key=lambda v: (-sizes[v][0], v is None, v or "")):
            rows.append((v, False, False, self.section(groups[v], self.span, must_reach=reach)))
        if others:
            mixed = again(set(others))
            rows.append((None, False, True, self.section(mixed, self.span, must_reach=reach)))
        return [{"value": v, "is_total": t, "is_other": o} | section for v, t, o, section in rows]

    def size_of(self, units, how):
        reach = self.d["breakdown"].get("step", 0) if how == "step" else None
        kept, lost = self.reaching(self.answers(units), reach)
        return len(kept), len(lost)

    def label(self, e):
        asked = self.d["breakdown"]
        names = asked.get("properties") or [asked["property"]]
        unit = asked.get("scope") == "unit"
        known = self.unit_properties.get(e["unit"], {}) if unit else e["properties"]
        parts = ["" if known.get(n) is None else str(known[n]) for n in names]
        return "|".join(parts) if any(parts) else None

    def groups(self, how):
        groups = {}
        if how in ("first_touch", "last_touch"):
            for unit, mine in self.units.items():
                said = sorted((e for e in mine if e["steps"]), key=lambda e: e["rank"])
                labels = [self.label(e) for e in said if self.label(e) is not None]
                value = None if not labels else labels[0 if how == "first_touch" else -1]
                groups.setdefault(value, {})[unit] = mine
            return groups, lambda values: {u: m for v in values for u, m in groups[v].items()}
        labels = {self.label(e) for mine in self.units.values() for e in mine}
        pick = self.only if how == "all_events" else self.at_step
        return {v: pick({v}) for v in labels}, pick

    def only(self, values):
        return {u: [e for e in mine if self.label(e) in values] for u, mine in self.units.items()}

    def at_step(self, values):
        k = self.d["breakdown"].get("step", 0)
        fits = {
            u: mine
            for u, mine in self.units.items()
            if any(k in e["steps"] and self.label(e) in values for e in mine)
        }
        return {
            u: [e if self.label(e) in values else e | {"steps": e["steps"] - {k}} for e in mine]
            for u, mine in fits.items()
        }


def arrangements(mine):
    """Every order of the events in which equal times stand in any arrangement (rule 3)."""
    times = sorted({e["time"] for e in mine})
    ties = [list(permutations([e for e in mine if e["time"] == t])) for t in times]
    for choice in product(*ties):
        yield [e for tie in choice for e in tie]


def rate(part, whole):
    """With the Wilson score interval, from its textbook form."""
    if not whole:
        return {"part": part, "whole": whole, "low": None, "high": None}
    z, p = 1.959963984540054, part / whole
    half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    low, high = ((p + z * z / (2 * whole) + sign * half) / (1 + z * z / whole) for sign in (-1, 1))
    return {"part": part, "whole": whole, "low": max(0.0, low), "high": min(1.0, high)}


def quantiles(numbers):
    """Linear between the ordered numbers; None is left out."""
    ordered = sorted(n for n in numbers if n is not None)
    if not ordered:
        return {"n": 0, "mean": None, "median": None, "p10": None, "p90": None}

    def at(q):
        place = (len(ordered) - 1) * q
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    mean = sum(ordered) / len(ordered)
    return {"n": len(ordered), "mean": mean, "median": at(0.5), "p10": at(0.1), "p90": at(0.9)}
