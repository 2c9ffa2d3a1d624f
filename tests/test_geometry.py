from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.errors import BadRequest
from inference.geometry import Bounds, Size, SizeRule, choose_context, good_sizes

LAW = settings(max_examples=60, deadline=None)
NATIVES = (64, 128, 512, 768, 1024)

coordinates = st.integers(-300, 300)
lengths = st.integers(0, 300)
some_bounds = st.builds(Bounds, coordinates, coordinates, lengths, lengths)
solid_bounds = st.builds(Bounds, coordinates, coordinates, st.integers(1, 300), st.integers(1, 300))


@st.composite
def selections(draw: st.DrawFn) -> tuple[Bounds, Size]:
    picture = Size(draw(st.integers(16, 8192)), draw(st.integers(16, 8192)))
    width, height = draw(st.integers(1, picture.width)), draw(st.integers(1, picture.height))
    x, y = draw(st.integers(0, picture.width - width)), draw(st.integers(0, picture.height - height))
    return Bounds(x, y, width, height), picture


def pixels_of(bounds: Bounds) -> set[tuple[int, int]]:
    return {(x, y) for x in range(bounds.x, bounds.right) for y in range(bounds.y, bounds.bottom)}


@LAW
@given(some_bounds, some_bounds)
def test_intersection_is_commutative_and_lies_inside_both(a: Bounds, b: Bounds) -> None:
    common = a.intersection(b)
    assert a.contains(common)
    assert b.contains(common)
    assert common == b.intersection(a)
    assert common.width >= 0
    assert common.height >= 0


@LAW
@given(some_bounds, some_bounds)
def test_union_is_the_smallest_rectangle_around_both(a: Bounds, b: Bounds) -> None:
    both = a.union(b)
    assert both.contains(a)
    assert both.contains(b)
    if not a.empty and not b.empty:
        assert both == b.union(a)
        assert (both.x, both.y) == (min(a.x, b.x), min(a.y, b.y))
        assert (both.right, both.bottom) == (max(a.right, b.right), max(a.bottom, b.bottom))


@LAW
@given(some_bounds, some_bounds, some_bounds)
def test_intersection_is_associative_wherever_anything_is_left(a: Bounds, b: Bounds, c: Bounds) -> None:
    left, right = a.intersection(b).intersection(c), a.intersection(b.intersection(c))
    assert left == right or (left.empty and right.empty)


@LAW
@given(solid_bounds, solid_bounds)
def test_a_rectangle_absorbs_its_union_and_its_intersection(a: Bounds, b: Bounds) -> None:
    assert a.intersection(a.union(b)) == a
    assert a.union(a.intersection(b)) == a


@LAW
@given(
    st.builds(Bounds, st.integers(-6, 6), st.integers(-6, 6), st.integers(0, 6), st.integers(0, 6)),
    st.builds(Bounds, st.integers(-6, 6), st.integers(-6, 6), st.integers(0, 6), st.integers(0, 6)),
)
def test_intersection_and_contains_agree_with_sets_of_pixels(a: Bounds, b: Bounds) -> None:
    assert pixels_of(a.intersection(b)) == pixels_of(a) & pixels_of(b)
    assert a.contains(b) == (pixels_of(b) <= pixels_of(a))
    assert pixels_of(a) <= pixels_of(a.union(b))


@LAW
@given(some_bounds, coordinates, coordinates, st.integers(0, 50))
def test_moving_and_padding_can_be_undone(a: Bounds, dx: int, dy: int, by: int) -> None:
    assert a.moved(dx, dy).moved(-dx, -dy) == a
    assert a.padded(by).padded(-by) == a
    assert a.padded(by).contains(a)


@LAW
@given(solid_bounds, solid_bounds)
def test_sliding_keeps_the_size_and_lies_inside_or_covers(a: Bounds, outer: Bounds) -> None:
    slid = a.slid_inside(outer)
    assert slid.size == a.size
    assert slid.slid_inside(outer) == slid, "sliding twice moved it again"
    columns, rows = Bounds(slid.x, 0, slid.width, 1), Bounds(0, slid.y, 1, slid.height)
    room_x, room_y = Bounds(outer.x, 0, outer.width, 1), Bounds(0, outer.y, 1, outer.height)
    assert room_x.contains(columns) or columns.contains(room_x)
    assert room_y.contains(rows) or rows.contains(room_y)


@LAW
@given(solid_bounds, solid_bounds)
def test_what_lies_inside_does_not_slide(a: Bounds, outer: Bounds) -> None:
    if outer.contains(a):
        assert a.slid_inside(outer) == a


def test_what_is_larger_is_centred_and_what_fits_is_moved_the_shortest_way() -> None:
    assert Bounds(0, 0, 100, 10).slid_inside(Bounds(10, 20, 50, 50)) == Bounds(-15, 20, 100, 10)
    assert Bounds(90, 90, 20, 30).slid_inside(Bounds(0, 0, 100, 100)) == Bounds(80, 70, 20, 30)


def test_slices_cut_rows_then_columns() -> None:
    assert Bounds(3, 5, 10, 20).slices == (slice(5, 25), slice(3, 13))
    assert Size(10, 20).shape == (20, 10)


@pytest.mark.parametrize(
    ("text", "size"),
    [("128", Size(128, 128)), ("128x96", Size(128, 96)), (" 64 × 32 ", Size(64, 32)), ("8*16", Size(8, 16))],
)
def test_sizes_are_read(text: str, size: Size) -> None:
    assert Size.parse(text) == size


@LAW
@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_a_size_is_read_back_from_its_own_words(width: int, height: int) -> None:
    assert Size.parse(str(Size(width, height))) == Size(width, height)


@pytest.mark.parametrize("text", ["", "x", "12x", "x12", "-5", "1.5", "12 12", "1x2x3", "9999999", "a128"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadRequest, match="is not a size") as refused:
        Size.parse(text)
    assert "128x96" in refused.value.hint


@LAW
@given(st.integers(1, 64), st.integers(1, 40), st.integers(0, 40), st.integers(0, 5000), st.integers(0, 5000))
def test_a_refused_size_comes_with_one_that_is_allowed(
    multiple: int, least: int, more: int, width: int, height: int
) -> None:
    rule = SizeRule(multiple, multiple * least, multiple * (least + more))
    size = Size(width, height)
    if rule.allows(size):
        rule.check(size)
        return
    with pytest.raises(BadRequest) as refused:
        rule.check(size)
    said = re.search(r"(\d+x\d+)", refused.value.hint)
    assert said, refused.value.hint
    nearest = Size.parse(said[1])
    assert rule.allows(nearest), f"{nearest} is offered for {size} and not allowed by {rule}"
    rule.check(nearest)


@LAW
@given(st.integers(1, 32), st.integers(1, 8), st.integers(0, 12), st.integers(0, 600))
def test_no_allowed_side_is_nearer_than_the_one_offered(multiple: int, least: int, more: int, side: int) -> None:
    allowed = [multiple * n for n in range(least, least + more + 1)]
    offered = SizeRule(multiple, allowed[0], allowed[-1]).nearest(Size(side, side)).width
    assert offered in allowed
    assert abs(offered - side) == min(abs(one - side) for one in allowed)


@pytest.mark.parametrize("side", NATIVES)
@pytest.mark.parametrize("multiple", [4, 8, 16, 32, 64])
def test_good_sizes_are_few_multiples_near_the_native_area(side: int, multiple: int) -> None:
    sizes = good_sizes(Size(side, side), multiple)
    assert Size(side, side) in sizes
    assert len(sizes) <= 13
    assert len(set(sizes)) == len(sizes)
    for size in sizes:
        assert size.width % multiple == 0, f"{size} is no multiple of {multiple}"
        assert size.height % multiple == 0, f"{size} is no multiple of {multiple}"
        assert Size(size.height, size.width) in sizes, f"{size} has no upright twin"
        if side >= 8 * multiple:
            assert 0.7 < size.area / side**2 < 1.4, f"{size} is {size.area / side**2:.2f} of the native area"


@LAW
@given(st.integers(1, 64), st.integers(1, 64), st.sampled_from([4, 8, 16, 64]))
def test_good_sizes_stay_few_for_any_native_size(wide: int, high: int, multiple: int) -> None:
    sizes = good_sizes(Size(wide * multiple, high * multiple), multiple)
    assert len(sizes) <= 13
    assert all(size.width % multiple == 0 and size.height % multiple == 0 for size in sizes), sizes


def check_context(wanted: Bounds, picture: Size, native: int, least: int) -> None:
    sizes = good_sizes(Size(native, native), 8)
    context = choose_context(wanted, picture, sizes, least=least)
    bounds, whole = context.bounds, Bounds.of(picture)
    assert context.size in sizes
    assert bounds.contains(wanted), f"{bounds} does not hold {wanted} of {picture}"
    assert bounds.width >= min(least, picture.width), f"{bounds} is narrower than {least}"
    assert bounds.height >= min(least, picture.height), f"{bounds} is lower than {least}"
    high = bounds.width * context.size.height / context.size.width
    wide = bounds.height * context.size.width / context.size.height
    off = min(abs(bounds.height - high), abs(bounds.width - wide))
    assert off <= 1, f"{bounds} is {off:.2f} pixels off the aspect of {context.size}"
    if bounds.width <= picture.width:
        assert 0 <= bounds.x <= picture.width - bounds.width, f"{bounds} leaves {picture} though it fits"
    else:
        assert bounds.x <= 0 <= picture.width <= bounds.right, f"{bounds} does not cover {whole}"
    if bounds.height <= picture.height:
        assert 0 <= bounds.y <= picture.height - bounds.height, f"{bounds} leaves {picture} though it fits"
    else:
        assert bounds.y <= 0 <= picture.height <= bounds.bottom, f"{bounds} does not cover {whole}"


@settings(max_examples=200, deadline=None)
@given(selections(), st.sampled_from(NATIVES), st.booleans())
def test_the_context_holds_what_is_wanted_and_slides_inside(
    selection: tuple[Bounds, Size], native: int, small: bool
) -> None:
    wanted, picture = selection
    check_context(wanted, picture, native, 0 if small else native)


@pytest.mark.parametrize("native", NATIVES)
@pytest.mark.parametrize("picture", [Size(16, 16), Size(8192, 8192), Size(16, 8192), Size(8192, 16), Size(333, 777)])
def test_one_pixel_at_every_corner_gets_a_context(picture: Size, native: int) -> None:
    for x in (0, picture.width // 2, picture.width - 1):
        for y in (0, picture.height // 2, picture.height - 1):
            check_context(Bounds(x, y, 1, 1), picture, native, native)


@settings(max_examples=100, deadline=None)
@given(selections(), st.sampled_from(NATIVES))
def test_the_context_reaches_no_further_than_it_must(selection: tuple[Bounds, Size], native: int) -> None:
    wanted, picture = selection
    sizes = good_sizes(Size(native, native), 8)
    whole = Bounds.of(picture)
    chosen = choose_context(wanted, picture, sizes)

    def beyond(bounds: Bounds) -> int:
        return bounds.size.area - bounds.intersection(whole).size.area

    for size in sizes:
        alone = choose_context(wanted, picture, (size,))
        assert beyond(chosen.bounds) <= beyond(alone.bounds), f"{size} would have reached less far beyond {picture}"


def test_a_larger_context_is_better_than_one_that_reaches_beyond() -> None:
    context = choose_context(Bounds(10, 0, 136, 100), Size(160, 100), (Size(128, 96), Size(144, 96)))
    assert context.size == Size(144, 96), f"{context.bounds} was chosen"
    assert Bounds(0, 0, 160, 100).contains(context.bounds)


def test_a_small_edit_in_a_large_picture_is_seen_one_to_one() -> None:
    context = choose_context(Bounds(4000, 4000, 20, 20), Size(8192, 8192), good_sizes(Size(512, 512), 8), least=512)
    assert context.size == context.bounds.size == Size(512, 512)
    assert context.scale == 1


def test_a_context_that_may_leave_the_picture_stays_centred() -> None:
    context = choose_context(Bounds(0, 0, 10, 10), Size(500, 500), (Size(64, 64),), least=64, inside=False)
    assert context.bounds == Bounds(-27, -27, 64, 64)
