from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.document import areas, arranging, filling, selecting
from desktop_app.document.brushes import Brush, Stroke
from desktop_app.document.document import Document
from desktop_app.document.edits import Part, repaint
from desktop_app.document.history import History
from desktop_app.document.layers import Raster
from desktop_app.document.patches import Patch
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

RED = (255, 0, 0)
Open = Callable[..., History]


@pytest.fixture
def opened() -> Iterator[Open]:
    made: list[History] = []

    def start(size: Size = Size(300, 200), **options: int) -> History:  # noqa: B008
        made.append(History(Document.new(size, colour=(255, 255, 255)), **options))
        return made[-1]

    yield start
    for history in made:
        history.close()


def paint(history: History, x: float = 50, y: float = 50, ink: tuple[int, int, int] | None = RED) -> Bounds:
    assert history.document.active is not None
    stroke = Stroke(history.begin("Brush stroke"), history.document.active, Brush(size=20), ink)
    stroke.to(x, y)
    stroke.to(x + 30, y + 10)
    return history.commit()


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 4), np.uint8)


def test_a_gesture_is_one_step_with_a_label(opened: Open) -> None:
    history = opened()
    bounds = paint(history)
    assert history.labels == ("Brush stroke",)
    assert bounds.contains(Bounds(50, 50, 30, 10))
    assert (history.can_undo, history.can_redo) == (True, False)
    assert history.undo() == bounds
    assert (history.document.compose() == 255).all()
    assert history.redo() == bounds
    assert history.document.compose()[50, 50].tolist() == [255, 0, 0, 255]


def test_edits_within_a_gesture_are_part_of_it(opened: Open) -> None:
    history = opened()
    document = history.document
    history.begin("Cut to new layer")
    history.do(arranging.add_layer(document))
    history.do(*filling.fill(document, RED))
    history.commit()
    assert history.labels == ("Cut to new layer",)
    history.undo()
    assert len(document.layers) == 1


def test_a_gesture_that_changes_nothing_is_no_step(opened: Open) -> None:
    history = opened()
    paint(history, ink=(255, 255, 255))
    assert history.labels == ()
    assert history.commit().empty
    history.do(selecting.select_none(history.document))
    history.do(arranging.set_opacity(history.document, history.document.layers[0].id, 1.0))
    history.do(*())
    assert history.labels == ()


def test_cancelling_puts_everything_back(opened: Open) -> None:
    history = opened()
    document = history.document
    gesture = history.begin("Brush stroke")
    gesture.do(arranging.add_layer(document, noise(20, 20), "small"))
    Stroke(gesture, document.layers[-1].id, Brush(), RED).to(100, 100)
    Stroke(gesture, Part.SELECTION, Brush(), RED).to(100, 100)
    assert document.selected() is not None
    assert history.changed
    history.cancel()
    assert len(document.layers) == 1
    assert document.selected() is None
    assert not history.changed
    assert history.labels == ()


def test_undo_while_a_gesture_is_open_takes_back_the_gesture_only(opened: Open) -> None:
    history = opened()
    paint(history)
    Stroke(history.begin("Second"), history.document.layers[0].id, Brush(), RED).to(200, 100)
    assert history.can_undo
    history.undo()
    assert history.labels == ("Brush stroke",)
    assert history.position == 1


def test_a_new_step_forgets_those_that_were_undone(opened: Open) -> None:
    history = opened()
    for x in (20, 80, 140):
        paint(history, x)
    history.jump(1)
    history.do(arranging.add_layer(history.document))
    assert history.labels == ("Brush stroke", "Add layer")
    assert not history.can_redo


def test_undo_and_redo_at_the_ends_do_nothing(opened: Open) -> None:
    history = opened()
    assert history.undo().empty
    assert history.redo().empty
    assert history.jump(99).empty


def test_saved_is_known_through_undo_and_redo(opened: Open) -> None:
    history = opened()
    assert not history.changed
    paint(history, 20)
    assert history.changed
    history.mark_saved()
    assert not history.changed
    paint(history, 80)
    history.undo()
    assert not history.changed
    history.undo()
    assert history.changed
    paint(history, 140)
    assert history.changed, "the saved state can no longer be reached"


def test_the_budget_drops_the_oldest_and_keeps_the_latest(opened: Open) -> None:
    history = opened(Size(256, 256), budget=3_000_000)
    document = history.document
    for _ in range(12):
        random = np.random.default_rng(len(history.steps)).integers(0, 256, (256, 256, 4), np.uint8)
        history.do(*filling.put_pixels(document, random, 0, 0))
    history.settle()
    assert history.bytes <= 3_000_000
    assert 2 <= len(history.steps) < 12
    assert history.dropped + len(history.steps) == 12
    tiny = opened(Size(256, 256), budget=1)
    paint(tiny)
    tiny.settle()
    assert len(tiny.steps) == 1
    tiny.undo()
    assert (tiny.document.compose() == 255).all()


def test_after_dropping_saved_is_still_right(opened: Open) -> None:
    history = opened(Size(256, 256), budget=600_000)
    for value in range(6):
        random = np.random.default_rng(value).integers(0, 256, (256, 256, 4), np.uint8)
        history.do(*filling.put_pixels(history.document, random, 0, 0))
        history.mark_saved()
    assert history.dropped > 0
    assert not history.changed
    history.undo()
    assert history.changed


def test_a_removed_layer_is_packed_and_comes_back(opened: Open) -> None:
    history = opened(Size(512, 512))
    document = history.document
    pixels = np.zeros((512, 512, 4), np.uint8)
    pixels[100:200, 100:200] = (9, 8, 7, 255)
    pixels[300, :, 3] = np.arange(512) % 256
    history.do(arranging.add_layer(document, pixels))
    raster = document.layers[-1].raster
    history.do(arranging.remove_layer(document))
    history.settle()
    assert raster.bytes < pixels.nbytes / 10
    history.undo()
    np.testing.assert_array_equal(document.layers[-1].pixels, pixels)
    assert document.layers[-1].raster is raster


def test_a_raster_that_is_used_again_is_not_packed_away() -> None:
    raster = Raster(noise(20, 20))
    raster.park()
    array = raster.array
    raster.pack()
    assert raster.array is array
    raster.park()
    raster.pack()
    np.testing.assert_array_equal(raster.array, noise(20, 20))


def test_a_raster_that_was_painted_on_while_it_was_packed_keeps_the_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    raster = Raster(noise(20, 20))
    pack = Patch.pack

    def meanwhile(patch: Patch) -> None:
        pack(patch)
        raster.array[...] = 9  # undo took it back, it was painted on ...
        raster.park()  # ... and left again

    monkeypatch.setattr(Patch, "pack", meanwhile)
    raster.park()
    raster.pack()
    assert (raster.array == 9).all()


@pytest.mark.parametrize("kind", ["noise", "flat", "lines"])
@pytest.mark.parametrize("channels", [(), (4,)])
def test_a_patch_holds_what_was_there(kind: str, channels: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, (300, 500, *channels), np.uint8)
    if kind != "noise":
        array[...] = 7
    if kind == "lines":
        array[::3] = 9
    bounds = Bounds(30, 100, 300, 190)
    patch = Patch.of(array, bounds)
    raw = patch.bytes
    patch.pack()
    assert patch.bytes <= raw
    assert kind == "noise" or patch.bytes < array[bounds.slices].nbytes / 20
    assert kind != "noise" or patch.bytes == array[bounds.slices].nbytes
    other = np.zeros_like(array)
    patch.write(other)
    np.testing.assert_array_equal(other[bounds.slices], array[bounds.slices])
    other[bounds.slices] = 0
    assert not other.any()


def test_only_what_a_stroke_touched_is_kept(opened: Open) -> None:
    history = opened(Size(4096, 4096))
    paint(history, 1000, 1000)
    edit = history.steps[0].edits[0]
    assert sum(patch.pixels for patch in edit.patches) <= 2 * 4 * 128 * 128
    history.settle()
    assert history.bytes < 40_000


def test_a_repaint_beyond_the_layer_is_cut_off(opened: Open) -> None:
    history = opened(Size(40, 40))
    document = history.document
    edit = repaint("x", document.stack, document.layers[0].id, Bounds(-10, 30, 20, 20), noise(20, 20))
    assert edit.bounds == Bounds(0, 30, 10, 10)
    history.do(edit)
    np.testing.assert_array_equal(document.layers[0].pixels[30:, :10], noise(20, 20)[:10, 10:])


def test_a_snapshot_is_not_painted_on_and_shares_what_did_not_change(opened: Open) -> None:
    history = opened()
    document = history.document
    history.do(arranging.add_layer(document))
    first = document.snapshot()
    before = first.compose()
    paint(history)
    history.do(selecting.select(document, areas.rectangle(document.size, 5, 5, 20, 20)))
    second = document.snapshot(first)
    np.testing.assert_array_equal(first.compose(), before)
    assert second.layers[0].raster is first.layers[0].raster
    assert second.layers[1].raster is not first.layers[1].raster
    np.testing.assert_array_equal(second.compose(), document.compose())
    np.testing.assert_array_equal(second.selection, document.selection)
    assert second.snapshot(second).compose().tobytes() == document.compose().tobytes()


def test_choosing_a_layer_is_no_step(opened: Open) -> None:
    history = opened()
    history.do(arranging.add_layer(history.document))
    history.document.choose(history.document.layers[0].id)
    assert history.document.active == history.document.layers[0].id
    assert len(history.steps) == 1
    with pytest.raises(BadRequest, match="no longer there"):
        history.document.choose(-1)


def test_a_closed_history_keeps_nothing(opened: Open) -> None:
    history = opened()
    paint(history)
    history.close()
    assert history.labels == ()
    assert not history.can_undo


def test_an_opacity_out_of_range_is_refused(opened: Open) -> None:
    document = opened().document
    with pytest.raises(BadRequest, match="goes from 0 to 1"):
        arranging.set_opacity(document, document.layers[0].id, 1.5)
    with pytest.raises(BadRequest, match="needs a name"):
        arranging.rename_layer(document, document.layers[0].id, "  ")
    assert replace(document.layers[0], opacity=0.5).opacity == 0.5
