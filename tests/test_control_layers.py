"""Control layers: no part of the picture, kept in files, undone, and asked for with each request."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.dialogs.control_layer import SETTINGS, WAYS, ControlLayer, KnownControl
from desktop_app.document.applying import applied, merged
from desktop_app.document.arranging import add_layer, duplicate_layer, flatten, merge_down, set_control, set_visible
from desktop_app.document.control_layers import LayerControl, controls_of
from desktop_app.document.document import Document
from desktop_app.document.history import History
from desktop_app.document.layers import Layer
from desktop_app.document.opening import open_document
from desktop_app.document.ora import CONTROL, write_ora
from desktop_app.document.psd import read_psd, write_psd
from desktop_app.panels.layers import LayersPanel
from desktop_app.requests import GenerateSettings, Watch, build
from desktop_app.results import Mode
from desktop_app.session import Session
from inference.api import Generate, Vary
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.library import find_model
from inference.readings import READINGS, Reading

LED = LayerControl(name="canny", reading=Reading("edges", (40, 90)), strength=0.8, start=0.1, end=0.7)


def strokes() -> np.ndarray:
    pixels = np.zeros((128, 128, 4), np.uint8)
    pixels[40:44, 10:90] = (0, 0, 0, 255)
    return pixels


def led_document(control: LayerControl | None = LED) -> Document:
    document = Document.new(Size(128, 128), colour=(200, 180, 120))
    document.stack = add_layer(document, strokes(), "Drawing").after  # type: ignore[assignment]
    document.stack = set_control(document, document.layers[1].id, control).after  # type: ignore[assignment]
    return document


def test_it_is_no_part_of_the_picture_and_is_seen_on_the_canvas():
    document = led_document()
    alone = Document.new(Size(128, 128), colour=(200, 180, 120))
    assert np.array_equal(document.compose(), alone.compose())
    assert not np.array_equal(document.compose_for_screen(), alone.compose_for_screen())
    assert np.array_equal(led_document(None).compose_for_screen(), document.compose_for_screen())


def test_it_comes_back_from_its_file_and_other_programs_find_it_hidden(tmp_path: Path):
    document = led_document()
    write_ora(tmp_path / "a.ora", document)
    back = open_document(tmp_path / "a.ora").document
    assert [layer.control for layer in back.layers] == [None, LED]
    assert [layer.visible for layer in back.layers] == [True, True]
    assert np.array_equal(back.layers[1].pixels, strokes())
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        top = ElementTree.fromstring(archive.read("stack.xml")).find("stack")[0]
    assert (top.get("name"), top.get("visibility")) == ("Drawing", "hidden")
    document.stack = set_visible(document, document.layers[1].id, False).after  # type: ignore[assignment]
    write_ora(tmp_path / "b.ora", document)
    assert not open_document(tmp_path / "b.ora").document.layers[1].visible
    notes: list[str] = []
    write_psd(tmp_path / "c.psd", led_document())
    assert [layer.visible for layer in read_psd(tmp_path / "c.psd", notes).layers] == [True, False]


@pytest.mark.parametrize(
    "said",
    ["{", "[]", "null", json.dumps({"reading": "smoke"}), json.dumps({"reading": "edges", "strength": 1e9}),
     json.dumps({"reading": "lines", "start": 0.9, "end": 0.1}), "[" * 100_000],
)  # fmt: skip
def test_a_control_that_cannot_be_read_still_is_no_part_of_the_picture(tmp_path: Path, said: str):
    write_ora(tmp_path / "a.ora", led_document())
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    root = ElementTree.fromstring(entries["stack.xml"])
    root.find("stack")[0].set(CONTROL, said)
    entries["stack.xml"] = ElementTree.tostring(root)
    with zipfile.ZipFile(tmp_path / "b.ora", "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    opened = open_document(tmp_path / "b.ora")
    assert opened.document.layers[1].control == LayerControl()
    assert any("could not be read" in note for note in opened.notes)


def test_flatten_keeps_it_and_merging_does_not_mix_it_with_the_picture():
    document = led_document()
    after = flatten(document).after
    assert [layer.control for layer in after.layers] == [None, LED]  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match="no part of the picture"):
        merge_down(document, document.layers[1].id)
    document.stack = duplicate_layer(document, document.layers[1].id).after  # type: ignore[assignment]
    assert document.layers[2].control == LED
    one = merge_down(document, document.layers[2].id).after
    assert [layer.control for layer in one.layers] == [None, LED]  # type: ignore[union-attr]
    assert np.array_equal(one.layers[1].pixels[40, 10:90], strokes()[40, 10:90])  # type: ignore[union-attr]


def test_a_result_is_not_merged_into_it_and_does_not_hide_it():
    document = led_document()
    clear = np.zeros((128, 128, 4), np.uint8)
    whole = np.full((128, 128), 255, np.uint8)
    above = document.layers[1].id
    with pytest.raises(BadRequest, match="is a control layer"):
        merged(document, clear, whole, 0, 0, above)
    (edit,) = applied(document, clear, whole, 0, 0, "Result", above)
    assert [layer.visible for layer in edit.after.layers] == [False, True, True]  # type: ignore[union-attr]


def test_a_request_is_guided_by_what_is_shown():
    manifest = find_model("sprites")
    document = led_document()
    settings = GenerateSettings(mode=Mode.GENERATE, prompt="a red apple", count=1)
    situation = Watch().situation(document)
    (control,) = build(document, settings, situation, manifest).request.controls
    assert (control.name, control.strength, control.start, control.end) == ("canny", 0.8, 0.1, 0.7)
    assert np.array_equal(control.picture[40, 10:90, 3], np.full(80, 255))
    varied = build(document, replace(settings, mode=Mode.VARY), situation, manifest).request
    assert isinstance(varied, Vary)
    assert len(varied.controls) == 1
    assert np.array_equal(varied.image[0, 0], [200, 180, 120, 255])
    assert not (varied.image[40, 20, :3] == 0).any(), "the drawing was given to the model as a picture"
    for change in ({"visible": False}, {"control": replace(LED, strength=0.0)}):
        document.stack = document.stack.having(replace(document.layers[1], **change))
        assert not build(document, settings, situation, manifest).request.controls
    document.stack = document.stack.having(replace(document.layers[1], visible=True, control=LayerControl()))
    with pytest.raises(BadRequest, match="has no ControlNet"):
        build(document, settings, situation, manifest)


def test_a_drawing_alone_is_no_picture_to_vary():
    document = Document.of(strokes())
    document.stack = set_control(document, document.layers[0].id, LED).after  # type: ignore[assignment]
    situation = Watch().situation(document)
    assert situation.mode is Mode.GENERATE
    request = build(document, GenerateSettings(), situation, find_model("sprites")).request
    assert isinstance(request, Generate)
    assert len(request.controls) == 1


def test_a_frame_beyond_the_canvas_is_transparent_there():
    layer = replace(Layer.of(strokes(), "Drawing"), control=LED)
    (control,) = controls_of((layer,), Bounds(-20, 30, 60, 60))
    assert not control.picture[:, :20].any()
    assert control.picture[10, 30, 3] == 255


def test_making_one_is_one_step_back():
    document = led_document(None)
    history = History(document)
    history.do(set_control(document, document.layers[1].id, LED))
    assert document.layers[1].control == LED
    history.undo()
    assert document.layers[1].control is None
    history.redo()
    assert document.layers[1].control == LED


# The window


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    made = Session(led_document(), title="test")
    yield made
    made.close()


def test_the_row_says_how_it_guides(qtbot: QtBot, session: Session):
    panel = LayersPanel()
    qtbot.addWidget(panel)
    panel.set_session(session)
    from desktop_app.panels.layer_rows import _lines  # noqa: PLC0415 (what is painted)

    assert _lines(panel.view.model().index(0, 0)) == ["Drawing", "canny, 80 %"]
    with qtbot.waitSignal(panel.control_wanted):
        panel.control()
    panel.guide(session.document.layers[1].id, None)
    assert session.document.layers[1].control is None
    session.undo()
    assert session.document.layers[1].control == LED
    panel.set_session(None)


def known() -> list[KnownControl]:
    return [
        KnownControl(name="big", title="Big", kind="depth", reason="It is for Stable Diffusion XL."),
        KnownControl(name="canny", title="Canny", kind="canny"),
        KnownControl(name="tiles", title="Tiles", kind="tile"),
    ]


def test_the_dialog_tells_what_was_set_and_shows_what_is_seen(qtbot: QtBot):
    dialog = ControlLayer(LED, known(), strokes(), Size(128, 128))
    qtbot.addWidget(dialog)
    assert dialog.control == LED
    assert not dialog.preview.pixmap().isNull()
    dialog.net.set_value("tiles")
    dialog.net.changed.emit()
    assert dialog.reading == Reading("tile")
    dialog.strength.set_value(150)
    with qtbot.waitSignal(dialog.chosen) as heard:
        dialog.use.click()
    assert heard.args == [replace(LED, name="tiles", reading=Reading("tile"), strength=1.5)]
    dialog.start.number.setValue(90)
    assert not dialog.use.isEnabled()
    with qtbot.waitSignal(dialog.chosen) as heard:
        dialog.remove.click()
    assert heard.args == [None]


def test_a_new_control_layer_begins_with_the_first_that_fits(qtbot: QtBot):
    dialog = ControlLayer(None, known(), strokes(), Size(128, 128))
    qtbot.addWidget(dialog)
    assert dialog.control == LayerControl(name="canny", reading=Reading("edges"))
    gone = ControlLayer(replace(LED, name="lost"), [], strokes(), Size(128, 128))
    qtbot.addWidget(gone)
    assert gone.control.name == "lost"


def test_every_reading_and_setting_has_words():
    assert WAYS.keys() == READINGS.keys()
    assert {each.name for kind in READINGS.values() for each in kind.settings} <= SETTINGS.keys()
