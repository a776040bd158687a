"""From data (YAML, JSON, dict) to a StepDefinition; every fault names its place."""

from collections.abc import Mapping
from typing import Any, cast

from tundish.funnel.conditions import parse_conditions
from tundish.funnel.steps import definition as d
from tundish.funnel.steps.checks import (
    LAST_INSTANT,
    choice,
    fail,
    flag,
    known_keys,
    listed,
    moment,
    name_list,
    optional_text,
    text,
    whole,
    zone,
)
from tundish.funnel.units import parse_unit
from tundish.terms import parse_span

_STEP = (
    "event", "where", "where_not", "unit_where", "any_of", "optional", "occurrence", "name",
    "min_gap", "max_gap",
)  # fmt: skip
_MATCH = ("event", "where", "where_not", "unit_where")
_KEYS = (
    "steps", "order", "window", "min_gap", "max_gap", "exclusions", "where", "unit", "from", "to",
    "timezone", "range_limits", "now", "breakdown", "counting", "entry", "hold_constant", "value",
    "interval", "week_start", "from_step", "to_step", "bins",
)  # fmt: skip


def parse_steps(data: object) -> d.StepDefinition:
    """The step funnel that `data` defines. Raises DefinitionError with the place of the fault."""
    said = known_keys(data, _KEYS, place="")
    steps = _steps(said)
    last = len(steps) - 1
    order = choice(said, "order", d.ORDERS)
    if order == "unordered" and any(s.min_gap or s.max_gap is not None for s in steps):
        fail("A gap needs an order, and in an unordered funnel no step follows another.",
             "gap_without_order", "Leave out min_gap and max_gap, or use order: ordered.",
             place="order")  # fmt: skip
    where_zone = zone(said.get("timezone"), place="timezone")
    start = moment(said.get("from"), where_zone, place="from", ends=False)
    end = moment(said.get("to"), where_zone, place="to", ends=True)
    if end == LAST_INSTANT:
        end = None  # the last of all days is no end
    if start is not None and end is not None and start > end:
        fail("The range ends before it starts.", "range_backwards",
             "Exchange from and to.", place="to")  # fmt: skip
    to_step = whole(said, "to_step", default=last, least=0, most=last)
    from_step = whole(said, "from_step", default=0, least=0, most=last)
    if from_step > to_step:
        fail(f"from_step {from_step} comes after to_step {to_step}.", "steps_backwards",
             "Exchange them; both count from 0.", place="from_step")  # fmt: skip
    return d.StepDefinition(
        steps=steps,
        order=cast(Any, order),
        window=parse_span(said.get("window"), place="window"),
        exclusions=_exclusions(said.get("exclusions"), last),
        where=parse_conditions(said.get("where"), place="where"),
        unit=parse_unit(said.get("unit")),
        start=start,
        end=end,
        timezone=where_zone,
        range_limits=cast(Any, choice(said, "range_limits", d.RANGE_LIMITS)),
        now=moment(said.get("now"), where_zone, place="now", ends=True),
        breakdown=_breakdown(said.get("breakdown"), last),
        counting=cast(Any, choice(said, "counting", d.COUNTINGS)),
        entry=cast(Any, choice(said, "entry", d.ENTRIES)),
        hold_constant=name_list(said.get("hold_constant"), place="hold_constant"),
        value=_amount(said.get("value")),
        interval=cast(Any, choice(said, "interval", d.INTERVALS, default="day")),
        week_start=_week_start(said.get("week_start")),
        from_step=from_step,
        to_step=to_step,
        bins=whole(said, "bins", default=None, least=1, most=1000),
    )


def _steps(said: Mapping[str, Any]) -> tuple[d.Step, ...]:
    listing = listed(said.get("steps"), place="steps")
    if not 1 <= len(listing) <= d.MOST_STEPS:
        fail(f"A step funnel has 1 to {d.MOST_STEPS} steps, not {len(listing)}.", "steps_count",
             "List the steps in their order.", place="steps")  # fmt: skip
    least = _gaps(said.get("min_gap"), len(listing), place="min_gap")
    most = _gaps(said.get("max_gap"), len(listing), place="max_gap")
    steps = tuple(
        _step(s, least=least[i], most=most[i], place=f"steps[{i}]") for i, s in enumerate(listing)
    )
    if all(s.optional for s in steps):
        fail("Every step is optional, so nothing has to happen.", "steps_all_optional",
             "Leave at least one step required.", place="steps")  # fmt: skip
    return steps


def _gaps(said: object, size: int, *, place: str) -> list[int | None]:
    """One gap before each step: the same for all, or a list with one per step or per gap."""
    if not isinstance(said, list | tuple):
        return [parse_span(said, place=place)] * size
    gaps = [parse_span(g, place=f"{place}[{i}]") for i, g in enumerate(said)]
    if len(gaps) not in (size, size - 1):
        fail(f"{place} lists {len(gaps)} gaps for {size} steps.", "gaps_count",
             "Give one span for all, one per step, or one between each two steps.",
             place=place)  # fmt: skip
    return gaps if len(gaps) == size else [None, *gaps]


def _step(said: object, *, least: int | None, most: int | None, place: str) -> d.Step:
    step = known_keys(said, _STEP, place=place)
    match = _match(step, place=place)
    any_of = tuple(
        _alternative(a, place=f"{place}.any_of[{i}]")
        for i, a in enumerate(listed(step.get("any_of"), place=f"{place}.any_of"))
    )
    min_gap = parse_span(step["min_gap"], place=f"{place}.min_gap") if "min_gap" in step else least
    max_gap = parse_span(step["max_gap"], place=f"{place}.max_gap") if "max_gap" in step else most
    return d.Step(
        name=optional_text(step, "name", place=place) or _default_name(match, any_of),
        match=match,
        any_of=any_of,
        optional=flag(step, "optional", place=place),
        occurrence=cast(Any, choice(step, "occurrence", d.OCCURRENCES, place=place)),
        min_gap=min_gap,
        max_gap=max_gap,
    )


def _default_name(match: d.Match, any_of: tuple[d.Match, ...]) -> str:
    if match.event is not None:
        return match.event
    names = dict.fromkeys(m.event or "any event" for m in any_of)
    return " or ".join(names) if names else "any event"


def _alternative(said: object, *, place: str) -> d.Match:
    if isinstance(said, str):
        return d.Match(text(said, place=place))
    return _match(known_keys(said, _MATCH, place=place), place=place)


def _match(said: Mapping[str, Any], *, place: str) -> d.Match:
    return d.Match(
        optional_text(said, "event", place=place),
        parse_conditions(said.get("where"), place=f"{place}.where"),
        parse_conditions(said.get("where_not"), place=f"{place}.where_not"),
        parse_conditions(said.get("unit_where"), place=f"{place}.unit_where"),
    )


def _exclusions(said: object, last: int) -> tuple[d.Exclusion, ...]:
    found = []
    for i, one in enumerate(listed(said, place="exclusions")):
        place = f"exclusions[{i}]"
        row = known_keys(one, ("event", "where", "from_step", "to_step"), place=place)
        low = whole(row, "from_step", default=0, least=0, most=last, place=place)
        high = whole(row, "to_step", default=last, least=0, most=last, place=place)
        if low >= high and last > 0:
            fail(f"from_step {low} does not come before to_step {high}.", "steps_backwards",
                 "An exclusion stands between two steps; both count from 0.",
                 place=f"{place}.from_step")  # fmt: skip
        found.append(d.Exclusion(_match(row, place=place), low, high))
    return tuple(found)


def _breakdown(said: object, last: int) -> d.Breakdown | None:
    if said is None:
        return None
    keys = ("property", "properties", "scope", "attribution", "step", "limit")
    row = known_keys(said, keys, place="breakdown")
    if (row.get("property") is None) == (row.get("properties") is None):
        fail("A breakdown has either property or properties.", "breakdown_unreadable",
             "Write for example {property: channel}.", place="breakdown")  # fmt: skip
    named = row.get("property")
    if named is not None:
        names: tuple[str, ...] = (text(named, place="breakdown.property"),)
    else:
        names = name_list(row.get("properties"), place="breakdown.properties")
    if not names:
        fail("A breakdown by properties names at least one.", "breakdown_unreadable",
             "Write for example {properties: [channel, country]}.",
             place="breakdown.properties")  # fmt: skip
    return d.Breakdown(
        names,
        cast(Any, choice(row, "scope", d.SCOPES, place="breakdown")),
        cast(Any, choice(row, "attribution", d.ATTRIBUTIONS, place="breakdown")),
        whole(row, "step", default=0, least=0, most=last, place="breakdown"),
        whole(row, "limit", default=10, least=1, most=1000, place="breakdown"),
    )


def _amount(said: object) -> d.Amount | None:
    if said is None:
        return None
    row = known_keys(said, ("property", "currency"), place="value")
    return d.Amount(
        text(row.get("property"), place="value.property"),
        optional_text(row, "currency", place="value"),
    )


def _week_start(said: object) -> int:
    """0 (Monday) to 6; a weekday's name, its first three letters, or that number."""
    if said is None:
        return 0
    if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= 6:
        return said
    days = [day for day in d.WEEKDAYS if str(said).casefold() in (day, day[:3])]
    if not days:
        fail(f"{said!r} is not a day of the week; there are {', '.join(d.WEEKDAYS)}.",
             "choice_unknown", "Choose one of these, or 0 (Monday) to 6.",
             place="week_start")  # fmt: skip
    return d.WEEKDAYS.index(days[0])
