"""Blinking: eyes are found, shut without a trace of them around, and alpha and all else stay as they were."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.alpha import unpremultiply
from inference.animation.blinking import eyes_chosen, eyes_of, with_lids
from inference.animation.cycle import frames_of
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds

SKIN = (250, 205, 60)


def face(side: int = 96, eye: tuple[int, int] = (6, 9), apart: int = 34, high: int = 38, mouth: bool = True):
    """A disc with two eyes, each of ``eye`` pixels, and a mouth."""
    pixels = np.zeros((side, side, 4), np.uint8)
    middle = side // 2
    cv2.circle(pixels, (middle, middle), middle - 4, (*SKIN, 255), -1)
    for x in (middle - apart // 2, middle + apart // 2):
        cv2.ellipse(pixels, (x, high), (eye[0] // 2, eye[1] // 2), 0, 0, 360, (60, 40, 20, 255), -1)
    if mouth:
        cv2.ellipse(pixels, (middle, 62), (18, 10), 0, 0, 180, (90, 30, 20, 255), -1)
    return pixels


@given(eye=st.tuples(st.integers(4, 10), st.integers(5, 13)), apart=st.integers(20, 44), high=st.integers(26, 46))
@settings(max_examples=40, deadline=None)
def test_eyes_are_found_where_they_are(eye: tuple[int, int], apart: int, high: int) -> None:
    left, right = eyes_of(face(eye=eye, apart=apart, high=high))
    for box, x in ((left, 48 - apart // 2), (right, 48 + apart // 2)):
        assert abs(box.x + (box.width - 1) / 2 - x) <= 1
        assert abs(box.y + (box.height - 1) / 2 - high) <= 1


@pytest.mark.parametrize("what", ["one eye", "blank", "nothing"])
def test_what_has_no_two_eyes_is_refused_in_words(what: str) -> None:
    pixels = face()
    if what == "one eye":
        pixels[20:56, 52:76] = (*SKIN, 255)
    elif what == "blank":
        pixels[..., :3] = SKIN
    else:
        pixels[:] = 0
    with pytest.raises(BadPicture, match=r"eyes|transparent"):
        frames_of([pixels] * 4, "blink")


def test_shut_eyes_are_a_line_and_all_else_is_as_it_was() -> None:
    pixels = face()
    eyes = eyes_of(pixels)
    shut = unpremultiply(with_lids(pixels, eyes, 1.0))
    assert np.array_equal(shut[..., 3], pixels[..., 3])
    away = np.ones(pixels.shape[:2], bool)
    for eye in eyes:
        away[eye.padded(4).slices] = False
    assert np.array_equal(shut[away], pixels[away])
    for eye in eyes:
        before, after = (int((each[eye.slices][..., 0] < 155).sum()) for each in (pixels, shut))
        assert 0 < after < before / 3, "a line is left"
        skin = shut[eye.padded(3).slices]
        lids = skin[: (eye.height + 6) // 3, :, :3].astype(int)
        assert np.abs(lids - SKIN).max() <= 6, "the lids have the skin's colour"
    half = unpremultiply(with_lids(pixels, eyes, 0.5))
    dark = [int((each[..., 0] < 155).sum()) for each in (pixels, half, shut)]
    assert dark[0] > dark[1] > dark[2]


def test_a_mouth_or_brow_near_an_eye_does_not_colour_the_lids() -> None:
    pixels = face()
    (eye, _) = eyes_of(pixels)
    pixels[eye.y - 5 : eye.y - 3, eye.x - 2 : eye.right + 2] = (40, 20, 10, 255)
    shut = unpremultiply(with_lids(pixels, eyes_of(pixels), 1.0))
    top = shut[eye.y : eye.y + 2, eye.x : eye.right, :3].astype(int)
    assert np.abs(top - SKIN).max() <= 8


def test_a_blink_begins_and_ends_open_and_rests_longest() -> None:
    pixels = face()
    frames, _ = frames_of([pixels] * 8, "blink")
    assert np.array_equal(frames[0].pixels, pixels)
    dark = [int((frame.pixels[..., 0][frame.pixels[..., 3] > 0] < 155).sum()) for frame in frames]
    assert min(dark) == dark[4]
    assert dark[1] == dark[7]
    assert frames[0].duration > 10 * frames[1].duration
    still, _ = frames_of([pixels] * 8, "blink", amount=0)
    assert all(np.abs(frame.pixels.astype(int) - pixels).max() <= 1 for frame in still)


def test_eyes_that_are_said_are_used_and_have_to_be_in_the_sprite() -> None:
    pixels = face()
    pixels[30:40, 40:50] = (255, 255, 255, 255)
    frames, _ = frames_of([pixels] * 4, "blink", eyes=[Bounds(40, 30, 10, 10)])
    assert (frames[2].pixels[30:35, 42:48, 2] < 100).all(), "the white eye is shut"
    for wrong in (Bounds(90, 30, 10, 10), Bounds(4, 4, 0, 3), Bounds(-1, 4, 3, 3)):
        with pytest.raises(BadRequest, match="not in the sprite"):
            frames_of([pixels] * 4, "blink", eyes=[wrong])


def test_pieces_of_a_selection_are_eyes_unless_they_are_something_else() -> None:
    selection = np.zeros((100, 100), np.uint8)
    place = Bounds(10, 20, 60, 60)
    assert eyes_chosen(selection, place) == ()
    selection[40:46, 50:55] = selection[40:46, 30:35] = 255
    assert eyes_chosen(selection, place) == (Bounds(20, 20, 5, 6), Bounds(40, 20, 5, 6))
    assert eyes_chosen(selection, Bounds(200, 200, 9, 9)) == ()
    selection[:] = 255
    assert eyes_chosen(selection, place) == (), "all of it is selected"
