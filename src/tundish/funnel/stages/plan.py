"""What every unit's walk shares, and a visit while it is being walked."""

from dataclasses import dataclass

from tundish.funnel.stages.answers import Answers
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.instants import Instants
from tundish.funnel.stages.matching import Joined, Node, Program, Silence
from tundish.funnel.stages.purchases import Purchases
from tundish.funnel.stages.visits import HERE, NEVER

NOWHERE = -1


@dataclass(slots=True)
class Visit:
    """One visit while the fold walks; `cause` and `left_cause` are events, -1 where time alone did
    it. The fields are those of `Visits`."""

    pass_no: int
    stage: int
    entered: int
    cause: int = -1
    imputed: bool = False
    by_hand: bool = False
    estimated: bool = False
    day_only: bool = False
    left: int = NEVER
    outcome: int = HERE
    to_stage: int = NOWHERE
    left_estimated: bool = False
    left_cause: int = -1
    reason: int = -1
    value: int = 0
    currency: str | None = None


class Plan:
    """What every unit's walk shares: the definition, its program, and which bits matter where."""

    def __init__(
        self, definition: StageDefinition, program: Program, *, instants: Instants
    ) -> None:
        self.program = program
        self.answers = Answers(program)
        self.stages = program.stages
        self.losses = program.losses
        self.instants = instants
        self.purchases = Purchases(definition, instants)
        self.purchase = definition.purchase
        self.loop = definition.loop
        self.falls_back = [stage.falls_back for stage in definition.stages]
        self.stuck_after = [stage.stuck_after for stage in definition.stages]
        self.hand_bit = 1 << len(program.leaves)
        self.special = program.counted | set(program.asked)
        self.timed = [node for node in self.stages if node.waits]
        self.timed_losses = [node for node in self.losses if node.waits]
        # with a single silence and nothing that decays, an event can only push it on
        waiting = [*self.timed, *self.timed_losses]
        alone = waiting[0] if len(waiting) == 1 and not any(self.falls_back) else None
        self.one_wait = alone if isinstance(alone, Silence) else None
        self.waits = bool(self.timed or self.timed_losses or any(self.falls_back))
        self.awaited = sum(1 << leaf for leaf in program.awaited)
        self.guesses = any(instants.estimated)
        places = range(NOWHERE, len(self.stages))
        self.relevant = [self._relevant(stage) for stage in places]
        self.always = [self._always(stage) for stage in places]
        self._leaves: dict[int, tuple[int, ...]] = {}
        again = [self.stages[self.purchase], *self.losses]
        if self.loop is not None:
            again.append(self.stages[self.loop.target])
        self._remembered = self.answers.reading_bits
        for node in again:
            self._remembered |= _watched(node)

    def leaves(self, bits: int) -> tuple[int, ...]:
        """The numbers of the leaves in `bits` whose times some rule will be asked for."""
        found = self._leaves.get(bits)
        if found is None:
            n, timed = len(self.program.leaves), bits & self._remembered
            found = self._leaves[bits] = tuple(i for i in range(n) if timed >> i & 1)
        return found

    def _relevant(self, stage: int) -> int:
        """The bits that can change the journey of a unit that stands in `stage` (-1: in none).

        The stage's own are among them, because they confirm a move by hand."""
        wanted = self.hand_bit
        for node in self.stages[max(stage, 0) :]:
            wanted |= node.mask
        if stage >= 0:
            for node in self.losses:
                wanted |= node.mask
            wanted |= self._always(stage)
        return wanted

    def _always(self, stage: int) -> int:
        """Those of them that can do so although the pass saw them before: a repeated event tells
        nothing new to a rule that only asks whether it was seen."""
        if stage < 0:
            return self._relevant(stage)
        wanted = self.hand_bit | self.stages[self.purchase].mask
        for node in (*self.stages[stage + 1 :], *self.losses):
            wanted |= node.mask & self.answers.reading_bits
        if self.falls_back[stage]:
            wanted |= _watched(self.stages[stage])
        if self.loop is not None and self.loop.source == stage:
            wanted |= self.stages[self.loop.target].mask
        return wanted


def _watched(node: Node) -> int:
    """The bits of all leaves that a rule reads, those included whose event makes it fail."""
    if isinstance(node, Joined):
        wanted = 0
        for each in node.of:
            wanted |= _watched(each)
        return wanted
    return 1 << node.leaf
