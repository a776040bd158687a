"""Small journals with answers known by hand."""

from time import perf_counter
from typing import Any

import numpy as np

from tundish.funnel.steps import parse_steps, step_report
from tundish.journal.columns import Coded, EventColumns

from .cases import columns_of, event, kernel

XY = [{"event": "x"}, {"event": "y"}]
XYZ = [*XY, {"event": "z"}]


def reached(events: list[dict[str, Any]], **definition: Any) -> list[int]:
    return [s["reached"] for s in kernel(events, {"steps": XY} | definition)["steps"]]


def test_a_scan_that_keeps_only_the_first_entry_would_miss_the_second_try() -> None:
    events = [event("a", "x", 0), event("a", "x", 8), event("a", "y", 10)]
    assert reached(events, window=5) == [1, 1]
    assert reached(events, window=5, entry="first") == [1, 0]


def test_the_latest_entry_of_the_earliest_completion_is_recorded() -> None:
    events = [event("a", "x", t) for t in (0, 4, 9)] + [event("a", "y", t) for t in (5, 10)]
    report = kernel(events, {"steps": XY})
    assert report["steps"][1]["time_from_previous"]["mean"] == 1.0


def test_one_event_does_not_fill_two_equal_steps() -> None:
    twice = [{"event": "x"}, {"event": "x"}]
    assert reached([event("a", "x", 0)], steps=twice) == [1, 0]
    assert reached([event("a", "x", 0), event("a", "x", 0)], steps=twice) == [1, 1]


def test_a_hundred_tied_events_are_matched_exactly() -> None:
    events = [event("a", name, 3) for name in "xyz" * 34]
    steps = [{"event": n} for n in "xyzzyxxyzx"]
    assert reached(events, steps=steps) == [1] * 10
    assert reached(events, steps=steps, order="unordered") == [1] * 10
    assert reached(events, steps=steps, order="strict") == [1] * 10


def test_the_windows_end_is_included() -> None:
    events = [event("a", "x", 0), event("a", "y", 5)]
    assert reached(events, window=5) == [1, 1]
    assert reached(events, window="4999ms") == [1, 0]


def test_strict_tolerates_a_repeat_and_no_stranger() -> None:
    repeat = [event("a", "x", 0), event("a", "x", 1), event("a", "y", 2)]
    stranger = [event("a", "x", 0), event("a", "w", 1), event("a", "y", 2)]
    assert reached(repeat, order="strict") == [1, 1]
    assert reached(stranger, order="strict") == [1, 0]


def test_an_exclusion_lists_the_unit_that_leaves() -> None:
    events = [event("a", "x", 0), event("a", "w", 1), event("a", "y", 2),
              event("b", "x", 0), event("b", "y", 2)]  # fmt: skip
    report = kernel(events, {"steps": XY, "exclusions": [{"event": "w"}]})
    assert report["lists"]["reached"] == [["b"], ["b"]]
    assert (report["excluded"], report["lists"]["excluded"]) == (1, ["a"])


def test_an_open_attempt_is_not_dropped() -> None:
    events = [event("a", "x", 0), event("b", "x", 90), event("c", "w", 100)]
    step = kernel(events, {"steps": XY, "window": 20})["lists"]
    assert (step["dropped"][0], step["open"][0]) == (["a"], ["b"])


def test_without_a_window_an_attempt_stays_open_unless_the_range_ends_it() -> None:
    events = [event("a", "x", 0), event("c", "w", 86_400 * 3)]
    lists = kernel(events, {"steps": XY, "to": "1970-01-02"})["lists"]
    assert lists["open"][0] == ["a"]
    ended = {"steps": XY, "to": "1970-01-02", "range_limits": "attempt"}
    assert kernel(events, ended)["lists"]["dropped"][0] == ["a"]


def test_totals_count_every_trip() -> None:
    events = [event("a", n, t) for t, n in enumerate("xyxyx")]
    report = kernel(events, {"steps": XY, "counting": "totals", "window": 2})
    assert [s["reached"] for s in report["steps"]] == [3, 2]
    assert report["lists"]["reached"] == [["a", "a", "a"], ["a", "a"]]


def test_a_days_bucket_is_a_local_day_where_clocks_change() -> None:
    # 2026-03-29: Berlin springs forward, so the 28th ends at 23:00 UTC and the 29th at 22:00.
    march_28 = 1_774_738_799  # 22:59:59 UTC
    events = [event("a", "x", march_28), event("b", "x", march_28 + 1),
              event("c", "x", march_28 + 23 * 3600 + 1)]  # fmt: skip
    trend = kernel(events, {"steps": XY, "timezone": "Europe/Berlin"})["trend"]
    assert [(b["bucket"], b["entered"]) for b in trend] == [
        ("2026-03-28", 1), ("2026-03-29", 1), ("2026-03-30", 1),
    ]  # fmt: skip


def test_hours_carry_their_offset_and_the_repeated_hour_stands_twice() -> None:
    # 2026-10-25: Berlin falls back at 01:00 UTC.
    back = 1_792_890_000
    events = [event("a", "x", back - 1), event("b", "x", back)]
    trend = kernel(events, {"steps": XY, "timezone": "Europe/Berlin", "interval": "hour"})["trend"]
    assert [b["bucket"] for b in trend] == [
        "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00",
    ]  # fmt: skip


def test_empty_buckets_of_the_range_are_shown() -> None:
    definition = {"steps": XY, "from": "2026-01-01", "to": "2026-03-31", "interval": "month"}
    trend = kernel([event("a", "x", 1_770_000_000)], definition)["trend"]
    assert [(b["bucket"], b["entered"]) for b in trend] == [
        ("2026-01-01", 0), ("2026-02-01", 1), ("2026-03-01", 0),
    ]  # fmt: skip


def test_the_histogram_has_one_edge_more_than_bins() -> None:
    events = [event(u, "x", 0) for u in "abcdefgh"]
    events += [event(u, "y", t) for u, t in zip("abcdefgh", (1, 1, 2, 3, 5, 5, 7, 9), strict=True)]
    histogram = kernel(events, {"steps": XY})["time_to_convert"]["histogram"]
    assert histogram == [[1.0, 4], [5.0, 3], [9.0, 1]]


def test_other_gathers_the_values_past_the_limit_and_shared_units_are_noted() -> None:
    events = [event(u, "x", 0, v=v) for u, v in ("ap", "aq", "bp", "cr")]
    asked = {"property": "v", "attribution": "all_events", "limit": 1}
    written = step_report(columns_of(events), parse_steps({"steps": XY, "breakdown": asked}))
    rows = written.to_dict()["breakdown"]
    assert [(r["value"], r["is_total"], r["is_other"], r["steps"][0]["reached"]) for r in rows] == [
        (None, True, False, 3), ("p", False, False, 2), (None, False, True, 2),
    ]  # fmt: skip
    assert written.notes["units_in_several_rows"] == 1


def test_a_unit_whose_values_are_all_others_stands_in_one_row() -> None:
    events = [event("a", "x", t, v=v) for t, v in enumerate("qr")]
    events += [event(u, "x", 0, v="p") for u in "bcd"]
    asked = {"property": "v", "attribution": "all_events", "limit": 1}
    written = step_report(columns_of(events), parse_steps({"steps": XY, "breakdown": asked}))
    assert written.notes["units_in_several_rows"] == 0


def test_a_rows_name_does_not_depend_on_the_table_it_came_in() -> None:
    events = [event(u, "x", 0, v=v)
              for u, v in zip("abcdef", (1, 1.0, True, "true", False, 2.5), strict=True)]  # fmt: skip
    rows = kernel(events, {"steps": XY, "breakdown": {"property": "v"}})["breakdown"]
    assert {r["value"]: r["lists"]["reached"][0] for r in rows if not r["is_total"]} == {
        "1": ["a", "b"], "true": ["c", "d"], "false": ["e"], "2.5": ["f"],
    }  # fmt: skip


def test_an_excluded_unit_that_cannot_reach_the_rows_step_is_left_out_of_it() -> None:
    steps = [{"event": "x"}, {"event": "y", "optional": True}, {"event": "z"}]
    asked = {"property": "v", "attribution": "step", "step": 1}
    definition = {"steps": steps, "exclusions": [{"event": "w"}], "window": 10, "breakdown": asked}
    for late, excluded in ((50, []), (2, ["u"])):
        said = (("x", 0), ("w", 1), ("y", late), ("z", 3))
        events = [event("u", name, t, v="p") for name, t in said]
        rows = kernel(events, definition)["breakdown"]
        assert rows[0]["lists"]["excluded"] == ["u"]
        assert [u for r in rows[1:] for u in r["lists"]["excluded"]] == excluded


def test_the_time_from_the_previous_step_begins_at_the_one_that_was_filled() -> None:
    steps = [{"event": "x"}, {"event": "y", "optional": True}, {"event": "z"}]
    events = [event("a", n, t) for n, t in (("x", 0), ("y", 6), ("z", 10))]
    events += [event("b", n, t) for n, t in (("x", 0), ("z", 20))]
    found = kernel(events, {"steps": steps})["steps"]
    assert found[1]["time_from_previous"]["mean"] == 6.0
    assert (found[2]["time_from_previous"]["n"], found[2]["time_from_previous"]["mean"]) == (
        2,
        12.0,
    )
    assert found[2]["rate_from_previous"]["whole"] == 2


def test_totals_of_one_unit_with_many_ties_take_no_square_of_the_time() -> None:
    events = [event("a", "xy"[i % 2], i // 4) for i in range(8_000)]
    begun = perf_counter()
    report = kernel(events, {"steps": XY, "counting": "totals", "window": 3})
    assert perf_counter() - begun < 5
    assert [s["reached"] for s in report["steps"]] == [4_000, 4_000]


def test_estimated_times_are_left_out_of_times_and_trend_and_counted() -> None:
    events = [event("a", "x", 0, estimated=True), event("a", "y", 9),
              event("b", "x", 0), event("b", "y", 5)]  # fmt: skip
    report = step_report(columns_of(events), parse_steps({"steps": XY}))
    written = report.to_dict()
    assert [s["reached"] for s in written["steps"]] == [2, 2]
    assert written["time_to_convert"]["n"] == 1
    assert [b["entered"] for b in written["trend"]] == [1]
    assert report.notes["estimated_times"] == 1


def test_amounts_without_a_named_currency_are_those_of_the_most_frequent_one() -> None:
    events = [event(u, "x", 0, amount=a, currency=c)
              for u, a, c in (("a", 5, "EUR"), ("b", 7, "EUR"), ("c", 9, "USD"), ("d", 1, None))]  # fmt: skip
    report = step_report(
        columns_of(events), parse_steps({"steps": XY, "value": {"property": "amount"}})
    )
    value = report.to_dict()["steps"][0]["value"]
    assert value == {"n": 3, "sum": 13.0, "mean": 13 / 3, "median": 5.0, "currency": "EUR"}
    assert report.notes["amounts_in_other_currencies"] == 1


def test_no_events_give_an_empty_report() -> None:
    nothing = EventColumns(np.zeros(0, np.int64), Coded.of([]), {"unit": Coded.of([])})
    for order in ("ordered", "strict", "unordered"):
        for counting in ("uniques", "totals"):
            definition = {"steps": XY, "order": order, "counting": counting,
                          "breakdown": {"property": "v"}, "exclusions": [{"event": "w"}]}  # fmt: skip
            written = step_report(nothing, parse_steps(definition)).to_dict(lists=True)
            assert [s["reached"] for s in written["steps"]] == [0, 0]
            assert written["steps"][1]["rate_from_previous"] == {
                "part": 0, "whole": 0, "low": None, "high": None,
            }  # fmt: skip


def test_long_windows_and_far_times_do_not_overflow() -> None:
    century = 86_400 * 36_525
    events = [event("a", "x", -century // 2), event("a", "y", century // 2)]
    assert reached(events, window="36525d", interval="month") == [1, 1]
    assert reached(events, window="36524d", interval="month") == [1, 0]
    assert reached(events, window="15000000w", min_gap="36525d",
                   interval="month") == [1, 1]  # fmt: skip
