"""A stage definition from plain data (a dict, or what YAML and JSON give)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tundish.funnel.stages.definition import (
    ATTRIBUTIONS,
    COUNTINGS,
    LEAST,
    MOST,
    OWNERS,
    PERIOD_COUNTS,
    Breakdown,
    Loop,
    Loss,
    Stage,
    StageDefinition,
)
from tundish.funnel.stages.rules import parse_rule
from tundish.funnel.stages.scalars import (
    fail,
    flag,
    instant,
    known,
    mapping,
    one_of,
    share,
    text,
    texts,
    title,
    titles,
    zone,
)
from tundish.funnel.units import parse_unit
from tundish.terms import parse_span

KEYS = (
    "name", "title", "description", "origin", "unit", "value", "stages", "loss", "loop", "from", "to",
    "period_counts", "counting", "timezone", "as_of", "breakdown",
)  # fmt: skip
STAGE_KEYS = (
    "name", "title", "enter", "purchase", "owner", "activities", "touchpoints", "target",
    "stuck_after", "falls_back",
)  # fmt: skip
LOSS_KEYS = ("reason", "when", "title")
LOOP_KEYS = ("from", "to", "within")
VALUE_KEYS = ("property", "currency")
BREAKDOWN_KEYS = ("property", "properties", "scope", "attribution", "limit")
SCOPES = ("event", "unit")


def parse_stages(data: object) -> StageDefinition:
    """The definition that `data` writes. Raises DefinitionError that names the place."""
    body = mapping(data, place="definition")
    known(body, KEYS, place="")
    stages = _stages(body.get("stages"))
    tz = zone(body.get("timezone", "UTC"), place="timezone")
    amount, currency = _value(body.get("value"))
    return StageDefinition(
        stages=stages,
        unit=_unit(body.get("unit")),
        choice=parse_unit(body.get("unit")),
        name=text(body.get("name", ""), place="name"),
        title=title(body.get("title"), place="title"),
        description=title(body.get("description"), place="description"),
        origin=title(body.get("origin"), place="origin"),
        value_property=amount,
        currency=currency,
        loss=_losses(body.get("loss")),
        loop=_loop(body.get("loop"), stages),
        start=instant(body.get("from"), tz, place="from"),
        end=instant(body.get("to"), tz, place="to", ends=True),
        period_counts=one_of(
            body.get("period_counts", "passes"), PERIOD_COUNTS, place="period_counts"
        ),
        counting=one_of(body.get("counting", "reached"), COUNTINGS, place="counting"),
        timezone=tz.key,
        as_of=instant(body.get("as_of"), tz, place="as_of", ends=True),
        breakdown=_breakdown(body.get("breakdown")),
        source=MappingProxyType(dict(body)),
    )


def _stages(said: object) -> tuple[Stage, ...]:
    if not isinstance(said, list | tuple):
        raise fail(f"stages is a list of {LEAST} to {MOST} stages, not {said!r}.", "stages")
    if not LEAST <= len(said) <= MOST:
        raise fail(
            f"A funnel has {LEAST} to {MOST} stages, not {len(said)}.",
            "stages", code="stages_number",
        )  # fmt: skip
    stages = tuple(_stage(each, place=f"stages[{i}]") for i, each in enumerate(said))
    seen: set[str] = set()
    for i, stage in enumerate(stages):
        if stage.name.casefold() in seen:
            raise fail(f"Two stages have the name {stage.name!r}.", f"stages[{i}].name")
        seen.add(stage.name.casefold())
    purchases = [stage.name for stage in stages if stage.purchase]
    if len(purchases) != 1:
        raise fail(
            f"Exactly one stage is the purchase; here {len(purchases)} of "
            f"{', '.join(s.name for s in stages)} are.",
            "stages", code="purchase_number", hint="Write purchase: true on one stage.",
        )  # fmt: skip
    return stages


def _stage(said: object, *, place: str) -> Stage:
    body = mapping(said, place=place)
    known(body, STAGE_KEYS, place=place)
    for key in ("name", "enter"):
        if key not in body:
            raise fail(f"A stage needs {key!r}.", place, code="key_missing")
    owner = body.get("owner")
    return Stage(
        name=text(body["name"], place=f"{place}.name", filled=True),
        enter=parse_rule(body["enter"], place=f"{place}.enter"),
        title=title(body.get("title"), place=f"{place}.title"),
        purchase=flag(body.get("purchase"), place=f"{place}.purchase"),
        owner=None if owner is None else one_of(owner, OWNERS, place=f"{place}.owner"),
        activities=titles(body.get("activities"), place=f"{place}.activities"),
        touchpoints=texts(body.get("touchpoints"), place=f"{place}.touchpoints"),
        target=share(body.get("target"), place=f"{place}.target"),
        stuck_after=parse_span(body.get("stuck_after"), place=f"{place}.stuck_after"),
        falls_back=flag(body.get("falls_back"), place=f"{place}.falls_back"),
    )


def _losses(said: object) -> tuple[Loss, ...]:
    if said is None:
        return ()
    if not isinstance(said, list | tuple):
        raise fail(f"loss is a list of {{reason, when}}, not {said!r}.", "loss")
    losses = tuple(_loss(each, place=f"loss[{i}]") for i, each in enumerate(said))
    for i, loss in enumerate(losses):
        if loss.reason in {other.reason for other in losses[:i]}:
            raise fail(
                f"Two losses have the reason {loss.reason!r}.", f"loss[{i}].reason",
                hint="Join their rules with any.",
            )  # fmt: skip
    return losses


def _loss(said: object, *, place: str) -> Loss:
    body = mapping(said, place=place)
    known(body, LOSS_KEYS, place=place)
    for key in ("reason", "when"):
        if key not in body:
            raise fail(f"A loss needs {key!r}.", place, code="key_missing")
    return Loss(
        reason=text(body["reason"], place=f"{place}.reason", filled=True),
        when=parse_rule(body["when"], place=f"{place}.when"),
        title=title(body.get("title"), place=f"{place}.title"),
    )


def _loop(said: object, stages: tuple[Stage, ...]) -> Loop | None:
    if said is None:
        return None
    body = mapping(said, place="loop")
    known(body, LOOP_KEYS, place="loop")
    names = tuple(stage.name for stage in stages)
    ends = []
    for key in ("from", "to"):
        if key not in body:
            raise fail(f"A loop needs {key!r}.", "loop", code="key_missing")
        ends.append(names.index(one_of(body[key], names, place=f"loop.{key}")))
    if ends[1] > ends[0]:
        raise fail(
            f"A loop leads back: {body['to']!r} lies after {body['from']!r}.", "loop.to",
            hint="Choose the stage itself or an earlier one.",
        )  # fmt: skip
    return Loop(ends[0], ends[1], parse_span(body.get("within"), place="loop.within"))


def _value(said: object) -> tuple[str, str | None]:
    if said is None:
        return "value", None
    if isinstance(said, str):
        return text(said, place="value", filled=True), None
    body = mapping(said, place="value")
    known(body, VALUE_KEYS, place="value")
    currency = body.get("currency")
    return (
        text(body.get("property", "value"), place="value.property", filled=True),
        None if currency is None else text(currency, place="value.currency", filled=True),
    )


def _unit(said: object) -> str | Mapping[str, str]:
    choice = parse_unit(said)
    return "person" if choice is None else choice.to_data()


def _breakdown(said: object) -> Breakdown | None:
    if said is None:
        return None
    if isinstance(said, str):
        return Breakdown((said,))
    body: Mapping[str, Any] = mapping(said, place="breakdown")
    known(body, BREAKDOWN_KEYS, place="breakdown")
    if ("property" in body) == ("properties" in body):
        raise fail("A breakdown names either a property or properties.", "breakdown")
    names = (
        (text(body["property"], place="breakdown.property", filled=True),)
        if "property" in body
        else texts(body["properties"], place="breakdown.properties")
    )
    limit = body.get("limit", 10)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise fail(f"limit is a whole number from 1 on, not {limit!r}.", "breakdown.limit")
    return Breakdown(
        names,
        one_of(body.get("scope", "event"), SCOPES, place="breakdown.scope"),
        one_of(body.get("attribution", "first_touch"), ATTRIBUTIONS, place="breakdown.attribution"),
        limit,
    )
