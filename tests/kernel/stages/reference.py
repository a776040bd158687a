"""The stage fold, slow and obvious: one unit's events are replayed, every rule is asked anew.

Nothing of tundish.funnel is imported. An event is a dict {id, event, t, props, estimated, day};
a definition is the plain mapping that a user writes, spans in whole ticks of `t`.
"""

from collections import Counter

SILENCES = ("silent_for", "within")


def journey(events, definition, as_of):
    """The visits of one unit as dicts, by pass, entered; within an instant as they came about."""
    return Replay(events, definition, as_of).visits


class Replay:
    def __init__(self, events, definition, as_of):
        self.events = [e for e in events if e["t"] <= as_of]
        self.rules = [stage["enter"] for stage in definition["stages"]]
        self.names = [stage["name"] for stage in definition["stages"]]
        self.falls_back = [stage.get("falls_back", False) for stage in definition["stages"]]
        self.buy = next(i for i, s in enumerate(definition["stages"]) if s.get("purchase"))
        self.losses = definition.get("loss", [])
        self.loop = definition.get("loop")
        self.all_visits = []
        self.pass_no, self.stage, self.began = 0, None, None
        self.closed = self.forgiven = self.bought = None
        self.after_hand = self.held = False
        for t in instants(self.events, definition, as_of):
            self.instant(t)
        self.visits = sorted(self.all_visits, key=lambda v: (v["pass"], v["entered"]))
        for v in self.visits:
            v.pop("bought", None)

    # --- asking rules -------------------------------------------------------------------

    def seen(self, t, after, ever):
        return [e for e in self.events if e["t"] <= t and (ever or after is None or e["t"] > after)]

    def holds(self, rule, t, after="closed", ever=False):
        after = self.closed if after == "closed" else after
        ever = ever or rule.get("ever", False)
        if "all" in rule:
            return all(self.holds(r, t, after, ever) for r in rule["all"])
        if "any" in rule:
            return any(self.holds(r, t, after, ever) for r in rule["any"])
        if "silent_for" in rule:
            since = self.silent_since(rule, t, after, ever)
            return since is not None and t - since >= rule["silent_for"]
        if "field" in rule or "score" in rule:
            name = rule.get("field", rule.get("score"))
            changes = [
                e
                for e in self.seen(t, after, ever)
                if e["event"] == "field_changed" and e["props"].get("field") == name
            ]
            latest = max(changes, key=lambda e: (e["t"], str(e["props"].get("new"))), default=None)
            value = None if latest is None else latest["props"].get("new")
            return passes(value, rule)
        if "at_least" in rule:
            ever = ever or rule["of"].get("ever", False)
            times = [e["t"] for e in self.seen(t, after, ever) if one(e, rule["of"])]
            if "within" in rule:
                times = [at for at in times if t - at <= rule["within"]]
            return len(times) >= rule["at_least"]
        return any(one(e, rule) for e in self.seen(t, after, ever))

    def silent_since(self, rule, t, after, ever):
        ever = ever or rule.get("ever", False) or rule["of"].get("ever", False)
        times = [e["t"] for e in self.seen(t, after, ever) if one(e, rule["of"])]
        return max(times) if times else self.began

    def fires(self, rule, t, ever=False):
        """The rule holds, and something of this very instant is a reason."""
        return self.holds(rule, t, ever=ever) and (
            bool(self.reasons(rule, t)) or self.silence_ends(rule, t, ever)
        )

    def silence_ends(self, rule, t, ever):
        ever = ever or rule.get("ever", False)
        if "all" in rule or "any" in rule:
            return any(self.silence_ends(r, t, ever) for r in rule.get("all", rule.get("any")))
        if "silent_for" not in rule:
            return False
        since = self.silent_since(rule, t, self.closed, ever)
        return since is not None and since + rule["silent_for"] == t

    def reasons(self, rule, t):
        """The events of this instant that a rule asks for."""
        now = [e for e in self.events if e["t"] == t]
        if "all" in rule or "any" in rule:
            found = [self.reasons(r, t) for r in rule.get("all", rule.get("any"))]
            return [e for e in now if any(e in some for some in found)]
        if "silent_for" in rule:
            return []
        if "field" in rule or "score" in rule:
            name = rule.get("field", rule.get("score"))
            return [
                e for e in now if e["event"] == "field_changed" and e["props"].get("field") == name
            ]
        return [e for e in now if one(e, rule.get("of", rule))]

    # --- one instant --------------------------------------------------------------------

    def instant(self, t):
        hand = self.hand(t)
        if self.stage is None:
            self.open(t, hand)
        elif not self.loops(t, hand):
            self.move(t, hand)
        if self.bought == t:
            self.date_purchase(t)
        if self.stage is not None:
            self.lose(t)
        if self.stage is not None:
            last = self.all_visits[-1]
            if last["by_hand"] and last["entered"] < t and self.fires(self.rules[self.stage], t):
                last["by_hand"] = False

    def date_purchase(self, t):
        """A purchase whose stage was skipped before happened now, not at the skip."""
        mine = [v for v in self.all_visits if v["pass"] == self.pass_no]
        of_stage = [v for v in mine if v["stage"] == self.buy]
        if of_stage and of_stage[-1]["imputed"]:
            of_stage[-1].update(entered=t, left=t, bought=True)

    def hand(self, t):
        moved = [
            self.names.index(e["props"]["stage"])
            for e in self.events
            if e["t"] == t and e["event"] == "stage_moved" and e["props"]["stage"] in self.names
        ]
        return max(moved, default=None)

    def open(self, t, hand):
        fired = [k for k, rule in enumerate(self.rules) if self.fires(rule, t)]
        reasons = [e for k in fired for e in self.reasons(self.rules[k], t)]
        if self.pass_no and reasons and all(e["estimated"] for e in reasons):
            fired = []
        if fired:
            start = max(k for k, rule in enumerate(self.rules) if self.holds(rule, t))
            if self.buy in fired:
                self.start(self.buy, t)
                self.bought = t
                self.move(t, hand, opened=True)
            elif hand is not None and hand > start:
                self.start(hand, t, by_hand=True)
            else:
                self.start(start, t)
        elif hand is not None:
            self.start(hand, t, by_hand=True)

    def loops(self, t, hand):
        target = None
        if self.bought is not None and self.buys(t):
            target = self.buy
        if self.loop and self.names[self.stage] == self.loop["from"]:
            to = self.names.index(self.loop["to"])
            entered = self.all_visits[-1]["entered"]
            since = entered if self.closed is None else max(entered, self.closed)
            anew = self.reasons(self.rules[to], t) and self.holds(self.rules[to], t, after=since)
            if anew and (target is None or to > target):
                target = to
        if target is None:
            return False
        bought = self.buys(t)
        self.end(t, "looped", to_stage=target)
        self.closed = t - 1
        self.start(target, t)
        self.bought = t if bought else None
        self.move(t, hand, opened=True)
        return True

    def buys(self, t):
        after = self.closed
        if self.bought is not None:
            after = self.bought if after is None else max(after, self.bought)
        rule = self.rules[self.buy]
        return bool(self.reasons(rule, t)) and self.holds(rule, t, after=after)

    def move(self, t, hand, opened=False):
        if opened and hand is not None and hand < self.stage:
            hand = None
        if self.bought is None and self.buys(t):
            self.bought = t
        later = [
            k
            for k in range(self.stage + 1, len(self.rules))
            if self.holds(self.rules[k], t)
            and (not self.after_hand or self.fires(self.rules[k], t))
        ]
        if later and (hand is None or max(later) >= hand):
            self.go(max(later), t)
        elif hand is not None and hand != self.stage:
            self.go(hand, t, by_hand=True)
        elif self.falls_back[self.stage]:
            if self.holds(self.rules[self.stage], t):
                self.held = True
            elif self.held and self.stage > 0:
                earlier = [k for k in range(self.stage) if self.holds(self.rules[k], t)]
                self.go(max(earlier, default=0), t)

    def lose(self, t):
        after = self.closed
        if self.forgiven is not None:
            after = self.forgiven if after is None else max(after, self.forgiven)
        for loss in self.losses:
            if self.holds(loss["when"], t, after=after):
                stirred = self.reasons(loss["when"], t) or self.silence_ends(loss["when"], t, False)
                if self.forgiven is not None and not stirred:
                    continue
                of_loss = self.reasons(loss["when"], t)
                of_purchase = self.reasons(self.rules[self.buy], t)
                if self.bought == t and any(e["day"] for e in of_loss + of_purchase):
                    self.forgiven = t
                    return
                self.end(t, "lost", reason=loss["reason"])
                self.stage, self.began, self.closed = None, None, t
                return

    # --- writing it down ----------------------------------------------------------------

    def start(self, stage, t, by_hand=False):
        self.pass_no += 1
        self.began, self.bought, self.forgiven, self.after_hand = t, None, None, False
        self.stage = None
        self.go(stage, t, by_hand)

    def go(self, stage, t, by_hand=False):
        first = -1 if self.stage is None else self.stage
        dated = not by_hand and any(not e["estimated"] for e in self.reasons(self.rules[stage], t))
        by_hand_dated = by_hand and any(
            not e["estimated"] for e in self.events if e["t"] == t and e["event"] == "stage_moved"
        )
        if dated or by_hand_dated:
            for k in range(first + 1, stage):
                reasons = self.reasons(self.rules[k], t)
                guessed = reasons and all(e["estimated"] for e in reasons)
                if guessed and self.holds(self.rules[k], t):
                    self.enter(k, t, False)
        self.enter(stage, t, by_hand)

    def enter(self, stage, t, by_hand):
        if self.stage is not None:
            self.end(t, "fell_back" if stage < self.stage else "moved_on", to_stage=stage)
        rows = [v for v in self.all_visits if v["pass"] == self.pass_no]
        for k in range(stage):
            if k not in [v["stage"] for v in rows]:
                self.write(k, t, imputed=True, left=t, outcome="moved_on", to_stage=stage)
        self.all_visits = [
            v
            for v in self.all_visits
            if not (v["pass"] == self.pass_no and v["stage"] == stage and v["imputed"])
            or v.get("bought")
        ]
        self.write(stage, t, by_hand=by_hand)
        self.after_hand = self.after_hand or by_hand
        self.stage = stage
        self.held = self.falls_back[stage] and self.holds(self.rules[stage], t)

    def write(self, stage, t, **more):
        visit = {
            "pass": self.pass_no, "stage": stage, "entered": t, "left": None,
            "outcome": "still_here", "to_stage": None, "imputed": False, "by_hand": False,
            "reason": None,
        }  # fmt: skip
        self.all_visits.append(visit | more)

    def end(self, t, outcome, to_stage=None, reason=None):
        self.all_visits[-1] |= {
            "left": t, "outcome": outcome, "to_stage": to_stage, "reason": reason,
        }  # fmt: skip


def one(event, test):
    """Whether one event satisfies what `of` or an event rule asks."""
    if "all" in test:
        return all(one(event, part) for part in test["all"])
    if "any" in test:
        return any(one(event, part) for part in test["any"])
    if "field" in test or "score" in test:
        name = test.get("field", test.get("score"))
        if event["event"] != "field_changed" or event["props"].get("field") != name:
            return False
        return passes(event["props"].get("new"), test)
    if test["event"] is not None and event["event"] != test["event"]:
        return False
    return all(event["props"].get(k) == v for k, v in (test.get("where") or {}).items())


def passes(value, rule):
    if "score" in rule:
        return value is not None and value >= rule["gte"]
    if rule.get("op") == "is_not_set":
        return value is None
    return value is not None and value == rule["value"]


def instants(events, definition, as_of):
    """Every instant at which anything could happen: events, and spans after them."""
    found = {e["t"] for e in events}
    spans = {0}
    collect(definition, spans)
    for _ in range(2):
        found |= {t + span for t in found for span in spans}
    return sorted(t for t in found if t <= as_of)


def collect(thing, spans):
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key == "silent_for":
                spans.add(value)
            elif key == "within" and "at_least" in thing:
                spans.add(value + 1)
            else:
                collect(value, spans)
    elif isinstance(thing, list):
        for part in thing:
            collect(part, spans)


# --- counting --------------------------------------------------------------------------


def counts(visits_of, definition, as_of):
    """Per stage the counts over the visits of all units ({unit: visits})."""
    stages = definition["stages"]
    found = []
    for k, stage in enumerate(stages):
        row = Counter(
            dict.fromkeys(
                "entered still_here moved_on fell_back lost looped by_hand stuck "
                "visited skipped reached strict".split(),
                0,
            )
        )
        for visits in visits_of.values():
            for v in visits:
                if v["stage"] != k or v["imputed"]:
                    continue
                row["entered"] += 1
                row[v["outcome"]] += 1
                after = stage.get("stuck_after")
                here = v["outcome"] == "still_here"
                row["by_hand"] += here and v["by_hand"]
                row["stuck"] += bool(here and after and as_of - v["entered"] >= after)
            for number in {v["pass"] for v in visits}:
                mine = [v for v in visits if v["pass"] == number]
                been = any(v["stage"] == k and not v["imputed"] for v in mine)
                over = any(v["stage"] == k and v["imputed"] for v in mine)
                row["visited"] += been
                row["skipped"] += over and not been
                row["reached"] += max(v["stage"] for v in mine) >= k
                row["strict"] += in_order(mine, k)
        found.append(dict(row))
    return found


def in_order(visits, k):
    wanted = 0
    for v in visits:
        if not v["imputed"] and v["stage"] == wanted:
            wanted += 1
    return wanted > k
