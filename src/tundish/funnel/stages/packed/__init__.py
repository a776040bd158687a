"""The stage fold over packed events, compiled: the same report as the general fold, without a step
of Python for each unit.

It needs the optional extra `fast` (numba). Every rule, loss, loop, move by hand, estimated time and
bare day is walked as `passes.py` walks it, so whole journals are answered; what is left to the
general fold, unit by unit, is named in `leaving.cause`. Without the extra, and for a definition that
has more parts than the walk has room for, `can_answer` says no.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from tundish.funnel.packed.events import PackedEvents
from tundish.funnel.packed.packing import pack
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.parsing import parse_stages
from tundish.journal.columns import Coded, EventColumns

if TYPE_CHECKING:
    from tundish.funnel.stages.report import StageReport

__all__ = ["can_answer", "packed_stage_report", "warm"]


def can_answer(definition: StageDefinition, packed: PackedEvents) -> bool:
    """Whether the packed fold answers this definition exactly; if not, the general one must.

    That the events are packed for the definition's kind of unit is for the caller to see to.
    """
    if find_spec("numba") is None:
        return False
    if definition.choice is not None and definition.choice.how != "named":
        return False
    from tundish.funnel.stages.packed.room import fits

    return fits(definition, packed)


def warm() -> bool:
    """Have the machine code made and kept, so that no question waits for it (some seconds, once an
    installation); False without the extra."""
    if find_spec("numba") is None:
        return False
    rule = {"event": "a"}
    wanted = parse_stages(
        {"stages": [{"name": name, "enter": rule, "purchase": name == "c"} for name in "abc"]}
    )
    one = np.zeros(1, np.int64)
    columns = EventColumns(one, Coded.of(["a"]), {"unit": Coded.of(["u"])})
    packed_stage_report(pack(columns, "unit"), wanted).to_dict()
    return True


def packed_stage_report(
    packed: PackedEvents, definition: StageDefinition, **more: Any
) -> "StageReport":
    """The report of a definition that can be answered; see `report.packed_stage_report`."""
    from tundish.funnel.stages.packed import report

    return report.packed_stage_report(packed, definition, **more)
