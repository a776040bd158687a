"""The trend's span of buckets, its bounds, and dates at the edges of the calendar."""

from time import perf_counter
from typing import Any

import pytest

from tundish.funnel.steps import parse_steps, step_report

from .cases import columns_of, event, kernel

XY = [{"event": "x"}, {"event": "y"}]
NEW_YEAR = 1_767_225_600  # 2026-01-01


def report(events: list[dict[str, Any]], **definition: Any) -> dict[str, Any]:
    return step_report(columns_of(events), parse_steps({"steps": XY} | definition)).to_dict(True)


def test_all_rows_and_the_total_share_one_span_of_buckets() -> None:
    events = [event("u", "x", 0, v="a"), event("u", "c", 1, v="b"), event("z", "x", 86_400, v="a")]
    asked = {"property": "v", "attribution": "all_events"}
    written = report(events, exclusions=[{"event": "c"}], breakdown=asked)
    seen = {r["value"]: [b["lists"]["entered"] for b in r["trend"]] for r in written["breakdown"]}
    assert seen == {None: [[], ["z"]], "a": [["u"], ["z"]]}
    assert [b["bucket"] for b in written["trend"]] == ["1970-01-01", "1970-01-02"]


@pytest.mark.parametrize(
    "range_", [{"to": "9999-12-31T23:59:59Z"}, {"to": "9999-12-31"}, {"from": "0001-01-01"},
               {"from": "0001-01-01", "to": "9999-12-31", "timezone": "Asia/Tokyo"},
               {"to": "2026-06-30", "now": "2026-01-02"}, {"now": "9999-12-31"}],
)  # fmt: skip
@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_a_far_end_of_the_range_does_not_lengthen_the_trend(
    range_: dict[str, str], interval: str
) -> None:
    if interval in ("week", "month") and "to" not in range_:
        return  # a start so many months back is near enough to be shown
    begun = perf_counter()
    written = report([event("u", "x", NEW_YEAR)], interval=interval, **range_)
    assert perf_counter() - begun < 5
    assert [s["reached"] for s in written["steps"]] == [1, 0]
    assert written["trend"][-1]["entered"] == 1
    assert len(written["trend"]) <= 10_000
    assert written["notes"]["trend_buckets_left_out"] == 0


def test_an_end_before_a_stated_now_is_shown_to_the_last_bucket() -> None:
    events = [event("u", "x", NEW_YEAR)]
    assert len(report(events, to="2026-01-09", now="2026-02-01")["trend"]) == 9
    assert len(report(events, to="2026-01-09", now="2026-01-05")["trend"]) == 1


def test_more_buckets_than_ten_thousand_are_left_out_and_counted() -> None:
    events = [event("u", "x", 0), event("v", "x", 10_000 * 3600)]
    assert report(events, interval="hour")["notes"]["trend_buckets_left_out"] == 10_001
    assert report(events, interval="hour")["trend"] == []
    events[1]["time"] -= 3600
    written = report(events, interval="hour", breakdown={"property": "v"})
    assert [len(r["trend"]) for r in written["breakdown"]] == [10_000, 10_000]
    assert written["notes"]["trend_buckets_left_out"] == 0


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_the_first_and_last_instants_of_the_calendar_have_buckets(zone: str, interval: str) -> None:
    for time in (-62_135_596_800, 253_402_300_799):
        trend = report([event("u", "x", time)], timezone=zone, interval=interval)["trend"]
        assert [b["entered"] for b in trend] == [1]
        assert trend[0]["bucket"][:4] in ("0001", "9999")


def test_the_last_day_of_all_is_no_end_and_a_first_day_may_lie_before_the_calendar() -> None:
    assert parse_steps({"steps": XY, "to": "9999-12-31"}).end is None
    assert parse_steps({"steps": XY, "now": "9999-12-31"}).now == 253_402_300_799_999_999
    start = parse_steps({"steps": XY, "from": "0001-01-01", "timezone": "Asia/Tokyo"}).start
    assert start is not None
    assert start < -62_135_596_800_000_000


def test_half_hours_of_lord_howe_belong_to_an_hour_with_the_offset_of_its_start() -> None:
    # 2026-04-05: clocks go from 02:00 +11:00 back to 01:30; 2026-10-04: from 02:00 +10:30 to 02:30.
    for begin, expected in (
        (1_775_311_200, [("01:00:00+11:00", 6), ("02:00:00+10:30", 2)]),
        (1_791_037_800, [("01:00:00+10:30", 4), ("02:30:00+11:00", 2), ("03:00:00+11:00", 2)]),
    ):
        events = [event(str(i), "x", begin + 900 * i) for i in range(8)]
        trend = kernel(events, {"steps": XY, "interval": "hour", "timezone": "Australia/Lord_Howe"})
        assert [(b["bucket"][11:], b["entered"]) for b in trend["trend"]] == expected
