"""Small journals for kernel and reference, and the comparison of their reports."""

import numpy as np
from hypothesis import strategies as st

from tundish.funnel.steps import parse_steps, step_report
from tundish.journal.columns import Coded, EventColumns

SECOND = 1_000_000
PROPERTIES = ("v", "g", "amount", "currency")


def event(unit, name, time, **more):
    """One event of the reference's form; further words are properties."""
    flags = {k: more.pop(k, False) for k in ("estimated", "day_only")}
    properties = {k: v for k, v in more.items() if v is not None}
    return {"unit": unit, "event": name, "time": time, "properties": properties} | flags


def columns_of(events):
    """The same events as columns."""
    return EventColumns(
        time=np.asarray([e["time"] * SECOND for e in events], np.int64),
        event=Coded.of(e["event"] for e in events),
        units={"unit": Coded.of(e["unit"] for e in events)},
        properties={
            name: Coded.of(e["properties"].get(name) for e in events) for name in PROPERTIES
        },
        estimated=np.asarray([e["estimated"] for e in events], np.bool_),
        day_only=np.asarray([e["day_only"] for e in events], np.bool_),
    )


def kernel(events, definition, **more):
    """The kernel's report with lists, without notes, its keys as the reference's."""
    written = step_report(columns_of(events), parse_steps(definition), **more).to_dict(lists=True)
    del written["notes"]
    return written


def difference(one, other, place=""):
    """Where two reports differ first, as text; empty where they are equal up to rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        if set(one) != set(other):
            return f"{place}: keys {sorted(set(one) ^ set(other))}"
        return next((d for k in one if (d := difference(one[k], other[k], f"{place}.{k}"))), "")
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return f"{place}: {one!r} has another length than {other!r}"
        pairs = enumerate(zip(one, other, strict=True))
        return next((d for i, (a, b) in pairs if (d := difference(a, b, f"{place}[{i}]"))), "")
    if isinstance(one, float) or isinstance(other, float):
        near = one is not None and other is not None and abs(one - other) < 1e-9
        return "" if near else f"{place}: {one!r} is not {other!r}"
    return "" if one == other else f"{place}: {one!r} is not {other!r}"


def journals(*, most=6, units="ab", names="xyz", last=5, scale=1, **properties):
    """Lists of events whose times, names and values collide often."""
    drawn = {
        "v": st.sampled_from([None, "p", "q"]),
        "g": st.none(),
        "amount": st.none(),
        "currency": st.none(),
    } | properties
    one = st.builds(
        event,
        st.sampled_from(units),
        st.sampled_from(names),
        st.integers(0, last).map(lambda t: t * scale),
        **drawn,
    )
    return st.lists(one, min_size=1, max_size=most)


def step_lists(*, names="xyz", least=1, most=3, **more):
    """Steps that may repeat, match anything, or match by a property."""
    one = st.fixed_dictionaries(
        {"event": st.sampled_from([*names, *names, None])}, optional={**more}
    )
    return st.lists(one, min_size=least, max_size=most)


def definitions(steps, **optional):
    """Definitions with `steps` and any of the optional keys."""
    return st.fixed_dictionaries({"steps": steps}, optional=optional)


windows = st.integers(0, 5)
