"""Maven Analytics' CRM tables through the command line: the figures that the firm knows."""

import json

import pytest

import tundish
from tests.shared import SHARED
from tundish.cli.main import main

MAVEN = SHARED / "maven_crm_opportunities"
DAY = 86400

pytestmark = pytest.mark.skipif(not MAVEN.is_dir(), reason=f"absent shared data: {MAVEN.name}")


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A workspace into which the command line has imported Maven's folder; not to be changed."""
    place = tmp_path_factory.mktemp("maven") / "firm"
    assert main(["import", str(MAVEN), "--data", str(place), "--currency", "USD"]) == 0
    return place


def _stages(capsys, place, *more):
    capsys.readouterr()
    assert main(["stages", "--data", str(place), *more]) == 0
    return capsys.readouterr().out


def test_the_stages_have_mavens_figures(imported, capsys):
    said = json.loads(_stages(capsys, imported, "--json", "--lists"))
    prospecting, engaging, won = said["stages"]
    assert said["passes"] == prospecting["reached"] == 8800
    assert prospecting["still_here"] == 500
    assert engaging["still_here"] == 1589
    assert won["visited"] == won["reached"] == 4238
    assert said["losses"] == {"lost": 2473}
    assert won["value"]["sum"] == 10_005_534
    assert won["value"]["currency"] == "USD"
    assert said["closing_time"]["won"]["median"] == 57 * DAY
    assert said["closing_time"]["lost"]["median"] == 14 * DAY


def test_each_list_has_its_number(imported, capsys):
    said = json.loads(_stages(capsys, imported, "--json", "--lists"))
    per_stage = set(said["lists"]) & set(said["stages"][0])
    assert {"reached", "still_here", "lost", "moved_on"} <= per_stage
    for count in per_stage:
        lengths = [len(members) for members in said["lists"][count]]
        assert lengths == [stage[count] for stage in said["stages"]], count
    assert {r: len(m) for r, m in said["lists"]["losses"].items()} == said["losses"]
    assert len(said["lists"]["passes"]) == said["passes"]


def test_the_drawing_tells_the_win_rate_with_its_counts(imported, capsys):
    told = _stages(capsys, imported)
    assert told.isascii()
    assert "Won of those closed: 63.15 % (61.99-64.30), 4,238 of 6,711" in told
    assert "Closed as won: median 57 days (n = 4,238)" in told
    assert "Closed as lost: median 14 days (n = 2,473)" in told
    assert "10,005,534 USD" in told


def test_python_command_line_and_kept_visits_agree(imported, capsys):
    said = json.loads(_stages(capsys, imported, "--json", "--lists"))
    with tundish.open(imported) as workspace:
        asked = workspace.stage_funnel().to_dict(lists=True)
        live = workspace.live_report().to_dict(lists=True)
        merged = tundish.stage_funnel(workspace.events(), "opportunities").to_dict(lists=True)
    asked = json.loads(json.dumps(asked))
    assert {k: v for k, v in asked.items() if k != "notes"} == {
        k: v for k, v in said.items() if k != "notes"
    }
    assert {k: v for k, v in live.items() if k != "notes"} == {
        k: v for k, v in json.loads(json.dumps(asked)).items() if k != "notes"
    }
    # Without the workspace's clock, time stops at the latest event: the counts are the same.
    counts = ("reached", "visited", "skipped", "lost", "still_here", "moved_on", "value")
    for ours, theirs in zip(merged["stages"], asked["stages"], strict=True):
        assert [ours[name] for name in counts] == [theirs[name] for name in counts]


def test_a_deal_is_explained(imported, capsys):
    capsys.readouterr()
    assert main(["explain", "1C1I7A6R", "--data", str(imported)]) == 0
    told = capsys.readouterr().out
    assert "The deal 1C1I7A6R stands in Won of the funnel opportunities." in told
    assert "(deal_won) at 2017-03-01" in told


def test_a_second_import_changes_nothing_undo_takes_all_back_and_it_may_come_again(
    tmp_path, capsys
):
    place = str(tmp_path / "firm")
    files = [str(MAVEN / name) for name in ("sales_pipeline.csv", "accounts.csv", "products.csv")]
    assert main(["import", *files, "--data", place, "--as", "crm-opportunities"]) == 0
    first = _stages(capsys, place)
    assert main(["import", *files, "--data", place]) == 0
    assert "0 new events from 8,800 rows" in capsys.readouterr().out
    assert _stages(capsys, place) == first
    assert main(["undo", "1", "--data", place]) == 0
    assert "Passes: 0" in _stages(capsys, place)
    assert main(["import", *files, "--data", place]) == 0
    assert _stages(capsys, place) == first
    assert main(["rebuild", "--data", place]) == 0
    assert _stages(capsys, place) == first
