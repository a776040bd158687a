"""Likeness of two people: what counts for and against, and that order and spelling change nothing."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tundish.journal.likeness import Described, likely_pairs, plain_name, plain_phone

JAN = Described("a", "Jan Smit", ("jan@echo.example",), ("+49 30 901820",), "echo", "DE")


def pair(other: Described, *, among: int = 0) -> float:
    """The probability that `other` is Jan, in a firm with as many strangers beside."""
    crowd = [Described(f"x{n}", f"Nobody{n} Else{n}", company=f"c{n}") for n in range(among)]
    found = likely_pairs([JAN, other, *crowd], at_least=0.0)
    return next((one.probability for one in found if {one.one, one.other} == {"a", "b"}), 0.0)


def test_names_and_numbers_are_compared_as_they_sound_and_are_dialled() -> None:
    assert plain_name("Müller, José") == plain_name("Jose  MULLER")
    assert plain_name("أحمد عليّ") == plain_name("احمد علي")
    assert plain_phone("+49 (30) 901820") == plain_phone("030/901820") == plain_phone("٠٣٠٩٠١٨٢٠")


def test_a_shared_address_is_enough_and_another_name_takes_it_back() -> None:
    same = Described("b", "Jan Smit", ("JAN@echo.example",))
    assert pair(same, among=5_000) > 0.99
    assert pair(Described("b", "Olga Petrova", ("jan@echo.example",)), among=5_000) < 0.5


def test_a_rare_name_says_more_than_a_common_one() -> None:
    twin = Described("b", "Jan Smit", company="echo")
    rare = likely_pairs([JAN, twin], at_least=0.0)[0].bits
    others = [Described(f"x{n}", "Jan Smit", company=f"c{n}") for n in range(50)]
    common = likely_pairs([JAN, twin, *others], at_least=0.0)
    assert next(one.bits for one in common if {one.one, one.other} == {"a", "b"}) < rare - 4


def test_a_slip_of_the_pen_and_an_initial_are_alike_and_another_person_is_not() -> None:
    assert pair(Described("b", "Jan Smitt", (), ("030 901820",), "echo")) > 0.9
    assert pair(Described("b", "J. Smit", ("j@x.example",), ("030 901820",), "echo")) > 0.8
    assert pair(Described("b", "Jana Berg", ("jana@echo.example",), (), "echo")) < 0.01


def test_a_box_that_many_share_and_a_crowd_make_no_pairs() -> None:
    many = [Described(f"p{n}", f"Given{n} Name{n}", ("info@echo.example",)) for n in range(70)]
    assert likely_pairs(many, at_least=0.3) == []
    two = [
        Described("a", "Ann Ray", ("info@a.example",)),
        Described("b", "Bo Lee", ("info@b.example",)),
    ]
    assert likely_pairs(two, at_least=0.0) == []


def test_whom_somebody_called_two_is_left_out_in_either_order() -> None:
    twin = Described("b", "Jan Smit", ("jan@echo.example",))
    for apart in (("a", "b"), ("b", "a")):
        assert likely_pairs([JAN, twin], apart=[apart]) == []


def test_planted_twins_are_found_and_hardly_anybody_else() -> None:
    dice = random.Random(3)
    first = "Anna Jan Noor Sami Lena Omar Maria Peter Hala Jonas Rania Yusuf".split()
    last = [
        a + b
        for a in ("Sm", "Kov", "Had", "Mor", "Pet", "Wal")
        for b in ("ith", "ac", "dad", "son")
    ]
    people, planted = [], set()
    for n in range(600):
        name, firm = f"{dice.choice(first)} {dice.choice(last)}", f"c{dice.randrange(150)}"
        mail = (f"{name.split()[1]}{n}@{firm}.example",) if dice.random() < 0.7 else ()
        phone = (f"+49 30 {dice.randrange(10**7, 10**8)}",) if dice.random() < 0.6 else ()
        people.append(Described(f"p{n}", name, mail, phone, firm))
    for n in range(0, 600, 20):
        p = people[n]
        people.append(Described(f"{p.id}x", p.name[:-1], p.emails, p.phones, p.company))
        if p.emails or p.phones:
            planted.add((p.id, f"{p.id}x"))
    found = {(one.one, one.other) for one in likely_pairs(people, at_least=0.5)}
    assert planted <= found
    assert len(found - planted) <= 3


NAMES = st.sampled_from(["Jan Smit", "Jan Smitt", "Ann Ray", "Ann", "", "نور حداد"])
PEOPLE = st.lists(
    st.tuples(NAMES, st.sampled_from(["", "a@x.example", "b@x.example"]),
              st.sampled_from(["", "030 901820", "040 112233"]), st.sampled_from(["", "echo"])),
    max_size=8,
)  # fmt: skip


@settings(max_examples=30)
@given(PEOPLE, st.randoms())
def test_the_order_in_which_people_come_changes_nothing(told: list, dice: random.Random) -> None:
    people = [
        Described(f"p{n}", name, (mail,) if mail else (), (phone,) if phone else (), company)
        for n, (name, mail, phone, company) in enumerate(told)
    ]
    mixed = dice.sample(people, len(people))
    assert likely_pairs(people, at_least=0.0) == likely_pairs(mixed, at_least=0.0)
    for one in likely_pairs(people, at_least=0.0):
        assert 0 <= one.probability <= 1
        assert one.one < one.other
