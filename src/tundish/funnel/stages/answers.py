"""Which rules hold, as bits: asked once for each distinct state of what was seen."""

from tundish.funnel.stages.matching import (
    Count,
    Field,
    Joined,
    Memory,
    Node,
    Once,
    Program,
    Silence,
)

_MOST_KNOWN = 100_000  # states kept; a definition in use knows a few hundred


class Answers:
    """For a program of S stages and L losses: bit k stands for stage k's rule, S + j for loss j's.

    Most rules only ask whether a leaf was seen, so that two units who saw the same leaves have the
    same answers. The other rules (`reading`: counts, fields, silences) are asked each time.
    """

    def __init__(self, program: Program) -> None:
        self.nodes: list[Node] = [*program.stages, *program.losses]
        self.width = len(program.leaves)
        self.of_stages = (1 << len(program.stages)) - 1
        self.reading: list[Count | Field | Silence] = []
        self.reading_bits = self._once = self._ever = 0
        for node in self.nodes:
            self._collect(node)
        self._asked = [(1 << 2 * self.width + i, n.holds) for i, n in enumerate(self.reading)]
        self._waiting = [(1 << k, node) for k, node in enumerate(self.nodes) if node.waits]
        self._held: dict[int, int] = {}
        self._stirred: dict[int, int] = {}

    def held(self, memory: Memory, t: int, floor: int) -> int:
        """The rules that hold at `t` by what happened after `floor`, the open pass's own floor."""
        key = memory.seen & self._once | (memory.ever & self._ever) << self.width
        for bit, holds in self._asked:
            if holds(memory, t, floor):
                key |= bit
        known = self._held.get(key)
        if known is None:
            if len(self._held) >= _MOST_KNOWN:
                self._held.clear()
            known = self._held[key] = sum(
                1 << k for k, node in enumerate(self.nodes) if self._true(node, key)
            )
        return known

    def stirred(self, memory: Memory, t: int, floor: int, *, bits: int) -> int:
        """The rules for which something of this very instant speaks: an event, a silence's end."""
        known = self._stirred.get(bits)
        if known is None:
            known = self._stirred[bits] = sum(
                1 << k for k, node in enumerate(self.nodes) if node.mask & bits
            )
        for bit, node in self._waiting:
            if not known & bit and t in node.turns(memory, floor):
                known |= bit
        return known

    def _collect(self, node: Node) -> None:
        if isinstance(node, Joined):
            for each in node.of:
                self._collect(each)
        elif isinstance(node, Once):
            if node.ever:
                self._ever |= node.mask
            else:
                self._once |= node.mask
        elif node not in self.reading:
            self.reading.append(node)
            self.reading_bits |= 1 << node.leaf

    def _true(self, node: Node, key: int) -> bool:
        if isinstance(node, Joined):
            every = all if node.every else any
            return every(self._true(each, key) for each in node.of)
        if isinstance(node, Once):
            return bool(key >> (node.leaf + self.width * node.ever) & 1)
        return bool(key >> (2 * self.width + self.reading.index(node)) & 1)
