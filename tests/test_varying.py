"""Locks, references and blends with the embedded model."""

import dataclasses

import numpy as np
import pytest
from enginehand import one, pictures

from inference import lab
from inference.alpha import premultiply
from inference.api import Blend, ColourLock, Generate, Silhouette, Step, Vary
from inference.errors import BadPicture, BadRequest, Cancelled
from inference.geometry import Size

PLAIN = {"style": "flat", "steps": 2, "previews": False}
SMALL = {**PLAIN, "size": Size(64, 64)}


def same(first, second):
    return first.shape == second.shape and np.array_equal(first, second)


@pytest.fixture(scope="module")
def sources():
    """Two drawn pictures of one size, a disc and a frame, with soft edges and hidden colours."""
    y, x = np.mgrid[0:64, 0:64]
    disc = np.clip(24.5 - np.hypot(x - 31, y - 33), 0, 1)
    frame = np.clip(26.5 - np.maximum(np.abs(x - 32), np.abs(y - 32)), 0, 1)
    return tuple(
        np.dstack([first * 3, 200 - 2 * second, np.full((64, 64), 90), np.round(shape * 255)]).astype(np.uint8)
        for shape, first, second in ((disc, x, y), (frame, y, x))
    )


@pytest.fixture(scope="module")
def apple():
    return Generate(prompt="red apple", seed=7, **SMALL)


@pytest.fixture(scope="module")
def shield():
    return Generate(prompt="blue shield", seed=2**63 - 1, guidance=1.0, scheduler="ddim", **{**SMALL, "steps": 3})


def blend(ends, weights, **values):
    return Blend(**{"ends": ends, "weights": weights, "seed": 1, "previews": False, **values})


# Locks


def test_locks_hold_on_real_pictures_and_stand_in_the_recipe(engine, sources):
    image = sources[0]
    request = Vary(
        image=image,
        prompt="shield",
        seed=3,
        strength=0.9,
        silhouette=Silhouette.LOCKED,
        colour=ColourLock.PALETTE,
        **PLAIN,
    )
    picture = one(engine, request)
    assert same(picture.pixels[..., 3], image[..., 3])
    seen = image[..., 3] > 0
    own = {bytes(colour) for colour in image[seen][:, :3]}
    assert {bytes(colour) for colour in picture.pixels[seen][:, :3]} <= own
    assert (picture.pixels[seen] != image[seen]).any(), "nothing was varied"
    assert picture.recipe.extra == {"colour": "palette", "silhouette": "keep"}


def test_a_loose_outline_changes_more_of_it_than_a_free_one(engine, sources):
    image = sources[1]
    words = {"image": image, "prompt": "red apple", "seed": 3, "strength": 0.5, **PLAIN, "steps": 6}
    free, loose = (one(engine, Vary(silhouette=each, **words)).pixels for each in (Silhouette.FREE, Silhouette.LOOSE))
    change = [np.abs(made[..., 3].astype(int) - image[..., 3]).mean() for made in (free, loose)]
    assert change[1] > 1.5 * change[0], change


@pytest.mark.parametrize("silhouette", Silhouette)
@pytest.mark.parametrize("colour", ColourLock)
def test_strength_0_and_a_map_of_zeros_give_the_source_back(engine, sources, silhouette, colour):
    image = sources[0]
    kept = {"image": image, "seed": 3, "silhouette": silhouette, "colour": colour, "references": sources, **PLAIN}
    assert same(one(engine, Vary(strength=0.0, **kept)).pixels, image)
    nothing = one(engine, Vary(strength=0.8, where=np.zeros((64, 64), np.uint8), **kept))
    assert same(nothing.pixels, image)
    assert not nothing.coverage.any()


def test_a_batch_with_locks_and_references_is_as_each_alone(engine, sources):
    request = Vary(
        image=sources[0],
        prompt="shield",
        seed=3,
        count=2,
        silhouette=Silhouette.LOCKED,
        colour=ColourLock.LAB,
        references=(sources[1],),
        **PLAIN,
    )
    first, second = pictures(engine, request)
    assert not same(first.pixels, second.pixels)
    assert same(second.pixels, one(engine, dataclasses.replace(request, seed=4, count=1)).pixels)


# References


def test_references_draw_a_picture_to_their_colours_the_further_the_more_weight(engine, sources, apple):
    goal = lab.moments(lab.to_lab(premultiply(sources[0])), premultiply(sources[0])[..., 3])
    assert goal is not None
    distances = []
    for weight in (0.0, 0.4, 0.8):
        request = dataclasses.replace(apple, references=(sources[0],), reference_weight=weight)
        made = premultiply(one(engine, request).pixels)
        own = lab.moments(lab.to_lab(made), made[..., 3])
        assert own is not None
        distances.append(float(np.abs(own.mean - goal.mean).sum()))
    assert distances == sorted(distances, reverse=True), distances
    assert distances[-1] < 0.5 * distances[0]


def test_references_without_weight_change_nothing_and_stand_in_the_recipe(engine, sources, apple):
    plain = one(engine, apple)
    idle = one(engine, dataclasses.replace(apple, references=sources, reference_weight=0.0))
    assert same(plain.pixels, idle.pixels)
    assert len(idle.recipe.extra["references"]) == 2
    assert plain.recipe.extra == {}


# Blends


def test_a_blend_of_weight_1_is_its_end(engine, apple, shield):
    for end, weights in ((apple, (1, 0)), (shield, (0, 1))):
        assert same(one(engine, blend((apple, shield), weights)).pixels, one(engine, end).pixels)


def test_a_blend_of_variations_of_weight_1_is_its_end(engine, sources):
    first = Vary(image=sources[0], prompt="shield", seed=3, strength=0.5, silhouette=Silhouette.LOCKED, **PLAIN)
    second = Vary(image=sources[1], prompt="red apple", seed=4, strength=1.0, colour=ColourLock.LAB, **PLAIN)
    for end, weights in ((first, (1, 0)), (second, (0, 1))):
        assert same(one(engine, blend((first, second), weights)).pixels, one(engine, end).pixels)


def test_a_blend_lies_between_and_says_of_what(engine, apple, shield):
    picture = one(engine, blend((apple, shield), (0.6, 0.4)))
    ends = [one(engine, end).pixels for end in (apple, shield)]
    apart = np.abs(ends[0].astype(int) - ends[1]).mean()
    for end in ends:
        assert 0 < np.abs(picture.pixels.astype(int) - end).mean() < apart
    recipe = picture.recipe
    assert (recipe.kind, recipe.prompt, recipe.scheduler) == ("blend", "red apple", "euler-a")
    assert recipe.steps == round(0.6 * 2 + 0.4 * 3)
    assert [(end["weight"], end["prompt"], end["seed"]) for end in recipe.extra["ends"]] == [
        (0.6, "red apple", 7),
        (0.4, "blue shield", 2**63 - 1),
    ]


def test_words_and_a_picture_are_blended(engine, sources, apple):
    image = sources[0].repeat(2, 0).repeat(2, 1)
    variation = Vary(image=image, prompt="shield", seed=3, strength=0.5, **PLAIN)
    words = dataclasses.replace(apple, size=Size(128, 128))
    made = one(engine, blend((words, variation), (0.5, 0.5), steps=3))
    assert made.pixels.shape == (128, 128, 4)
    assert made.recipe.steps == 3


def test_more_like_several_differ_by_the_variation_and_do_not_depend_on_their_batch(engine, apple, shield):
    request = blend((apple, shield), (0.5, 0.5), count=2, variation_strength=0.4)
    first, second = pictures(engine, request)
    assert not same(first.pixels, second.pixels)
    assert same(second.pixels, one(engine, dataclasses.replace(request, seed=2, count=1)).pixels)


def test_sources_that_may_not_change_fade(engine, sources):
    ends = tuple(Vary(image=image, seed=1, strength=0.0, **PLAIN) for image in sources)
    faded = one(engine, blend(ends, (0.25, 0.75))).pixels
    wanted = 0.25 * premultiply(sources[0]) + 0.75 * premultiply(sources[1])
    assert np.abs(premultiply(faded) - wanted).max() < 0.01


def test_a_blend_can_be_cancelled_in_the_middle(engine, sources, apple, shield):
    request = blend((apple, shield), (0.5, 0.5), references=sources, steps=4)
    wanted = one(engine, request).pixels
    with pytest.raises(Cancelled):
        for event in engine.run(request):
            if isinstance(event, Step) and event.index == 2:
                engine.cancel()
    assert same(one(engine, request).pixels, wanted)


@pytest.mark.parametrize(
    ("weights", "said"),
    [((0.5, 0.4), "sum to 0.9"), ((0.5, 0.25, 0.25), "3 weights"), ((1.5, -0.5), "weight"), ((np.nan, 1), "weight")],
)
def test_weights_that_cannot_be_are_said_plainly(apple, shield, weights, said):
    with pytest.raises(BadRequest, match=said):
        blend((apple, shield), weights)


def test_blends_that_cannot_be_are_said_plainly(engine, sources, apple, tmp_path):
    with pytest.raises(BadRequest, match="to blend"):
        blend((apple,), (1,))
    with pytest.raises(BadRequest, match="made at 64x64 and 128x128"):
        one(engine, blend((apple, dataclasses.replace(apple, size=Size(128, 128))), (0.5, 0.5)))
    with pytest.raises(BadRequest, match="reference pictures"):
        dataclasses.replace(apple, references=sources * 17)
    with pytest.raises(BadPicture, match="RGB"):
        dataclasses.replace(apple, references=(np.zeros((20, 20), np.uint8),))
    with pytest.raises(BadRequest, match="reference weight"):
        dataclasses.replace(apple, reference_weight=1.5)
