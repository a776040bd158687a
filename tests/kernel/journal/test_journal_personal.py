"""No personal value stays in properties; channels follow their table."""

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.channels import CHANNELS, RULES, arrival, arrival_of_url, host_of
from tundish.journal.personal import redact, redact_text, split_personal

MAILS = ["joe@acme.io", "J.Doe+tag@mail.example.co.uk", "joe%40acme.io", "joe%2540acme.io"]
PHONES = ["+49 170 1234567", "+1 (415) 555-2671", "0049301234567", "01012345678", "(030) 1234 5678"]


@pytest.mark.parametrize("value", MAILS + PHONES)
@pytest.mark.parametrize("around", ["{}", "call {} now", "https://a.b/c?x={}&y=1", "{},", "<{}>"])
def test_a_mail_address_or_phone_number_is_redacted_wherever_it_stands(value, around):
    kept = redact_text(around.format(value))
    assert value not in kept
    assert "acme" not in kept
    assert sum(c.isdigit() for c in kept) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01 10:00:00", "2026-01-01T10:00:00+00:00", "01.02.2026 10:00", "order 1234567890",
        "550e8400-e29b-41d4-a716-446655440000", "1,234,567.00", "3.14159265", "v1.2.3", "GTX 500",
        "https://a.b/c?utm_source=x&page=2", "10:00-12:00", "a @ b", "100 000",
    ],
)  # fmt: skip
def test_dates_numbers_and_codes_are_left_as_they_are(text):
    assert redact_text(text) == text


def test_a_personal_parameter_of_a_url_is_removed_whatever_it_holds():
    assert redact_text("/p?email=x&a=1") == "/p?email=[removed]&a=1"
    assert redact_text("/p?first_name=Joe") == "/p?first_name=[removed]"


def test_personal_keys_move_out_at_any_depth():
    properties, personal = split_personal(
        {"E-Mail": "a@b.co", "plan": "pro", "ship": {"phone": 1, "city": "x", "list": [{"zip": 2}]}}
    )
    assert properties == {"plan": "pro", "ship": {"city": "x", "list": [{}]}}
    assert personal == {"email": "a@b.co", "ship.phone": "1", "ship.list.address": "2"}


def test_a_bare_name_is_personal_among_traits_only():
    assert split_personal({"name": "GTX"}) == ({"name": "GTX"}, {})
    assert split_personal({"name": "Joe"}, traits=True) == ({}, {"name": "Joe"})


def test_a_personal_key_with_a_value_that_is_not_personal_stays():
    kept = {"mail": "welcome-2", "comments": 5}
    assert split_personal(kept) == (kept, {})


def test_an_address_is_one_text_and_an_ip_is_not_kept():
    given_ = {"address": {"street": "Road 1", "city": "Town"}, "ip": "10.0.0.1"}
    assert split_personal(given_) == ({}, {"address": "Road 1, Town"})


@pytest.mark.parametrize(
    "hostile",
    ["a" * 15000 + "%40" + "x" * 15000, "a." * 15000 + "@", "a@" * 15000, "?a=1&" * 6000,
     "a=" + "?a" * 15000, "12 " * 10000, "+1 " * 10000, "11-" * 10000, "a" + " " * 30000 + "b",
     "0:" * 15000, "1." * 15000, "&" * 30000 + "="],
)  # fmt: skip
def test_no_text_costs_more_than_its_length(hostile):
    def cost(text):
        start = process_time()
        split_personal({"a": text, text: 1})
        return process_time() - start

    harmless = "nothing here = to see @ all, 5 of 7; " * (len(hostile) // 37)
    # The least of three, and a floor below which a clock says little.
    least = min(cost(hostile) for _ in range(3))
    assert least < 40 * max(min(cost(harmless) for _ in range(3)), 0.002)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("customer_email", "a@b.co"), ("contactPhone", "050 123 4567"), ("customer_name", "Joe"),
        ("Full-Name", "Joe"), ("الاسم", "أحمد"), ("الهاتف", "٠٥٠١٢٣٤٥٦٧"), ("البريد", "a@b.co"),
        ("ip_addr", "203.0.113.9"), ("deep", {"contact": {"Email": "a@b.co", "name": "Joe"}}),
    ],
)  # fmt: skip
def test_personal_values_go_by_the_names_of_their_keys_in_both_languages(key, value):
    kept = json.dumps(split_personal({key: value})[0], ensure_ascii=False)
    for part in ("a@b", "Joe", "أحمد", "050", "٠٥٠", "203"):
        assert part not in kept


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("call from 203.0.113.9", "call from [ip]"), ("2001:db8::1 came", "[ip] came"),
        ("اتصل على ٠٥٠١٢٣٤٥٦٧", "اتصل على [phone]"), ("tel ۰۵۰۱۲۳۴۵۶۷", "tel [phone]"),
        ("Chrome/120.0.0.0 Safari", "Chrome/120.0.0.0 Safari"), ("10:00:00", "10:00:00"),
        ("std::vector", "std::vector"), ("version 1.2.3.4", "version 1.2.3.4"),
        ("aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff"), ("عدد ١٢٣٤", "عدد ١٢٣٤"),
    ],
)  # fmt: skip
def test_machines_addresses_and_arabic_digits_are_read(text, clean):
    assert redact_text(text) == clean


def test_a_version_is_no_address_of_a_machine():
    kept = {
        "version": "1.2.3.4",
        "app_version": "10.0.2.1",
        "has_phone": True,
        "order": "10012345678",
    }
    assert split_personal(kept) == (kept, {})


secrets = st.sampled_from(MAILS + PHONES)
leaves = st.one_of(
    secrets, st.text(max_size=5), st.integers(), st.none(), secrets.map(lambda s: f"x {s} y")
)
trees = st.recursive(
    leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=4), t, max_size=3)
)


@settings(max_examples=35)
@given(st.dictionaries(st.sampled_from(["email", "plan", "Phone Number", "note"]) | secrets, trees))
def test_no_personal_value_survives_in_properties(properties):
    kept = json.dumps(split_personal(properties)[0], ensure_ascii=False)
    assert not [s for s in MAILS + PHONES if s in kept]


@settings(max_examples=35)
@given(trees)
def test_redacting_twice_changes_nothing_more(tree):
    assert redact(redact(tree)) == redact(tree)


@pytest.mark.parametrize(
    ("url", "referrer", "channel", "source"),
    [
        ("/?gclid=1", "https://google.com/", "paid", "google"),
        ("/?utm_medium=CPC&utm_source=Bing", None, "paid", "bing"),
        ("/?utm_medium=paid-social&utm_source=x", "https://t.co/", "paid", "x"),
        ("/?utm_medium=email&utm_source=News", "https://facebook.com/", "email", "news"),
        ("/?mc_cid=1", None, "email", "mailchimp"),
        ("/", "https://mail.google.com/mail/u/0", "email", "mail.google.com"),
        ("/?ref=partner7", None, "affiliate", "partner7"),
        ("/?utm_medium=social", None, "social", None),
        ("/", "https://m.facebook.com/x", "social", "m.facebook.com"),
        ("/", "https://www.google.co.uk/search?q=x", "search", "google.co.uk"),
        ("/", "https://duckduckgo.com/", "search", "duckduckgo.com"),
        ("/", "https://notgoogle.com/", "referral", "notgoogle.com"),
        ("/", "https://blog.example/", "referral", "blog.example"),
        ("/", "https://shop.own.example/", "direct", None),
        ("/", "android-app", "direct", None),
        ("/", None, "direct", None),
    ],
)
def test_the_first_rule_that_holds_names_the_channel(url, referrer, channel, source):
    came = arrival_of_url(url, referrer=referrer, own_hosts=["www.own.example"])
    assert (came.channel, came.source) == (channel, source)


def test_the_order_of_channels_is_the_published_one():
    derived = ("paid", "email", "affiliate", "social", "search", "referral", "direct")
    assert (*derived, "call", "cold_mail", "event", "review") == CHANNELS
    assert RULES[-1][0] == "direct"


@settings(max_examples=35)
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_some_channel(url, referrer):
    assert arrival_of_url(url, referrer=referrer).channel in CHANNELS
    assert arrival({"utm_medium": url}, referrer=referrer).channel in CHANNELS
    assert host_of(referrer) == host_of(referrer).lower()
