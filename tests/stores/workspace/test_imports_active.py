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
