"""Numbers and tables as a terminal or a pipe shows them."""

import pytest
from rich.console import Console

from tundish.cli import figures, screen
from tundish.terms import Rate


def _drawn(width, *, terminal=False):
    to = Console(width=width, force_terminal=terminal, no_color=True, record=True, file=_Sink())
    screen.funnel_table(
        to,
        names=["Awareness", "Purchase"],
        shares=[1.0, 0.25],
        columns=[
            screen.Column("reached", ["1,200", "300"]),
            screen.Column("from previous", ["", figures.rate(Rate(300, 1200).to_dict())]),
            screen.Column("median stay", ["3 days", "2 hours"], 1),
        ],
    )
    return to.export_text()


class _Sink:
    encoding = "utf-8"

    def write(self, text):
        return len(text)

    def flush(self):
        return None


def test_a_rate_carries_its_counts_and_its_interval():
    assert figures.rate(Rate(300, 1200).to_dict()) == "25.0 % (22.6-27.5), 300 of 1,200"


def test_under_20_units_the_counts_come_first():
    assert figures.rate(Rate(4, 7).to_dict()).startswith("4 of 7 (57.1 %")
    assert figures.rate(Rate(4, 20).to_dict()).startswith("20.0 %")


@pytest.mark.parametrize("said", [None, Rate(0, 0).to_dict()])
def test_a_rate_of_nothing_is_empty(said):
    assert figures.rate(said) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (45, "45 s"),
        (600, "10 minutes"),
        (5400, "90 minutes"),
        (3 * 3600, "3 hours"),
        (57 * 86400, "57 days"),
        (1.5 * 86400, "36 hours"),
        (2.25 * 86400, "2.2 days"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_of_which_there_are_two(seconds, shown):
    assert figures.span(seconds) == shown


def test_money_names_its_currency_and_nothing_where_nothing_was_bought():
    assert figures.money({"n": 2, "sum": 10005534, "currency": "USD"}) == "10,005,534 USD"
    assert figures.money({"n": 1, "sum": 10.5, "currency": "USD"}) == "10.50 USD"
    assert figures.money({"n": 0, "sum": 0, "currency": None}) == ""


def test_a_pipe_gets_plain_ascii_bars_to_scale():
    told = _drawn(100)
    assert told.isascii()
    bars = [line.count("#") for line in told.splitlines() if "#" in line]
    assert bars[0] == 4 * bars[1]


def test_a_terminal_gets_block_bars():
    assert "█" in _drawn(100, terminal=True)


@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut_off(width):
    told = _drawn(width)
    assert all(len(line.rstrip()) <= width for line in told.splitlines())
    squeezed = "".join(told.split())
    assert "1,200" in told
    assert "…" not in told
    assert "300" in squeezed


def test_a_bar_shows_even_one_of_many_and_none_of_nothing():
    assert screen.bar(0.0001, width=20, ascii_only=True) == "#"
    assert screen.bar(0, width=20, ascii_only=True) == ""
    assert screen.bar(1, width=20, ascii_only=False) == "█" * 20
