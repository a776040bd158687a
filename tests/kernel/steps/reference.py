"""The step funnel by enumeration: every arrangement of ties, every attempt. Slow and obvious.

Written from the rules, for journals of a few events; it imports nothing of the kernel. An event is
a dict {unit, event, time (whole seconds), properties, estimated, day_only}; a definition is the
plain one, with spans and instants in whole seconds (`from`, `to` and `now` as ISO texts).
"""

from datetime import UTC, datetime, timedelta
from math import ceil, sqrt

from .reference_attempts import Attempts


def reference(events, definition, *, unit_properties=None):
    """The report's dict with lists, without notes."""
    world = _World(events, definition, unit_properties or {})
    report = world.section(world.units, world.span)
    report["breakdown"] = world.breakdown()
    return report


class _World(Attempts):
    def __init__(self, events, definition, unit_properties):
        super().__init__(events, definition, unit_properties)
        self.span = self.bucket_span()

    def answers(self, units, *, among=None):
        """[(unit, attempt, open)], [(unit, attempt but for the exclusion)] of the excluded."""
        kept, lost = [], []
        for unit, mine in units.items():
            if self.d.get("counting") == "totals":
                taken, out = self.totals(mine)
                kept += [(unit, c, o) for c, o in taken]
                lost += [(unit, chain) for chain in out]
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
        return [k for k in kept if k[1][step]], [x for x in lost if x[1][step]]

    def counts(self, kept):
        steps, lists = [], {"reached": [], "dropped": [], "open": []}
        entered = len(kept)
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
            if self.order == "unordered":
                times = [self.seconds(k[1][before[-1]], k[1][s]) for k in both]
            else:
                filled = [(next((e for e in k[1][:s][::-1] if e), None), k[1][s]) for k in here]
                times = [self.seconds(one, other) for one, other in filled if one]
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
        kept = []
        for units, must_reach in [(self.units, None), *self.rows()]:
            kept += self.begun(units, must_reach)
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

    def begun(self, units, must_reach):
        """The first events of all attempts that stand in a trend."""
        found = [self.answers(units)]
        if self.d.get("counting") != "totals":
            for bucket in {self.bucket(e) for mine in units.values() for e in mine}:
                found.append(self.answers(units, among=self.starts_in(bucket)))
        kept = [k for one in found for k in self.reaching(one, must_reach)[0]]
        return [next(e for e in chain if e) for _, chain, _ in kept]

    def rows(self):
        """(units, step they must reach) of every row of the breakdown."""
        asked = self.d.get("breakdown")
        if not asked:
            return []
        how = asked.get("attribution", "first_touch")
        reach = asked.get("step", 0) if how == "step" else None
        groups, _ = self.groups(how)
        return [(units, reach) for units in groups.values()]

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
        parts = ["" if known.get(n) is None else written(known[n]) for n in names]
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


def written(value):
    """A value as JSON has it, whole numbers without a fraction."""
    if isinstance(value, bool):
        return {True: "true", False: "false"}[value]
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


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
