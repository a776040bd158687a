"""Questions asked of the workspace both ways, after anything that happens: equal reports, lists too."""

import pytest
from happenings import NAMES, STAGES, Firm

from tundish.funnel.packed import report
from tundish.funnel.stages import packed
from tundish.stores.index import following
from tundish.workspace import indexing

answer = report.packed_step_report
fold_packed = packed.packed_stage_report


def question(draw):
    steps = [{"event": draw.choice(NAMES)} for _ in range(draw.randrange(1, 5))]
    if draw.random() < 0.3:
        steps[-1]["where"] = {"channel": "mail"}
    said = {
        "steps": steps,
        "unit": draw.choice(following.KINDS),
        "window": draw.choice(["2d", "90d"]),
    }
    if draw.random() < 0.3:
        said["breakdown"] = {"property": draw.choice(["plan", "channel"])}
    if draw.random() < 0.3:
        said["from"] = "2026-01-02"
    return said


def both(workspace, ask):
    with indexing.asking("general"):
        general = ask(workspace).to_dict(lists=True)
    with indexing.asking("index"):
        return ask(workspace).to_dict(lists=True), general


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(2))
def test_step_funnels_are_equal_from_the_index_and_from_the_columns(workspace, monkeypatch, seed):
    answered = []
    monkeypatch.setattr(
        report,
        "packed_step_report",
        lambda *said, **more: answered.append(said) or answer(*said, **more),
    )
    firm = Firm(workspace, seed)
    for _ in range(30):
        firm.do()
        if firm.random.random() < 0.3:
            said = question(firm.random)
            fast, general = both(workspace, lambda one, said=said: one.step_funnel(said))
            assert fast == general, said
    assert answered


QUIET = {"silent_for": "30d", "of": {"event": None}}


def stage_question(draw):
    said = {"name": "own", "unit": draw.choice(following.KINDS), "stages": STAGES}
    said["loss"] = [{"reason": "quiet", "when": QUIET}] if draw.random() < 0.5 else []
    return {name: value for name, value in said.items() if value}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(2))
def test_stage_funnels_are_equal_from_the_index_and_from_the_columns(workspace, monkeypatch, seed):
    answered = []
    monkeypatch.setattr(
        packed,
        "packed_stage_report",
        lambda *said, **more: answered.append(said) or fold_packed(*said, **more),
    )
    firm = Firm(workspace, 100 + seed)
    for _ in range(30):
        firm.do()
        if firm.random.random() < 0.3:
            said = stage_question(firm.random)
            fast, general = both(workspace, lambda one, said=said: one.stage_funnel(said))
            assert fast == general, said
    assert answered
