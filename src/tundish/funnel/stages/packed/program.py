"""A stage definition as one flat array of numbers, for the compiled walk."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.fold import units_of
from tundish.funnel.stages.instants import instants_of
from tundish.funnel.stages.matching import (
    Count,
    Field,
    Joined,
    Node,
    Once,
    Program,
    Silence,
    program_of,
)
from tundish.funnel.stages.packed import places as at
from tundish.funnel.stages.plan import Plan
from tundish.journal.columns import Coded, EventColumns, Ints

_MOST_LEAVES = 60
_MOST_TERMS = 256
_MOST_COUNTED = 100_000

Atom = Once | Count | Field | Silence


class TooLargeError(Exception):
    """The definition has more parts than the compiled walk has room for."""


@dataclass(frozen=True)
class Flat:
    """The program's array `p` (see places.py), and the program that it was made of."""

    p: Ints
    program: Program
    ring: int


def flat_of(definition: StageDefinition, *, currency: int, currencies: int, amounts: int) -> Flat:
    """The flat program; `currency` is the number of the definition's own among `currencies`, -1
    where it names none, `amounts` the width of their table. Raises TooLargeError."""
    program = program_of(definition)
    width = len(program.leaves)
    if width > _MOST_LEAVES:
        raise TooLargeError
    columns = EventColumns(np.zeros(0, np.int64), Coded.missing(0), {"unit": Coded.missing(0)})
    mine = units_of(columns, definition)
    plan = Plan(
        definition, program, instants=instants_of(mine, definition, program=program, as_of=0)
    )
    return _Writer(definition, plan, width).flat(
        currency=currency, currencies=currencies, amounts=amounts
    )


class _Writer:
    """Lays the tables of a program one after the other."""

    def __init__(self, definition: StageDefinition, plan: Plan, width: int) -> None:
        self.definition, self.plan, self.width = definition, plan, width
        self.nodes: list[Node] = [*plan.stages, *plan.losses]
        self.atoms: list[Atom] = []
        self.header = np.zeros(at.HEADER, np.int64)
        self.parts: list[list[int]] = []
        self.size = at.HEADER

    def flat(self, *, currency: int, currencies: int, amounts: int) -> Flat:
        """All tables."""
        plan, program = self.plan, self.plan.program
        loop = plan.loop
        self._numbers(currency=currency, currencies=currencies, amounts=amounts)
        self.header[at.P_LOOP_SOURCE] = -2 if loop is None else loop.source
        self.header[at.P_LOOP_TARGET] = -2 if loop is None else loop.target
        self._table(at.O_RELEVANT, plan.relevant)
        self._table(at.O_ALWAYS, plan.always)
        self._table(at.O_FALLS, [int(falls) for falls in plan.falls_back])
        self._table(at.O_MASK, [node.mask for node in self.nodes])
        self._table(at.O_WAITING, [int(node.waits) for node in self.nodes])
        self._rules()
        self._lists(at.O_TIMED_N, at.O_TIMED, plan.timed)
        self._lists(at.O_TIMED_LOSS_N, at.O_TIMED_LOSS, plan.timed_losses)
        ring = self._rings(program)
        self.header[at.P_ONE_WAIT] = -1 if plan.one_wait is None else self._atom(plan.one_wait)
        # last, when all atoms are known
        self._table(at.O_ATOMS, [n for atom in self.atoms for n in _cells(atom)])
        p = np.concatenate([self.header, *(np.asarray(part, np.int64) for part in self.parts)])
        return Flat(p, program, ring)

    def _numbers(self, *, currency: int, currencies: int, amounts: int) -> None:
        plan, program, header = self.plan, self.plan.program, self.header
        header[at.P_STAGES] = len(plan.stages)
        header[at.P_LOSSES] = len(plan.losses)
        header[at.P_PURCHASE] = plan.purchase
        header[at.P_HAND] = plan.hand_bit
        header[at.P_AWAITED] = plan.awaited
        header[at.P_REMEMBERED] = sum(1 << leaf for leaf in plan.leaves((1 << self.width) - 1))
        header[at.P_ASKED] = sum(1 << leaf for leaf in program.asked)
        header[at.P_WAITS] = int(plan.waits)
        header[at.P_TIMED] = int(bool(plan.timed))
        header[at.P_LEAVES] = self.width
        header[at.P_CURRENCY] = currency
        header[at.P_CURRENCIES] = currencies
        header[at.P_AMOUNTS] = amounts

    def _rules(self) -> None:
        """Each rule as any of several terms, each term all of several atoms; rules know no "not"."""
        reading: list[Atom] = []
        once = of_ever = 0
        term_of, terms, atom_of, term_atoms = [0], [], [0], []
        for node in self.nodes:
            for term in _terms(node):
                seen = ever = read = 0
                for atom in term:
                    if isinstance(atom, Once):
                        seen |= 0 if atom.ever else atom.mask
                        ever |= atom.mask if atom.ever else 0
                        continue
                    if atom not in reading:
                        reading.append(atom)
                    read |= 1 << reading.index(atom)
                once, of_ever = once | seen, of_ever | ever
                terms += [seen, ever, read]
                term_atoms += [self._atom(atom) for atom in term]
                atom_of.append(len(term_atoms))
            term_of.append(len(terms) // 3)
        if len(terms) > 3 * _MOST_TERMS or len(reading) > _MOST_LEAVES:
            raise TooLargeError
        self._table(at.O_TERM_OF, term_of)
        self._table(at.O_TERMS, terms)
        self._table(at.O_ATOM_OF, atom_of)
        self._table(at.O_TERM_ATOMS, term_atoms)
        self.header[at.P_ONCE], self.header[at.P_EVER] = once, of_ever
        self.header[at.O_READINGS] = len(reading)
        self._table(at.O_READING, [self._atom(atom) for atom in reading])
        turn_of, turns = [0], []
        for node in self.nodes:
            turns += [self._atom(atom) for atom in _turning(node)]
            turn_of.append(len(turns))
        self._table(at.O_TURN_OF, turn_of)
        self._table(at.O_TURNS, turns)

    def _lists(self, number: int, place: int, nodes: list[Node]) -> None:
        """The atoms whose instants may change the answer of some of `nodes`."""
        found = [self._atom(atom) for node in nodes for atom in _turning(node)]
        self.header[number] = len(found)
        self._table(place, found)

    def _rings(self, program: Program) -> int:
        """Room for the latest n times of each counted leaf; gives the whole room."""
        sizes = [0] * self.width
        for atom in self.atoms:
            if isinstance(atom, Count):
                sizes[atom.leaf] = max(sizes[atom.leaf], atom.n)
        if sum(sizes) > _MOST_COUNTED:
            raise TooLargeError
        starts = [sum(sizes[:leaf]) for leaf in range(self.width)]
        self.header[at.P_RINGS] = sum(1 << leaf for leaf in program.counted)
        self._table(at.O_RING_AT, starts)
        self._table(at.O_RING_SIZE, sizes)
        return sum(sizes)

    def _atom(self, atom: Atom) -> int:
        if atom not in self.atoms:
            self.atoms.append(atom)
        return self.atoms.index(atom)

    def _table(self, place: int, numbers: list[int]) -> None:
        self.header[place] = self.size
        self.parts.append(numbers)
        self.size += len(numbers)


def _terms(node: Node) -> list[frozenset[Atom]]:
    """The rule as any of these, each of them all of its atoms."""
    if not isinstance(node, Joined):
        return [frozenset((node,))]
    found = [_terms(each) for each in node.of]
    if not node.every:
        return [term for terms in found for term in terms]
    joined: list[frozenset[Atom]] = [frozenset()]
    for terms in found:
        joined = [reduce(or_, (one, other)) for one in joined for other in terms]
        if len(joined) > _MOST_TERMS:
            raise TooLargeError
    return joined


def _turning(node: Node) -> list[Atom]:
    """The atoms of a rule that give `turns`."""
    if isinstance(node, Joined):
        return [atom for each in node.of for atom in _turning(each)]
    if isinstance(node, Silence) or (isinstance(node, Count) and node.within is not None):
        return [node]
    return []


def _cells(atom: Atom) -> list[int]:
    if isinstance(atom, Once):
        return [at.ONCE, atom.leaf, 1, -1, int(atom.ever), 0]
    if isinstance(atom, Count):
        within = -1 if atom.within is None else atom.within
        return [at.COUNT, atom.leaf, atom.n, within, int(atom.ever), 0]
    if isinstance(atom, Field):
        return [at.FIELD, atom.leaf, 1, -1, int(atom.ever), int(atom.missing)]
    return [at.SILENCE, atom.leaf, 1, atom.span, int(atom.ever), 0]
