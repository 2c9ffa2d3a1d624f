"""Finished pictures become part of a document and then look as they were previewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.document.applying import applied, looks, merged
from desktop_app.document.arranging import add_layer, crop, move_layer, set_locked, set_opacity, set_visible
from desktop_app.document.document import Document
from desktop_app.document.history import History
from inference.errors import BadRequest
from inference.geometry import Bounds, Size


@pytest.fixture
def histories() -> Iterator[list[History]]:
    made: list[History] = []
    yield made
    for history in made:
        history.close()


def opened(document: Document, histories: list[History]) -> History:
    history = History(document)
    histories.append(history)
    return history


def noise(seed: int, height: int = 24, width: int = 32, *, alpha: str = "opaque") -> np.ndarray:
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (height, width, 4), np.uint8)
    if alpha == "opaque":
        pixels[..., 3] = 255
    elif alpha == "holes":
        pixels[..., 3] = generator.choice(np.array([0, 255], np.uint8), (height, width))
    return pixels


def clean(pixels: np.ndarray) -> np.ndarray:
    """Without colour where nothing is to be seen."""
    return np.where(pixels[..., 3:] > 0, pixels, 0)


def wanted(before: np.ndarray, pixels: np.ndarray, coverage: np.ndarray, x: int, y: int) -> np.ndarray:
    out = before.copy()
    view = out[y : y + pixels.shape[0], x : x + pixels.shape[1]]
    view[coverage > 0] = pixels[coverage > 0]
    return clean(out)


@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("below", ["opaque", "holes", "any"])
@pytest.mark.parametrize("above", ["opaque", "holes", "any"])
def test_looks_as_previewed(histories: list[History], below: str, above: str, merge: bool) -> None:
    document = Document.of(noise(1, 40, 50, alpha=below))
    history = opened(document, histories)
    before = document.compose()
    pixels, coverage = noise(2, alpha=above), (noise(3)[..., 0] > 99).astype(np.uint8) * 7
    edits = merged(document, pixels, coverage, 5, 9) if merge else applied(document, pixels, coverage, 5, 9, "gem")
    history.do(*edits)
    assert np.array_equal(document.compose(), wanted(before, pixels, coverage, 5, 9))
    assert len(history.steps) == 1
    history.undo()
    assert np.array_equal(document.compose(), before)
    history.redo()
    assert np.array_equal(document.compose(), wanted(before, pixels, coverage, 5, 9))


def test_a_layer_of_its_own_leaves_the_others_as_they_are(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    first = document.layers[0]
    history.do(*applied(document, noise(2), np.full((24, 32), 255, np.uint8), 5, 9, "gem"))
    assert document.layers[0] == first
    top = document.layers[1]
    assert (top.name, top.bounds, document.active) == ("gem", Bounds(5, 9, 32, 24), top.id)


def test_what_is_translucent_over_something_hides_it_and_loses_nothing(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    pixels = noise(2)
    pixels[:12, :, 3] = 0
    history.do(*applied(document, pixels, np.full((24, 32), 255, np.uint8), 5, 9, "gem"))
    lower, top = document.layers
    assert not lower.visible
    assert np.array_equal(lower.pixels, noise(1, 40, 50))
    assert top.bounds == Bounds(0, 0, 50, 40)


def test_it_lands_above_the_layer_it_was_made_for(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    base = document.layers[0].id
    history.do(add_layer(document, noise(7, 8, 8), "later", x=10, y=12))
    history.do(*applied(document, noise(2), np.full((24, 32), 255, np.uint8), 5, 9, "gem", base))
    assert [layer.name for layer in document.layers] == ["Background", "gem", "later"]
    assert np.array_equal(document.compose(Bounds(10, 12, 8, 8)), noise(7, 8, 8))


def test_merging_clears_what_would_shine_through(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    history.do(add_layer(document, noise(5, 30, 30), "upper", x=4, y=4))
    before = document.compose()
    pixels, coverage = noise(2, alpha="any"), np.full((24, 32), 255, np.uint8)
    history.do(*merged(document, pixels, coverage, 5, 9))
    assert len(document.layers) == 2
    assert np.array_equal(document.compose(), wanted(before, pixels, coverage, 5, 9))


def test_after_a_crop_only_what_is_left_is_applied(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    history.do(crop(document, Bounds(10, 10, 20, 20)))
    assert document.stack.anchor == (-10, -10)
    before = document.compose()
    pixels, coverage = noise(2), np.full((24, 32), 255, np.uint8)
    history.do(*applied(document, pixels, coverage, 5 - 10, 9 - 10, "gem"))
    shown = before.copy()
    shown[:, :] = pixels[1:21, 5:25]
    assert np.array_equal(document.compose(), shown)


def test_off_the_canvas_is_said(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    for merge in (applied, merged):
        arguments = (document, noise(2), np.full((24, 32), 255, np.uint8), 90, 9)
        with pytest.raises(BadRequest, match="outside the canvas"):
            merge(*arguments, *(["gem"] if merge is applied else []))


@pytest.mark.parametrize("spoil", ["locked", "hidden", "translucent"])
def test_merging_refuses_what_would_not_look_the_same(histories: list[History], spoil: str) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    layer = document.layers[0].id
    edit = {
        "locked": lambda: set_locked(document, layer, True),
        "hidden": lambda: set_visible(document, layer, False),
        "translucent": lambda: set_opacity(document, layer, 0.5),
    }[spoil]()
    history.do(edit)
    with pytest.raises(BadRequest, match=r"locked|cannot be merged"):
        merged(document, noise(2), np.full((24, 32), 255, np.uint8), 5, 9)


def test_an_empty_document_takes_a_picture_of_any_alpha(histories: list[History]) -> None:
    document = Document.new(Size(50, 40))
    history = opened(document, histories)
    pixels = noise(2, 40, 50, alpha="any")
    history.do(*applied(document, pixels, np.full((40, 50), 255, np.uint8), 0, 0, "gem"))
    assert document.layers[0].visible
    assert np.array_equal(document.compose(), clean(pixels))


def test_rgb_pictures_are_opaque(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    pixels = noise(2)
    history.do(*applied(document, pixels[..., :3], np.full((24, 32), 255, np.uint8), 5, 9, "gem"))
    assert np.array_equal(document.compose(Bounds(5, 9, 32, 24)), pixels)


@given(st.integers(0, 999), st.integers(-20, 45), st.integers(-20, 35), st.booleans())
def test_wherever_it_lies_the_rest_is_bit_identical(seed: int, x: int, y: int, merge: bool) -> None:
    document = Document.of(noise(seed, 40, 50, alpha="any"))
    history = History(document)
    try:
        history.do(move_layer(document, seed % 5 - 2, seed % 3 - 1))
        before = document.compose()
        pixels, coverage = noise(seed + 1, alpha="any"), (noise(seed + 2)[..., 0] > 128).astype(np.uint8)
        edits = merged(document, pixels, coverage, x, y) if merge else applied(document, pixels, coverage, x, y, "gem")
        history.do(*edits)
        touched = np.zeros((40, 50), bool)
        place = Bounds(x, y, 32, 24)
        inside = place.intersection(Bounds(0, 0, 50, 40))
        touched[inside.slices] = coverage[inside.moved(-x, -y).slices] > 0
        after = document.compose()
        assert np.array_equal(after[~touched], before[~touched])
        full = np.zeros((40, 50, 4), np.uint8)
        full[inside.slices] = pixels[inside.moved(-x, -y).slices]
        assert np.array_equal(after[touched], clean(full)[touched])
    except BadRequest as error:
        assert "outside the canvas" in error.message
    finally:
        history.close()


def test_the_anchor_follows_undo(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    history.do(crop(document, Bounds(-8, -4, 70, 60)))
    assert document.stack.anchor == (8, 4)
    history.do(crop(document, Bounds(3, 1, 20, 20)))
    assert document.stack.anchor == (5, 3)
    history.undo()
    assert document.stack.anchor == (8, 4)
    assert replace(document.stack, anchor=(0, 0)) != document.stack


@pytest.mark.parametrize("alpha", ["opaque", "holes"])
@pytest.mark.parametrize("since", [False, True])
def test_it_looks_beforehand_as_it_will(histories: list[History], alpha: str, since: bool) -> None:
    document = Document.of(noise(1, 40, 50, alpha=alpha))
    history = opened(document, histories)
    asked_above = document.layers[-1].id
    if since:
        history.do(add_layer(document, noise(2, 10, 12, alpha="any"), "since", x=14, y=12))
    pixels, coverage = noise(3, alpha=alpha), np.zeros((24, 32), np.uint8)
    coverage[4:20, 3:30] = 255
    seen, found = looks(document, pixels, coverage, 30, 10, asked_above)
    assert found == Bounds(30, 10, 20, 24)
    history.do(*applied(document, pixels, coverage, 30, 10, "new", asked_above))
    off = np.abs(clean(seen).astype(int) - clean(document.compose(found)))
    assert off.max() <= (1 if since else 0)


def test_it_looks_as_it_will_under_what_came_since(histories: list[History]) -> None:
    document = Document.of(noise(1, 40, 50))
    history = opened(document, histories)
    asked_above = document.layers[-1].id
    cover = np.full((40, 50, 4), (9, 200, 9, 255), np.uint8)
    history.do(add_layer(document, cover, "since"))
    seen, _ = looks(document, noise(3), np.full((24, 32), 255, np.uint8), 4, 4, asked_above)
    assert (seen == (9, 200, 9, 255)).all()
