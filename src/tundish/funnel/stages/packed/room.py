"""Whether a definition fits the compiled walk's arrays."""

from tundish.funnel.packed.events import UNIT_BITS, PackedEvents
from tundish.funnel.stages.definition import StageDefinition
from tundish.funnel.stages.packed.program import TooLargeError, flat_of
from tundish.funnel.stages.packed.runs import CURRENCY, properties_asked

_MOST_RUNS = 1 << UNIT_BITS
_MOST_CURRENCIES = 500


def fits(definition: StageDefinition, packed: PackedEvents) -> bool:
    """Whether the definition has few enough parts, and the events few enough runs and currencies,
    and every property that is asked for is packed."""
    try:
        flat = flat_of(definition, currency=-1, currencies=0, amounts=0)
    except TooLargeError:
        return False
    asked = properties_asked(definition, flat.program)
    breakdown = definition.breakdown
    if breakdown is not None and breakdown.scope == "event":
        asked |= set(breakdown.properties)
    held = packed.complete or (bool(packed.left_out) and not asked & packed.left_out)
    return (
        (held or asked <= set(packed.dictionaries))
        and sum(len(runs) for runs in packed.kinds.values()) < _MOST_RUNS
        and len(packed.dictionaries.get(CURRENCY, ())) < _MOST_CURRENCIES
    )
