from __future__ import annotations

import time
import tracemalloc
from typing import Any

import cv2
import numpy as np
import pytest
from conftest import assert_close
from graphs import manifest_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_masks import KINDS, mask_of

from inference.alpha import Colours, Pixels, premultiply
from inference.api import Fill, Inpaint, Picture, Vary, paste
from inference.edits import (
    EditPlan,
    Source,
    from_model,
    match_colour,
    plan_context,
    plan_inpaint,
    plan_selection,
    plan_vary,
    prepare,
    stitch,
    to_model,
)
from inference.errors import BadPicture
from inference.geometry import Bounds, Size
from inference.manifest import ModelManifest
from inference.masks import bounds_of
from inference.recipe import Recipe

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32 - 1)
sides = st.integers(16, 200)
channel_counts = st.sampled_from([3, 4])
natives = st.sampled_from([32, 64, 128])
kinds = st.sampled_from(KINDS)
RECIPE = Recipe(
    kind="inpaint",
    model="m",
    model_hash="",
    prompt="",
    negative="",
    style=None,
    seed=0,
    steps=1,
    guidance=1,
    scheduler="ddim",
    width=8,
    height=8,
)


def picture_of(seed: int, height: int, width: int, channels: int) -> Pixels:
    """Noise; half of it, where there is alpha, has colour under nothing."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width, channels), np.uint8)
    if channels == 4:
        pixels[random.random((height, width)) < 0.5, 3] = 0
    return pixels


def landscape(height: int, width: int, channels: int = 3) -> Pixels:
    """A smooth picture whose colours stay clear of black and white."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    planes = [128 + 40 * np.sin(x / 31 + i) + 30 * np.cos(y / 23 - i) for i in range(3)]
    if channels == 4:
        planes.append(np.full_like(x, 255))
    return np.dstack(planes).astype(np.uint8)


def made_of(seed: int, size: Size) -> Colours:
    """Whatever a model may have made: premultiplied, with transparency."""
    random = np.random.default_rng(seed)
    made = random.random((*size.shape, 4), np.float32)
    made[..., :3] *= made[..., 3:]
    return made


def planned(request: Inpaint | Vary, manifest: ModelManifest) -> tuple[EditPlan, Source]:
    plan = plan_inpaint(request, manifest) if isinstance(request, Inpaint) else plan_vary(request, manifest)
    return plan, prepare(request, plan, manifest)


def result_of(request: Inpaint | Vary, plan: EditPlan, source: Source, made: Colours) -> tuple[Pixels, np.ndarray]:
    """The whole frame after an edit, and its coverage."""
    pixels, coverage = stitch(request, plan, source, made)
    assert pixels.shape == (*plan.patch.size.shape, request.image.shape[2])
    assert coverage.shape == plan.patch.size.shape
    assert pixels.dtype == coverage.dtype == np.uint8
    picture = Picture(pixels=pixels, bounds=plan.patch, coverage=coverage, seed=0, index=0, recipe=RECIPE)
    whole = np.zeros(plan.frame.shape, np.uint8)
    whole[plan.patch.slices] = coverage
    origin = request.origin if isinstance(request, Inpaint) else (0, 0)
    return paste(request.image, picture, origin, plan.frame), whole


def framed(image: Pixels, origin: tuple[int, int], frame: Size) -> Pixels:
    out = np.zeros((*frame.shape, image.shape[2]), np.uint8)
    out[Bounds(*origin, image.shape[1], image.shape[0]).slices] = image
    return out


def assert_untouched(out: Pixels, before: Pixels, where: np.ndarray) -> None:
    changed = (out != before).any(axis=2) & where
    assert not changed.any(), (
        f"{np.count_nonzero(changed)} pixels changed that may not, the first at row, column "
        f"{np.argwhere(changed)[0].tolist()}: {before[changed][0].tolist()} became {out[changed][0].tolist()}"
    )


# The rule: what is not covered is the input, bit by bit.


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=seeds,
    width=sides,
    height=sides,
    image_channels=channel_counts,
    model_channels=channel_counts,
    native=natives,
    kind=kinds,
    feather=st.sampled_from([None, 0.0, 3.0, 40.0]),
    context=st.sampled_from([None, 0.0, 2.0]),
    keep=st.booleans(),
    match=st.booleans(),
    fill=st.sampled_from([Fill.BLUR, Fill.NEUTRAL, Fill.ORIGINAL]),
)
def test_what_is_not_covered_is_the_input_bit_by_bit(
    *,
    seed: int,
    width: int,
    height: int,
    image_channels: int,
    model_channels: int,
    native: int,
    kind: str,
    feather: float | None,
    context: float | None,
    keep: bool,
    match: bool,
    fill: Fill,
) -> None:
    request = Inpaint(
        seed=0,
        image=picture_of(seed, height, width, image_channels),
        mask=mask_of(kind, seed, height, width),
        feather=feather,
        context=context,
        keep_outside=keep,
        match_colour=match,
        fill=fill,
    )
    plan, source = planned(request, manifest_of(native, channels=model_channels))
    out, coverage = result_of(request, plan, source, made_of(seed, plan.context.size))
    assert_untouched(out, request.image, coverage == 0)
    assert (coverage[request.mask == 255] == 255).all(), "a painted pixel is not wholly covered"
    if keep:
        assert not coverage[request.mask == 0].any(), "a pixel outside the selection is covered"


@LAW
@given(
    seed=seeds,
    width=st.integers(16, 120),
    height=st.integers(16, 120),
    around=st.tuples(*[st.integers(0, 90)] * 4),
    image_channels=channel_counts,
    model_channels=channel_counts,
    native=natives,
    inner=st.booleans(),
    keep=st.booleans(),
)
def test_painting_outwards_keeps_the_picture_bit_by_bit(
    *,
    seed: int,
    width: int,
    height: int,
    around: tuple[int, int, int, int],
    image_channels: int,
    model_channels: int,
    native: int,
    inner: bool,
    keep: bool,
) -> None:
    left, top, right, bottom = around
    mask = np.full((top + height + bottom, left + width + right), 255, np.uint8)
    mask[top : top + height, left : left + width] = 0
    if inner or not mask.any():
        mask[top + height // 2, left + width // 2] = 200
    image = picture_of(seed, height, width, image_channels)
    request = Inpaint(seed=0, image=image, mask=mask, origin=(left, top), keep_outside=keep, feather=6)
    plan, source = planned(request, manifest_of(native, channels=model_channels))
    assert plan.frame == Size(mask.shape[1], mask.shape[0])
    out, coverage = result_of(request, plan, source, made_of(seed, plan.context.size))
    assert_untouched(out, framed(image, (left, top), plan.frame), coverage == 0)
    assert (coverage[mask == 255] == 255).all()
    if keep:
        assert not coverage[mask == 0].any()


@LAW
@given(
    seed=seeds,
    width=sides,
    height=sides,
    image_channels=channel_counts,
    model_channels=channel_counts,
    native=natives,
    which=st.sampled_from(["none", "some", "nowhere"]),
)
def test_a_variation_changes_only_where_it_may(
    *, seed: int, width: int, height: int, image_channels: int, model_channels: int, native: int, which: str
) -> None:
    where = {
        "none": None,
        "some": mask_of("islands", seed, height, width),
        "nowhere": np.zeros((height, width), np.uint8),
    }[which]
    request = Vary(seed=0, image=picture_of(seed, height, width, image_channels), where=where)
    plan, source = planned(request, manifest_of(native, channels=model_channels))
    assert plan.patch == Bounds(0, 0, width, height), "a variation is as large as its picture"
    out, coverage = result_of(request, plan, source, made_of(seed, plan.context.size))
    assert_untouched(out, request.image, coverage == 0)
    assert np.array_equal(coverage > 0, np.ones_like(coverage, bool) if where is None else where > 0)


def test_a_small_edit_of_the_largest_picture_is_quick_and_small() -> None:
    side = 8192
    image = np.zeros((side, side, 4), np.uint8)
    image[::3, :, :3] = 77
    image[4000:4200, 4000:4200] = (200, 100, 50, 255)
    mask = np.zeros((side, side), np.uint8)
    mask[4080:4100, 4090:4130] = 255
    request = Inpaint(seed=0, image=image, mask=mask)
    manifest = manifest_of(512)
    tracemalloc.start()
    try:
        started = time.perf_counter()
        plan, source = planned(request, manifest)
        pixels, coverage = stitch(request, plan, source, made_of(1, plan.context.size))
        took = time.perf_counter() - started
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert plan.context.size == Size(512, 512)
    assert peak < 64 << 20, f"{peak >> 20} MiB were needed for a context of {plan.context.size}"
    assert took < 4, f"{took:.1f} s"
    assert_untouched(pixels, image[plan.patch.slices], coverage == 0)
    assert (coverage[mask[plan.patch.slices] == 255] == 255).all()


# The plan


@LAW
@given(
    seed=seeds,
    width=sides,
    height=sides,
    native=natives,
    kind=kinds,
    feather=st.sampled_from([None, 0.0, 5.0, 300.0]),
    keep=st.booleans(),
)
def test_the_plan_sees_all_that_can_change(
    *, seed: int, width: int, height: int, native: int, kind: str, feather: float | None, keep: bool
) -> None:
    mask = mask_of(kind, seed, height, width)
    manifest = manifest_of(native)
    request = Inpaint(
        seed=0, image=np.zeros((height, width, 3), np.uint8), mask=mask, feather=feather, keep_outside=keep
    )
    plan = plan_inpaint(request, manifest)
    assert plan.context.size in manifest.sizes
    assert plan.masks.denoise.shape == plan.masks.composite.shape == plan.context.bounds.size.shape
    assert Bounds.of(plan.frame).contains(plan.patch)
    assert plan.context.bounds.contains(plan.patch)
    outside = mask.copy()
    outside[plan.patch.slices] = 0
    assert not outside.any(), "a painted pixel lies outside the patch"


@LAW
@given(
    seed=seeds,
    width=sides,
    height=sides,
    native=natives,
    kind=kinds,
    strength=st.sampled_from([0.1, 0.6, 1.0]),
    feather=st.sampled_from([None, 0.0, 5.0, 300.0]),
    context=st.sampled_from([None, 0.0, 2.0]),
    keep=st.booleans(),
    known=st.booleans(),
)
def test_a_selection_is_planned_as_its_request_is(
    *,
    seed: int,
    width: int,
    height: int,
    native: int,
    kind: str,
    strength: float,
    feather: float | None,
    context: float | None,
    keep: bool,
    known: bool,
) -> None:
    mask, manifest = mask_of(kind, seed, height, width), manifest_of(native)
    values: dict[str, Any] = {"strength": strength, "feather": feather, "context": context}
    image = np.zeros((height, width, 3), np.uint8)
    wanted = plan_inpaint(Inpaint(seed=0, image=image, mask=mask, keep_outside=keep, **values), manifest)
    before = mask.copy()
    plan = plan_selection(mask, manifest, keep_outside=keep, at=bounds_of(mask) if known else None, **values)
    assert (plan.frame, plan.context, plan.feather, plan.patch) == (
        wanted.frame,
        wanted.context,
        wanted.feather,
        wanted.patch,
    )
    assert np.array_equal(plan.masks.denoise, wanted.masks.denoise)
    assert np.array_equal(plan.masks.composite, wanted.masks.composite)
    assert plan_context(bounds_of(mask), plan.frame, manifest, **values) == (wanted.context, wanted.feather)
    assert np.array_equal(mask, before)


def test_a_small_selection_of_the_largest_frame_is_planned_without_looking_at_it_all() -> None:
    mask = np.zeros((8192, 8192), np.uint8)
    at = Bounds(4090, 4080, 40, 20)
    mask[at.slices] = 255
    manifest = manifest_of(128)
    tracemalloc.start()
    try:
        taken = []
        for _ in range(5):
            started = time.process_time()
            plan_selection(mask, manifest, at=at)
            taken.append(time.process_time() - started)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20, f"{peak >> 10} KiB for a context of 128x128"
    assert min(taken) < 0.02, f"{min(taken) * 1000:.0f} ms"


def test_an_empty_mask_cannot_be_planned() -> None:
    empty = np.zeros((32, 32), np.uint8)
    with pytest.raises(BadPicture, match="mask is empty"):
        plan_inpaint(Inpaint(seed=0, image=np.zeros((32, 32, 3), np.uint8), mask=empty), manifest_of(64))
    for at in (None, Bounds(0, 0, 0, 0)):
        with pytest.raises(BadPicture, match="mask is empty"):
            plan_selection(empty, manifest_of(64), at=at)


@LAW
@given(
    seed=seeds,
    width=sides,
    height=sides,
    image_channels=channel_counts,
    model_channels=channel_counts,
    native=natives,
    kind=kinds,
)
def test_what_the_model_sees_is_a_picture(
    *, seed: int, width: int, height: int, image_channels: int, model_channels: int, native: int, kind: str
) -> None:
    manifest = manifest_of(native, channels=model_channels)
    request = Inpaint(
        seed=0, image=picture_of(seed, height, width, image_channels), mask=mask_of(kind, seed, height, width)
    )
    plan, source = planned(request, manifest)
    assert source.seen.shape == (*plan.context.size.shape, 4)
    assert source.denoise.shape == plan.context.size.shape
    for what, colours in (("seen", source.seen), ("ground", source.ground), ("original", source.original)):
        assert np.isfinite(colours).all(), what
        assert colours.min() >= 0, what
        assert colours.max() <= 1 + 1e-6, what
        excess = (colours[..., :3] - colours[..., 3:]).max()
        assert excess <= 1e-6, f"{what}: colour exceeds alpha by {excess}"
    ready = to_model(source.seen, manifest)
    assert ready.shape == (model_channels, *plan.context.size.shape)
    assert (ready.dtype, ready.flags.c_contiguous) == (np.float32, True)
    assert -1 <= ready.min() <= ready.max() <= 1 + 1e-6


@pytest.mark.parametrize("channels", [3, 4])
def test_a_picture_goes_to_the_model_and_back(channels: int) -> None:
    manifest = manifest_of(64, channels=channels)
    colours = premultiply(picture_of(1, 40, 48, channels))
    assert_close(from_model(to_model(colours, manifest), manifest), colours, 1e-6, "there and back")


def test_hidden_colours_do_not_reach_a_model_without_alpha() -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[..., :3] = (255, 0, 255)
    pixels[8:24, 8:24] = (10, 200, 30, 255)
    ready = to_model(premultiply(pixels), manifest_of(64, channels=3))
    wanted = np.broadcast_to(np.float32([10, 200, 30])[:, None, None] / 127.5 - 1, ready.shape)
    assert_close(ready, wanted, 1e-5, "what lies under nothing")


# A perfect model, and one that drifts


def perfect(request: Inpaint, plan: EditPlan, manifest: ModelManifest) -> Colours:
    """What a model makes that gives back the picture as it was: the context, not filled, at the size of the run."""
    same = Inpaint(seed=0, image=request.image, mask=request.mask, origin=request.origin, fill=Fill.ORIGINAL)
    return prepare(same, plan, manifest).seen


@LAW
@given(
    seed=seeds,
    width=st.integers(64, 160),
    height=st.integers(64, 160),
    channels=channel_counts,
    kind=kinds,
    keep=st.booleans(),
    noisy=st.booleans(),
)
def test_a_perfect_model_leaves_the_picture_as_it_is(
    *, seed: int, width: int, height: int, channels: int, kind: str, keep: bool, noisy: bool
) -> None:
    image = picture_of(seed, height, width, channels) if noisy else landscape(height, width, channels)
    request = Inpaint(seed=0, image=image, mask=mask_of(kind, seed, height, width), keep_outside=keep, context=0.0)
    manifest = manifest_of(64)
    plan, source = planned(request, manifest)
    if plan.context.scale != 1:
        return
    out, _ = result_of(request, plan, source, perfect(request, plan, manifest))
    assert_close(premultiply(out) * 255, premultiply(image) * 255, 1.01, "a perfect edit")


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("side", [300, 500])
def test_a_perfect_model_leaves_a_smooth_picture_as_it_is_at_any_scale(channels: int, side: int) -> None:
    image = landscape(side, side, channels)
    mask = np.zeros((side, side), np.uint8)
    mask[side // 8 : -side // 8, side // 8 : -side // 8] = 255
    request = Inpaint(seed=0, image=image, mask=mask)
    manifest = manifest_of(128)
    plan, source = planned(request, manifest)
    assert plan.context.scale < 0.5
    out, _ = result_of(request, plan, source, perfect(request, plan, manifest))
    assert_close(out, image, 3, "a perfect edit, scaled")


def drifting(shift: tuple[int, int, int], *, match: bool, keep: bool = False) -> tuple[Pixels, Pixels, np.ndarray]:
    image = landscape(200, 200)
    mask = cv2.circle(np.zeros((200, 200), np.uint8), (100, 100), 30, 255, -1)
    request = Inpaint(seed=0, image=image, mask=mask, keep_outside=keep, match_colour=match, context=0.0)
    manifest = manifest_of(128)
    plan, source = planned(request, manifest)
    assert plan.context.scale == 1
    made = perfect(request, plan, manifest).copy()
    made[..., :3] = np.clip(made[..., :3] + np.float32(shift) / 255, 0, 1)
    return *result_of(request, plan, source, made), image


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    "shift", [(20, 20, 20), (-20, -20, -20), (12, 0, 0), (0, -12, 0), (0, 0, 15), (10, -8, 6)], ids=str
)
def test_a_constant_drift_of_colour_is_taken_back(shift: tuple[int, int, int], keep: bool) -> None:
    raw, coverage, image = drifting(shift, match=False, keep=keep)
    seam = np.abs(raw.astype(float) - image)[coverage > 0].mean(0)
    matched, _, _ = drifting(shift, match=True, keep=keep)
    left = np.abs(matched.astype(float) - image)[coverage > 0].mean(0)
    assert seam.max() > 0.5 * max(np.abs(shift)), "the drift did not reach the picture"
    assert left.max() < 2.5, f"{left.round(1).tolist()} of {seam.round(1).tolist()} levels are left"


@LAW
@given(seeds)
def test_colour_matching_ignores_what_weighs_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    old = premultiply(landscape(40, 50, 4))
    new = np.clip(old + np.float32([0.05, 0.02, -0.04, 0]), 0, 1)
    weights = np.zeros((40, 50), np.float32)
    weights[:10] = 1
    usual = match_colour(new, old, weights)
    old[10:, :, :3] = random.random((30, 50, 3), np.float32)
    assert np.array_equal(match_colour(new, old, weights)[:10], usual[:10])
    new[20:, :, :3] = random.random((20, 50, 3), np.float32)
    assert np.array_equal(match_colour(new, old, weights)[:20], usual[:20])


@pytest.mark.parametrize("hidden", ["new", "old"])
def test_colour_matching_ignores_what_is_transparent(hidden: str) -> None:
    old = premultiply(landscape(40, 50, 4))
    new = np.clip(old + np.float32([0.05, 0.02, -0.04, 0]), 0, 1)
    half = np.zeros((40, 50), np.float32)
    half[:20] = 1
    wanted = match_colour(new, old, half)[:20]
    (new if hidden == "new" else old)[20:] = 0
    assert_close(match_colour(new, old, np.ones((40, 50), np.float32))[:20], wanted, 1e-5, f"{hidden} half hidden")


@LAW
@given(seeds, st.sampled_from([0.0, 0.01, 1.0]))
def test_colour_matching_gives_a_picture_and_keeps_its_alpha(seed: int, weight: float) -> None:
    old, new = premultiply(picture_of(seed, 30, 40, 4)), made_of(seed, Size(40, 30))
    out = match_colour(new, old, np.full((30, 40), weight, np.float32))
    assert np.array_equal(out[..., 3], new[..., 3])
    assert np.isfinite(out).all()
    assert out.min() >= 0
    assert (out[..., :3] <= out[..., 3:] + 1e-6).all()


# Transparency


def test_painting_outwards_from_an_opaque_picture_stays_opaque() -> None:
    image = landscape(96, 96, 4)
    for origin in [(0, 0), (40, 24), (64, 64)]:
        mask = np.full((160, 160), 255, np.uint8)
        mask[origin[1] : origin[1] + 96, origin[0] : origin[0] + 96] = 0
        request = Inpaint(seed=0, image=image, mask=mask, origin=origin)
        plan, source = planned(request, manifest_of(128))
        out, coverage = result_of(request, plan, source, made_of(1, plan.context.size))
        least = out[..., 3][coverage > 0].min()
        assert least == 255, f"painting outwards at {origin} left alpha {least}"


@pytest.mark.parametrize("values", [{}, {"keep_outside": True}, {"feather": 0.0}])
def test_no_colour_is_left_under_what_became_transparent(values: dict[str, Any]) -> None:
    image = landscape(96, 96, 4)
    image[:40, :, 3] = 0
    mask = mask_of("islands", 3, 96, 96)
    request = Inpaint(seed=0, image=image, mask=mask, **values)
    plan, source = planned(request, manifest_of(64))
    out, coverage = result_of(request, plan, source, np.zeros((*plan.context.size.shape, 4), np.float32))
    hidden = (out[..., 3] == 0) & (coverage > 0)
    assert hidden.any()
    assert not out[hidden].any()


def test_a_model_with_alpha_leaves_no_hole_in_a_picture_without() -> None:
    image = landscape(96, 96)
    mask = np.zeros((96, 96), np.uint8)
    mask[30:60, 30:60] = 255
    request = Inpaint(seed=0, image=image, mask=mask, match_colour=False)
    plan, source = planned(request, manifest_of(64))
    out, _ = result_of(request, plan, source, np.zeros((*plan.context.size.shape, 4), np.float32))
    darkest = out[30:60, 30:60].min()
    assert darkest > 50, f"nothing was made, and {darkest} shows through instead of the ground"
