"""Random journeys added up as flows, so that what comes in goes out."""

from collections import Counter

from hypothesis import strategies as st

from tundish.funnel.picture import Head
from tundish.funnel.stages.visits import Flow
from tundish.terms import Rate


@st.composite
def walks(draw: st.DrawFn) -> tuple[int, list[Flow]]:
    """(number of stages, flows) of up to a dozen kinds of journeys, each walked by many units."""
    n = draw(st.integers(3, 7))
    found: Counter[tuple[str, int | None, int | None]] = Counter()
    for _ in range(draw(st.integers(1, 12))):
        many = draw(st.integers(1, 5000))
        at = draw(st.integers(0, n - 1))
        found["entered", None, at] += many
        for _ in range(draw(st.integers(0, 8))):
            to = draw(st.integers(0, n - 1))
            if to == at:
                break
            kind = "moved_on"
            if to < at:
                kind = "looped" if at == n - 1 and to == n // 2 else "fell_back"
            found[kind, at, to] += many
            at = to
        found[draw(st.sampled_from(["still_here", "lost"])), at, None] += many
    reason = {"lost": "silent"}
    return n, [Flow(k, s, t, c, reason.get(k)) for (k, s, t), c in found.items()]


def report_of(n: int, flows: list[Flow]) -> dict[str, object]:
    """The part of a stage report's dict that the picture reads, counted from the flows."""
    stages = []
    for k in range(n):
        went = Counter({f.kind: 0 for f in flows})
        for f in flows:
            if f.source == k:
                went[f.kind] += f.count
        reached = sum(f.count for f in flows if f.target == k)
        stages.append(
            {
                "name": f"stage {k}",
                "reached": reached,
                "visited": reached,
                "skipped": 0,
                "stuck": 0,
                **{
                    kind: went[kind]
                    for kind in ("still_here", "moved_on", "fell_back", "lost", "looped")
                },
                "rate_from_entry": Rate(0, reached).to_dict(),
                "rate_from_previous": Rate(reached // 2, reached).to_dict() if k else None,
                "time_in_stage": {"n": reached, "median": 86_400.0, "low": None, "high": None},
            }
        )
    return {"stages": stages, "loop": None}


def heads_of(n: int) -> list[Head]:
    """Plain heads: the first two stages belong to marketing, the others to sales."""
    owners = ["marketing", "marketing"] + ["sales"] * n
    return [Head(f"Stage {k}", owners[k], 0.5, k == n // 2, (1, 2, 3)) for k in range(n)]
