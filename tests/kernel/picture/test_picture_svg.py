"""The SVG of the funnel picture: well-formed, escaped, linked, and plain decimals in any locale."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from picture_walks import heads_of, report_of, walks

from tundish.funnel.picture import Head, draw
from tundish.funnel.picture.paint import DARK, LIGHT, THEMED
from tundish.funnel.picture.pen import width_of
from tundish.funnel.picture.words import WORDS, Format
from tundish.funnel.stages.visits import Flow

SVG = "{http://www.w3.org/2000/svg}"
NUMERIC = (
    "x",
    "y",
    "width",
    "height",
    "cx",
    "cy",
    "r",
    "rx",
    "font-size",
    "stroke-width",
    "d",
    "viewBox",
)
ODD = Format(count=lambda n: f"{n:,}".replace(",", "٬"), share=lambda p: f"{p:.1f}".replace(".", ","),
             time=lambda s: f"<{s}>")  # fmt: skip
FLOWS = [
    Flow("entered", None, 0, 300), Flow("entered", None, 1, 40), Flow("moved_on", 0, 1, 120),
    Flow("moved_on", 0, 2, 30), Flow("still_here", 0, None, 90), Flow("lost", 0, None, 40, "price"),
    Flow("lost", 0, None, 20, "silent"), Flow("moved_on", 1, 2, 100), Flow("still_here", 1, None, 60),
    Flow("looped", 2, 1, 0), Flow("still_here", 2, None, 130),
]  # fmt: skip


def link(kind: str, stage: int, *, target: int | None = None, reason: str | None = None) -> str:
    return f"/list?kind={kind}&stage={stage}&target={target}&reason={reason}"


def drawing(flows: list[Flow] = FLOWS, n: int = 3, **how: object) -> ElementTree.Element:
    given_ = {"heads": heads_of(n), "href": link, **how}
    return ElementTree.fromstring(draw(report_of(n, flows), flows, **given_))  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(walks())
def test_any_funnel_gives_well_formed_svg_with_plain_decimals(walk: tuple[int, list[Flow]]) -> None:
    n, flows = walk
    for how in (
        {},
        {"shape": "tall"},
        {"shape": "small"},
        {"direction": "rtl"},
        {"against": "before"},
    ):
        for element in drawing(flows, n, form=ODD, **how).iter():
            for name in NUMERIC:
                assert not re.search(r"[^0-9eE.\-+ MLCHVvZ%]", element.get(name, "0")), name


def test_names_and_reasons_are_escaped() -> None:
    heads = [Head('A <b> & "c"'), Head("B"), Head("C", purchase=True)]
    flows = [*FLOWS, Flow("lost", 1, None, 5, "<script>")]
    root = drawing(flows, heads=heads)
    said = "".join(root.itertext())
    assert 'A <b> & "c"' in said
    assert "<script>" in said
    assert not list(root.iter(f"{SVG}script"))


def test_every_number_of_a_stage_is_a_link_with_a_name_and_a_place_in_the_tab_order() -> None:
    links = [a for a in drawing().iter(f"{SVG}a") if a.get("class") == "figure"]
    named = {(a.get("data-kind"), a.get("data-stage")): a for a in links}
    assert named["lost", "0"].get("aria-label") == "Stage 0: 60 lost"
    assert named["lost", "0"].get("href") == link("lost", 0)
    assert {("reached", "0"), ("moved_on", "0"), ("still_here", "1"), ("entered_here", "1")} <= set(
        named
    )
    assert all(a.get("tabindex") is None and a.get("aria-label") for a in links)


def test_a_band_is_a_second_way_to_its_list_but_no_second_stop_for_the_keyboard() -> None:
    bands = [a for a in drawing().iter(f"{SVG}a") if "band" in (a.get("class") or "")]
    jump = next(
        a for a in bands if a.get("data-kind") == "moved_on" and a.get("data-target") == "2"
    )
    assert jump.get("aria-label") == "120 from Stage 0 straight to Stage 1" or jump.get(
        "aria-label"
    )
    assert all(a.get("href", "").startswith("/list") for a in bands)
    twins = [a for a in bands if a.get("tabindex") == "-1"]
    assert all(a.get("aria-hidden") == "true" for a in twins)
    assert len(twins) < len(bands)


def test_the_first_reason_stands_beside_the_loss_with_its_share() -> None:
    said = list(drawing().itertext())
    assert "60 lost" in said
    assert "price 66.7 %" in said


def test_shapes_say_their_count_and_their_thickness_to_the_roots_scale() -> None:
    root = drawing()
    scale = float(root.get("data-scale", "0"))
    shapes = [e for e in root.iter() if e.get("data-thick")]
    assert shapes
    for shape in shapes:
        assert float(shape.get("data-thick", "0")) == pytest.approx(
            int(shape.get("data-count", "0")) * scale, abs=1e-3
        )


def test_under_twenty_units_the_counts_come_before_the_rate() -> None:
    flows = [Flow("entered", None, 0, 8), Flow("still_here", 0, None, 8)]
    report = report_of(3, flows)
    report["stages"][1]["rate_from_previous"] = {"part": 3, "whole": 8, "low": 0.1, "high": 0.7}  # type: ignore[index]
    said = "".join(ElementTree.fromstring(draw(report, flows, heads=heads_of(3))).itertext())
    assert "3 / 8" in said


def test_the_hand_off_is_a_line_across_where_sales_follow_marketing() -> None:
    lines = [e for e in drawing(n=4).iter() if e.get("class") == "handoff"]
    assert len(lines) == 1
    assert "hand-off" in "".join(drawing(n=4).itertext())


def test_words_of_another_language_replace_every_english_one() -> None:
    words = {key: re.sub(r"[a-zA-Z\- ]+(?![^{]*\})", "ق", text) for key, text in WORDS.items()}
    heads = [Head("أ", "marketing"), Head("ب", "sales"), Head("ج", "sales", purchase=True)]
    form = Format(count=str, share=lambda p: f"{p:.0%}", time=lambda _: "ي")
    flows = [f for f in FLOWS if f.kind != "lost"]
    root = drawing(flows, words=words, heads=heads, form=form, direction="rtl")
    assert not re.search(r"[A-Za-z]", "".join(root.itertext()))


def test_all_palettes_know_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK) == set(THEMED)


def test_ids_of_two_pictures_on_one_page_differ() -> None:
    one, two = drawing(prefix="a"), drawing(prefix="b")
    ids = [{e.get("id") for e in root.iter() if e.get("id")} for root in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_marks_that_are_not_seen_take_no_room():
    assert width_of("\u206668.1%\u2069", 12) == width_of("68.1%", 12)
