"""Numbers, money, spans and dates as each reader sees them."""

from datetime import UTC, datetime

import pytest

from tundish.terms import DAY, Money, Rate, to_micros
from tundish.weblib.page import display, formats

ENGLISH = display.Display("en", "arabic", "Asia/Amman", "JOD")
ARABIC = display.Display("ar", "arabic", "Asia/Amman", "JOD")
LATIN = display.Display("ar", "latin", "Asia/Amman", "JOD")


@pytest.fixture(params=[ENGLISH, ARABIC, LATIN], ids=["en", "ar-arab", "ar-latn"])
def reader(request: pytest.FixtureRequest) -> display.Display:
    from django.utils import translation

    with translation.override(request.param.language), display.use(request.param):
        yield request.param


def test_each_reader_sees_numbers_money_and_shares_their_own_way(reader: display.Display) -> None:
    shown = {
        ENGLISH: ("1,234.5", "63.2%", "JOD\u00a01.250", "−7"),
        ARABIC: ("١٬٢٣٤٫٥", "٦٣٫٢٪", "١٫٢٥٠\u00a0د.أ", "−٧"),
        LATIN: ("1,234.5", "\u206663.2%\u2069", "1.250\u00a0د.أ", "−7"),
    }[reader]
    assert formats.number(1234.5, 1) == shown[0]
    assert formats.percent(Rate(632, 1000)) == shown[1]
    assert formats.money(Money(1250, "JOD")) == shown[2]
    assert formats.number(-7) == shown[3]


def test_whole_amounts_have_no_decimals_and_currencies_their_own_number(
    reader: display.Display,  # noqa: ARG001
) -> None:
    assert formats.money(Money(500, "JPY")).endswith(("¥500", "500\u00a0¥", "٥٠٠\u00a0¥"))
    assert "." not in formats.money(Money(1200, "USD")).replace("د.أ", "")


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1, "يوم واحد"),
        (2, "يومين"),
        (3, "3 أيام"),
        (11, "11 يومًا"),
        (100, "100 يوم"),
        (1.5, "1.5 يوم"),
    ],
)
def test_arabic_days_have_six_plural_forms(days: float, text: str) -> None:
    from django.utils import translation

    with translation.override("ar"), display.use(LATIN):
        assert formats.span(days * 86_400) == text


def test_a_missing_number_is_a_dash(reader: display.Display) -> None:  # noqa: ARG001
    assert {
        formats.number(None),
        formats.percent(Rate(0, 0)),
        formats.money(None),
        formats.day(None),
    } == {"–"}


def test_days_are_those_of_the_firms_zone() -> None:
    from django.utils import translation

    late = to_micros(datetime(2026, 3, 4, 22, 30, tzinfo=UTC))
    with translation.override("en"), display.use(ENGLISH):
        assert formats.day(late) == "5 Mar 2026"
        assert formats.ago(late, late + 3 * DAY) == "3 days ago"
        assert formats.ago(late, late) == "just now"


@pytest.mark.parametrize(
    ("number", "text"), [(9_999, "9,999"), (12_345, "12.3 k"), (3_400_000, "3.4 M")]
)
def test_narrow_places_get_short_numbers(number: int, text: str) -> None:
    from django.utils import translation

    with translation.override("en"), display.use(ENGLISH):
        assert formats.compact(number) == text


def test_an_instant_beyond_the_calendar_is_a_dash(reader: display.Display) -> None:  # noqa: ARG001
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert formats.day(10**18) == formats.moment(-(10**18)) == "–"
    assert formats.moment(to_micros(last)) == "–"
    assert formats.ago(10**18, to_micros(first)) == "–"
