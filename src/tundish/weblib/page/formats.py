"""Numbers, money, spans and dates as text for this reader. Plain functions; the filters call them."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext

from tundish.terms import DAY, HOUR, MINUTE, NO_CURRENCY, SECOND, Money, Rate, from_micros
from tundish.weblib.page.display import ARABIC_DIGITS, Display, current

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CNY": "CN¥"}
_ARABIC_SYMBOLS = {
    "AED": "د.إ", "SAR": "ر.س", "EGP": "ج.م", "KWD": "د.ك", "QAR": "ر.ق", "BHD": "د.ب",
    "OMR": "ر.ع", "JOD": "د.أ", "MAD": "د.م", "DZD": "د.ج", "TND": "د.ت", "IQD": "د.ع",
    "LYD": "د.ل", "LBP": "ل.ل", "SYP": "ل.س", "YER": "ر.ي", "SDG": "ج.س",
}  # fmt: skip


def digits(text: object) -> str:
    """Text with its digits as this reader writes them."""
    return str(text).translate(ARABIC_DIGITS) if current().arabic_digits else str(text)


def number(value: float | int | Decimal | None, places: int = 0) -> str:
    """A grouped number; “–” where there is none."""
    if value is None:
        return "–"
    return _localised(f"{_rounded(value, places):,.{places}f}", current())


def compact(value: float | int | None) -> str:
    """A short number for narrow places: 1,240 as 1.2 k, 3,400,000 as 3.4 M."""
    if value is None:
        return "–"
    for limit, mark in ((1e9, gettext("B")), (1e6, gettext("M")), (1e4, gettext("k"))):
        if abs(value) >= limit:
            unit = 1e3 if limit == 1e4 else limit
            scaled = value / unit
            return f"{number(scaled, 0 if abs(scaled) >= 100 else 1)} {mark}"
    return number(value)


def percent(value: float | Rate | None, places: int = 1) -> str:
    """A share as a percentage; takes a Rate or a number between 0 and 1."""
    share = value.value if isinstance(value, Rate) else value
    if share is None:
        return "–"
    shown = _localised(f"{_rounded(share * 100, places):,.{places}f}", current())
    if current().arabic_digits:
        return f"{shown}٪"
    # Isolated: behind Arabic letters the sign would jump to the other side of its number.
    return f"\u2066{shown}%\u2069" if current().language == "ar" else f"{shown}%"


def money(value: Money | None, *, whole: bool = False) -> str:
    """An amount with its currency's own number of decimals; `whole` leaves them out."""
    if value is None:
        return "–"
    display, exponent = current(), Money.exponent(value.currency)
    places = 0 if whole or value.minor_units % 10**exponent == 0 else exponent
    major = Decimal(value.minor_units).scaleb(-exponent)
    amount = _localised(f"{_rounded(abs(major), places):,.{places}f}", display)
    sign = "−" if major < 0 else ""
    if value.currency == NO_CURRENCY:
        return f"{sign}{amount}"
    if display.language == "ar":
        return f"{sign}{amount}\u00a0{(_ARABIC_SYMBOLS | _SYMBOLS).get(value.currency, value.currency)}"
    symbol = _SYMBOLS.get(value.currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{value.currency}\u00a0{amount}"


def span(seconds: float | None) -> str:
    """A length of time in its largest fitting unit, in words: 3 days, 1.5 hours."""
    if seconds is None:
        return "–"
    days = seconds / 86_400
    if days >= 1:
        shown = round(days, 1) if days < 10 and round(days, 1) % 1 else round(days)
        return digits(
            ngettext("%(n)s day", "%(n)s days", _plural(shown))
            % {"n": number(shown, _places(shown))}
        )
    hours = seconds / 3600
    if hours >= 1:
        shown = round(hours, 1) if hours < 10 and round(hours, 1) % 1 else round(hours)
        return ngettext("%(n)s hour", "%(n)s hours", _plural(shown)) % {
            "n": number(shown, _places(shown))
        }
    minutes = round(seconds / 60)
    if minutes >= 1:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number(minutes)}
    return gettext("under a minute")


def local(value: datetime | int | None) -> datetime | None:
    """The instant (aware, or microseconds UTC) in this reader's time zone; None beyond the calendar."""
    if value is None:
        return None
    try:
        instant = from_micros(value) if isinstance(value, int) else value
        return instant.astimezone(ZoneInfo(current().zone))
    except OverflowError:  # the first and the last hours of the calendar, and senders' nonsense
        return None


def day(value: datetime | date | int | None) -> str:
    """A day: 5 Mar 2026."""
    if value is None:
        return "–"
    shown = value if type(value) is date else local(value)  # type: ignore[arg-type]
    if shown is None:
        return "–"
    return digits(date_format(shown, "j F Y" if current().language == "ar" else "j M Y"))


def moment(value: datetime | int | None) -> str:
    """A day and the time of day, in this reader's zone."""
    shown = local(value)
    return (
        "–" if shown is None else f"{day(value)}{gettext(', ')}{digits(date_format(shown, 'H:i'))}"
    )


def ago(value: datetime | int | None, now: int) -> str:
    """How long before `now` (microseconds UTC), in words; a later instant gives its day."""
    if value is None:
        return "–"
    instant = value if isinstance(value, int) else int(value.timestamp() * SECOND)
    passed = now - instant
    if passed < 0:
        return day(value)
    if passed < MINUTE:
        return gettext("just now")
    if passed < HOUR:
        n = passed // MINUTE
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", n) % {"n": number(n)}
    if passed < DAY:
        n = passed // HOUR
        return ngettext("%(n)s hour ago", "%(n)s hours ago", n) % {"n": number(n)}
    n = passed // DAY
    if n <= 30:
        return ngettext("%(n)s day ago", "%(n)s days ago", n) % {"n": number(n)}
    return day(value)


def day_title(value: date, today: date) -> str:
    """The heading of a day in a timeline: Today, Yesterday, or the date."""
    if value == today:
        return gettext("Today")
    if value == today - timedelta(days=1):
        return gettext("Yesterday")
    return day(value)


def _rounded(value: float | int | Decimal, places: int) -> Decimal:
    # Half up on the shown decimal: 63.15 stays 63.15 and 0.5 becomes 1, as a reader expects.
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _localised(text: str, display: Display) -> str:
    text = text.replace("-", "−")
    if display.arabic_digits:
        return text.translate(str.maketrans({",": "٬", ".": "٫"})).translate(ARABIC_DIGITS)
    return text


def _places(shown: float) -> int:
    return 1 if shown % 1 else 0


def _plural(shown: float) -> int:
    # gettext chooses a form for whole numbers only; a broken number reads like many.
    return int(shown) if shown % 1 == 0 else 100
