"""Which funnel an import of deals leaves active."""

from pathlib import Path

import tundish

DEALS = "opportunity_id,deal_stage,engage_date,close_date,close_value\nd1,Won,2026-01-02,2026-02-03,10\n"
EVENTS = "person,event,time\nu1,page_viewed,2026-01-02T10:00:00Z\n"


def test_deals_into_an_empty_workspace_bring_their_funnel_whatever_was_chosen(
    tmp_path: Path,
) -> None:
    (tmp_path / "deals.csv").write_text(DEALS)
    with tundish.open(tmp_path / "firm", create=True) as workspace:
        workspace.use("aida")
        workspace.import_files(tmp_path / "deals.csv", currency="EUR")
        assert workspace.active is not None
        assert workspace.active.name == "opportunities"


def test_deals_beside_other_events_leave_the_chosen_funnel(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS)
    (tmp_path / "events.csv").write_text(EVENTS)
    with tundish.open(tmp_path / "firm", create=True) as workspace:
        workspace.use("aida")
        workspace.import_files(tmp_path / "events.csv")
        workspace.import_files(tmp_path / "deals.csv", currency="EUR")
        assert workspace.active is not None
        assert workspace.active.name == "aida"


def test_each_reason_of_a_lost_deal_is_told_apart(tmp_path: Path) -> None:
    head = "Record ID,Deal Name,Deal Stage,Create Date,Close Date,Closed Lost Reason,Pipeline\n"
    rows = [f"{n},D{n},Closed Lost,2026-01-02,2026-02-0{n},Price,x\n" for n in (1, 2)]
    rows += ["3,D3,Closed Lost,2026-01-02,2026-02-03,Timing,x\n"]
    rows += ["4,D4,Closed Lost,2026-01-02,2026-02-03,,x\n"]
    (tmp_path / "deals.csv").write_text(head + "".join(rows))
    with tundish.open(tmp_path / "firm", create=True) as workspace:
        workspace.import_files(tmp_path / "deals.csv")
        workspace.catch_up()
        losses = {"Price": 2, "Timing": 1, "lost": 1}
        assert workspace.live_report().losses == losses
        assert workspace.stage_funnel().losses == losses
        (tmp_path / "more.csv").write_text(
            head + "5,D5,Closed Lost,2026-01-02,2026-02-03,No need,x\n"
        )
        workspace.import_files(tmp_path / "more.csv")
        workspace.catch_up()
        assert workspace.live_report().losses == losses | {"No need": 1}
        versions = len(workspace.definitions())
        workspace.import_files(tmp_path / "more.csv")
        assert len(workspace.definitions()) == versions
