"""From end to end with the embedded model: load, paint a mask with the mouse, generate, apply, undo, save, reopen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import PATIENCE
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.canvas.view import Canvas
from desktop_app.desk import recovery_folder
from desktop_app.preferences import Preferences
from desktop_app.session import Session
from desktop_app.studio import Studio
from inference.api import Engine
from inference.pictures import write_picture

MS = 6 * PATIENCE * 1000


def make_engine() -> Engine:
    from inference.engine import LocalEngine  # noqa: PLC0415

    return LocalEngine(device="cpu", threads=2)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(make_engine, Preferences(language="en", autosave=0))
    made.window.resize(1200, 800)
    made.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    shutil.rmtree(recovery_folder(), ignore_errors=True)


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    viewport, scale = canvas.viewport, canvas.scale
    left, top = viewport.to_view(x, y)
    return QPoint(round(left / scale), round(top / scale))


def paint(canvas: Canvas, *points: tuple[float, float]) -> None:
    """A stroke with the mouse."""
    first, *rest = (at(canvas, *point) for point in points)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    for point in rest:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rest[-1] if rest else first)


def test_from_a_picture_to_a_saved_document(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    pixels = np.full((160, 200, 4), (70, 140, 200, 255), np.uint8)
    pixels[..., :3] += generator.integers(0, 30, (160, 200, 3), np.uint8)
    write_picture(tmp_path / "sea.png", pixels)
    with qtbot.waitSignal(studio.desk.opened, timeout=MS) as opened:
        studio.filing.open_path(tmp_path / "sea.png")
    session: Session = opened.args[0]
    canvas = studio.window.area.canvas
    assert canvas is not None

    studio.window.toolbox.choose("mask-brush")
    studio.window.toolbox.options.mask_size = 24
    paint(canvas, (70, 70), (100, 70), (100, 90), (70, 90))
    selection = session.document.selection.copy()
    assert selection[70, 85] == 255
    assert selection[20, 20] == 0

    panel = studio.window.generate
    panel.prompt.setPlainText("a red gem")
    panel.set_settings(replace(panel.settings, count=2))
    with qtbot.waitSignal(studio.making.finished, timeout=MS):
        QTest.keyClick(studio.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (run,) = session.results.runs
    assert (run.mode.value, len(run.results)) == ("inpaint", 2)

    result = run.results[0]
    studio.window.results.choose(result)
    before = session.document.compose()
    studio.actions["apply"].trigger()
    after = session.document.compose()
    assert len(session.document.layers) == 2
    kept = np.ones(after.shape[:2], bool)
    place = result.bounds
    kept[place.slices] = result.coverage == 0
    assert kept.mean() > 0.5
    assert np.array_equal(after[kept], before[kept]), "pixels outside the mask have changed"
    assert np.array_equal(after[kept], pixels[kept]), "pixels outside the mask are not the file's"
    inside = selection == 255
    difference = np.abs(after[inside].astype(int) - before[inside]).mean()
    assert difference > 8, f"the masked part hardly changed ({difference:.1f} grey levels)"

    studio.actions["undo"].trigger()
    assert np.array_equal(session.document.compose(), before)
    studio.actions["redo"].trigger()
    assert np.array_equal(session.document.compose(), after)

    with qtbot.waitSignal(studio.desk.used, timeout=MS):
        studio.filing.write(session, tmp_path / "sea.ora")
    assert not session.changed
    studio.desk.close(session)
    with qtbot.waitSignal(studio.desk.opened, timeout=MS) as opened:
        studio.filing.open_path(tmp_path / "sea.ora")
    again: Session = opened.args[0]
    assert np.array_equal(again.document.compose(), after)
    assert np.array_equal(again.document.selection, selection)
    assert [len(run.results) for run in again.results.runs] == [2]
    assert again.results.runs[0].results[0].applied
    assert np.array_equal(again.results.runs[0].results[0].pixels, result.pixels)
