from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.api import (
    LARGEST_SEED,
    MOST_PICTURES,
    MOST_STEPS,
    Device,
    Generate,
    Inpaint,
    Picture,
    Request,
    Seamless,
    Vary,
    paste,
)
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds, Size
from inference.recipe import Recipe

LAW = settings(max_examples=60, deadline=None)
RGBA = np.zeros((20, 30, 4), np.uint8)
MASK = np.full((20, 30), 255, np.uint8)
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


def vary(**values: Any) -> Vary:
    return Vary(**{"seed": 1, "image": RGBA, **values})


def inpaint(**values: Any) -> Inpaint:
    return Inpaint(**{"seed": 1, "image": RGBA, "mask": MASK, **values})


def generate(**values: Any) -> Generate:
    return Generate(**{"seed": 1, **values})


@pytest.mark.parametrize("make", [generate, vary, inpaint])
@pytest.mark.parametrize(
    "values",
    [
        {"seed": 0},
        {"seed": LARGEST_SEED},
        {"seed": LARGEST_SEED - 9, "count": 10},
        {"count": MOST_PICTURES},
        {"steps": 1},
        {"steps": MOST_STEPS},
        {"guidance": 0},
        {"guidance": 50.0},
        {"clip_skip": 12},
        {"variation_seed": LARGEST_SEED, "variation_strength": 1},
        {"seamless": Seamless.BOTH, "prompt": "猫", "previews": False},
    ],
)
def test_what_is_in_range_is_taken(make: Any, values: dict[str, Any]) -> None:
    request = make(**values)
    assert all(getattr(request, name) == value for name, value in values.items())


@pytest.mark.parametrize("make", [generate, vary, inpaint])
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": LARGEST_SEED + 1}, "seed"),
        ({"seed": 10**400}, "seed"),
        ({"seed": LARGEST_SEED, "count": 2}, "last seed"),
        ({"count": 0}, "number of pictures"),
        ({"count": MOST_PICTURES + 1}, "number of pictures"),
        ({"steps": 0}, "number of steps"),
        ({"steps": -3}, "number of steps"),
        ({"steps": MOST_STEPS + 1}, "number of steps"),
        ({"guidance": -0.1}, "guidance"),
        ({"guidance": 50.1}, "guidance"),
        ({"guidance": math.nan}, "guidance"),
        ({"guidance": math.inf}, "guidance"),
        ({"clip_skip": -1}, "clip skip"),
        ({"clip_skip": 13}, "clip skip"),
        ({"variation_seed": -1}, "variation seed"),
        ({"variation_strength": 1.01}, "variation strength"),
        ({"variation_strength": math.nan}, "variation strength"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(make: Any, values: dict[str, Any], name: str) -> None:
    with pytest.raises(BadRequest, match=f"The {name} is") as refused:
        make(**values)
    assert refused.value.hint.startswith(("It goes from", "It is a whole number from"))
    assert refused.value.exit_status == 2


@pytest.mark.parametrize("make", [vary, inpaint])
@pytest.mark.parametrize("strength", [-0.01, 1.01, math.nan, math.inf, -math.inf])
def test_strength_lies_between_nothing_and_all(make: Any, strength: float) -> None:
    with pytest.raises(BadRequest, match="The strength is"):
        make(strength=strength)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"feather": -1}, "feather"),
        ({"feather": math.nan}, "feather"),
        ({"feather": 9000}, "feather"),
        ({"context": -0.5}, "context"),
        ({"context": math.nan}, "context"),
        ({"context": 17}, "context"),
    ],
)
def test_an_inpaintings_own_values_are_checked(values: dict[str, Any], name: str) -> None:
    with pytest.raises(BadRequest, match=f"The {name} is"):
        inpaint(**values)


@LAW
@given(
    st.sampled_from(["seed", "count", "steps", "guidance", "clip_skip", "variation_seed", "variation_strength"]),
    st.integers() | st.floats(),
)
def test_a_request_is_made_or_refused_and_nothing_else(name: str, value: float) -> None:
    try:
        generate(**{name: value})
    except BadRequest as refused:
        assert str(refused)


BAD_PICTURES: dict[str, Any] = {
    "floats": np.zeros((20, 30, 4), np.float32),
    "16 bits": np.zeros((20, 30, 4), np.uint16),
    "grey": np.zeros((20, 30), np.uint8),
    "one channel": np.zeros((20, 30, 1), np.uint8),
    "five channels": np.zeros((20, 30, 5), np.uint8),
    "too narrow": np.zeros((20, 15, 3), np.uint8),
    "too low": np.zeros((15, 20, 3), np.uint8),
    "empty": np.zeros((0, 0, 3), np.uint8),
    "too wide": np.broadcast_to(np.uint8(0), (16, 8193, 3)),
    "too high": np.broadcast_to(np.uint8(0), (8193, 16, 3)),
}


@pytest.mark.parametrize("image", BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_picture_that_cannot_be_used_is_refused(image: Any) -> None:
    with pytest.raises(BadPicture) as refused:
        vary(image=image)
    assert refused.value.hint
    with pytest.raises(BadPicture):
        inpaint(image=image)


@pytest.mark.parametrize("shape", [(16, 16, 3), (16, 16, 4), (16, 8192, 3), (8192, 16, 4)])
def test_the_smallest_and_largest_sides_are_taken(shape: tuple[int, ...]) -> None:
    assert vary(image=np.zeros(shape, np.uint8)).image.shape == shape


@pytest.mark.parametrize(
    "mask",
    [MASK.astype(np.float32), MASK.astype(bool), MASK[..., None], np.zeros((20, 30, 3), np.uint8)],
    ids=["floats", "bits", "a third axis", "colours"],
)
def test_a_mask_that_is_none_is_refused(mask: Any) -> None:
    for refused in (lambda: inpaint(mask=mask), lambda: vary(where=mask)):
        with pytest.raises(BadPicture, match="not one channel"):
            refused()


@pytest.mark.parametrize("shape", [(19, 30), (20, 29), (30, 20), (0, 0), (1, 1)])
def test_a_mask_smaller_than_the_picture_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(BadPicture, match="The mask is"):
        inpaint(mask=np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(19, 30), (21, 30), (20, 31), (40, 60)])
def test_where_a_variation_applies_has_the_pictures_size(shape: tuple[int, int]) -> None:
    with pytest.raises(BadPicture, match="The mask is"):
        vary(where=np.zeros(shape, np.uint8))


@pytest.mark.parametrize("origin", [(0, 0), (10, 5), (30, 20)])
def test_a_larger_mask_paints_outwards(origin: tuple[int, int]) -> None:
    assert inpaint(mask=np.zeros((40, 60), np.uint8), origin=origin).origin == origin


@pytest.mark.parametrize("origin", [(-1, 0), (0, -1), (31, 0), (0, 21)])
def test_the_picture_lies_inside_the_mask(origin: tuple[int, int]) -> None:
    with pytest.raises(BadPicture, match="The mask is"):
        inpaint(mask=np.zeros((40, 60), np.uint8), origin=origin)


def test_a_mask_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(BadPicture, match="too large"):
        inpaint(mask=np.broadcast_to(np.uint8(255), (20, 2 * 8192 + 1)))


def arrays_of(request: Request) -> dict[str, np.ndarray]:
    values = {field.name: getattr(request, field.name) for field in dataclasses.fields(request)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def frozen_view(array: np.ndarray) -> np.ndarray:
    view = array[:]
    view.flags.writeable = False
    return view


@pytest.mark.parametrize("pass_on", [np.asarray, frozen_view, np.fliplr, np.asfortranarray])
def test_a_requests_arrays_are_copies_that_nobody_can_change(pass_on: Any) -> None:
    for make, name in ((vary, "image"), (vary, "where"), (inpaint, "image"), (inpaint, "mask")):
        own = np.full((20, 30, 4) if name == "image" else (20, 30), 7, np.uint8)
        held = arrays_of(make(**{name: pass_on(own)}))[name]
        own[:] = 9
        assert (held == 7).all(), f"the {name} changed with the caller's array"
        assert held.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            held[0] = 1


def test_a_request_made_from_another_shares_its_arrays() -> None:
    one = inpaint()
    assert dataclasses.replace(one, seed=2).image is one.image
    assert inpaint(image=one.image, mask=one.mask).mask is one.mask


@pytest.mark.parametrize("channels", [3, 4])
def test_pasting_puts_a_picture_back_and_touches_nothing_else(channels: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, channels), np.uint8)
    patch = np.full((5, 7, channels), 99, np.uint8)
    coverage = np.full((5, 7), 255, np.uint8)
    picture = Picture(pixels=patch, bounds=Bounds(3, 4, 7, 5), coverage=coverage, seed=1, index=0, recipe=RECIPE)
    out = paste(image, picture)
    assert (out[4:9, 3:10] == 99).all()
    out[4:9, 3:10] = image[4:9, 3:10]
    assert np.array_equal(out, image)


@pytest.mark.parametrize(("channels", "more"), [(3, 3), (4, 4), (3, 4)])
def test_pasting_into_a_larger_frame_keeps_the_picture_where_it_lies(channels: int, more: int) -> None:
    image = np.random.default_rng(0).integers(1, 256, (20, 30, channels), np.uint8)
    patch = np.full((20, 10, more), 99, np.uint8)
    coverage = np.full((20, 10), 255, np.uint8)
    picture = Picture(pixels=patch, bounds=Bounds(40, 6, 10, 20), coverage=coverage, seed=1, index=0, recipe=RECIPE)
    out = paste(image, picture, origin=(10, 6), frame=Size(50, 40))
    assert out.shape == (40, 50, more)
    assert np.array_equal(out[6:26, 10:40, :channels], image)
    assert (out[6:26, 40:50] == 99).all()
    assert not out[:6].any()
    assert not out[:, :10].any()
    if more > channels:
        assert (out[6:26, 10:40, 3] == 255).all()


def test_devices_are_values_that_differ_when_something_does() -> None:
    one = Device(title="CPU", provider="CPUExecutionProvider", name="A", threads=2, memory=8 << 30, weights=100)
    assert one == dataclasses.replace(one)
    for changes in ({"weights": 101}, {"models": ("sprites",)}, {"missed": "CUDA could not be used."}):
        assert one != dataclasses.replace(one, **changes)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.title = "CUDA"  # type: ignore[misc]
