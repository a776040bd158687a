"""One unit's journey: its instants applied one after the other (FUNNEL_SEMANTICS B3 to B6)."""

from collections.abc import Sequence
from operator import attrgetter

from tundish.funnel.stages.matching import BEGINNING, Memory, Node
from tundish.funnel.stages.plan import NOWHERE, Plan, Visit
from tundish.funnel.stages.purchases import Purchase
from tundish.funnel.stages.visits import FELL_BACK, LOOPED, LOST, MOVED_ON


class Walk:
    """One unit's journey so far. `stage` is -1 while no pass is open; a rule sees what happened
    after `floor`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        program = plan.program
        self.memory = Memory(
            [BEGINNING] * len(program.leaves), {leaf: [] for leaf in program.counted}, {}
        )
        self.visits: list[Visit] = []
        self.stage = NOWHERE
        self.pass_no = self.rowed = 0
        self.floor = self.loss_floor = BEGINNING
        self.bought_at: int | None = None
        self.after_hand = self.held = self.dated_later = False
        self.answer: int | None = None
        self.now = BEGINNING
        self.due: int | None = None

    def run(self, first: int, last: int, *, until: int) -> None:
        """Apply the instants first to last - 1, and time alone up to `until`."""
        plan, instants, memory = self.plan, self.plan.instants, self.memory
        times, all_bits = instants.time, instants.bits
        relevant, always = plan.relevant, plan.always
        for g in range(first, last):
            t, bits = times[g], all_bits[g]
            if self.due is not None and self.due < t:
                self.wait(before=t)
            news = bits & ~memory.seen
            if self.after_hand or self.loss_floor > self.floor:
                news = bits  # what was seen before the move, or the forgiven loss, counts anew
            self.remember(g, t, bits)
            place = self.stage + 1
            if bits & always[place] or news & relevant[place] or self.due == t:
                self.apply(g, t, bits)
            elif bits & plan.awaited and (self.due is None or not plan.one_wait):
                self.due = t  # at the earliest: `wait` looks closer
        if self.due is not None:
            self.wait(before=until + 1)
            self.due = self.turn()  # `next_change` tells the truth, not the lower bound

    def journey(self) -> list[Visit]:
        """By pass, entered; what stands at one instant as it was walked: the order of `Visits`."""
        return sorted(self.visits, key=_PLACE) if self.dated_later else self.visits

    def wait(self, *, before: int) -> None:
        """Apply what time alone does before an instant; then `due` is the next such instant."""
        # `due` may be earlier than the truth (newer events push a silence on), never later
        while self.due is not None and self.due < before:
            self.due = self.turn()
            if self.due is not None and self.due < before:
                self.apply(-1, self.due, 0)

    def turn(self) -> int | None:
        """The next instant at which time alone may change a rule's answer."""
        silence = self.plan.one_wait
        if silence is not None:
            since = silence.since(self.memory, self.floor)
            if since is None or since + silence.span <= self.now:
                return None
            return since + silence.span if self.stage >= 0 or self.plan.timed else None
        nodes: Sequence[Node] = self.plan.timed
        if self.stage >= 0:
            nodes = [*nodes, *self.plan.timed_losses]
            if self.plan.falls_back[self.stage]:
                nodes.append(self.plan.stages[self.stage])
        turns = [t for node in nodes for t in node.turns(self.memory, self.floor) if t > self.now]
        return min(turns, default=None)

    def remember(self, g: int, t: int, bits: int) -> None:
        """Note what the events of an instant match."""
        memory, plan = self.memory, self.plan
        memory.seen |= bits
        memory.ever |= bits
        for leaf in plan.leaves(bits):
            memory.last[leaf] = t
            if leaf in plan.special:
                rows = self.rows(g, 1 << leaf)
                if leaf in memory.times:
                    memory.times[leaf].extend([t] * len(rows))
                else:
                    memory.verdict[leaf] = plan.instants.verdicts[leaf][rows[-1]]

    def rows(self, g: int, mask: int) -> list[int]:
        """The events of instant `g` that match a leaf of `mask`; none where only time passed."""
        if g < 0:
            return []
        start, row_bits = self.plan.instants.start, self.plan.instants.row_bits
        return [row for row in range(start[g], start[g + 1]) if row_bits[row] & mask]

    def apply(self, g: int, t: int, bits: int) -> None:
        """All events of one instant together: stages first, then loss (B4)."""
        self.answer, pass_no = None, self.pass_no
        if self.stage < 0:
            self.open(g, t, bits)
        elif not self.open_again(g, t, bits):
            self.move(g, t, bits)
        if self.bought_at == t:
            self.mark(g, t)
        if self.stage >= 0:
            self.lose(g, t, bits)
        if self.after_hand:
            self.confirm(t, bits)
        self.now = t
        if not self.plan.waits or (self.stage < 0 and not self.plan.timed):
            self.due = None
        elif not (self.plan.one_wait and self.stage >= 0 and pass_no == self.pass_no) or (
            self.due is None or self.due <= t
        ):
            self.due = t

    def open(self, g: int, t: int, bits: int) -> None:
        """The first pass, or one after a loss: opened by an event (or a silence) of this instant."""
        held = self.held_now(t) & self.plan.answers.of_stages
        fired = held and held & self.stirred(t, bits)
        if fired and self.pass_no and not self.dated(g, fired):
            fired = 0
        hand = self.hand(g, bits)
        if not fired and hand < 0:
            return
        start = held.bit_length() - 1 if fired else NOWHERE
        self.new_pass(t)
        if fired >> self.plan.purchase & 1:
            self.bought_at = t
            self.enter(self.plan.purchase, g, t, by_hand=False)
            self.move(g, t, bits, opened=True)
            return
        self.enter(max(start, hand), g, t, by_hand=hand > start)

    def open_again(self, g: int, t: int, bits: int) -> bool:
        """A loop edge, or a purchase while the pass already holds one, starts a new pass (B5)."""
        plan, target, bought = self.plan, NOWHERE, False
        if self.bought_at is not None and self.purchased(t, bits):
            target, bought = plan.purchase, True
        loop = plan.loop
        if loop is not None and loop.source == self.stage:
            node = plan.stages[loop.target]
            anew = max(self.floor, self.visits[-1].entered)
            if bits & node.mask and node.holds(self.memory, t, anew):
                target = max(target, loop.target)
                bought = bought or self.purchased(t, bits)
        if target < 0:
            return False
        cause = self.cause(g, plan.stages[target].mask)
        self.leave(t, LOOPED, cause, to_stage=target)
        self.floor = t - 1  # the events that began the pass belong to it
        self.memory.seen = bits
        self.new_pass(t)
        if bought:
            self.bought_at = t
        self.enter(target, g, t, by_hand=False)
        self.move(g, t, bits, opened=True)
        return True

    def move(self, g: int, t: int, bits: int, *, opened: bool = False) -> None:
        """Within a pass: on to the furthest stage whose rule holds, by hand, or back (B3, B4).

        In a pass that this instant `opened` a move by hand only leads on (B4: the furthest)."""
        if self.bought_at is None and self.purchased(t, bits):
            self.bought_at = t
        target = self.furthest(t, bits)
        hand = self.hand(g, bits)
        if opened and hand < self.stage:
            hand = NOWHERE
        if target > self.stage and target >= hand:
            self.enter(target, g, t, by_hand=False)
        elif hand not in (NOWHERE, self.stage):
            self.enter(hand, g, t, by_hand=True)
        elif self.plan.falls_back[self.stage]:
            self.fall_back(g, t)

    def fall_back(self, g: int, t: int) -> None:
        """Leave a stage that holds its units only as long as its rule holds."""
        held = self.held_now(t)
        if held >> self.stage & 1:
            self.held = True
        elif self.held and self.stage > 0:
            earlier = held & (1 << self.stage) - 1
            self.enter(max(earlier.bit_length() - 1, 0), g, t, by_hand=False)

    def lose(self, g: int, t: int, bits: int) -> None:
        """Close the pass by the first loss rule that holds; won beats lost on a bare day (B4)."""
        if not self.plan.losses or (
            self.loss_floor <= self.floor and not self.held_now(t) > self.plan.answers.of_stages
        ):
            return
        floor = max(self.floor, self.loss_floor)
        for reason, node in enumerate(self.plan.losses):
            if not node.holds(self.memory, t, floor):
                continue
            if self.loss_floor > self.floor and not self.stirs(node, t, bits):
                continue  # beaten by the purchase of an earlier day, and nothing new
            if self.bought_at == t and self.only_day(g, node.mask):
                self.loss_floor = t
                return
            self.leave(t, LOST, self.cause(g, node.mask), reason=reason)
            self.stage, self.floor, self.memory.began = NOWHERE, t, None
            self.after_hand, self.memory.seen = False, 0
            return

    def confirm(self, t: int, bits: int) -> None:
        """A stage set by hand stands on behaviour as soon as its own rule has come to hold."""
        visit = self.visits[-1]
        if visit.by_hand and visit.entered < t:
            ours = self.held_now(t) & self.stirred(t, bits)
            visit.by_hand = not ours >> self.stage & 1

    def only_day(self, g: int, loss: int) -> bool:
        """Whether of the purchase or of the loss in this instant only the day is known."""
        mask = loss | self.plan.stages[self.plan.purchase].mask
        return any(self.plan.instants.day_only[row] for row in self.rows(g, mask))

    def held_now(self, t: int) -> int:
        """The rules that hold in the open pass at this instant, as bits of `Answers`."""
        if self.answer is None:
            self.answer = self.plan.answers.held(self.memory, t, self.floor)
        return self.answer

    def stirred(self, t: int, bits: int) -> int:
        """The rules for which something of this very instant speaks, as bits of `Answers`."""
        return self.plan.answers.stirred(self.memory, t, self.floor, bits=bits)

    def stirs(self, node: Node, t: int, bits: int) -> bool:
        """Whether something of this very instant speaks for a rule: an event, or a silence's end."""
        return bool(bits & node.mask) or (node.waits and t in node.turns(self.memory, self.floor))

    def furthest(self, t: int, bits: int) -> int:
        """The furthest stage from here on whose rule holds, else this one.

        What brought the unit into a stage before a move by hand does not bring it there again.
        """
        held = self.held_now(t) & self.plan.answers.of_stages
        if self.after_hand:
            held &= self.stirred(t, bits)
        return max(held.bit_length() - 1, self.stage)

    def purchased(self, t: int, bits: int) -> bool:
        """Whether the purchase's rule holds by what happened since the pass's last purchase."""
        node = self.plan.stages[self.plan.purchase]
        if not bits & node.mask:
            return False
        floor = self.floor if self.bought_at is None else max(self.floor, self.bought_at)
        return node.holds(self.memory, t, floor)

    def hand(self, g: int, bits: int) -> int:
        """The furthest stage set by hand at this instant, -1 where none was."""
        if not bits & self.plan.hand_bit:
            return NOWHERE
        return max(self.plan.instants.hand[row] for row in self.rows(g, self.plan.hand_bit))

    def dated(self, g: int, fired: int) -> bool:
        """Whether an event with a known time made a rule hold: a guess shows no coming back."""
        if not self.plan.guesses:
            return True
        mask = 0
        for k, node in enumerate(self.plan.stages):
            if fired >> k & 1:
                mask |= node.mask
        rows = self.rows(g, mask)
        return not rows or not all(self.plan.instants.estimated[row] for row in rows)

    def cause(self, g: int, mask: int) -> int:
        """The event of this instant to name as the cause; a dated one before an estimated one."""
        rows = self.rows(g, mask)
        if len(rows) < 2:
            return rows[0] if rows else -1
        return min(rows, key=self.plan.purchases.naming)

    def new_pass(self, t: int) -> None:
        """Open a pass; its stage is entered next."""
        self.pass_no += 1
        self.memory.began, self.answer = t, None
        self.stage, self.bought_at, self.rowed = NOWHERE, None, 0
        self.loss_floor, self.after_hand = self.floor, False

    def mark(self, g: int, t: int) -> None:
        """Put the purchase that instant `g` made on the visit of the purchase stage; where the
        stage was skipped, its row takes the purchase's time too (B5: purchase to purchase)."""
        visit = self.row_of(self.plan.purchase)
        if visit is None:
            return
        mask = self.plan.stages[self.plan.purchase].mask
        made: Purchase = self.plan.purchases.made(self.rows(g, mask))
        visit.value, visit.currency = made.value, made.currency
        if visit.imputed:
            cause, instants = self.cause(g, mask), self.plan.instants
            visit.cause, visit.entered, visit.left = cause, t, t
            self.dated_later = True
            visit.estimated = visit.left_estimated = instants.estimated[cause]
            visit.day_only = instants.day_only[cause]

    def row_of(self, stage: int) -> Visit | None:
        """The last row of this pass for a stage."""
        rows = (v for v in reversed(self.visits) if v.pass_no == self.pass_no and v.stage == stage)
        return next(rows, None)

    def enter(self, stage: int, g: int, t: int, *, by_hand: bool) -> None:
        """End the visit that goes on and begin one; mark the stages that are passed over."""
        plan, instants = self.plan, self.plan.instants
        cause = self.cause(g, plan.hand_bit if by_hand else plan.stages[stage].mask)
        if plan.guesses and cause >= 0 and not instants.estimated[cause]:
            self.enter_guessed(stage, g, t)
        if self.stage >= 0:
            back = stage < self.stage
            self.leave(t, FELL_BACK if back else MOVED_ON, cause, to_stage=stage)
        if ~self.rowed & (1 << stage) - 1:
            for skipped in range(stage):
                if not self.rowed >> skipped & 1:
                    self.skip(skipped, g, t, to_stage=stage)
        self.after_hand = self.after_hand or by_hand
        former = self.row_of(stage) if self.rowed >> stage & 1 else None
        visit = Visit(self.pass_no, stage, t, cause, by_hand=by_hand)
        if former is not None and former.imputed and former.cause < 0:
            self.visits.remove(former)  # the row of a purchase made meanwhile stays
        if cause >= 0:
            visit.estimated = instants.estimated[cause]
            visit.day_only = instants.day_only[cause]
        self.visits.append(visit)
        self.stage = stage
        self.rowed |= 1 << stage
        if plan.falls_back[stage]:
            self.held = bool(self.held_now(t) >> stage & 1)

    def enter_guessed(self, stage: int, g: int, t: int) -> None:
        """Visit, for no time, the stages before `stage` whose own events were only estimated to
        stand at this instant: a guess of the time is no sign that the stage was skipped."""
        for earlier in range(self.stage + 1, stage):
            node = self.plan.stages[earlier]
            rows = self.rows(g, node.mask)
            if (
                rows
                and all(self.plan.instants.estimated[row] for row in rows)
                and self.held_now(t) >> earlier & 1
            ):
                self.enter(earlier, g, t, by_hand=False)

    def skip(self, stage: int, g: int, t: int, *, to_stage: int) -> None:
        """A stage that the pass passes over: counted as reached, never visited."""
        skipped = Visit(self.pass_no, stage, t, imputed=True, left=t)
        skipped.outcome, skipped.to_stage = MOVED_ON, to_stage
        cause = self.cause(g, -1)
        if cause >= 0:
            skipped.estimated = skipped.left_estimated = self.plan.instants.estimated[cause]
            skipped.day_only = self.plan.instants.day_only[cause]
        self.visits.append(skipped)
        self.rowed |= 1 << stage

    def leave(
        self, t: int, outcome: int, cause: int, *, to_stage: int = NOWHERE, reason: int = -1
    ) -> None:
        """End the visit that goes on."""
        visit = self.visits[-1]
        visit.left, visit.outcome, visit.to_stage, visit.reason = t, outcome, to_stage, reason
        visit.left_cause = cause
        if cause >= 0:
            visit.left_estimated = self.plan.instants.estimated[cause]
            visit.day_only = visit.day_only or self.plan.instants.day_only[cause]

    def next_change(self, *, after: int) -> int | None:
        """The next instant at which the journey, or being stuck, may change without an event."""
        turns = [] if self.due is None else [self.due]
        if self.stage >= 0:
            visit, stuck_after = self.visits[-1], self.plan.stuck_after[self.stage]
            if stuck_after is not None and not visit.estimated:
                turns.append(visit.entered + stuck_after)
        return min((t for t in turns if t > after), default=None)


_PLACE = attrgetter("pass_no", "entered")
