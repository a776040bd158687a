"""The shared words as frozen values, and the error tree. Standard library only."""

from tundish.terms.errors import (
    DefinitionError,
    InputError,
    NotAllowedError,
    NotFoundError,
    TundishError,
    WorkspaceError,
)
from tundish.terms.times import (
    DAY,
    HOUR,
    MICROSECOND,
    MINUTE,
    SECOND,
    WEEK,
    from_micros,
    parse_instant,
    parse_span,
    to_micros,
)
from tundish.terms.values import NO_CURRENCY, Money, Period, Quantiles, Rate

__all__ = [
    "DAY",
    "HOUR",
    "MICROSECOND",
    "MINUTE",
    "NO_CURRENCY",
    "SECOND",
    "WEEK",
    "DefinitionError",
    "InputError",
    "Money",
    "NotAllowedError",
    "NotFoundError",
    "Period",
    "Quantiles",
    "Rate",
    "TundishError",
    "WorkspaceError",
    "from_micros",
    "parse_instant",
    "parse_span",
    "to_micros",
]
