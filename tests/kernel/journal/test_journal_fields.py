"""Typed fields: what is written is read again, what is not of the kind is refused, sets add up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tundish.journal.event import Event
from tundish.journal.fields import CUSTOM_KINDS, Field, key_of, read_value, written
from tundish.journal.gathered import GATHERED, gather, with_gathered
from tundish.terms import InputError

CHOICES = ("Small", "Middle sized", "كبير")
PLAIN = st.text("abcdefghi جدول.,()!", min_size=1, max_size=30).filter(str.strip)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": PLAIN,
    "long_text": PLAIN,
    "number": st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3)),
    "money": st.integers(-(10**12), 10**12).map(lambda n: {"minor_units": n, "currency": "KWD"}),
    "date": st.dates().map(date.isoformat),
    "yes_no": st.booleans(),
    "one_of": st.sampled_from(CHOICES),
    "several_of": st.lists(st.sampled_from(CHOICES), min_size=1, unique=True),
    "address": st.sampled_from(["https://a.example/x?y=1", "http://b.example"]),
}


def field(kind: str) -> Field:
    return Field("person", "f", "F", kind, choices=CHOICES, currency="EUR")  # type: ignore[arg-type]


@given(st.data())
def test_every_value_is_read_from_how_it_is_written(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(CUSTOM_KINDS))
    kept = read_value(field(kind), data.draw(VALUES[kind]))
    assert read_value(field(kind), written(kept)) == kept


@pytest.mark.parametrize("kind", CUSTOM_KINDS)
@pytest.mark.parametrize("nothing", [None, "", "   ", []])
def test_nothing_said_is_no_value_of_any_kind(kind: str, nothing: Any) -> None:
    assert read_value(field(kind), nothing) is None


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("number", "1,250.50", 1250.5), ("number", "1.250,50", 1250.5), ("number", "1 250", 1250),
        ("number", "١٢٥٠٫٥", 1250.5), ("number", "-7", -7), ("yes_no", "نعم", True),
        ("money", "12,50", {"minor_units": 1250, "currency": "EUR"}),
        ("money", "USD 3.5", {"minor_units": 350, "currency": "USD"}),
        ("money", "1,000 KWD", {"minor_units": 1_000_000, "currency": "KWD"}),
        ("one_of", " middle  SIZED", "Middle sized"), ("several_of", "كبير; small", ["Small", "كبير"]),
        ("date", "٢٠٢٦-٠٣-٣١", "2026-03-31"), ("address", "example.com", "https://example.com"),
    ],
)  # fmt: skip
def test_values_are_read_as_people_write_them(kind: str, said: str, kept: Any) -> None:
    assert read_value(field(kind), said) == kept


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("number", "many", "number_unreadable"), ("number", "12 apples", "number_unreadable"),
        ("number", "1e999", "number_unreadable"), ("money", "lots", "number_unreadable"),
        ("date", "31.12.", "date_unreadable"), ("date", "2026-02-30", "date_unreadable"),
        ("yes_no", "perhaps", "yes_no_unreadable"), ("one_of", "Huge", "choice_unknown"),
        ("several_of", ["Small", "Huge"], "choice_unknown"), ("text", "x" * 301, "text_too_long"),
        ("address", "javascript:alert(1)", "address_unreadable"),
        ("address", "https://", "address_unreadable"), ("address", "a b.example", "address_unreadable"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_kind_is_refused_by_name(kind: str, said: Any, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_value(field(kind), said)
    assert refused.value.code == code


def test_keys_are_plain_and_never_taken_twice() -> None:
    assert key_of("Contract ends!", taken=[]) == "contract_ends"
    assert key_of("Contract ends", taken=["contract_ends"]) == "contract_ends_2"
    assert key_of("2026 budget", taken=[]) == "field_2026_budget"
    assert key_of("???", taken=["field"]) == "field_2"


TAGGED = st.lists(
    st.tuples(st.sampled_from(["tag_added", "tag_removed"]), st.sampled_from("abc")), max_size=12
)


@given(TAGGED, st.integers(0, 12))
def test_tags_come_to_the_same_however_the_events_are_cut(
    said: list[tuple[str, str]], cut: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        Event(id=str(n), name=name, occurred_at=start + timedelta(hours=n), person="p",
              properties={"tag": tag}, actor="user:1")
        for n, (name, tag) in enumerate(said)
    ]  # fmt: skip
    kept: dict[str, Any] = {}
    for some in (events[:cut], events[cut:]):
        row: dict[str, Any] = {}
        for event in some:
            gather(row, "person", event=event, is_open=False)
        kept |= with_gathered(kept, row.get(GATHERED, {}))
    wanted: set[str] = set()
    for name, tag in said:
        (wanted.add if name == "tag_added" else wanted.discard)(tag)
    assert kept.get("tags") == (sorted(wanted) or None)
