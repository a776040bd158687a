"""Small journals and definitions, for the kernel and for the reference alike. Ticks are microseconds."""

from datetime import timedelta

import numpy as np
from hypothesis import strategies as st

from tundish.funnel.stages.visits import NEVER, OUTCOMES
from tundish.journal.columns import Coded, EventColumns
from tundish.terms import from_micros

NAMES = ("ask", "try", "order", "use", "quit", "other")
STAGES = ("aware", "keen", "bought", "happy", "loyal")


def event(name, t, *, unit="u", estimated=False, day=False, ident=None, **props):
    """One event in the reference's form."""
    return {
        "id": ident, "unit": unit, "event": name, "t": t, "props": props,
        "estimated": estimated, "day": day,
    }  # fmt: skip


def columns(events):
    """The kernel's columns of these events, in the order given."""
    keys = sorted({key for e in events for key in e["props"]})
    return EventColumns(
        time=np.asarray([e["t"] for e in events], np.int64),
        event=Coded.of(e["event"] for e in events),
        units={"unit": Coded.of(e["unit"] for e in events)},
        properties={key: Coded.of(e["props"].get(key) for e in events) for key in keys},
        estimated=np.asarray([e["estimated"] for e in events], np.bool_),
        day_only=np.asarray([e["day"] for e in events], np.bool_),
        ids=Coded.of(e["id"] for e in events) if any(e["id"] for e in events) else None,
    )


def spelled(thing, key=None):
    """The definition as the kernel reads it: whole ticks become spans and instants."""
    if isinstance(thing, dict):
        return {k: spelled(v, k) for k, v in thing.items()}
    if isinstance(thing, list):
        return [spelled(v) for v in thing]
    if key in ("silent_for", "within", "stuck_after") and thing is not None:
        return timedelta(microseconds=thing)
    if key in ("from", "to", "as_of") and isinstance(thing, int):
        return from_micros(thing)
    return thing


def plain(visits):
    """Visits as the reference writes them, by unit."""
    found = {}
    for i, unit in enumerate(visits.unit.to_list()):
        left, to_stage = int(visits.left[i]), int(visits.to_stage[i])
        found.setdefault(unit, []).append(
            {
                "pass": int(visits.pass_no[i]), "stage": int(visits.stage[i]),
                "entered": int(visits.entered[i]), "left": None if left == NEVER else left,
                "outcome": OUTCOMES[int(visits.outcome[i])],
                "to_stage": None if to_stage < 0 else to_stage,
                "imputed": bool(visits.imputed[i]), "by_hand": bool(visits.by_hand[i]),
                "reason": visits.reason.at(i),
            }
        )  # fmt: skip
    return found


def by_unit(events):
    """The events of each unit."""
    found = {}
    for e in events:
        found.setdefault(e["unit"], []).append(e)
    return found


def definition(*rules, purchase=2, loss=(), loop=None, names=STAGES, **more):
    """A definition of these entry rules; a bare text is an event's name."""
    stages = [
        {"name": names[i], "enter": {"event": rule} if isinstance(rule, str) else rule}
        for i, rule in enumerate(rules)
    ]
    stages[purchase]["purchase"] = True
    return {"stages": stages, "loss": list(loss)} | ({"loop": loop} if loop else {}) | more


_SPANS = st.integers(1, 6)


@st.composite
def tests_of_one_event(draw):
    """What may stand in `of`."""
    if draw(st.integers(0, 3)) == 0:
        parts = [{"event": draw(st.sampled_from(NAMES))} for _ in range(2)]
        return {"any": parts}
    return {"event": draw(st.sampled_from((*NAMES, None)))}


@st.composite
def rules(draw, depth=1):
    """Any form of rule."""
    form = draw(
        st.sampled_from(
            ("event", "event", "event", "where", "at_least", "within", "silent", "field", "score")
            + (("all", "any") if depth else ())
        )
    )
    rule = {
        "event": lambda: {"event": draw(st.sampled_from(NAMES))},
        "where": lambda: {
            "event": draw(st.sampled_from(NAMES)), "where": {"plan": draw(st.integers(0, 1))}
        },
        "at_least": lambda: {"at_least": draw(st.integers(1, 3)), "of": draw(tests_of_one_event())},
        "within": lambda: {
            "at_least": draw(st.integers(1, 3)), "of": draw(tests_of_one_event()),
            "within": draw(_SPANS),
        },
        "silent": lambda: {"silent_for": draw(_SPANS), "of": draw(tests_of_one_event())},
        "field": lambda: {"field": "fit", "op": "equals", "value": draw(st.integers(0, 2))},
        "score": lambda: {"score": "fit", "gte": draw(st.integers(1, 2))},
        "all": lambda: {"all": [draw(rules(depth=0)) for _ in range(2)]},
        "any": lambda: {"any": [draw(rules(depth=0)) for _ in range(2)]},
    }[form]()  # fmt: skip
    if draw(st.integers(0, 5)) == 0:
        rule["ever"] = True
    return rule


@st.composite
def definitions(draw, entry=None):
    """A whole definition of 3 to 5 stages."""
    n = draw(st.integers(3, 5))
    purchase = draw(st.integers(0, n - 1))
    entry = rules() if entry is None else entry
    stages = []
    for i in range(n):
        plain_rule = {"event": NAMES[i % 4]}
        stage = {"name": STAGES[i], "enter": draw(st.one_of(st.just(plain_rule), entry))}
        if i == purchase:
            stage["purchase"] = True
        if draw(st.integers(0, 4)) == 0:
            stage["falls_back"] = True
        if draw(st.booleans()):
            stage["stuck_after"] = draw(_SPANS)
        stages.append(stage)
    whole = {"stages": stages, "loss": []}
    for reason in draw(st.sampled_from(((), ("gone",), ("gone", "cold")))):
        when = draw(st.one_of(st.just({"event": "quit"}), entry))
        whole["loss"].append({"reason": reason, "when": when})
    if draw(st.booleans()):
        source = draw(st.integers(0, n - 1))
        target = draw(st.integers(0, source))
        whole["loop"] = {"from": STAGES[source], "to": STAGES[target], "within": 5}
    return whole


@st.composite
def journals(draw, units=1, most=14, hand=True):
    """Events of some units on a coarse clock, so that many fall together."""
    names = (*NAMES, "field_changed", *(("stage_moved",) if hand else ()))
    found = []
    for i in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from(names))
        props = {"plan": draw(st.integers(0, 1))}
        if name == "field_changed":
            props |= {"field": "fit", "new": draw(st.sampled_from((0, 1, 2)))}
        if name == "stage_moved":
            props |= {"stage": draw(st.sampled_from(STAGES[:4]))}
        if name == "order":
            props |= {"value": draw(st.integers(1, 9)), "currency": "EUR"}
        found.append(
            event(
                name, draw(st.integers(0, 16)), unit=f"u{draw(st.integers(1, units))}",
                estimated=draw(st.integers(0, 9)) == 0, day=draw(st.integers(0, 4)) == 0,
                ident=f"e{i:02}", **props,
            )
        )  # fmt: skip
    return found
