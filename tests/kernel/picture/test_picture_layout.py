"""The shapes of the funnel picture: as thick as they are many, where they belong, side by side."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from picture_walks import report_of, walks

from tundish.funnel.picture.before import lay_out_before
from tundish.funnel.picture.layout import LARGEST, Frame, lay_out
from tundish.funnel.picture.model import Column, Geometry, Shape
from tundish.funnel.stages.visits import Flow

WIDTH = 1200.0
MODEST = settings(max_examples=25, deadline=None)
Walk = tuple[int, list[Flow]]


def frame(n: int, *, tall: bool = False, mirrored: bool = False) -> Frame:
    starts = tuple(30.0 + k * 160 for k in range(n + 1))
    return Frame(
        starts=starts, block=56, start=120, budget=300, tall=tall, mirrored=mirrored, width=WIDTH
    )


def drawn(walk: Walk, **how: bool) -> Geometry:
    n, flows = walk
    return lay_out(flows, stages=n, frame=frame(n, **how))


def parts(geometry: Geometry, column: Column) -> list[Shape]:
    return [s for s in geometry.shapes if s.kind.startswith("block_") and s.stage == column.stage]


def apart(spans: Iterable[tuple[float, float]]) -> bool:
    ordered = sorted(spans)
    return all(a[1] <= b[0] + 1e-6 for a, b in pairwise(ordered))


def crossing(shape: Shape, column: Column) -> tuple[float, float] | None:
    """The (upper, lower) y of a stream over a column, where it passes over it."""
    ys = [at[-1] for letter, at in shape.outline if letter != "Z" and abs(at[-2] - column.x) < 1e-6]
    return (min(ys), max(ys)) if ys else None


@MODEST
@given(walks())
def test_every_shape_is_as_thick_as_it_is_many(walk: Walk) -> None:
    geometry = drawn(walk)
    assert 0 < geometry.scale <= LARGEST
    for shape in geometry.shapes:
        assert shape.thick == pytest.approx(shape.count * geometry.scale)
        if not shape.outline:
            assert shape.height == pytest.approx(shape.thick)


@MODEST
@given(walks())
def test_every_flow_has_one_band_with_its_count(walk: Walk) -> None:
    geometry = drawn(walk)
    streams = [s for s in geometry.shapes if not s.kind.startswith("block_")]
    shown = sorted(
        (s.kind, s.stage, s.target if s.target is not None else -1, s.count) for s in streams
    )
    told = sorted(
        (f.kind, -1 if f.source is None else f.source, -1 if f.target is None else f.target, f.count)
        for f in walk[1] if f.kind != "still_here"
    )  # fmt: skip
    assert shown == told


@MODEST
@given(walks())
def test_the_parts_of_a_block_fill_it_without_overlap(walk: Walk) -> None:
    geometry = drawn(walk)
    for column in geometry.columns:
        found = parts(geometry, column)
        assert sum(p.count for p in found) == column.count
        assert sum(f.count for f in walk[1] if f.target == column.stage) == column.count
        assert apart((p.y, p.y + p.height) for p in found)
        if found:
            assert min(p.y for p in found) == pytest.approx(column.y)
            assert max(p.y + p.height for p in found) == pytest.approx(column.y + column.height)


@MODEST
@given(walks())
def test_what_passes_over_a_stage_touches_neither_it_nor_another_band(walk: Walk) -> None:
    geometry = drawn(walk)
    for column in geometry.columns:
        over = [
            span for s in geometry.shapes
            if s.kind in ("moved_on", "entered") and s.target is not None
            and s.stage < column.stage < s.target and (span := crossing(s, column))
        ]  # fmt: skip
        assert apart([*over, (column.y, column.y + column.height)])


@MODEST
@given(walks())
def test_a_way_back_runs_above_everything_and_between_the_blocks(walk: Walk) -> None:
    geometry = drawn(walk)
    ways = [s for s in geometry.shapes if s.kind in ("looped", "fell_back")]
    highest = min(c.y - c.over for c in geometry.columns)
    assert apart((w.y, w.y + w.thick) for w in ways)
    for way in ways:
        assert way.y + way.thick <= highest + 1e-6
        assert way.target is not None
        before = geometry.columns[way.target - 1] if way.target else None
        assert way.x >= (before.x + before.width if before else 0) - 1e-6
        after = geometry.columns[way.stage + 1].x if way.stage + 1 < walk[0] else WIDTH
        assert way.x + way.width <= after + 1e-6


@MODEST
@given(walks())
def test_a_loss_falls_below_and_never_into_the_next_stage(walk: Walk) -> None:
    geometry = drawn(walk)
    for shape in geometry.shapes:
        if shape.kind == "lost" and shape.stage + 1 < walk[0]:
            own, following = geometry.columns[shape.stage], geometry.columns[shape.stage + 1]
            assert shape.x + shape.width <= following.x
            assert shape.y + shape.height > own.y + own.height
            assert following.y + following.height <= own.y + own.height - shape.thick + 1e-6


@MODEST
@given(walks())
def test_the_mirrored_picture_has_the_same_shapes_from_the_other_side(walk: Walk) -> None:
    for shape, mirror in zip(drawn(walk).shapes, drawn(walk, mirrored=True).shapes, strict=True):
        assert mirror.x == pytest.approx(WIDTH - shape.x - shape.width)
        assert (mirror.y, mirror.thick, mirror.count) == pytest.approx(
            (shape.y, shape.thick, shape.count)
        )


@MODEST
@given(walks())
def test_the_tall_picture_is_the_same_with_its_axes_exchanged(walk: Walk) -> None:
    for shape, tall in zip(drawn(walk).shapes, drawn(walk, tall=True).shapes, strict=True):
        assert (tall.x, tall.y) == pytest.approx((shape.y, shape.x))
        assert (tall.width, tall.height) == pytest.approx((shape.height, shape.width))


@MODEST
@given(walks())
def test_against_the_one_before_each_column_has_its_own_scale_from_zero(walk: Walk) -> None:
    n, flows = walk
    stages = report_of(n, flows)["stages"]
    geometry = lay_out_before(stages, frame=frame(n))  # type: ignore[arg-type]
    for column in geometry.columns:
        found = parts(geometry, column)
        assert apart((p.y, p.y + p.height) for p in found)
        for part in found:
            assert part.height == pytest.approx(part.count * column.scale)
            assert part.y + part.height <= column.y + column.height + 1e-6
        if column.count:
            assert column.height == pytest.approx(column.count * column.scale)


def test_without_anyone_there_is_no_band_and_no_scale() -> None:
    geometry = lay_out([], stages=4, frame=frame(4))
    assert geometry.shapes == ()
    assert geometry.scale == 0
    assert len(geometry.columns) == 4


def test_one_unit_is_a_thin_band_and_no_wall() -> None:
    geometry = lay_out(
        [Flow("entered", None, 0, 1), Flow("still_here", 0, None, 1)], stages=3, frame=frame(3)
    )
    assert geometry.scale == LARGEST
    assert geometry.columns[0].height == LARGEST


def test_the_main_stream_runs_straight_and_the_funnel_narrows_from_below() -> None:
    flows = [
        Flow("entered", None, 0, 8800), Flow("still_here", 0, None, 500), Flow("moved_on", 0, 1, 8300),
        Flow("still_here", 1, None, 1589), Flow("lost", 1, None, 2473), Flow("moved_on", 1, 2, 4238),
        Flow("still_here", 2, None, 4238),
    ]  # fmt: skip
    geometry = lay_out(flows, stages=3, frame=frame(3))
    assert len({c.y for c in geometry.columns}) == 1
    heights = [c.height / geometry.scale for c in geometry.columns]
    assert heights == pytest.approx([8800, 8300, 4238])
