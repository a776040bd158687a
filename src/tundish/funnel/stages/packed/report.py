"""The stage report over packed events: the same as fold and report, figure by figure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.stages.breakdown import Row
from tundish.funnel.stages.chosen import Chosen, choose
from tundish.funnel.stages.counts import StageCount
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.loop import LoopCount, loop_count
from tundish.funnel.stages.packed.asking import Asking, General
from tundish.funnel.stages.packed.dividing import divided
from tundish.funnel.stages.packed.figures import Reading
from tundish.funnel.stages.packed.others import Others
from tundish.funnel.stages.packed.sinks import Figures
from tundish.funnel.stages.report import StageReport
from tundish.funnel.stages.times import Closing
from tundish.funnel.stages.visits import Flow, Visits
from tundish.funnel.units import UnitProperties
from tundish.journal.columns import Bools, Ints


def packed_stage_report(
    packed: PackedEvents,
    definition: StageDefinition,
    *,
    as_of: int | None = None,
    unit_properties: UnitProperties | None = None,
    units: Collection[Any] | None = None,
    others: Sequence[Others] = (),
    general: General | None = None,
    whole: Callable[[], StageReport] | None = None,
    notes: Mapping[str, int] | None = None,
    threads: int = 2,
) -> StageReport:
    """What `fold` and `report` say of the same events; of some `units` only (a segment).

    `others` are the visits of the masked units, by the general fold. `general` gives those of the
    few that only it can walk (their figures hang on the ids of events); without it UnitsLeftError
    names them. `whole` is the general report, for `journeys`, which name each event. `notes` add to
    those of the packed events; `threads` of its own share the buckets.
    """
    as_of = _as_of(packed, definition) if as_of is None else as_of
    asking = Asking(
        packed,
        definition,
        as_of=as_of,
        units=units,
        others=others,
        general=general,
        threads=threads,
    )
    breakdown = definition.breakdown
    (figures,), passes_of = asking.count(passes=breakdown is not None)
    reading = Reading(figures, definition, asking.currencies)
    said = {"events_without_unit": packed.without_unit, "events_shared_by_units": packed.shared}
    said = said | dict(notes or {}) | reading.notes()
    report = _report(asking, reading, said, whole=whole)
    if breakdown is None:
        return report
    division = divided(asking, breakdown, passes_of, unit_properties or {})
    number = len(division.rows)
    each: list[Figures] = []
    if number:
        each, _ = asking.count(number=number, groups=division.row_of)
    total = _report(asking, reading, said, units=division.row_of >= 0)
    rows = [(Row(None, is_total=True), total)]
    for i, (row, found) in enumerate(zip(division.rows, each, strict=True)):
        part = Reading(found, definition, asking.currencies)
        rows.append((row, _report(asking, part, said, units=division.row_of == i)))
    return _report(asking, reading, said, rows=tuple(rows), whole=whole)


@dataclass(frozen=True, eq=False, kw_only=True)
class PackedReport(StageReport):
    """A stage report whose figures are counted already; lists, journeys and the rows of `chosen`
    walk the units once more when they are asked for."""

    reading: Reading
    whole: Callable[[], StageReport] | None = None

    @cached_property
    def stages(self) -> tuple[StageCount, ...]:
        """The figures of every stage."""
        return self.reading.stages()

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The bands of the picture."""
        return self.reading.flows()

    @cached_property
    def closing_time(self) -> Closing:
        """Seconds from start to close, of passes won and lost."""
        return self.reading.closing_time()

    @cached_property
    def loop(self) -> LoopCount:
        """Who bought again; the units themselves are looked up when they are asked for."""
        found = _Loop(self.chosen)
        return LoopCount(
            _Members(self.reading.buyers, lambda: found.count.buyers).as_tuple(),
            _Members(self.reading.returned, lambda: found.count.returned).as_tuple(),
            self.reading.loop_median(),
        )

    @property
    def losses(self) -> dict[str, int]:
        """Lost visits by reason."""
        return self.reading.losses()

    @property
    def passes(self) -> int:
        """How many passes are counted."""
        return self.reading.passes

    def to_dict(self, lists: bool = False, journeys: bool = False) -> dict[str, Any]:
        """The report as plain data; see the reference for the keys."""
        if journeys and self.whole is not None:
            return self.whole().to_dict(lists=lists, journeys=True)
        return super().to_dict(lists=lists, journeys=journeys)


class PackedChosen(Chosen):
    """The visits that a packed report counts, walked and put in order when they are asked for."""

    def __init__(
        self, definition: StageDefinition, as_of: int, visits: Callable[[], Visits]
    ) -> None:
        self.__dict__.update(definition=definition, as_of=as_of, _walk=visits)

    @cached_property
    def _found(self) -> Chosen:
        return choose(self.__dict__["_walk"](), self.definition, as_of=self.as_of)

    @property
    def visits(self) -> Visits:
        return self._found.visits

    @property
    def counted(self) -> Bools:
        return self._found.counted

    @property
    def pass_of(self) -> Ints:
        return self._found.pass_of

    @property
    def first_row(self) -> Ints:
        return self._found.first_row


class _Loop:
    """The loop of some visits, counted once."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen

    @cached_property
    def count(self) -> LoopCount:
        return loop_count(self._chosen)


class _Members(Sequence[Any]):
    """So many units, looked up when one of them is asked for."""

    def __init__(self, n: int, found: Callable[[], tuple[Any, ...]]) -> None:
        self._n, self._find = n, found

    def as_tuple(self) -> tuple[Any, ...]:
        """Itself, for those who only count and go through it."""
        return cast(tuple[Any, ...], self)

    @cached_property
    def _found(self) -> tuple[Any, ...]:
        return self._find()

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, place: Any) -> Any:
        return self._found[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._found)


def _report(
    asking: Asking,
    reading: Reading,
    notes: Mapping[str, int],
    *,
    units: Bools | None = None,
    rows: tuple[tuple[Row, StageReport], ...] = (),
    whole: Callable[[], StageReport] | None = None,
) -> PackedReport:
    """`units` (by ordinal) are those whose visits stand behind the figures; None for all."""
    chosen = PackedChosen(asking.definition, asking.as_of, lambda: asking.visits(units))
    return PackedReport(chosen, notes, rows, reading=reading, whole=whole)


def _as_of(packed: PackedEvents, definition: StageDefinition) -> int:
    return packed.latest if definition.as_of is None else definition.as_of
