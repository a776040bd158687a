"""The workspace: state is a connection, a folder and a clock; each question has a file of its own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any

from tundish.terms import Period

if TYPE_CHECKING:
    from tundish.funnel.stages import StageReport
    from tundish.funnel.stages.visits import Visits
    from tundish.funnel.steps import StepReport
    from tundish.journal.columns import EventColumns
    from tundish.journal.event import Event
    from tundish.stores.firm import Settings, StoredDefinition
    from tundish.stores.imports import ImportRecord
    from tundish.stores.journal import Appended
    from tundish.workspace.explanation import Explanation
    from tundish.workspace.follow import Projection
    from tundish.workspace.results import ImportResult

_MANY_EVENTS = 20_000
"""From here on the lake's files are read sooner than the journal's rows, DuckDB's start included."""

Progress = Callable[[int, int | None], None]
"""Called with how many are done, and of how many if that is known."""


def machine_clock() -> int:
    """The machine's present in microseconds since 1970, UTC."""
    return time_ns() // 1000


class Workspace:
    """One firm's events, definitions and settings on an open database connection.

    `connection` is sqlite3 or psycopg, in autocommit mode, with the stores' tables made. Use it
    from one thread; `with` closes it.
    """

    def __init__(
        self, connection: Any, *, folder: Path, clock: Callable[[], int] | None = None
    ) -> None:
        self.connection = connection
        self.folder = folder
        self._clock = clock or machine_clock

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def now(self) -> int:
        """The present by the workspace's clock, microseconds since 1970, UTC."""
        return self._clock()

    @property
    def position(self) -> int:
        """The position of the journal's last event; 0 where there is none."""
        from tundish.stores import journal

        return journal.position(self.connection)

    # The firm and its funnels

    @property
    def firm(self) -> "Settings":
        """The firm's name, currency, time zone, language and digits."""
        from tundish.stores import firm

        return firm.settings(self.connection)

    def definitions(self) -> "list[StoredDefinition]":
        """All kept definitions, every version."""
        from tundish.stores import firm

        return firm.definitions(self.connection)

    @property
    def active(self) -> "StoredDefinition | None":
        """The definition that the picture, the board and the lists follow; None before a choice."""
        return next((one for one in self.definitions() if one.active), None)

    def use(self, definition: Any, *, author: str | None = None) -> "StoredDefinition":
        """Keep a ready-made model, by name, or a definition of one's own, and make it active.

        The past is folded by it before it is switched on. Raises DefinitionError.
        """
        from tundish.workspace import choosing

        return choosing.use(self, definition, author=author)

    # Questions

    def step_funnel(self, definition: Any) -> "StepReport":
        """The step funnel of `definition` (mapping, text or path) over all events."""
        from tundish.workspace import steps

        return steps.step_funnel(self, definition)

    def stage_funnel(
        self,
        definition: Any = None,
        *,
        period: Period | None = None,
        segment: Mapping[str, Any] | None = None,
        counting: str | None = None,
        breakdown: Any = None,
    ) -> "StageReport":
        """The stage funnel from the events: of the active definition, a kept one, a model, or data."""
        from tundish.workspace import questions

        return questions.stage_funnel(
            self,
            definition,
            view=questions.View(period, segment, counting, breakdown),
        )

    def live_report(
        self,
        definition: Any = None,
        *,
        period: Period | None = None,
        segment: Mapping[str, Any] | None = None,
        counting: str | None = None,
        breakdown: Any = None,
        behind: int = 0,
    ) -> "StageReport":
        """The same report as `stage_funnel`, from the visits that the follower keeps.

        Of the active definition, of a kept one by name, or of one given as data. Where the visits
        of one that is not active miss something older than `behind` microseconds, from the events.
        """
        from tundish.workspace import questions

        view = questions.View(period, segment, counting, breakdown)
        return questions.live_report(self, definition, view=view, behind=behind)

    def events(self, **which: Any) -> "EventColumns":
        """The events that count, as columns: `unit_kind` and `ids`, `names`, `since`, `until`."""
        from tundish.stores import journal

        if self.position < _MANY_EVENTS:
            return journal.columns(self.connection, **which)
        from tundish.stores import local

        return local.events(self.folder, self.connection, **which)

    def journey(self, unit: str, *, definition: Any = None) -> "Visits":
        """Every visit of one unit, folded afresh from its events."""
        from tundish.workspace import journey

        return journey.journey(self, unit, definition=definition)

    def explain(self, unit: str, *, definition: Any = None) -> "Explanation":
        """Why a unit stands where it stands. Raises NotFoundError for an id that has no event."""
        from tundish.workspace import explaining

        return explaining.explain(self, unit, definition=definition)

    def unit_properties(
        self, kind: str, *, names: Collection[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """What is known of each person, company or deal, without personal data; or only `names`."""
        from tundish.workspace import segments

        return segments.unit_properties(self, kind, names=names)

    # What comes in

    def append(self, events: "Iterable[Event]") -> "Appended":
        """Add events to the journal; those whose id it has already are left out."""
        from tundish.stores import journal

        return journal.append(self.connection, events, now=self.now())

    def preview(
        self,
        paths: Any,
        *,
        kind: str | None = None,
        mapping: Mapping[str, str] | None = None,
        currency: str | None = None,
    ) -> "ImportResult":
        """What an import would bring; nothing is written. Raises InputError as the import would."""
        return self.import_files(paths, kind=kind, mapping=mapping, currency=currency, dry_run=True)

    def import_files(
        self,
        paths: Any,
        *,
        kind: str | None = None,
        mapping: Mapping[str, str] | None = None,
        currency: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
        actor: str | None = None,
        record: int | None = None,
    ) -> "ImportResult":
        """Read files into the journal, each row once; `record` continues a kept import record."""
        from tundish.workspace import imports

        asked = imports.Asked(kind, mapping, currency, actor, record)
        return imports.import_files(self, paths, asked=asked, dry_run=dry_run, progress=progress)

    def undo(self, imported: int | str, *, actor: str | None = None) -> int:
        """Take an import back; gives how many events no longer count. Raises NotFoundError."""
        from tundish.workspace import undo

        return undo.undo(self, imported, actor=actor)

    def erase(self, person: str) -> int:
        """Delete a person's personal values for good; gives how many. Raises NotFoundError."""
        from tundish.workspace import erasing

        return erasing.erase(self, person)

    def imports(self) -> "list[ImportRecord]":
        """The imports, the latest first."""
        from tundish.stores import imports

        return imports.imports(self.connection)

    # What is derived

    def catch_up(
        self, *, projections: "Sequence[Projection]" = (), progress: Progress | None = None
    ) -> int:
        """Bring profiles and visits up to the journal's end; gives how many events were new."""
        from tundish.workspace import follow

        return follow.catch_up(self, projections=projections, progress=progress)

    def keep_warm(self) -> bool:
        """Bring the visits of one model that is not active up to date; whether one was behind."""
        from tundish.workspace import warm

        return warm.keep_warm(self)

    def keep_indexed(self) -> bool:
        """Bring the fast index one step on; whether more is to do."""
        from tundish.workspace import indexing

        return indexing.follow(self)

    def rebuild(
        self, *, projections: "Sequence[Projection]" = (), progress: Progress | None = None
    ) -> int:
        """Empty all that is derived and replay the journal; gives the number of events."""
        from tundish.workspace import rebuild

        return rebuild.rebuild(self, projections=projections, progress=progress)
