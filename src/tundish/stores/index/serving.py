"""How many units each event serves, told from the packed events themselves."""

import numpy as np

from tundish.funnel.packed.events import TIME_BITS, UNIT_BITS, PackedEvents
from tundish.journal.columns import Ints


def served(packed: PackedEvents) -> tuple[int, int]:
    """(events that serve a unit, events that serve several of them). The runs need positions."""
    found = [np.zeros(0, np.int64)]
    for runs in packed.kinds.values():
        for run in runs:
            assert run.position is not None
            position: Ints = run.position
            if packed.masked is not None:
                bucket = np.repeat(np.arange(len(run.starts) - 1), np.diff(run.starts))
                position = position[~packed.masked[bucket << UNIT_BITS | run.keys >> TIME_BITS]]
            found.append(position)
    times = np.bincount(np.concatenate(found))
    return int((times > 0).sum()), int((times > 1).sum())
